import { isCareTurn } from "../../../domain/care-turn.ts";
import { estimateTokens } from "../../prompt/estimate.ts";
import type { MemberRecord } from "../store/message-store.ts";
import type { MessageRow } from "../store/rows.ts";

/** How many of the newest messages are looked at: a bound, however long the conversation is. */
const HISTORY_ROWS = 80;

/** What of a conversation goes into a prompt. */
export interface History {
  /** Sums up what came before the messages; empty where nothing did. */
  readonly summary: string;
  /** Oldest first. */
  readonly messages: readonly MessageRow[];
}

/**
 * The history before a position: the summary, and the newest messages after it within a budget of
 * estimated tokens. It begins where the summary ends for as long as that fits, so that two turns in
 * a row share their prefix.
 */
export function historyBefore(
  record: MemberRecord,
  conversationId: string,
  before: number,
  budgetTokens: number,
): History {
  const conversation = record.conversation(conversationId);
  // A summary that reaches beyond the position sums up what is no longer history.
  const holds = conversation !== undefined && conversation.summary_until <= before;
  const summarised = holds ? conversation.summary_until : 0;
  const rows = record
    .newestMessages(conversationId, before, HISTORY_ROWS)
    .filter((row) => row.text !== "" && row.position >= summarised && !isCareTurn(row.turn_id));
  let left = budgetTokens;
  const dropped = rows.findLastIndex((row) => {
    left -= estimateTokens(row.text);
    return left < 0;
  });
  return { summary: holds ? conversation.summary : "", messages: rows.slice(dropped + 1) };
}
