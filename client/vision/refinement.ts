import { type ReadonlySignal, signal } from "@preact/signals";
import { isCareTurn } from "../../domain/care-turn.ts";
import type { CategoryKey } from "../../domain/categories.ts";
import { etag } from "../../domain/vision.ts";
import type { Api } from "../api/http.ts";
import { type ClientProblem, localProblem, problemOf } from "../api/problem.ts";
import { readTurn, type TurnStart } from "../api/stream.ts";
import type { KeyValue } from "../chat/drafts.ts";
import { createGrowth, type Frames, type Growth } from "../chat/growth.ts";
import { createTurnWire, type TurnDeps, type TurnOutcome } from "../chat/turn.ts";
import type { TextHistory } from "../text/history.ts";
import {
  FIRST_REQUEST,
  type Proposal,
  type RefineRequest,
  toProposal,
  toRefineRequest,
} from "./refine-request.ts";
import { visionUrl } from "./wire.ts";

/** Where a section's refinement stands. */
export type RefinementState =
  /** Nothing is asked for. `problem`: why the last attempt came to nothing; null where it did not. */
  | { readonly kind: "asking"; readonly problem: ClientProblem | null }
  /** VIVA writes. `lost`: the connection is, and another attempt is on its way. */
  | {
      readonly kind: "writing";
      readonly growth: Growth;
      readonly lost: boolean;
      readonly stopping: boolean;
    }
  /** One text to choose, or the first with a second beside it. `problem`: why a second one did not come. */
  | { readonly kind: "proposed"; readonly problem: ClientProblem | null };

/** VIVA's work on one section of a draft, from the request to the proposal. Survives a reload. */
export interface Refinement {
  readonly state: ReadonlySignal<RefinementState>;
  /** What the member asks for. */
  readonly request: ReadonlySignal<RefineRequest>;
  /** What VIVA proposed, the first one first; empty while there is none. */
  readonly proposals: ReadonlySignal<readonly Proposal[]>;
  /** For screen readers: begins, done, stopped, failed. */
  readonly said: ReadonlySignal<string>;
  /** Whether something is asked for, under way or proposed. */
  isOpen(): boolean;
  change(request: Partial<RefineRequest>): void;
  /**
   * Asks VIVA for a proposal about the text as the server has it.
   * @param revision the draft's, with nothing unsaved in this section
   */
  ask(revision: number): Promise<void>;
  /** Asks for a second text beside the first, saying what that one missed. */
  askSecond(revision: number): Promise<void>;
  stop(): void;
  /** The proposal was accepted or is not wanted: back to the beginning. */
  done(): void;
  close(): void;
}

export interface RefinementDeps extends TurnDeps {
  readonly api: Api;
  readonly frames: Frames;
  readonly storage: KeyValue;
  readonly history: TextHistory;
}

/** What is kept in the browser: enough to find the turn again, or to show what it brought. */
interface Kept {
  readonly request: RefineRequest;
  readonly turn: TurnStart | null;
  readonly proposals: readonly Proposal[];
}

const NOTHING: Kept = { request: FIRST_REQUEST, turn: null, proposals: [] };

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function parse(json: string | null): Kept {
  try {
    const value = JSON.parse(json ?? "null") as Partial<Record<keyof Kept, unknown>> | null;
    if (typeof value !== "object" || value === null) return NOTHING;
    const turn = value.turn as Partial<Record<keyof TurnStart, unknown>> | null | undefined;
    const named = turn && isText(turn.messageId) && isText(turn.conversationId);
    return {
      request: toRefineRequest(value.request),
      turn: named
        ? {
            messageId: turn.messageId as string,
            conversationId: turn.conversationId as string,
            turnId: isText(turn.turnId) ? turn.turnId : null,
          }
        : null,
      proposals: (Array.isArray(value.proposals) ? value.proposals : [])
        .filter((entry): entry is { text: string } => isText((entry as Proposal | null)?.text))
        .map((entry) => toProposal(entry.text, { vision: entry })),
    };
  } catch {
    return NOTHING;
  }
}

/** Words of VIVA that stand in place of a proposal. */
function spoken(text: string): ClientProblem {
  return { code: "unknown", detail: text.trim(), status: 200, retryable: false, care: true };
}

/** What a turn brought: a proposal, a problem, or nothing because the member stopped it. */
function broughtBy(
  outcome: TurnOutcome,
  written: string,
): Proposal | { readonly problem: ClientProblem | null } {
  switch (outcome.kind) {
    case "aborted":
      return { problem: null };
    case "failed":
    case "broken":
      return { problem: outcome.problem };
    case "recorded": {
      const { parts, metadata } = outcome.message;
      const text = parts.map((part) => part.text).join("");
      if (isCareTurn(metadata.turnId)) return { problem: spoken(text) };
      if (metadata.status !== "complete") return { problem: localProblem("broken") };
      return toProposal(text, { ...metadata });
    }
    case "complete":
      if (written.trim() === "") return { problem: localProblem("unknown") };
      // What a member in crisis is met with is no text to accept.
      if (outcome.metadata.care === true) return { problem: spoken(written) };
      return toProposal(written, outcome.metadata);
  }
}

/**
 * The refinement of one section.
 * @param place the key under which it is kept in the browser
 */
