import * as v from "valibot";
import { fieldErrors } from "./chat-request.ts";
import { ProblemError } from "./problems.ts";
import { oneLine } from "./text.ts";

/**
 * Parses what a request carries, once, at the border.
 * @throws ProblemError invalid_request, with the path of every field that is not as expected
 */
export function parseRequest<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  // A list has keys as well, and an empty one would pass for a body without fields.
  if (Array.isArray(input)) throw invalidField("", "must be an object");
  const parsed = v.safeParse(schema, input);
  if (!parsed.success) {
    throw new ProblemError("invalid_request", { errors: fieldErrors(parsed.issues) });
  }
  return parsed.output;
}

/** What a strict object says of what it was given: nothing is read past, and nothing guessed. */
export const strictly = ({ expected }: { readonly expected: string | null }) =>
  expected === "never" ? "there is no such field" : `expected: ${expected ?? "something else"}`;

/** The refusal of one field. */
export function invalidField(path: string, message: string): ProblemError {
  return new ProblemError("invalid_request", { errors: [{ path, message }] });
}

/** A number of a query, such as the length of a page. */
export const wholeNumber = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, "must be a whole number"),
    v.transform(Number),
    v.minValue(least),
    v.maxValue(most),
  );

/** The id of a row of ours. */
export const RowId = v.pipe(v.string(), v.uuid("must be the id of one"), v.toLowerCase());

/**
 * A text of one line: spaces and line breaks in it become one space each run, and a blank one null.
 * @param characters the most UTF-16 units it may have
 */
export const line = (characters: number) =>
  v.nullable(
    v.pipe(
      v.string(),
      v.transform(oneLine),
      v.maxLength(characters, `at most ${characters.toLocaleString("en")} characters`),
      v.transform((text) => (text === "" ? null : text)),
    ),
  );
