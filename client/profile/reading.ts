import { oneLine, tidyText } from "../../domain/text.ts";
import type { FieldValue } from "../data/profile.ts";
import type { ProfileField } from "./fields.ts";

/** What was typed, read: a value to save, or a sentence why it is none yet. */
export type Reading =
  | { readonly kind: "value"; readonly value: FieldValue }
  | { readonly kind: "refused"; readonly reason: string };

const value = (read: FieldValue): Reading => ({ kind: "value", value: read });
const refused = (reason: string): Reading => ({ kind: "refused", reason });

const EARLIEST = "1900-01-01";

/**
 * Reads what was typed into a field of one text, by the same rules as the server, so that most of what
 * it would refuse is said at once. Blank clears the field.
 * @param today `YYYY-MM-DD`: nobody is born after it
 */
export function readField({ input }: ProfileField, typed: string, today: string): Reading {
  const text = input.kind === "story" ? tidyText(typed) : oneLine(typed);
  if (text === "") return value(null);
  switch (input.kind) {
    case "text":
      if (input.type === "email" && !/^[^\s@]+@[^\s@]+$/.test(text)) {
        return refused("Write it like name@example.com.");
      }
      return value(text);
    case "number": {
      const number = Number(text);
      return /^\d{1,4}$/.test(text) && number <= input.most
        ? value(number)
        : refused(`A whole number from 0 to ${input.most}.`);
    }
    case "date":
      if (text < EARLIEST) return refused("A date from 1900 on.");
      return text > today ? refused("A day that has been.") : value(text);
    default:
      return value(text);
  }
}

/** A stored value as text for its input; empty where there is none. */
export function textOf(stored: unknown): string {
  return typeof stored === "string" || typeof stored === "number" ? String(stored) : "";
}

/** What parts one tag from the next: a comma or semicolon of any script, or a line break. */
const SEPARATORS =
  /[,;\n\v\f\r\u0085\u2028\u2029\u037e\u055d\u060c\u061b\u07f8\u1363\u1364\u1802\u1808\u204f\u2e32\u2e34\u2e35\u2e41\u3001\ua4fe\ua60d\ua6f5\ufe10\ufe11\ufe14\ufe50\ufe51\ufe54\uff0c\uff1b\uff64]/;

/** Whether a text holds more than one tag, or a tag that is finished. */
export function partsTags(text: string): boolean {
  return SEPARATORS.test(text);
}

/** Hobbies with one more, or several: blank and repeated ones change nothing. */
export function withTag(tags: readonly string[], typed: string): readonly string[] {
  const added = typed
    .split(SEPARATORS)
    .map(oneLine)
    .filter((tag) => tag !== "");
  const all = [...tags];
  for (const tag of added) {
    if (!all.some((known) => known.toLowerCase() === tag.toLowerCase())) all.push(tag);
  }
  return all.length === tags.length ? tags : all;
}
