import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { CategoryKey } from "../../domain/categories.ts";
import type { Conversation } from "../../domain/messages.ts";
import { textOf } from "../../domain/messages.ts";
import { writingConversation } from "../../domain/writing-conversation.ts";
import type { Api } from "../api/http.ts";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import type { TurnStart } from "../api/stream.ts";
import type { TurnDeps, TurnOutcome } from "../api/turn-transport.ts";
import type { Frames } from "../platform/frames.ts";
import type { KeyValue } from "../platform/storage.ts";
import { createGrowingText, type GrowingText } from "../text/growing-text.ts";
import type { TextHistory } from "../text/history.ts";
import { createTextTransport, type TextHandlers } from "../text/text-transport.ts";
import { broughtBy, isCare } from "../text/turn-result.ts";
import { toProposal } from "../vision/refine-request.ts";
import { createKeptWriting, type KeptWriting } from "./kept-writing.ts";
import {
  broughtBack,
  type Choosing,
  isSecond,
  joined,
  requestFor,
  secondAsk,
  type WritingAsk,
} from "./versions.ts";

/** A text that is being written. */
export interface UnderWay {
  readonly ask: WritingAsk;
  readonly growth: GrowingText;
  /** The connection is lost, and another attempt is on its way. */
  readonly lost: boolean;
  readonly stopping: boolean;
}

/** The texts that VIVA writes for one section, from the request to the member's choice. Survives a reload. */
export interface Writing {
  readonly choosing: ReadonlySignal<Choosing>;
  readonly underWay: ReadonlySignal<UnderWay | null>;
  /** Why the last text did not come; null where it did, or was stopped. */
  readonly problem: ReadonlySignal<ClientProblem | null>;
  /** What the member wants different, typed and not sent yet. */
  readonly wish: ReadonlySignal<string>;
  /** The text that was saved last from here; null while a newer one waits for the member's choice. */
  readonly taken: ReadonlySignal<string | null>;
  /**
   * Whether the chosen text is the last one that VIVA wrote here: only that one can be asked to be
   * made better.
   */
  readonly isNewest: ReadonlySignal<boolean>;
  /** What VIVA said in place of a text, as to someone in need; null where it did not. */
  readonly spoken: ReadonlySignal<string | null>;
  /** Whether it is known what there is; false until the record was asked, where this browser has nothing. */
  readonly known: ReadonlySignal<boolean>;
  /** For screen readers: begins, done, stopped, failed. */
  readonly said: ReadonlySignal<string>;
  /** Reads what the record has, where this browser knows of nothing: another device may have asked for it. */
  look(conversationId: string): Promise<void>;
  /** Asks for a text; nothing happens while one is being written for the member to wait for. */
  ask(ask: WritingAsk): Promise<void>;
  /** Asks again for what did not come. */
  again(): void;
  stop(): void;
  choose(index: number): void;
  /** Chooses a text that was seen before, beside the one that is chosen now. */
  bringBack(text: string): void;
  wishFor(text: string): void;
  /** The member saved this text. */
  take(text: string): void;
  /** The member has read what VIVA said in place of a text. */
  heard(): void;
  close(): void;
}

export interface WritingDeps extends TurnDeps {
  readonly api: Api;
  readonly frames: Frames;
  readonly storage: KeyValue;
  /** The texts of the section that the member has seen. */
  readonly history: TextHistory;
  newId(): string;
  /** A text from discovery was begun: the server has what was chosen. */
  begun?(): void;
}

/**
 * The writing of one section's texts.
 * @param place the key under which it is kept in the browser
 */
