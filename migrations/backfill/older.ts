import { type CategoryKey, normaliseCategory } from "../../domain/categories.ts";

/** A row of an older table, as JSON has it: any column may be missing, older, or of another type. */
export type OlderRow = Readonly<Record<string, unknown>>;

/** The tables that are read; all but the first may be missing. */
export const OLDER_TABLES = [
  "user_profiles",
  "assessment_results",
  "assessment_responses",
  "vision_versions",
  "ai_conversations",
  "token_usage",
] as const;

export type OlderTable = (typeof OLDER_TABLES)[number];

/** The older rows of some members. */
export type OlderRows = Readonly<Record<OlderTable, readonly OlderRow[]>>;

/** What was not taken over, and why. Holds none of the member's words. */
export interface Refusal {
  readonly table: OlderTable;
  /** The id of the older row. */
  readonly id: string;
  /** The column, where the rest of the row was taken over; empty where the row was refused. */
  readonly field: string;
  readonly reason: string;
}

/** Notes that a row, or a field of it, is not taken over. */
export type Refuse = (refusal: Refusal) => void;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The UUID in the first of these columns that holds one, in lower case; null for none. */
export function uuidIn(row: OlderRow, ...columns: string[]): string | null {
  for (const column of columns) {
    const value = row[column];
    if (typeof value === "string" && UUID.test(value)) return value.toLowerCase();
  }
  return null;
}

/** The text in the first of these columns that holds one that is not blank; null for none. */
export function textIn(row: OlderRow, ...columns: string[]): string | null {
  for (const column of columns) {
    const value = row[column];
    if (typeof value === "string" && value.trim() !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return null;
}

/** The whole number, 0 or more, in the first of these columns that holds one; null for none. */
export function countIn(row: OlderRow, ...columns: string[]): number | null {
  for (const column of columns) {
    const value = row[column];
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isSafeInteger(number) && number >= 0) return number;
  }
  return null;
}

/** The time in the first of these columns that holds one, ISO 8601; null for none. */
export function timeIn(row: OlderRow, ...columns: string[]): string | null {
  for (const column of columns) {
    const value = row[column];
    if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}/.test(value)) continue;
    // A timestamp without a zone was written by a server in UTC.
    const zoned = /(z|[+-]\d{2}(:?\d{2})?)$/i.test(value.slice(10)) || value.length === 10;
    const time = new Date(zoned ? value : `${value}Z`);
    // As it stands where it can: Date keeps milliseconds, Postgres microseconds.
    if (!Number.isNaN(time.getTime())) return zoned ? value : `${value}Z`;
  }
  return null;
}

/** The object in a column, also where it was stored as text; empty for anything else. */
export function objectIn(row: OlderRow, column: string): OlderRow {
  const value = row[column];
  if (typeof value === "string") {
    try {
      return objectIn({ parsed: JSON.parse(value) }, "parsed");
    } catch {
      return {};
    }
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as OlderRow)
    : {};
}

/**
 * The columns of a row that name a category, by the domain's keys: `romance` is love, `business_story`
 * with the suffix `_story` is work. Where a row has both names, the domain's own wins unless blank.
 */
export function byCategory(row: OlderRow, suffix = ""): Partial<Record<CategoryKey, unknown>> {
  const found: Partial<Record<CategoryKey, unknown>> = {};
  for (const [column, value] of Object.entries(row)) {
    if (!column.endsWith(suffix)) continue;
    const name = column.slice(0, column.length - suffix.length);
    const key = categoryOf(name);
    if (!key) continue;
    const blank = value === null || (typeof value === "string" && value.trim() === "");
    if (found[key] === undefined || (name === key && !blank)) found[key] = value;
    else if (isBlank(found[key]) && !blank) found[key] = value;
  }
  return found;
}

function isBlank(value: unknown): boolean {
  return value === null || (typeof value === "string" && value.trim() === "");
}

/** The category that a name of a column, a key or a label stands for: `love_romance`, `Love / Romance`. */
export function categoryOf(name: string): CategoryKey | undefined {
  return normaliseCategory(name) ?? normaliseCategory(name.replaceAll("_", " / "));
}
