import type { HistoryMessage } from "../prompt/chat-prompt.ts";
import { estimateTokens } from "../prompt/estimate.ts";
import type { MemberRecord } from "./record.ts";

/** The newest messages before a position within a budget of estimated tokens, oldest first. */
export function historyWithin(
  record: MemberRecord,
  conversationId: string,
  before: number,
  budgetTokens: number,
): HistoryMessage[] {
  const rows = record.newestMessages(conversationId, before).filter((row) => row.text !== "");
  let left = budgetTokens;
  const first = rows.findLastIndex((row) => {
    left -= estimateTokens(row.text);
    return left < 0;
  });
  return rows.slice(first + 1).map(({ role, text }) => ({ role, text }));
}