export function createRefinement(
  visionId: string,
  key: CategoryKey,
  place: string,
  deps: RefinementDeps,
): Refinement {
  const { api, frames, storage } = deps;
  const kept = parse(storage.getItem(place));
  const state = signal<RefinementState>({
    kind: kept.proposals.length > 0 ? "proposed" : "asking",
    problem: null,
  });
  const request = signal(kept.request);
  const proposals = signal(kept.proposals);
  const said = signal("");
  let turn: TurnStart | null = kept.turn;
  let over = new AbortController();

  function keep(): void {
    try {
      const now: Kept = { request: request.peek(), turn, proposals: proposals.peek() };
      if (JSON.stringify(now) === JSON.stringify(NOTHING)) storage.removeItem(place);
      else storage.setItem(place, JSON.stringify(now));
    } catch {
      // It lives as long as the page then.
    }
  }

  function writing(change: Partial<Extract<RefinementState, { kind: "writing" }>>): void {
    const now = state.peek();
    if (now.kind === "writing") state.value = { ...now, ...change };
  }

  function settle(outcome: TurnOutcome, growth: Growth): void {
    growth.settle();
    const brought = broughtBy(outcome, growth.text());
    turn = null;
    if ("text" in brought) proposals.value = [...proposals.peek(), brought];
    // Also the part of one that was stopped or broke off.
    const isText = "text" in brought || !brought.problem || outcome.kind === "broken";
    if (isText) deps.history.add("text" in brought ? brought.text : growth.text(), "viva");
    const problem = "problem" in brought ? brought.problem : null;
    const proposed = proposals.peek().length > 0;
    state.value = { kind: proposed ? "proposed" : "asking", problem };
    if (problem) said.value = problem.detail;
    else said.value = "text" in brought ? "VIVA's proposal is here." : "The text was stopped.";
    keep();
  }

  function stopTurn(): void {
    const { signal: ending } = over;
    if (!turn?.conversationId || !turn.turnId) return;
    createTurnWire(turn.conversationId, deps)
      .stop(turn.turnId, ending)
      .catch((error: unknown) => {
        said.value = problemOf(error).detail;
        writing({ stopping: false });
      });
  }

  /** What a stream tells, put where it belongs. */
  function handlers(growth: Growth) {
    let at = 0;
    return {
      start(info: TurnStart) {
        turn = info;
        at = 0;
        keep();
        said.value = "VIVA is writing.";
        const now = state.peek();
        if (now.kind === "writing" && now.stopping) stopTurn();
        return true;
      },
      delta(text: string, from: number | null) {
        growth.put(from ?? at, text);
        at = (from ?? at) + text.length;
      },
      connection: (lost: boolean) => writing({ lost }),
    };
  }

  /** Takes up a turn whose stream was lost, or that an earlier page had asked for. */
  async function resume(growth: Growth, on: ReturnType<typeof handlers>): Promise<TurnOutcome> {
    if (!turn?.conversationId || !turn.messageId) {
      return { kind: "broken", problem: localProblem("broken") };
    }
    const { conversationId, messageId } = turn;
    const again = createTurnWire(conversationId, deps);
    growth.put(0, growth.text());
    return again.attach(messageId, on, over.signal);
  }

  async function run(revision: number, body: RefineRequest & { second?: true }): Promise<void> {
    if (state.peek().kind === "writing") return;
    const growth = createGrowth(frames);
    const { signal: ending } = over;
    state.value = { kind: "writing", growth, lost: false, stopping: false };
    said.value = "VIVA is reading your words.";
    const on = handlers(growth);
    let outcome: TurnOutcome;
    try {
      const response = await api.open(`${visionUrl(visionId)}/sections/${key}/refine`, {
        body,
        headers: { "If-Match": etag(revision), Accept: "text/event-stream" },
        signal: ending,
      });
      const reader = {
        start: on.start,
        delta: (text: string, end: number | null) =>
          on.delta(text, end === null ? null : end - text.length),
      };
      outcome = response.body
        ? await readTurn(response.body, reader)
        : { kind: "broken", problem: localProblem("broken") };
      if (outcome.kind === "broken" && turn) outcome = await resume(growth, on);
    } catch (error) {
      outcome = { kind: "failed", problem: problemOf(error) };
    }
    if (!ending.aborted) settle(outcome, growth);
  }

  async function goOn(): Promise<void> {
    const growth = createGrowth(frames);
    const { signal: ending } = over;
    state.value = { kind: "writing", growth, lost: false, stopping: false };
    const outcome = await resume(growth, handlers(growth)).catch(
      (error: unknown): TurnOutcome => ({ kind: "failed", problem: problemOf(error) }),
    );
    if (!ending.aborted) settle(outcome, growth);
  }

  if (turn) void goOn();

  return {
    state,
    request,
    proposals,
    said,
    isOpen: () =>
      state.peek().kind !== "asking" ||
      JSON.stringify(request.peek()) !== JSON.stringify(FIRST_REQUEST),
    change(part) {
      request.value = { ...request.peek(), ...part };
      keep();
    },
    ask: (revision) => run(revision, request.peek()),
    // VIVA knows what its newest text missed.
    askSecond: (revision) => run(revision, { ...request.peek(), second: true }),
    stop() {
      writing({ stopping: true });
      said.value = "Stopping.";
      stopTurn();
    },
    done() {
      over.abort();
      over = new AbortController();
      turn = null;
      request.value = FIRST_REQUEST;
      proposals.value = [];
      state.value = { kind: "asking", problem: null };
      keep();
    },
    close: () => over.abort(),
  };
}
