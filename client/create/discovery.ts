import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { CategoryKey } from "../../domain/categories.ts";
import type { DiscoveryAnswer } from "../../domain/writing.ts";
import type { Api } from "../api/http.ts";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import type { KeyValue } from "../platform/storage.ts";
import { type Choice, createChoicesStore, NO_CHOICE, onOffer } from "./choices.ts";

/** The steps in which something is chosen. */
export type StepNumber = 1 | 2 | 3;
/** A step as the server knows it: 4 once a text was asked for. */
export type OpenStep = DiscoveryAnswer["step"];

/** The discovery of one section, step by step, as far as the server has told. */
export interface Discovery {
  /** The furthest step; null until the server has told. */
  readonly open: ReadonlySignal<OpenStep | null>;
  /** The steps that are known, each with what was chosen in it. */
  readonly steps: ReadonlySignal<Partial<Readonly<Record<OpenStep, DiscoveryAnswer>>>>;
  /** The conversation in which the section's texts are written; null until the server has told. */
  readonly conversationId: ReadonlySignal<string | null>;
  /** What is picked and typed, sent or not. */
  readonly choices: ReadonlySignal<Partial<Readonly<Record<StepNumber, Choice>>>>;
  /** Whether VIVA is thinking about what was sent. */
  readonly busy: ReadonlySignal<boolean>;
  /** Why the last choice was not taken; null where it was. */
  readonly problem: ReadonlySignal<ClientProblem | null>;
  /** What VIVA says to a member in crisis, in place of a step; null for nothing. */
  readonly care: ReadonlySignal<string | null>;
  /** Why the last step could not be read; null where it was. */
  readonly unread: ReadonlySignal<ClientProblem | null>;
  /**
   * Reads a step, without one the furthest.
   * @returns the step that is shown: another one where that was skipped; null where reading failed
   */
  show(at: StepNumber | null): Promise<OpenStep | null>;
  /** Kept at once. */
  choose(step: StepNumber, choice: Choice): void;
  /**
   * Sends the choice of a step. Of the third: `writing.ts`.
   * @returns the step that follows; null where it was refused, or met with care
   */
  submit(step: 1 | 2): Promise<OpenStep | null>;
  /** The rhythm is with the server now, and a text was asked for. */
  written(): void;
}

export interface DiscoveryDeps {
  readonly api: Api;
  readonly storage: KeyValue;
}

/**
 * The discovery of a section.
 * @param place how the keys begin under which unsent choices are kept
 */
export function createDiscovery(
  visionId: string,
  category: CategoryKey,
  place: string,
  { api, storage }: DiscoveryDeps,
): Discovery {
  const kept = createChoicesStore(storage, place);
  const open = signal<OpenStep | null>(null);
  const steps = signal<Partial<Record<OpenStep, DiscoveryAnswer>>>({});
  const conversationId = signal<string | null>(null);
  const choices = signal<Partial<Record<StepNumber, Choice>>>({});
  const busy = signal(false);
  const problem = signal<ClientProblem | null>(null);
  const care = signal<string | null>(null);
  const unread = signal<ClientProblem | null>(null);
  /** What was read before the last choice was sent is out of date. */
  let sent = 0;

  function take(answer: DiscoveryAnswer): void {
    const { step, tiles, options, chosen } = answer;
    batch(() => {
      unread.value = null;
      conversationId.value = answer.conversationId;
      steps.value = { ...steps.peek(), [step]: answer };
      if (step === 4) return;
      const offered = (step === 3 ? options : tiles).map(({ id }) => id);
      const mine = choices.peek()[step] ?? kept.read(step);
      choices.value = { ...choices.peek(), [step]: onOffer(mine ?? chosen, offered) };
    });
  }

  function request(body: Record<string, unknown>): Promise<DiscoveryAnswer> {
    return api.json("/api/vision/chat", { body: { visionId, category, ...body } });
  }

  return {
    open,
    steps,
    conversationId,
    choices,
    busy,
    problem,
    care,
    unread,

    async show(at) {
      const before = sent;
      try {
        const answer = await request(at === null ? { action: "start" } : { action: "start", at });
        if (before !== sent) return null;
        take(answer);
        if (at === null) open.value = answer.step;
        return answer.step;
      } catch (error) {
        if (before === sent) unread.value = problemOf(error);
        return null;
      }
    },

    choose(step, choice) {
      choices.value = { ...choices.peek(), [step]: choice };
      kept.write(step, choice);
    },

    async submit(step) {
      if (busy.peek()) return null;
      sent += 1;
      const { selections, customInput } = choices.peek()[step] ?? NO_CHOICE;
      batch(() => {
        busy.value = true;
        problem.value = null;
        care.value = null;
      });
      try {
        const chosen = { selections, customInput: customInput.trim() };
        const answer = await request({ action: `submit_step_${step}`, ...chosen });
        if (answer.care !== undefined) {
          // The step stays where it was, and so do the member's words.
          care.value = answer.care;
          return null;
        }
        batch(() => {
          kept.drop(step);
          // What came after was about another choice.
          const before = Object.entries(steps.peek()).filter(([key]) => Number(key) <= step);
          steps.value = Object.fromEntries(before);
          const own = steps.peek()[step];
          if (own) steps.value = { ...steps.peek(), [step]: { ...own, chosen } };
          const stay = Object.entries(choices.peek()).filter(([key]) => Number(key) <= step);
          choices.value = Object.fromEntries(stay);
          for (const later of [2, 3] as const) if (later > step) kept.drop(later);
          take(answer);
          open.value = answer.step;
        });
        return answer.step;
      } catch (error) {
        problem.value = problemOf(error);
        return null;
      } finally {
        busy.value = false;
      }
    },

    written() {
      kept.drop(3);
      open.value = 4;
    },
  };
}
