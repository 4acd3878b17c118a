import { type ReadonlySignal, signal } from "@preact/signals";
import type { CategoryKey } from "../../domain/categories.ts";
import { etag } from "../../domain/vision.ts";
import { writingConversation } from "../../domain/writing-conversation.ts";
import type { Api } from "../api/http.ts";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import type { TurnStart } from "../api/stream.ts";
import type { TurnDeps, TurnOutcome } from "../api/turn-transport.ts";
import type { Frames } from "../platform/frames.ts";
import type { KeyValue } from "../platform/storage.ts";
import { createGrowingText, type GrowingText } from "../text/growing-text.ts";
import type { TextHistory } from "../text/history.ts";
import {
  type AskedText,
  createTextTransport,
  type TextRequest,
  toAskedText,
} from "../text/text-transport.ts";
import { broughtBy } from "../text/turn-result.ts";
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
      readonly growth: GrowingText;
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
  newId(): string;
}

/** What is kept in the browser: enough to find the turn again, or to show what it brought. */
interface Kept {
  readonly request: RefineRequest;
  readonly asked: AskedText | null;
  readonly proposals: readonly Proposal[];
}

const NOTHING: Kept = { request: FIRST_REQUEST, asked: null, proposals: [] };

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function parse(json: string | null): Kept {
  try {
    const value = JSON.parse(json ?? "null") as Partial<Record<keyof Kept, unknown>> | null;
    if (typeof value !== "object" || value === null) return NOTHING;
    return {
      request: toRefineRequest(value.request),
      asked: toAskedText(value.asked),
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
  const { frames, storage } = deps;
  const wire = createTextTransport(writingConversation(visionId, key), deps);
  const kept = parse(storage.getItem(place));
  const state = signal<RefinementState>({
    kind: kept.proposals.length > 0 ? "proposed" : "asking",
    problem: null,
  });
  const request = signal(kept.request);
  const proposals = signal(kept.proposals);
  const said = signal("");
  /** What is asked for, until its text is there. */
  let asked: AskedText | null = kept.asked;
  /** What did not become a text, for another attempt. */
  let failed: AskedText | null = null;
  let over = new AbortController();

  function keep(): void {
    try {
      const now: Kept = { request: request.peek(), asked, proposals: proposals.peek() };
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

  function settle(outcome: TurnOutcome, growth: GrowingText): void {
    growth.settle();
    const brought = broughtBy(outcome, growth.text());
    const isText = brought !== null && "text" in brought;
    const isSpoken = brought !== null && "spoken" in brought;
    if (isText) proposals.value = [...proposals.peek(), brought];
    // Also the part of one that was stopped or broke off.
    if (!isSpoken) deps.history.add(isText ? brought.text : growth.text(), "viva");
    const problem = isText || !brought ? null : isSpoken ? spoken(brought.spoken) : brought;
    failed = problem && !asked?.turn ? asked : null;
    asked = null;
    const proposed = proposals.peek().length > 0;
    state.value = { kind: proposed ? "proposed" : "asking", problem };
    if (problem) said.value = problem.detail;
    else said.value = isText ? "VIVA's proposal is here." : "The text was stopped.";
    keep();
  }

  function stopTurn(): void {
    const { signal: ending } = over;
    const stopped = wire.stop(() => asked, ending);
    stopped.catch((error: unknown) => {
      said.value = problemOf(error).detail;
      writing({ stopping: false });
    });
  }

  /** What a stream tells, put where it belongs. */
  function handlers(growth: GrowingText) {
    let at = 0;
    return {
      start(info: TurnStart) {
        if (asked) asked = { ...asked, turn: info };
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

  /** Hears what is asked for to its end, from wherever it stands. */
  async function run(): Promise<void> {
    const growth = createGrowingText(frames);
    const { signal: ending } = over;
    state.value = { kind: "writing", growth, lost: false, stopping: false };
    said.value = "VIVA is reading your words.";
    keep();
    const outcome = await wire.follow(() => asked, handlers(growth), ending);
    if (!ending.aborted) settle(outcome, growth);
  }

  async function begin(revision: number, body: TextRequest["body"]): Promise<void> {
    if (state.peek().kind === "writing") return;
    const path = `${visionUrl(visionId)}/sections/${key}/refine`;
    const request = { path, body, headers: { "If-Match": etag(revision) } };
    // What failed before it became a text is the same request: it is not charged twice.
    const same = JSON.stringify(failed?.request) === JSON.stringify(request);
    asked = same && failed ? failed : { request, key: deps.newId(), turn: null };
    failed = null;
    await run();
  }

  if (asked) void run();

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
    ask: (revision) => begin(revision, { ...request.peek() }),
    // VIVA knows what its newest text missed.
    askSecond: (revision) => begin(revision, { ...request.peek(), second: true }),
    stop() {
      writing({ stopping: true });
      said.value = "Stopping.";
      stopTurn();
    },
    done() {
      over.abort();
      over = new AbortController();
      asked = null;
      failed = null;
      request.value = FIRST_REQUEST;
      proposals.value = [];
      state.value = { kind: "asking", problem: null };
      keep();
    },
    close: () => over.abort(),
  };
}
