import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { CategoryKey } from "../../domain/categories.ts";
import { type Conversation, textOf } from "../../domain/messages.ts";
import { writingConversation } from "../../domain/writing-conversation.ts";
import { type ClientProblem, isRecord, problemOf } from "../api/problem.ts";
import { type Proposal, toProposal } from "../text/proposal.ts";
import {
  createTextGeneration,
  type TextDeps,
  type TextGeneration,
  type TextKind,
} from "../text/text-generation.ts";
import { chosenOf, withEarlierText, withVersion } from "../text/text-versions.ts";
import { isCrisisReply } from "../text/turn-result.ts";

/** What VIVA is asked to write. */
export type WritingAsk =
  /** A text from what was chosen in discovery. `rhythm` is the last step's choice, null for the one known. */
  | { readonly kind: "new"; readonly rhythm: string | null }
  /** The last text with what the member wants different. */
  | { readonly kind: "better"; readonly instructions: string }
  /** The last text in the voice that it missed. */
  | { readonly kind: "voice" }
  /** A text from a talk; `second` for another one beside the first. */
  | { readonly kind: "talk"; readonly conversationId: string; readonly second?: true };

/** What the member has typed and decided about a section's texts. */
export interface WritingForm {
  /** What the member wants different, typed and not sent yet. */
  readonly wish: string;
  /** The text that was saved last from here. Null while a newer one waits for the member's choice. */
  readonly taken: string | null;
  /** The text that VIVA begins with when it makes one better. */
  readonly newest: string | null;
}

/** Whether it asks for a second version beside the first. */
export function isSecond(ask: WritingAsk): boolean {
  return ask.kind === "voice" || (ask.kind === "talk" && ask.second === true);
}

/** The second version to ask for after a text that misses the voice. Null after one that does not. */
export function secondAsk(ask: WritingAsk, { findings }: Proposal): WritingAsk | null {
  if (isSecond(ask) || findings.length === 0) return null;
  return ask.kind === "talk" ? { ...ask, second: true } : { kind: "voice" };
}

/** Reads a request that was stored in this browser. Null if it is none. */
function toAsk(value: unknown): WritingAsk | null {
  const ask = isRecord(value) ? value : {};
  const { rhythm, instructions, conversationId, second } = ask;
  if (ask.kind === "new") return { kind: "new", rhythm: textOrNull(rhythm) };
  if (ask.kind === "voice") return { kind: "voice" };
  if (ask.kind === "better" && typeof instructions === "string") {
    return { kind: "better", instructions };
  }
  if (ask.kind !== "talk" || typeof conversationId !== "string") return null;
  return { kind: "talk", conversationId, ...(second === true && { second }) };
}

const textOrNull = (value: unknown) => (typeof value === "string" ? value : null);

/** The writing of one section of a draft. */
function writingKind(
  visionId: string,
  category: CategoryKey,
  begun?: () => void,
): TextKind<WritingAsk, WritingForm> {
  return {
    conversationId: writingConversation(visionId, category),
    blank: { wish: "", taken: null, newest: null },
    toAsk,
    toForm: ({ wish, taken, newest }) => ({
      wish: textOrNull(wish) ?? "",
      taken: textOrNull(taken),
      newest: textOrNull(newest),
    }),

    request(ask) {
      if (ask.kind === "talk") {
        const path = `/api/conversations/${encodeURIComponent(ask.conversationId)}/draft`;
        return { path, body: ask.second ? { second: true } : {} };
      }
      return {
        path: "/api/vision/chat",
        body: {
          ...{ visionId, category, action: "submit_step_3", mode: ask.kind },
          selections: ask.kind === "new" && ask.rhythm !== null ? [ask.rhythm] : [],
          customInput: ask.kind === "better" ? ask.instructions.trim() : "",
        },
      };
    },

    add({ choice, form }, ask, text) {
      const made = isSecond(ask) ? "second" : ask.kind === "better" ? "better" : "new";
      // A text that the member has taken is in the vision: a new one is compared with that.
      const keeps = made === "better" || form.taken === null;
      return {
        choice: withVersion(choice, text, made, keeps),
        form: {
          wish: made === "better" ? "" : form.wish,
          taken: made === "second" ? form.taken : null,
          newest: text.text,
        },
      };
    },
    next: secondAsk,
    isBackground: isSecond,
    started(ask) {
      if (ask.kind === "new") begun?.();
    },
    announce: {
      asked: "VIVA is gathering your words.",
      arrived: (ask) => (isSecond(ask) ? "A second version is here." : "Your text is here."),
    },
  };
}

