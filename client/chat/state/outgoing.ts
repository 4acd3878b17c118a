import { mayPass } from "../../../domain/retry.ts";
import { type ClientProblem, localProblem } from "../../api/problem.ts";
import type { ChatMessage } from "./messages.ts";

/** What the line of outgoing messages needs of its chat. */
export interface OutgoingHost {
  /** Fires when the chat is left. */
  readonly closed: AbortSignal;
  /** The oldest message that waits. */
  next(): ChatMessage | undefined;
  /** Resolves once nothing has to be waited for: the greeting, the connection. */
  clear(): Promise<void>;
  /** Puts a message on its way: the key of the answer whose place is on the screen now. */
  depart(message: ChatMessage): string;
  /** Sends it; `onStart` is told once it is acknowledged. Resolves with the answer's end. */
  ask(
    message: ChatMessage,
    answerKey: string,
    onStart: () => void,
  ): Promise<{ readonly problem: ClientProblem | null }>;
  acknowledged(message: ChatMessage): void;
  /** It was acknowledged, and its answer did not come to a word. */
  unanswered(messageId: string, problem: ClientProblem): void;
  refused(message: ChatMessage, problem: ClientProblem): void;
  /** It was not taken, or nobody can tell whether it arrived: it waits, to be sent again. */
  waits(message: ChatMessage, problem: ClientProblem): void;
  /** Waits before another attempt after a problem; shorter if the member does not want to wait. */
  pause(attempt: number, problem: ClientProblem): Promise<void>;
  /** Ends a pause. */
  hurry(): void;
  /** Another attempt has taken the place of one. */
  repeated(before: string, now: string): void;
}

/** The messages on their way out: one after another, each once the one before is acknowledged. */
export interface Outgoing {
  readonly busy: boolean;
  /** Sends what waits; `ready`, already on its way, first. */
  go(ready?: { readonly message: ChatMessage; readonly answerKey: string } | null): Promise<void>;
  /** The member wants another attempt, also where the line was held. */
  again(): void;
}

/** How a message fared: acknowledged; refused, with those behind it to wait; refused on its own account. */
type Delivery = "sent" | "hold" | "refused";

/** The line of a chat's outgoing messages. */
export function createOutgoing(host: OutgoingHost): Outgoing {
  const { closed } = host;
  let busy = false;
  /** Whether the member has asked for another attempt while the line was busy. */
  let retried = false;

  /** Sends one message, until the server has acknowledged or refused it. */
  async function deliver(message: ChatMessage, firstKey: string): Promise<Delivery> {
    let key = firstKey;
    for (let attempt = 1; ; attempt += 1) {
      const acknowledged = Promise.withResolvers<null>();
      let sent = false;
      const ended = host.ask(message, key, () => {
        if (sent) return;
        sent = true;
        host.acknowledged(message);
        acknowledged.resolve(null);
      });
      void ended.then(({ problem }) => {
        if (sent && problem && !closed.aborted) host.unanswered(message.id, problem);
      });
      const first = await Promise.race([acknowledged.promise, ended]);
      if (!first || sent) return "sent";
      if (closed.aborted) return "hold";
      const problem = first.problem ?? localProblem("broken");
      if (!mayPass(problem)) {
        host.refused(message, problem);
        return problem.retryable ? "hold" : "refused";
      }
      // Under the same id it may be sent as often as needed.
      host.waits(message, problem);
      await host.pause(attempt, problem);
      if (closed.aborted) return "hold";
      const before = key;
      key = host.depart(message);
      host.repeated(before, key);
    }
  }

  return {
    get busy() {
      return busy;
    },

    async go(ready = null) {
      if (busy) return;
      busy = true;
      try {
        let next = ready;
        for (;;) {
          if (!next) {
            const message = host.next();
            if (!message) return;
            await host.clear();
            if (closed.aborted) return;
            next = { message, answerKey: host.depart(message) };
          }
          const held = (await deliver(next.message, next.answerKey)) === "hold";
          if (held && !retried) return;
          retried = false;
          next = null;
        }
      } finally {
        busy = false;
      }
    },

    again() {
      retried = busy;
      host.hurry();
      void this.go();
    },
  };
}
