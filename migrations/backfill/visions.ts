import { CATEGORY_KEYS, type CategoryKey } from "../../domain/categories.ts";
import { SECTION_CHARACTERS, type VisionState } from "../../domain/journey.ts";
import { storable, truncate } from "../../domain/text.ts";
import { TITLE_CHARACTERS } from "../../domain/vision-request.ts";
import {
  byCategory,
  countIn,
  type OlderRow,
  type Refuse,
  textIn,
  timeIn,
  uuidIn,
} from "./older.ts";

/** A version of the Life Vision in the form of now. */
export interface PlannedVision {
  readonly id: string;
  readonly user_id: string;
  readonly parent_id: string | null;
  readonly state: VisionState;
  readonly version_number: number | null;
  readonly title: string | null;
  readonly sections: Readonly<Record<CategoryKey, string | null>>;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What a member has in the new tables already. */
export interface VisionsThere {
  readonly ids: ReadonlySet<string>;
  readonly numbers: ReadonlySet<number>;
  /** The last number that was given; 0 for none. */
  readonly lastNumber: number;
  readonly draft: boolean;
  readonly active: boolean;
}

interface Candidate extends Omit<PlannedVision, "version_number"> {
  readonly number: number | null;
}

const DRAFT = new Set(["draft", "in_progress", "in progress", "building", "incomplete", "open"]);
const ACTIVE = new Set(["active", "complete", "completed", "actualized", "current", "published"]);
const HISTORY = new Set(["history", "archived", "inactive", "superseded", "previous", "old"]);

/**
 * A member's older versions: the newest one that counts as active is active, those before it are
 * history; the newest draft is the draft, and drafts beside it, which nothing is to be lost of,
 * become history, too. What is there already stays what it is. Numbers are kept where they are free.
 */
export function planVisions(
  userId: string,
  rows: readonly OlderRow[],
  there: VisionsThere,
  refuse: Refuse,
): PlannedVision[] {
  const candidates = rows
    .map((row) => candidateOf(userId, row, there, refuse))
    .filter((candidate) => candidate !== null)
    .sort(inOrder);
  const active = there.active ? undefined : newest(candidates, "active");
  const written = candidates.filter(hasText);
  // One without text is a beginning, and only where there is nothing else.
  const begun = there.ids.size === 0 ? newest(candidates, "draft") : undefined;
  const draft = there.draft ? undefined : (newest(written, "draft") ?? begun);
  const kept = candidates.filter((candidate) => {
    const surplus = candidate.state === "draft" && candidate !== draft && !hasText(candidate);
    if (surplus) refuseRow(refuse, candidate.id, "a draft without text beside another draft");
    return !surplus;
  });
  const known = new Set([...there.ids, ...kept.map(({ id }) => id)]);
  const given = rows.map((row) => numberIn(row) ?? 0);
  const lastNumber = Math.max(there.lastNumber, 0, ...there.numbers, ...given);
  const number = numbering(
    kept.filter((one) => one !== draft),
    there.numbers,
    lastNumber,
  );
  return kept.map(({ number: _older, ...candidate }) => ({
    ...candidate,
    state:
      candidate.id === draft?.id ? "draft" : candidate.id === active?.id ? "active" : "history",
    version_number: candidate.id === draft?.id ? null : (number.get(candidate.id) ?? null),
    parent_id:
      candidate.parent_id !== null &&
      known.has(candidate.parent_id) &&
      candidate.parent_id !== candidate.id
        ? candidate.parent_id
        : null,
  }));
}

function refuseRow(refuse: Refuse, id: string, reason: string): void {
  refuse({ table: "vision_versions", id, field: "", reason });
}

/** Oldest first: by number where both have one, else by time. */
function inOrder(a: Candidate, b: Candidate): number {
  if (a.number !== null && b.number !== null && a.number !== b.number) return a.number - b.number;
  if (a.created_at !== b.created_at) return a.created_at < b.created_at ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/** Of those that count as active the latest version; of drafts the one written to last. */
function newest(candidates: readonly Candidate[], state: VisionState): Candidate | undefined {
  const own = candidates.filter((candidate) => candidate.state === state);
  if (state === "active") return own.at(-1);
  return own.toSorted((a, b) => (a.updated_at < b.updated_at ? -1 : 1)).at(-1);
}

function hasText({ sections }: Candidate): boolean {
  return Object.values(sections).some((text) => text !== null);
}

function numberIn(row: OlderRow): number | null {
  return countIn(row, "version_number", "version");
}

/** The number of each: its own where that is free, else the next that was never given. */
function numbering(
  versions: readonly Candidate[],
  there: ReadonlySet<number>,
  lastNumber: number,
): Map<string, number> {
  const given = new Map<string, number>();
  const taken = new Set(there);
  for (const { id, number, state } of versions) {
    // A draft's number was never given.
    if (number === null || number < 1 || state === "draft" || taken.has(number)) continue;
    taken.add(number);
    given.set(id, number);
  }
  let last = lastNumber;
  for (const { id } of versions) {
    if (given.has(id)) continue;
    last += 1;
    given.set(id, last);
  }
  return given;
}

/** Why a version cannot be taken over; null where it can. */
function whyNot(row: OlderRow): string | null {
  if (!uuidIn(row, "id")) return "its id is no UUID";
  if (!timeIn(row, "created_at", "updated_at")) return "it has no time";
  if (!stateOf(row)) return "its status is unknown";
  const texts = Object.values(byCategory(row)).filter((text) => typeof text === "string");
  if (texts.some((text) => [...text].length > SECTION_CHARACTERS)) {
    return `a section is longer than ${SECTION_CHARACTERS.toLocaleString("en")} characters`;
  }
  return null;
}

function candidateOf(
  userId: string,
  row: OlderRow,
  there: VisionsThere,
  refuse: Refuse,
): Candidate | null {
  const id = uuidIn(row, "id");
  const created = timeIn(row, "created_at", "updated_at");
  const state = stateOf(row);
  const because = whyNot(row);
  if (because !== null || !id || !created || !state) {
    refuseRow(refuse, id ?? textIn(row, "id") ?? "?", because ?? "");
    return null;
  }
  if (there.ids.has(id)) return null;
  const texts = byCategory(row);
  const sections = CATEGORY_KEYS.map((key) => {
    const text = texts[key];
    return [key, typeof text === "string" && text.trim() !== "" ? storable(text) : null] as const;
  });
  return {
    id,
    user_id: userId,
    parent_id: uuidIn(row, "parent_id", "parent_version_id"),
    state,
    number: numberIn(row),
    title: titleIn(row),
    sections: Object.fromEntries(sections) as Record<CategoryKey, string | null>,
    created_at: created,
    updated_at: timeIn(row, "updated_at") ?? created,
  };
}

function titleIn(row: OlderRow): string | null {
  const title = textIn(row, "title", "name");
  return title === null ? null : truncate(storable(title), TITLE_CHARACTERS);
}

/** By `state`, else by the flags, else by the older `status`; null for a word that nobody knows. */
function stateOf(row: OlderRow): VisionState | null {
  const word = textIn(row, "state")?.trim().toLowerCase();
  if (word === undefined && typeof row.is_draft === "boolean") {
    if (row.is_draft) return "draft";
    return row.is_active === true ? "active" : "history";
  }
  if (word === undefined && typeof row.is_active === "boolean" && row.is_active) return "active";
  const said = word ?? textIn(row, "status")?.trim().toLowerCase() ?? "";
  if (DRAFT.has(said)) return "draft";
  if (ACTIVE.has(said)) return row.is_active === false ? "history" : "active";
  return HISTORY.has(said) || (said === "" && row.is_active === false) ? "history" : null;
}
