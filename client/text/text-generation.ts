import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { Api } from "../api/http.ts";
import { type ClientProblem, localProblem, problemOf } from "../api/problem.ts";
import type { TurnStart } from "../api/stream.ts";
import {
  createTurnTransport,
  type TurnDeps,
  type TurnHandlers,
  type TurnOutcome,
  type TurnPost,
} from "../api/turn-transport.ts";
import type { Frames } from "../platform/frames.ts";
import type { KeyValue } from "../platform/storage.ts";
import { createGrowingText, type GrowingText } from "./growing-text.ts";
import type { TextHistory } from "./history.ts";
import type { Proposal } from "./proposal.ts";
import { NO_VERSIONS, type TextVersions } from "./text-versions.ts";
import { resultOf } from "./turn-result.ts";
import {
  createUnsavedText,
  type PendingText,
  type UnsavedText,
  type UnsavedTextTypes,
} from "./unsaved-text.ts";

/** A text that is being written. */
export interface RunningText<Ask> {
  readonly ask: Ask;
  readonly text: GrowingText;
  /** Whether the connection is lost and another attempt is on its way. */
  readonly lost: boolean;
  readonly stopping: boolean;
}

type Stored<Form> = Pick<UnsavedText<unknown, Form>, "choice" | "form">;

/** What differs between the places where VIVA writes texts. An `Ask` is what VIVA is asked to write. */
export interface TextKind<Ask, Form> extends UnsavedTextTypes<Ask, Form> {
  /** The conversation in which the texts are written. */
  readonly conversationId: string;
  request(ask: Ask): TurnPost;
  /** Where a text that has come goes. */
  add(now: Stored<Form>, ask: Ask, text: Proposal): Stored<Form>;
  /** The text to ask for by itself after this one. Null for none. */
  next?(ask: Ask, text: Proposal): Ask | null;
  /** Whether it was asked for by itself: it gives way to what the member asks, and may fail unnoticed. */
  isBackground?(ask: Ask): boolean;
  /** The server has begun the turn of an ask. */
  started?(ask: Ask): void;
  /** What screen readers say when a text is asked for, and when it is there. */
  readonly announce: { readonly asked: string; arrived(ask: Ask): string };
}

/** The texts that VIVA writes for one section, from the request to the member's choice. Survives a reload. */
export interface TextGeneration<Ask, Form> {
  readonly choice: ReadonlySignal<TextVersions>;
  readonly running: ReadonlySignal<RunningText<Ask> | null>;
  /** Why the last text did not come. Null if it did, or was stopped. */
  readonly problem: ReadonlySignal<ClientProblem | null>;
  /** What VIVA said in place of a text, as to a member in crisis. Null if it did not. */
  readonly reply: ReadonlySignal<string | null>;
  /** What the member has typed and decided. */
  readonly form: ReadonlySignal<Form>;
  /** For screen readers: begins, done, stopped, failed. */
  readonly announcement: ReadonlySignal<string>;
  /** Asks for a text. Does nothing while the member waits for another one. */
  ask(ask: Ask): Promise<void>;
  /** Asks again for the text that did not come. */
  again(): void;
  /** Follows a turn that runs already. */
  attach(ask: Ask, turn: TurnStart): void;
  stop(): void;
  choose(index: number): void;
  update(change: { readonly choice?: TextVersions; readonly form?: Partial<Form> }): void;
  /** The member has read the reply. */
  dismissReply(): void;
  /** Back to the beginning. A text that is being written is not followed any more. */
  clear(): void;
  close(): void;
}

export interface TextDeps extends TurnDeps {
  readonly api: Api;
  readonly frames: Frames;
  readonly storage: KeyValue;
  /** The texts of the section that the member has seen. */
  readonly history: TextHistory;
  newId(): string;
}

/** How often a request is sent again of which nothing was heard, and the pause before that. */
const RESENDS = 3;
const RESEND_MS = 1_000;

/**
 * The texts of one section. A text that was asked for before a reload is followed at once.
 * @param place the storage key of what is unsaved
 */
