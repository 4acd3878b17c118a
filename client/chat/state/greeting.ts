import { mayPass } from "../../../domain/retry.ts";
import type { ClientProblem } from "../../api/problem.ts";
import type { Answers } from "./answers.ts";
import type { Screen } from "./chat-state.ts";

/** What the greeting of a chat needs of it. */
export interface GreetingHost {
  readonly screen: Screen;
  readonly answers: Pick<Answers, "awaited" | "ask">;
  /** Fires when the chat is left. */
  readonly closed: AbortSignal;
  /** Waits before another attempt; `hurry` ends the pause. */
  pause(attempt: number, problem: ClientProblem): Promise<void>;
  hurry(): void;
  /** The server has begun the turn. */
  began(): void;
}

/** The greeting with which VIVA begins an empty conversation. */
export interface Greeting {
  /** Resolves when the greeting that is on its way has ended. Null if none is. */
  readonly pending: Promise<void> | null;
  ask(): void;
}

export function createGreeting(host: GreetingHost): Greeting {
  const { screen, answers, closed } = host;
  const { messages, greetingProblem, greetingWaits } = screen;
  let pending: Promise<void> | null = null;

  /**
   * Asks until the server takes it or refuses it for good, or the member has written. Resolves with why
   * there is no greeting.
   */
  async function untilTaken(): Promise<ClientProblem | null> {
    for (let attempt = 1; !closed.aborted && messages.peek().length === 0; attempt += 1) {
      greetingProblem.value = null;
      const answer = answers.awaited();
      screen.dispatch({ type: "awaited", answer, after: null });
      let begun = false;
      const { problem } = await answers.ask(answer.key, { greets: true }, () => {
        begun = true;
        host.began();
      });
      if (begun || !problem || !mayPass(problem) || messages.peek().length > 0) return problem;
      greetingProblem.value = problem;
      greetingWaits.value = true;
      await host.pause(attempt, problem);
      greetingWaits.value = false;
    }
    return null;
  }

  return {
    get pending() {
      return pending;
    },
    ask() {
      host.hurry();
      pending ??= untilTaken().then((problem) => {
        pending = null;
        greetingProblem.value = problem;
      });
    },
  };
}