export function createWriting(
  visionId: string,
  category: CategoryKey,
  place: string,
  deps: WritingDeps,
): Writing {
  const { api, frames } = deps;
  const wire = createTextTransport(writingConversation(visionId, category), deps);
  const kept = createKeptWriting(deps.storage, place);
  const before = kept.read();
  const choosing = signal<Choosing>(before.choosing);
  const underWay = signal<UnderWay | null>(null);
  const problem = signal<ClientProblem | null>(null);
  const wish = signal(before.wish);
  const taken = signal(before.taken);
  const newest = signal(before.newest);
  const spoken = signal(before.spoken);
  const said = signal("");
  const known = signal(before.pending !== null || before.choosing.versions.length > 0);
  const over = new AbortController();
  /** Of the text that is being written. */
  let writing = new AbortController();
  /** What is asked for, until its text is there. */
  let pending: KeptWriting["pending"] = before.pending;
  /** What did not come, for another attempt. */
  let failed: KeptWriting["pending"] = null;
  let lookAgain: (() => void) | null = null;

  function keep(): void {
    kept.write({
      ...{ pending, choosing: choosing.peek(), wish: wish.peek(), taken: taken.peek() },
      ...{ newest: newest.peek(), spoken: spoken.peek() },
    });
  }

  function change(part: Partial<UnderWay>): void {
    const now = underWay.peek();
    if (now) underWay.value = { ...now, ...part };
  }

  function stopTurn(): void {
    const stopped = wire.stop(() => pending, writing.signal);
    stopped.catch((error: unknown) => {
      said.value = problemOf(error).detail;
      change({ stopping: false });
    });
  }

  /** What a stream tells, put where it belongs. */
  function handlers(growth: GrowingText, ending: AbortSignal): TextHandlers {
    let at = 0;
    return {
      start(info: TurnStart) {
        if (ending.aborted) return false;
        if (pending) pending = { ...pending, turn: info };
        at = 0;
        keep();
        if (pending && pending.ask.kind === "new") deps.begun?.();
        said.value = "VIVA is writing.";
        if (underWay.peek()?.stopping) stopTurn();
        return true;
      },
      delta(text: string, from: number | null) {
        growth.put(from ?? at, text);
        at = (from ?? at) + text.length;
      },
      connection: (lost: boolean) => change({ lost }),
    };
  }

  /** Writes what is pending, from wherever it stands, to its end. */
  async function run(): Promise<void> {
    if (!pending || underWay.peek()) return;
    const growth = createGrowingText(frames);
    writing = new AbortController();
    const ending = AbortSignal.any([over.signal, writing.signal]);
    batch(() => {
      problem.value = null;
      spoken.value = null;
      if (pending) underWay.value = { ask: pending.ask, growth, lost: false, stopping: false };
    });
    said.value = "VIVA is gathering your words.";
    keep();
    const outcome = await wire.follow(
      () => pending && { ...pending, request: requestFor(pending.ask, { visionId, category }) },
      handlers(growth, ending),
      ending,
    );
    if (ending.aborted) return;
    settle(outcome, growth);
  }

  function settle(outcome: TurnOutcome, growth: GrowingText): void {
    const asked = pending;
    if (!asked) return;
    growth.settle();
    const brought = broughtBy(outcome, growth.text());
    let second: WritingAsk | null = null;
    batch(() => {
      pending = null;
      underWay.value = null;
      if (brought && "text" in brought) {
        choosing.value = joined(choosing.peek(), asked.ask, brought, taken.peek() !== null);
        deps.history.add(brought.text, "viva");
        newest.value = brought.text;
        second = secondAsk(asked.ask, brought);
        failed = null;
        if (!isSecond(asked.ask)) taken.value = null;
        if (asked.ask.kind === "better") wish.value = "";
        said.value = isSecond(asked.ask) ? "A second version is here." : "Your text is here.";
      } else if (brought && "spoken" in brought) {
        spoken.value = brought.spoken;
        said.value = "VIVA has something to say to you.";
      } else if (!brought) {
        deps.history.add(growth.text(), "viva");
        said.value = "The text was stopped.";
      } else {
        // The part that was seen before it broke off.
        deps.history.add(growth.text(), "viva");
        // The same request may be meant again only where it never became a text.
        failed = asked.turn ? { ...asked, turn: null, key: deps.newId() } : asked;
        said.value = brought.detail;
        // Nobody asked for a second version: the first is there.
        if (!isSecond(asked.ask)) problem.value = brought;
      }
    });
    keep();
    // Every tab and device that listened asks for the same one.
    if (second) void begin(second, `second:${asked.turn?.turnId ?? asked.key}`);
  }

  function begin(ask: WritingAsk, key = deps.newId()): Promise<void> {
    pending = { ask, key, turn: null };
    known.value = true;
    return run();
  }

  async function look(conversationId: string): Promise<void> {
    if (known.peek()) return;
    lookAgain = null;
    try {
      const path = `/api/conversations/${encodeURIComponent(conversationId)}`;
      const { messages, runningTurn } = await api.json<Conversation>(path, { signal: over.signal });
      if (known.peek()) return;
      const written = messages.filter((message) => message.role !== "user" && !isCare(message));
      const last = written.findLast(({ metadata }) => metadata.status === "complete");
      for (const message of written) deps.history.add(toProposal(textOf(message), {}).text, "viva");
      if (runningTurn) {
        const turn = { conversationId, turnId: runningTurn.id, messageId: runningTurn.messageId };
        pending = { ask: { kind: "new", rhythm: null }, key: deps.newId(), turn };
        void run();
      } else if (last) {
        const text = toProposal(textOf(last), {});
        newest.value = text.text;
        choosing.value = joined(choosing.peek(), { kind: "new", rhythm: null }, text, false);
      }
    } catch (error) {
      if (over.signal.aborted) return;
      const found = problemOf(error);
      if (found.code !== "not_found") {
        problem.value = found;
        lookAgain = () => void look(conversationId);
        return;
      }
      // Nothing was written yet.
    }
    known.value = true;
    problem.value = null;
  }

  if (pending) void run();

  return {
    choosing,
    underWay,
    problem,
    wish,
    taken,
    known,
    spoken,
    isNewest: computed(() => {
      const { versions, chosen } = choosing.value;
      return versions[chosen] !== undefined && versions[chosen].text === newest.value;
    }),
    said,
    look,

    async ask(ask) {
      const now = underWay.peek();
      if (now && !isSecond(now.ask)) return;
      if (now) {
        // The server lets the second version go for what the member asks for now.
        writing.abort();
        now.growth.settle();
        deps.history.add(now.growth.text(), "viva");
        underWay.value = null;
      }
      await begin(ask);
    },

    again() {
      lookAgain?.();
      if (!failed || underWay.peek()) return;
      pending = failed;
      failed = null;
      void run();
    },

    stop() {
      change({ stopping: true });
      said.value = "Stopping.";
      stopTurn();
    },

    choose(index) {
      choosing.value = { ...choosing.peek(), chosen: index };
      keep();
    },

    bringBack(text) {
      batch(() => {
        choosing.value = broughtBack(choosing.peek(), text);
        taken.value = null;
      });
      keep();
    },

    wishFor(text) {
      wish.value = text;
      keep();
    },

    take(text) {
      taken.value = text;
      keep();
    },

    heard() {
      spoken.value = null;
      keep();
    },

    close: () => over.abort(),
  };
}