/** The texts that VIVA writes for one section from discovery and talks. */
export interface Writing extends TextGeneration<WritingAsk, WritingForm> {
  /** Whether the chosen text is VIVA's newest: only that one can be asked to be made better. */
  readonly isNewest: ReadonlySignal<boolean>;
  /** Whether it is known what there is. False until the server was asked, if this browser has nothing. */
  readonly known: ReadonlySignal<boolean>;
  /** Reads the section's conversation, if this browser has nothing: another device may have asked. */
  look(conversationId: string): Promise<void>;
  /** Chooses a text that was seen before, beside the one that is chosen now. */
  bringBack(text: string): void;
  /** The member saved this text. */
  take(text: string): void;
}

export interface WritingDeps extends TextDeps {
  /** A text from discovery was begun: the server has what was chosen. */
  begun?(): void;
}

/**
 * The writing of one section's texts.
 * @param place the storage key of what is unsaved
 */
export function createWriting(
  visionId: string,
  category: CategoryKey,
  place: string,
  deps: WritingDeps,
): Writing {
  const texts = createTextGeneration(writingKind(visionId, category, deps.begun), place, deps);
  const { choice, form, running } = texts;
  const looked = signal(running.peek() !== null || choice.peek().versions.length > 0);
  const unread = signal<ClientProblem | null>(null);
  const over = new AbortController();
  let lookAgain: (() => void) | null = null;

  function found(): void {
    looked.value = true;
    unread.value = null;
    lookAgain = null;
  }

  async function look(conversationId: string): Promise<void> {
    if (looked.peek()) return;
    try {
      const path = `/api/conversations/${encodeURIComponent(conversationId)}`;
      const conversation = await deps.api.json<Conversation>(path, { signal: over.signal });
      if (looked.peek()) return;
      const { messages, runningTurn } = conversation;
      const written = messages.filter((each) => each.role !== "user" && !isCrisisReply(each));
      for (const message of written) deps.history.add(toProposal(textOf(message)).text, "viva");
      const last = written.findLast(({ metadata }) => metadata.status === "complete");
      if (runningTurn) {
        const turn = { conversationId, turnId: runningTurn.id, messageId: runningTurn.messageId };
        texts.attach({ kind: "new", rhythm: null }, turn);
      } else if (last) {
        const text = toProposal(textOf(last));
        const first = withVersion(choice.peek(), text, "new", true);
        texts.update({ choice: first, form: { newest: text.text } });
      }
    } catch (error) {
      if (over.signal.aborted) return;
      const problem = problemOf(error);
      // A conversation that is not there has no texts.
      if (problem.code !== "not_found") {
        unread.value = problem;
        lookAgain = () => void look(conversationId);
        return;
      }
    }
    found();
  }

  return {
    ...texts,
    problem: computed(() => unread.value ?? texts.problem.value),
    known: looked,
    isNewest: computed(() => {
      const chosen = chosenOf(choice.value);
      return chosen !== undefined && chosen.text === form.value.newest;
    }),
    look,
    ask(ask) {
      found();
      return texts.ask(ask);
    },
    again() {
      lookAgain?.();
      texts.again();
    },
    bringBack(text) {
      texts.update({ choice: withEarlierText(choice.peek(), text), form: { taken: null } });
    },
    take: (taken) => texts.update({ form: { taken } }),
    close() {
      over.abort();
      texts.close();
    },
  };
}
