import { isRecord } from "../api/problem.ts";
import type { TurnStart } from "../api/stream.ts";
import type { KeyValue } from "../platform/storage.ts";
import { NO_VERSIONS, type TextVersions, toTextVersions } from "./text-versions.ts";

/** A text that is asked for and not there yet. */
export interface PendingText<Ask> {
  readonly ask: Ask;
  /** The request's Idempotency-Key. */
  readonly key: string;
  /** Null until the server has begun the turn. */
  readonly turn: TurnStart | null;
}

/** What is stored of a section's text: enough to find its turn again, or to show what it brought. */
export interface UnsavedText<Ask, Form> {
  readonly pending: PendingText<Ask> | null;
  readonly choice: TextVersions;
  /** What VIVA said in place of a text. Null if it did not. */
  readonly reply: string | null;
  /** What the member has typed and decided. */
  readonly form: Form;
}

/** How an `Ask` and a `Form` are read from storage. */
export interface UnsavedTextTypes<Ask, Form> {
  readonly blank: Form;
  /** Null if the value is no `Ask`. */
  toAsk(value: unknown): Ask | null;
  toForm(value: Readonly<Record<string, unknown>>): Form;
}

const textOrNull = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);

function toTurn(value: unknown): TurnStart | null {
  if (!isRecord(value)) return null;
  const [messageId, conversationId] = [value.messageId, value.conversationId].map(textOrNull);
  if (!messageId || !conversationId) return null;
  return { messageId, conversationId, turnId: textOrNull(value.turnId) };
}

/**
 * Where the unsaved text of one section is stored. A storage that is full or refused does no harm: the
 * text then lasts as long as the page. What cannot be read counts as nothing.
 */
export function createUnsavedText<Ask, Form extends object>(
  { blank, toAsk, toForm }: UnsavedTextTypes<Ask, Form>,
  storage: KeyValue,
  place: string,
) {
  function toPending(value: unknown): PendingText<Ask> | null {
    if (!isRecord(value) || typeof value.key !== "string") return null;
    const ask = toAsk(value.ask);
    return ask === null ? null : { ask, key: value.key, turn: toTurn(value.turn) };
  }

  const nothing = { pending: null, choice: NO_VERSIONS, reply: null, form: blank };

  return {
    read(): UnsavedText<Ask, Form> {
      try {
        const value: unknown = JSON.parse(storage.getItem(place) ?? "null");
        if (!isRecord(value)) return nothing;
        return {
          pending: toPending(value.pending),
          choice: toTextVersions(value.choice),
          reply: textOrNull(value.reply),
          form: isRecord(value.form) ? toForm(value.form) : blank,
        };
      } catch {
        return nothing;
      }
    },
    write(now: UnsavedText<Ask, Form>): void {
      try {
        const json = JSON.stringify(now);
        if (json === JSON.stringify(nothing)) storage.removeItem(place);
        else storage.setItem(place, json);
      } catch {
        // It is still in memory.
      }
    },
  };
}
