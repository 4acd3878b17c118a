import type { CategoryKey } from "./categories.ts";
import type { BroadTile, CategoryDiscovery, Tile } from "./discovery/category-discovery.ts";
import { CONCLUSION } from "./discovery/conclusion.ts";
import { FAMILY } from "./discovery/family.ts";
import { FORWARD } from "./discovery/forward.ts";
import { FUN } from "./discovery/fun.ts";
import { GIVING } from "./discovery/giving.ts";
import { HEALTH } from "./discovery/health.ts";
import { HOME } from "./discovery/home.ts";
import { LOVE } from "./discovery/love.ts";
import { MONEY } from "./discovery/money.ts";
import { RHYTHMS, type RhythmId } from "./discovery/rhythms.ts";
import { SOCIAL } from "./discovery/social.ts";
import { SPIRITUALITY } from "./discovery/spirituality.ts";
import { STUFF } from "./discovery/stuff.ts";
import { TRAVEL } from "./discovery/travel.ts";
import { WORK } from "./discovery/work.ts";
import { ProblemError } from "./problems.ts";

export type { BroadTile, CategoryDiscovery, Tile } from "./discovery/category-discovery.ts";
export { isRhythm, RHYTHMS, type RhythmId } from "./discovery/rhythms.ts";

/** What discovery asks, by category. */
export const DISCOVERY: Readonly<Record<CategoryKey, CategoryDiscovery>> = {
  forward: FORWARD,
  fun: FUN,
  health: HEALTH,
  travel: TRAVEL,
  love: LOVE,
  family: FAMILY,
  social: SOCIAL,
  home: HOME,
  work: WORK,
  money: MONEY,
  stuff: STUFF,
  giving: GIVING,
  spirituality: SPIRITUALITY,
  conclusion: CONCLUSION,
};

/** The most characters (UTF-16 units) of what a member writes beside the tiles of a step. */
export const OWN_TEXT_CHARACTERS = 2_000;
/** The most picks that a drill-down looks closer at. */
export const MAX_GROUPS = 3;

/** A tile that was picked, with its words as the member saw them: the model's tiles are in no table. */
export type PickedTile = Pick<Tile, "id" | "label" | "sublabel">;

/** What a member has chosen and written in the discovery of one category so far. */
export interface DiscoverySelections {
  readonly picks: readonly PickedTile[];
  /** "Something else" of step 1; empty where nothing was written. */
  readonly own: string;
  readonly details: readonly PickedTile[];
  /** "Something else" of step 2. */
  readonly detailsOwn: string;
  /** Null until step 3 is done. */
  readonly rhythm: RhythmId | null;
}

export const NO_SELECTIONS: DiscoverySelections = {
  picks: [],
  own: "",
  details: [],
  detailsOwn: "",
  rhythm: null,
};

/** A tile on offer. */
export interface OfferedTile extends Tile {
  /** In step 2: the group it answers. */
  readonly of?: string;
}

/** A question of the drill-down about one of the picks. */
export interface TileGroup {
  /** The id of the pick. */
  readonly of: string;
  readonly question: string;
}

/** The pattern that VIVA sees in the picks. */
export interface Theme {
  /** 2-4 words. */
  readonly name: string;
  /** One sentence on what it rests on. */
  readonly evidence: string;
}

/** What VIVA says and offers in a step of discovery. */
export interface DiscoveryStep {
  readonly step: 1 | 2 | 3;
  readonly text: string;
  /** To pick any number of, in steps 1 and 2. */
  readonly tiles: readonly OfferedTile[];
  /** The questions that the tiles of step 2 answer. */
  readonly groups: readonly TileGroup[];
  /** To choose one of, in step 3: the rhythms. */
  readonly options: readonly Tile[];
  /** Of step 3. */
  readonly theme: Theme | null;
}

const NOTHING_OFFERED = { tiles: [], groups: [], options: [], theme: null };

const shown = ({ id, emoji, label, sublabel }: Tile): Tile => ({ id, emoji, label, sublabel });

/** "a", "a and b", "a, b and c". */
function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** What was chosen, in half a sentence: "You chose a, b and c and added words of your own". */
function chosen({ picks, own }: DiscoverySelections): string {
  if (picks.length === 0) return "You said it in your own words";
  const labels = picks.slice(0, 4).map(({ label }) => label);
  if (picks.length > labels.length) labels.push("more");
  return `You chose ${listed(labels)}${own.trim() === "" ? "" : ", with words of your own beside them"}`;
}

