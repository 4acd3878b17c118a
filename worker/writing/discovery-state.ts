import * as v from "valibot";
import type { CategoryKey } from "../../domain/categories.ts";
import {
  type DiscoverySelections,
  type DiscoveryStep,
  firstStep,
  isRhythm,
  NO_SELECTIONS,
  RHYTHMS,
  type Theme,
  thirdStep,
} from "../../domain/discovery.ts";
import { type DiscoveryAnswer, writingConversation } from "../../domain/writing.ts";

/** How far a member has come in the discovery of one section. */
export interface DiscoveryState {
  /** The step that is open; 4 once a text was asked for. */
  readonly step: 1 | 2 | 3 | 4;
  readonly selections: DiscoverySelections;
  /** Step 2 as it was offered: the model's tiles are in no table. Null where it was skipped. */
  readonly second: DiscoveryStep | null;
  readonly theme: Theme | null;
}

export const NOT_BEGUN: DiscoveryState = {
  step: 1,
  selections: NO_SELECTIONS,
  second: null,
  theme: null,
};

const TileSchema = v.object({
  id: v.string(),
  emoji: v.string(),
  label: v.string(),
  sublabel: v.string(),
  of: v.optional(v.string()),
});
const Picked = v.object({ id: v.string(), label: v.string(), sublabel: v.string() });
const ThemeSchema = v.object({ name: v.string(), evidence: v.string() });

const StateSchema = v.object({
  step: v.picklist([1, 2, 3, 4]),
  selections: v.object({
    picks: v.array(Picked),
    own: v.string(),
    details: v.array(Picked),
    detailsOwn: v.string(),
    rhythm: v.nullable(
      v.pipe(
        v.string(),
        v.check(isRhythm),
        v.transform((id) => id as never),
      ),
    ),
  }),
  second: v.nullable(
    v.object({
      step: v.literal(2),
      text: v.string(),
      tiles: v.array(TileSchema),
      groups: v.array(v.object({ of: v.string(), question: v.string() })),
      options: v.array(TileSchema),
      theme: v.null(),
    }),
  ),
  theme: v.nullable(ThemeSchema),
});

/** Reads a stored state. One that cannot be read counts as not begun. */
export function discoveryState(stored: unknown): DiscoveryState {
  const parsed = v.safeParse(StateSchema, stored);
  return parsed.success ? (parsed.output as DiscoveryState) : NOT_BEGUN;
}

function stepOf(category: CategoryKey, state: DiscoveryState, step: 1 | 2 | 3): DiscoveryStep {
  if (step === 2 && state.second) return state.second;
  if (step === 3 && state.theme) return thirdStep(state.theme);
  return firstStep(category);
}

function chosenIn(step: 1 | 2 | 3, { selections }: DiscoveryState) {
  const { picks, own, details, detailsOwn, rhythm } = selections;
  if (step === 1) return { selections: picks.map(({ id }) => id), customInput: own };
  if (step === 2) return { selections: details.map(({ id }) => id), customInput: detailsOwn };
  return { selections: rhythm ? [rhythm] : [], customInput: "" };
}

/**
 * What a step says and offers, with what was chosen in it before.
 * @param at the step to look at; one that is not open yet, or was skipped, gives the one that is
 */
export function discoveryAnswer(
  visionId: string,
  category: CategoryKey,
  state: DiscoveryState,
  at: 1 | 2 | 3 | null = null,
): DiscoveryAnswer {
  const conversationId = writingConversation(visionId, category);
  const open = at !== null && at <= state.step && (at !== 2 || state.second) ? at : state.step;
  if (open === 4) {
    return {
      step: 4,
      text: "",
      tiles: [],
      groups: [],
      options: RHYTHMS,
      theme: state.theme,
      chosen: chosenIn(3, state),
      conversationId,
    };
  }
  return { ...stepOf(category, state, open), chosen: chosenIn(open, state), conversationId };
}
