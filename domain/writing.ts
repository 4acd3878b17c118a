import * as v from "valibot";
import { type CategoryKey, normaliseCategory } from "./categories.ts";
import { type DiscoveryStep, OWN_TEXT_CHARACTERS } from "./discovery.ts";
import { ProblemError } from "./problems.ts";
import { invalidField, parseRequest, RowId, strictly } from "./requests.ts";
import { tidyText } from "./text.ts";
import type { VoiceFinding } from "./voice.ts";

/** How VIVA may sound when it refines a section. */
export const TONES = ["encouraging", "challenging", "balanced", "celebratory"] as const;
/** How strongly it may be felt. */
export const INTENSITIES = ["gentle", "moderate", "intense"] as const;

/** The most characters (UTF-16 units) of what a member asks of a refinement. */
export const INSTRUCTION_CHARACTERS = 2_000;

/** What a member asks of a refinement. */
export interface RefineRequest {
  /** Empty where they leave it to VIVA. */
  readonly instructions: string;
  /** How much to change: 0 to 100. */
  readonly amount: number;
  readonly tone: (typeof TONES)[number];
  readonly intensity: (typeof INTENSITIES)[number];
}

/** What is told of a vision text beside its words, in the `finish` of its stream. */
export interface WrittenText {
  readonly visionId: string;
  readonly category: CategoryKey;
  /** For `PATCH /api/visions/:id`, where the text is a suggestion for a section that had one. */
  readonly refinementId: string | null;
  /** Why VIVA changed what it changed; null where it says nothing. */
  readonly notes: string | null;
  /** What the text does that vision text does not; empty for one in the voice. */
  readonly findings: readonly VoiceFinding[];
  /** Share of the text's content words that stand in what the member said: a hint. */
  readonly ownWords: number;
}

const text = (characters: number) =>
  v.pipe(
    v.string(),
    v.transform(tidyText),
    v.maxLength(characters, `at most ${characters.toLocaleString("en")} characters`),
  );

/** The body of `POST /api/visions/:id/sections/:key/refine`. */
export const RefineBody = v.nullish(
  v.strictObject(
    {
      instructions: v.nullish(text(INSTRUCTION_CHARACTERS)),
      amount: v.nullish(
        v.pipe(v.number(), v.integer("a whole number"), v.minValue(0), v.maxValue(100)),
      ),
      tone: v.nullish(v.picklist(TONES)),
      intensity: v.nullish(v.picklist(INTENSITIES)),
      second: v.nullish(v.boolean()),
    },
    strictly,
  ),
);

/** The body of `POST /api/conversations/:id/draft`. */
export const DraftBody = v.nullish(v.strictObject({ second: v.nullish(v.boolean()) }, strictly));

/**
 * The body of `POST /api/conversations/:id/draft`, which may be missing.
 * @returns whether the newest text missed the voice, and a second one is asked for
 * @throws ProblemError invalid_request
 */
export function parseDraft(body: unknown): boolean {
  return parseRequest(DraftBody, body)?.second ?? false;
}

/**
 * The body of `POST /api/visions/:id/sections/:key/refine`, which may be missing.
 * @throws ProblemError invalid_request
 */
export function parseRefine(body: unknown): RefineRequest & { readonly second: boolean } {
  const { instructions, amount, tone, intensity, second } = parseRequest(RefineBody, body) ?? {};
  return {
    instructions: instructions ?? "",
    amount: amount ?? 50,
    tone: tone ?? "balanced",
    intensity: intensity ?? "moderate",
    second: second ?? false,
  };
}

/** What discovery is asked for. */
const DISCOVERY_ACTIONS = ["start", "submit_step_1", "submit_step_2", "submit_step_3"] as const;

/**
 * How the text of step 3 is to be written: anew from what was chosen, as the last one with what the
 * member wants different, or as the last one in the voice it missed.
 */
const WRITING_MODES = ["new", "better", "voice"] as const;

/** A request to `POST /api/vision/chat`. */
export interface DiscoveryRequest {
  readonly visionId: string;
  readonly category: CategoryKey;
  readonly action: (typeof DISCOVERY_ACTIONS)[number];
  /** Ids of tiles; in step 3 of one rhythm. */
  readonly selections: readonly string[];
  /** "Something else"; with mode `better` what to change. */
  readonly customInput: string;
  readonly mode: (typeof WRITING_MODES)[number];
  /** With `start`: leaves what was chosen before behind. */
  readonly restart: boolean;
  /** With `start`: the step to look at again; null for the one that is open. */
  readonly at: 1 | 2 | 3 | null;
}

/** The body of `POST /api/vision/chat`. */
export const DiscoveryBody = v.strictObject(
  {
    visionId: RowId,
    category: v.pipe(v.string(), v.maxLength(100)),
    action: v.picklist(DISCOVERY_ACTIONS),
    selections: v.nullish(v.pipe(v.array(v.pipe(v.string(), v.maxLength(100))), v.maxLength(50))),
    customInput: v.nullish(text(OWN_TEXT_CHARACTERS)),
    mode: v.nullish(v.picklist(WRITING_MODES)),
    restart: v.nullish(v.boolean()),
    at: v.nullish(v.picklist([1, 2, 3])),
  },
  strictly,
);

/**
 * The body of `POST /api/vision/chat`.
 * @throws ProblemError invalid_request, unknown_category
 */
export function parseDiscovery(body: unknown): DiscoveryRequest {
  const { category: name, ...given } = parseRequest(DiscoveryBody, body);
  const category = normaliseCategory(name);
  if (category === undefined) throw new ProblemError("unknown_category");
  const request = {
    ...given,
    category,
    selections: given.selections ?? [],
    customInput: given.customInput ?? "",
    mode: given.mode ?? "new",
    restart: given.restart ?? false,
    at: given.action === "start" ? (given.at ?? null) : null,
  } as const;
  if (request.mode === "better" && request.customInput === "") {
    throw invalidField("customInput", "say what to change");
  }
  return request;
}

/** What `POST /api/vision/chat` answers to all but `submit_step_3`. */
export interface DiscoveryAnswer extends Omit<DiscoveryStep, "step"> {
  /** 4 where a text was asked for already: it is read from the conversation. */
  readonly step: 1 | 2 | 3 | 4;
  /** What was chosen in this step before: ids, and the words beside them. */
  readonly chosen: { readonly selections: readonly string[]; readonly customInput: string };
  /** Where the texts of this section are written: for resuming, stopping and reading one. */
  readonly conversationId: string;
  /** What VIVA says to a member in crisis: the step stays where it was. */
  readonly care?: string;
}