/** Step 1: the broad question and its tiles. */
export function firstStep(category: CategoryKey): DiscoveryStep {
  const { question, tiles } = DISCOVERY[category];
  return { ...NOTHING_OFFERED, step: 1, text: question, tiles: tiles.map(shown) };
}

/**
 * Step 2 without a model: a closer look at the first of the picks that have one. Null where there is
 * nothing to ask: the step is skipped, never shown empty.
 */
export function secondStep(
  category: CategoryKey,
  selections: DiscoverySelections,
): DiscoveryStep | null {
  const { tiles, echo } = DISCOVERY[category];
  const closer = selections.picks
    .flatMap((pick) => {
      const deeper = tiles.find(({ id }) => id === pick.id)?.deeper;
      return deeper ? [{ of: pick.id, ...deeper }] : [];
    })
    .slice(0, MAX_GROUPS);
  if (closer.length === 0) return null;
  return {
    ...NOTHING_OFFERED,
    step: 2,
    text: `${chosen(selections)}. ${echo} Let’s look closer.`,
    tiles: closer.flatMap(({ of, tiles: found }) =>
      found.map((tile) => ({ ...shown(tile), id: `${of}.${tile.id}`, of })),
    ),
    groups: closer.map(({ of, question }) => ({ of, question })),
  };
}

/** How much a pick says: itself, and each detail that was chosen of it. */
function weight(tile: BroadTile, { details }: DiscoverySelections): number {
  return 1 + details.filter(({ id }) => id.startsWith(`${tile.id}.`)).length;
}

/** The theme without a model: what lies in the picks that say the most. */
export function fallbackTheme(category: CategoryKey, selections: DiscoverySelections): Theme {
  const { tiles, theme } = DISCOVERY[category];
  const said = selections.picks
    .flatMap((pick) => tiles.filter(({ id }) => id === pick.id))
    .sort((a, b) => weight(b, selections) - weight(a, selections));
  const [first, second] = said.map(({ essence }) => essence);
  if (first === undefined) {
    return { name: theme, evidence: `${chosen(selections)}, and that is where it begins.` };
  }
  const details = selections.details.slice(0, 2).map(({ label }) => label);
  const closer = details.length === 0 ? "" : `, and in them ${listed(details)}`;
  const essences = [first, ...(second ? [second] : [])];
  const run = `${listed(essences).toLowerCase()} ${second ? "run" : "runs"} through it all`;
  return {
    name: second ? `${first} and ${second}` : `${first} at Heart`,
    evidence: `${chosen(selections)}${closer}: ${run}.`,
  };
}

/** Step 3: the theme, and how it shows up in an ideal week. */
export function thirdStep(theme: Theme): DiscoveryStep {
  return {
    ...NOTHING_OFFERED,
    step: 3,
    text: `The theme I hear is ${theme.name}. ${theme.evidence} How does it show up in your ideal week?`,
    options: RHYTHMS,
    theme,
  };
}

/**
 * The tiles of a step that a request picks by id, in the step's order, each once.
 * @throws ProblemError invalid_request for an id that was not on offer
 */
export function pickedTiles(step: DiscoveryStep, ids: readonly string[]): PickedTile[] {
  const errors = ids.flatMap((id, index) =>
    step.tiles.some((tile) => tile.id === id)
      ? []
      : [{ path: `selections.${index}`, message: "not one of the tiles of this step" }],
  );
  if (errors.length > 0) throw new ProblemError("invalid_request", { errors: errors.slice(0, 20) });
  return step.tiles
    .filter(({ id }) => ids.includes(id))
    .map(({ id, label, sublabel }) => ({ id, label, sublabel }));
}

/** Everything that a member chose and wrote, as texts: for the prompt, and for counting own words. */
export function spokenWords(selections: DiscoverySelections): string[] {
  const { picks, own, details, detailsOwn, rhythm } = selections;
  return [
    ...[...picks, ...details].map(({ label, sublabel }) => `${label}: ${sublabel}`),
    ...RHYTHMS.filter(({ id }) => id === rhythm).map(({ label }) => label),
    own.trim(),
    detailsOwn.trim(),
  ].filter((text) => text !== "");
}
