import { estimateTokens } from "../../prompt/estimate.ts";
import { summaryPrompt } from "../../prompt/summary-prompt.ts";
import type { SessionParts } from "../services.ts";
import type { MessageRow } from "../store/rows.ts";
import { askAside } from "../turns/background-completion.ts";
import { newQuestion, type TurnPlan } from "../turns/plan.ts";
import { historyBefore } from "./history.ts";

/** From this share of the history's budget on, the older messages are summed up … */
const SUMMARISE_FROM = 0.8;
/** … until what stays in full takes this share of it. */
const KEEP_IN_FULL = 0.4;
/** What one summary may read, as a multiple of that budget: a single long message may exceed it. */
const SUMMARISE_AT_MOST = 4;

/** The messages to sum up: the oldest, as many as leave the rest within its share. */
function olderThan(messages: readonly MessageRow[], budgetTokens: number): readonly MessageRow[] {
  const tokens = messages.map((row) => estimateTokens(row.text));
  const total = tokens.reduce((sum, n) => sum + n, 0);
  if (total < budgetTokens * SUMMARISE_FROM) return [];
  let left = total;
  const end = tokens.findIndex((n) => {
    if (left <= budgetTokens * KEEP_IN_FULL) return true;
    left -= n;
    return false;
  });
  return messages.slice(0, end === -1 ? messages.length : end);
}

/**
 * Rolls the older part of a conversation into its summary, after a turn and out of everyone's way,
 * so that a long conversation costs what a short one does. It counts against the member's limits and
 * credits like a turn. Never rejects: a summary that fails, or is not admitted, is tried again after the next turn.
 */
export async function summarise(parts: SessionParts, after: TurnPlan): Promise<void> {
  const { record, settings } = parts;
  const budget = settings.HISTORY_TOKENS;
  const end = Number.MAX_SAFE_INTEGER;
  // Beyond the budget too: what no longer fits into a prompt must not be missing from the summary.
  const reach = budget * SUMMARISE_AT_MOST;
  const { summary, messages } = historyBefore(record, after.place.id, end, reach);
  const older = olderThan(messages, budget);
  const [first, last] = [older[0], older.at(-1)];
  if (!first || !last) return;

  const plan = newQuestion("summary", after.place, parts.newId(), after.origin);
  await askAside(parts, plan, {
    prompt: summaryPrompt(summary, older),
    format: null,
    withinMs: null,
    use: (text) => {
      record.putSummary(after.place.id, text, last.position + 1, first.position);
      return true;
    },
  });
}
