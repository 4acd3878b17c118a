import type { ConversationRow, MessageRow } from "./rows.ts";

/** The newest of some rows, oldest first. */
export interface Newest<Row> {
  readonly messages: Row[];
  /** Whether these are all there are. */
  readonly all: boolean;
}

/**
 * The first of some rows that come newest first, turned to oldest first: as many as fit, and the newest
 * one whatever its size. A cursor is read no further than that.
 * @param limit the most rows
 * @param sizeOf the size of one, in the unit of `most`
 */
export function newestOf<Row>(
  newestFirst: Iterable<Row>,
  limit: number,
  sizeOf: (row: Row) => number,
  most: number,
): Newest<Row> {
  const messages: Row[] = [];
  let size = 0;
  for (const row of newestFirst) {
    size += sizeOf(row);
    if (messages.length === limit || (size > most && messages.length > 0)) {
      return { messages: messages.reverse(), all: false };
    }
    messages.push(row);
  }
  return { messages: messages.reverse(), all: true };
}

/** How much text is read at once and kept in memory, in UTF-16 units: a few messages may be long. */
export const KEPT_UNITS = 500_000;

/** The newest of some messages, at most so many, and at most `KEPT_UNITS` of text. */
export function newestTexts(newestFirst: Iterable<MessageRow>, limit: number): Newest<MessageRow> {
  return newestOf(newestFirst, limit, ({ text }) => text.length, KEPT_UNITS);
}

/** A conversation in memory. */
export interface KeptConversation {
  row: ConversationRow;
  /** The newest messages that were not replaced, oldest first; null until they are asked for. */
  messages: MessageRow[] | null;
  /** Whether `messages` are all there are. */
  all: boolean;
}
