import type { FoundConversation, Page } from "../../../domain/messages.ts";
import { searchable } from "../../../domain/search.ts";
import type { SessionParts } from "../services.ts";
import type { Conversations } from "../store/queries.ts";
import { type ConversationRow, summaryOf } from "../store/rows.ts";
import type { MemberDatabase } from "../turns/plan.ts";

/** How many conversations are looked through at once; so many messages may have to come from Postgres. */
const BATCH = 25;
/** How much text one request looks through, in UTF-16 units; the next page goes on from there. */
const TEXT_UNITS = 8_000_000;
/** How much of a text is shown before and after the first word found. */
const BEFORE_UNITS = 40;
const AFTER_UNITS = 100;

function holdsAll(text: string, words: readonly string[]): boolean {
  const folded = searchable(text);
  return words.every((word) => folded.includes(word));
}

/** The part of a text around the first of the words. */
function excerpt(text: string, words: readonly string[]): string {
  // Folding seldom changes the length, and the room around the word makes up for it.
  const at = Math.max(0, searchable(text).indexOf(words[0] ?? ""));
  const [from, to] = [Math.max(0, at - BEFORE_UNITS), Math.min(text.length, at + AFTER_UNITS)];
  const part = text.slice(from, to).toWellFormed().replaceAll("\ufffd", "").trim();
  return `${from > 0 ? "…" : ""}${part}${to < text.length ? "…" : ""}`;
}

/** Where a conversation holds the words: its newest such message, else its title; undefined for nowhere. */
function find(
  conversations: Conversations,
  row: ConversationRow,
  words: readonly string[],
  read: (units: number) => void,
): FoundConversation | undefined {
  for (const { id, role, text } of conversations.texts(row.id)) {
    read(text.length);
    if (holdsAll(text, words)) {
      return { ...summaryOf(row), match: { messageId: id, role, text: excerpt(text, words) } };
    }
  }
  return holdsAll(row.title, words) ? { ...summaryOf(row), match: null } : undefined;
}

/**
 * The member's conversations that hold every word of a question, within one message or the title, as
 * part of a word or whole; newest first. Looked through here, in the object's own record, so that it
 * works while Postgres is away; messages that only Postgres has are read from there first, and stay.
 * A page may hold fewer than asked for, or none, though there are more: its cursor goes on.
 * @param before the cursor of the page before
 * @throws ProblemError database_unavailable where messages are missing here
 */
export async function searchConversations(
  { record, conversations, archive }: Pick<SessionParts, "record" | "conversations" | "archive">,
  database: MemberDatabase | null,
  words: readonly string[],
  limit: number,
  before: number | null,
): Promise<Page<FoundConversation>> {
  const items: FoundConversation[] = [];
  let units = 0;
  let cursor = before;
  for (;;) {
    const rows = conversations.listed(BATCH, cursor);
    await archive.forSearch(
      rows.filter(({ unread }) => unread === 1).map(({ id }) => id),
      database,
    );
    for (const row of rows) {
      if (items.length === limit || units >= TEXT_UNITS) {
        return { items, nextCursor: cursor === null ? null : String(cursor) };
      }
      cursor = row.touched;
      // Deleted while another one was being read.
      if (record.conversation(row.id)?.deleted_at !== null) continue;
      const found = find(conversations, row, words, (length) => {
        units += length;
      });
      if (found) items.push(found);
    }
    if (rows.length < BATCH) return { items, nextCursor: null };
  }
}
