import * as v from "valibot";
import type { CategoryKey } from "../../../domain/categories.ts";
import {
  type DiscoverySelections,
  type DiscoveryStep,
  firstStep,
  isRhythm,
  MAX_GROUPS,
  NO_SELECTIONS,
  OWN_TEXT_CHARACTERS,
  RHYTHMS,
  type Theme,
  thirdStep,
} from "../../../domain/discovery.ts";
import { truncate } from "../../../domain/text.ts";
import type { DiscoveryAnswer } from "../../../domain/writing.ts";
import { writingConversation } from "../../../domain/writing-conversation.ts";

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

/** A stored text of at most so many UTF-16 units. Members can write the state, and prompts are made of it. */
const words = (units: number) =>
  v.pipe(
    v.string(),
    v.transform((text) => truncate(text, units)),
  );

/** The first items of a stored list. */
const few = <Item extends v.GenericSchema>(item: Item, most: number) =>
  v.pipe(
    v.array(v.unknown()),
    v.transform((items) => items.slice(0, most)),
    v.array(item),
  );

/** More than the tiles of any step. */
const MOST_TILES = 24;
const Id = words(100);
const Label = words(80);
const Sublabel = words(120);
const TileSchema = v.object({
  id: Id,
  emoji: words(16),
  label: Label,
  sublabel: Sublabel,
  of: v.optional(Id),
});
const Picked = v.object({ id: Id, label: Label, sublabel: Sublabel });
const ThemeSchema = v.object({ name: words(60), evidence: words(400) });

const StateSchema = v.object({
  step: v.picklist([1, 2, 3, 4]),
  selections: v.object({
    picks: few(Picked, MOST_TILES),
    own: words(OWN_TEXT_CHARACTERS),
    details: few(Picked, MOST_TILES),
    detailsOwn: words(OWN_TEXT_CHARACTERS),
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
      text: words(600),
      tiles: few(TileSchema, MOST_TILES),
      groups: few(v.object({ of: Id, question: words(200) }), MAX_GROUPS),
      options: few(TileSchema, MOST_TILES),
      theme: v.null(),
    }),
  ),
  theme: v.nullable(ThemeSchema),
});

/** Reads a stored state, as far as a state can go. One that cannot be read counts as not begun. */
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