export function createTextGeneration<Ask, Form extends object>(
  kind: TextKind<Ask, Form>,
  place: string,
  deps: TextDeps,
): TextGeneration<Ask, Form> {
  const transport = createTurnTransport(kind.conversationId, deps);
  const unsaved = createUnsavedText(kind, deps.storage, place);
  const before = unsaved.read();
  const choice = signal(before.choice);
  const form = signal(before.form);
  const reply = signal(before.reply);
  const running = signal<RunningText<Ask> | null>(null);
  const problem = signal<ClientProblem | null>(null);
  const announcement = signal("");
  let pending: PendingText<Ask> | null = before.pending;
  /** What did not come, for another attempt. */
  let failed: PendingText<Ask> | null = null;
  /** Ends when the running text is not followed any more. */
  let following = new AbortController();

  const isBackground = (ask: Ask) => kind.isBackground?.(ask) ?? false;
  const seen = (text: string) => deps.history.add(text, "viva");

  function store(): void {
    const now = { choice: choice.peek(), reply: reply.peek(), form: form.peek() };
    unsaved.write({ pending, ...now });
  }

  function change(part: Partial<RunningText<Ask>>): void {
    const now = running.peek();
    if (now) running.value = { ...now, ...part };
  }

  /**
   * Stops the turn of the pending text. A proxy may hold back everything that tells of that turn: until it
   * is known, whatever is written in the section is stopped, again until the text has ended.
   */
  async function stopTurn(): Promise<void> {
    const { signal } = following;
    const key = pending?.key;
    try {
      for (let attempt = 0; !signal.aborted && pending?.key === key; attempt += 1) {
        const turnId = pending?.turn?.turnId ?? null;
        try {
          await transport.stop(turnId ?? { messageId: null }, signal);
          if (turnId !== null) return;
        } catch (error) {
          // The request for the text may still be on its way.
          if (turnId !== null || problemOf(error).code !== "not_found") throw error;
        }
        await transport.pause(attempt, signal);
      }
    } catch (error) {
      announcement.value = problemOf(error).detail;
      change({ stopping: false });
    }
  }

  /** Asks for the pending text, or takes up its turn, until that has ended. */
  async function follow(text: GrowingText, signal: AbortSignal): Promise<TurnOutcome> {
    const on: TurnHandlers = {
      start(turn) {
        if (signal.aborted || !pending) return;
        pending = { ...pending, turn };
        store();
        kind.started?.(pending.ask);
        announcement.value = "VIVA is writing.";
        if (running.peek()?.stopping) void stopTurn();
      },
      delta: (piece, at) => text.put(at, piece),
      connection: (lost) => change({ lost }),
    };
    let outcome: TurnOutcome = { kind: "broken", problem: localProblem("broken") };
    for (let attempt = 0; pending && attempt <= RESENDS; attempt += 1) {
      const { turn, ask, key } = pending;
      if (turn?.messageId) return transport.attach(turn.messageId, on, signal);
      const post = kind.request(ask);
      const headers = { ...post.headers, "Idempotency-Key": key };
      outcome = await transport.ask({ ...post, headers }, on, signal);
      if (signal.aborted || outcome.kind !== "broken") break;
      // Nothing was heard of it: under the same key it means the same text.
      on.connection(true);
      await deps.network.online(signal);
      await deps.wait(RESEND_MS);
    }
    return outcome;
  }

  /** Follows the pending text, from wherever it stands, to its end. */
  async function run({ ask }: PendingText<Ask>): Promise<void> {
    const text = createGrowingText(deps.frames);
    following = new AbortController();
    const { signal } = following;
    failed = null;
    batch(() => {
      problem.value = null;
      reply.value = null;
      running.value = { ask, text, lost: false, stopping: false };
      announcement.value = kind.announce.asked;
    });
    store();
    const outcome = await follow(text, signal);
    if (!signal.aborted && pending) settle(pending, outcome, text);
  }

  function settle(asked: PendingText<Ask>, outcome: TurnOutcome, text: GrowingText): void {
    text.settle();
    const result = resultOf(outcome, text.text());
    batch(() => {
      pending = null;
      running.value = null;
      if (result.kind === "text") {
        const now = { choice: choice.peek(), form: form.peek() };
        const next = kind.add(now, asked.ask, result.proposal);
        choice.value = next.choice;
        form.value = next.form;
        seen(result.proposal.text);
        announcement.value = kind.announce.arrived(asked.ask);
      } else if (result.kind === "reply") {
        reply.value = result.reply;
        announcement.value = "VIVA has something to say to you.";
      } else {
        // The part that the member saw.
        seen(text.text());
        announcement.value = "The text was stopped.";
        if (result.kind === "problem") {
          failed = asked;
          announcement.value = result.problem.detail;
          if (!isBackground(asked.ask)) problem.value = result.problem;
        }
      }
    });
    store();
    const next = result.kind === "text" ? kind.next?.(asked.ask, result.proposal) : null;
    // Every tab and device that listened asks for the same one.
    if (next)
      void begin({ ask: next, key: `second:${asked.turn?.turnId ?? asked.key}`, turn: null });
  }

  function begin(asked: PendingText<Ask>): Promise<void> {
    pending = asked;
    return run(asked);
  }

  async function ask(wanted: Ask): Promise<void> {
    const now = running.peek();
    if (now && !isBackground(now.ask)) return;
    if (now) {
      // The server lets the background text go for what the member asks for now.
      following.abort();
      now.text.settle();
      seen(now.text.text());
    }
    // What never became a turn is sent again under its key: it is not charged twice.
    const isSame = failed?.turn === null && JSON.stringify(failed.ask) === JSON.stringify(wanted);
    await begin({ ask: wanted, key: isSame && failed ? failed.key : deps.newId(), turn: null });
  }

  if (pending) void run(pending);

  return {
    ...{ choice, form, running, problem, reply, announcement, ask },

    again() {
      if (failed && !running.peek()) void ask(failed.ask);
    },

    attach(wanted, turn) {
      void begin({ ask: wanted, key: deps.newId(), turn });
    },

    stop() {
      change({ stopping: true });
      announcement.value = "Stopping.";
      void stopTurn();
    },

    choose(chosen) {
      choice.value = { ...choice.peek(), chosen };
      store();
    },

    update(to) {
      batch(() => {
        if (to.choice) choice.value = to.choice;
        if (to.form) form.value = { ...form.peek(), ...to.form };
      });
      store();
    },

    dismissReply() {
      reply.value = null;
      store();
    },

    clear() {
      following.abort();
      pending = null;
      failed = null;
      batch(() => {
        running.value = null;
        problem.value = null;
        reply.value = null;
        form.value = kind.blank;
        choice.value = NO_VERSIONS;
      });
      store();
    },

    close: () => following.abort(),
  };
}
