import * as v from "valibot";
import { type CategoryKey, normaliseCategory } from "./categories.ts";
import { SECTION_CHARACTERS } from "./journey.ts";
import { type FieldError, ProblemError } from "./problems.ts";
import { invalidField, line, parseRequest, RowId, strictly } from "./requests.ts";
import { sectionText } from "./vision.ts";

/** What a version is called that was given no name. */
export const DEFAULT_TITLE = "The Life I Choose";

/** The most characters (UTF-16 units) of a version's title. */
export const TITLE_CHARACTERS = 200;

/** The body of `POST /api/visions`. */
export const StartBody = v.nullish(v.strictObject({ from: v.nullish(RowId) }, strictly));

/**
 * The body of `POST /api/visions`, which may be missing.
 * @returns the version to copy; null for the active one, or none
 * @throws ProblemError invalid_request
 */
export function parseVisionStart(body: unknown): string | null {
  return parseRequest(StartBody, body)?.from ?? null;
}

/** The body of `PATCH /api/visions/:id`. */
export const ChangesBody = v.strictObject(
  {
    title: v.optional(line(TITLE_CHARACTERS)),
    sections: v.optional(
      v.record(
        v.string(),
        v.nullable(
          v.pipe(
            v.string(),
            v.maxLength(
              SECTION_CHARACTERS,
              `at most ${SECTION_CHARACTERS.toLocaleString("en")} characters`,
            ),
          ),
        ),
      ),
      {},
    ),
    refinementId: v.nullish(RowId),
  },
  strictly,
);

/** Changes of a draft. */
export interface VisionChanges {
  /** By column: the title, or a section's text as it is stored; null where emptied. */
  readonly changes: Readonly<Partial<Record<CategoryKey | "title", string | null>>>;
  /** VIVA's suggestion that is accepted with them. */
  readonly refinementId: string | null;
}

/**
 * The body of `PATCH /api/visions/:id`: `{title?, sections?: {key: text}, refinementId?}`. Sections may
 * carry a key, label or older name; null or blank empties one.
 * @throws ProblemError invalid_request
 */
export function parseVisionChanges(body: unknown): VisionChanges {
  const { title, sections, refinementId } = parseRequest(ChangesBody, body);
  const changes: Partial<Record<CategoryKey | "title", string | null>> = {};
  const errors: FieldError[] = [];
  for (const [name, text] of Object.entries(sections)) {
    const key = normaliseCategory(name);
    if (key === undefined) {
      errors.push({ path: `sections.${name}`, message: "there is no such section" });
    } else if (key in changes) {
      errors.push({ path: `sections.${name}`, message: `names ${key} a second time` });
    } else {
      changes[key] = sectionText(text);
    }
  }
  if (errors.length > 0) {
    throw new ProblemError("invalid_request", { errors: errors.slice(0, 20) });
  }
  // The name it has without one is none.
  if (title !== undefined) changes.title = title === DEFAULT_TITLE ? null : title;
  if (Object.keys(changes).length === 0) throw invalidField("", "name at least one change");
  return { changes, refinementId: refinementId ?? null };
}

/** The longest page of versions, and the usual one. */
const PAGE_MAX = 100;
const PAGE = 30;

/** A version's place in the list: when it began, in microseconds since the epoch, and its id. */
export interface VisionPlace {
  readonly micros: number;
  readonly id: string;
}

const CURSOR = /^(\d{1,16})\.([0-9a-f-]{36})$/;

/** A place as a list's `nextCursor`. */
export function cursorOf({ micros, id }: VisionPlace): string {
  return `${micros}.${id}`;
}

/** The query of `GET /api/visions`. */
export const ListQuery = v.object({
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,15}$/, "must be a whole number"),
      v.transform(Number),
      v.minValue(1),
      v.maxValue(PAGE_MAX),
    ),
    String(PAGE),
  ),
  cursor: v.optional(
    v.pipe(
      v.string(),
      v.regex(CURSOR, "must be the nextCursor of a list"),
      v.transform((cursor): VisionPlace => {
        const [, micros, id = ""] = CURSOR.exec(cursor) ?? [];
        return { micros: Number(micros), id };
      }),
      v.check(({ id }) => v.is(RowId, id), "must be the nextCursor of a list"),
    ),
  ),
});

/** What of the list of versions is asked for. */
export interface VisionPage {
  readonly limit: number;
  readonly after: VisionPlace | null;
}

/**
 * The query of `GET /api/visions`.
 * @throws ProblemError invalid_request
 */
export function parseVisionPage(query: Readonly<Record<string, string>>): VisionPage {
  const { limit, cursor } = parseRequest(ListQuery, query);
  return { limit, after: cursor ?? null };
}
