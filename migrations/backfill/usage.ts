import { countIn, type OlderRow, type Refuse, textIn, timeIn, uuidIn } from "./older.ts";
import { derivedId } from "./talks.ts";

/** A row of the books in the form of now. */
export type PlannedUsage = Readonly<Record<string, unknown>> & { readonly id: string };

/** Older names of what was done. */
const ACTIONS: Readonly<Record<string, string>> = {
  ...{
    chat: "chat_conversation",
    conversation: "chat_conversation",
    viva_chat: "chat_conversation",
  },
  ...{ vision: "vision_generation", vision_creation: "vision_generation" },
  ...{ refine: "vision_refinement", refinement: "vision_refinement" },
  ...{ discovery: "vision_discovery" },
};

/**
 * Older rows of the books. Costs are taken over only where their unit is known for sure; what else a
 * row says of cost or credits is kept in `metadata.older`, where nothing counts it. A second row for
 * the same call is refused.
 */
export function planUsage(
  userId: string | null,
  rows: readonly OlderRow[],
  refuse: Refuse,
): PlannedUsage[] {
  const booked = new Set<string>();
  const rowsToWrite: PlannedUsage[] = [];
  for (const row of rows) {
    const older = textIn(row, "id");
    const usage = older === null ? null : planRow(userId, older, row);
    if (!usage) {
      refuseRow(refuse, older ?? "?", older === null ? "it has no id" : "it has no time");
      continue;
    }
    const { olderId, ...planned } = usage;
    const { id: _id, turn_id: _turn, ...call } = planned;
    const print = JSON.stringify(call);
    if (booked.has(print)) refuseRow(refuse, olderId, "the same call was booked twice");
    else rowsToWrite.push(planned as PlannedUsage);
    booked.add(print);
  }
  return rowsToWrite;
}

function refuseRow(refuse: Refuse, id: string, reason: string): void {
  refuse({ table: "token_usage", id, field: "", reason });
}

type WithOlderId = PlannedUsage & { readonly olderId: string };

function planRow(userId: string | null, older: string, row: OlderRow): WithOlderId | null {
  const createdAt = timeIn(row, "created_at", "timestamp");
  if (!createdAt) return null;
  const action = textIn(row, "action_type", "action", "type") ?? "chat_conversation";
  const turn = textIn(row, "turn_id") ?? `older-${older}`;
  const attempt = countIn(row, "attempt") ?? 1;
  const counted =
    countIn(row, "input_tokens", "prompt_tokens") !== null &&
    countIn(row, "output_tokens", "completion_tokens") !== null;
  // One number for both was all that was known: it stands with what was put in, as an estimate.
  const total = counted ? 0 : (countIn(row, "tokens_used", "total_tokens") ?? 0);
  const talk = textIn(row, "conversation_id");
  const usd = dollarsOf(row);
  return {
    olderId: older,
    id: derivedId("usage", turn, String(attempt)),
    user_id: userId,
    conversation_id:
      userId && talk ? derivedId("conversation", userId, uuidIn({ talk }, "talk") ?? talk) : null,
    turn_id: turn,
    attempt,
    action_type: ACTIONS[action.trim().toLowerCase()] ?? action,
    model_used: textIn(row, "model_used", "model") ?? "unknown",
    input_tokens: countIn(row, "input_tokens", "prompt_tokens") ?? total,
    cached_input_tokens: countIn(row, "cached_input_tokens", "cached_tokens") ?? 0,
    output_tokens: countIn(row, "output_tokens", "completion_tokens") ?? 0,
    estimated: row.estimated === true || !counted,
    cost_micro_usd: countIn(row, "cost_micro_usd") ?? (usd === null ? null : Math.round(usd * 1e6)),
    success: row.success !== false,
    error_code: textIn(row, "error_code"),
    first_token_ms: countIn(row, "first_token_ms"),
    colo: textIn(row, "colo"),
    region: textIn(row, "region"),
    metadata: { older: olderNotes(row) },
    created_at: createdAt,
  };
}

/** A cost that says that it is in dollars. */
function dollarsOf(row: OlderRow): number | null {
  const given = row.cost_usd;
  const value = typeof given === "string" && given.trim() !== "" ? Number(given) : given;
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;
}

/**
 * Numbers whose unit nobody knows any more, as they were. Nothing else of older notes: books stay when
 * a member erases everything, and must hold no words of theirs.
 */
function olderNotes(row: OlderRow): object {
  const names = ["cost_estimate", "actual_cost_cents", "calculated_cost_cents", "tokens_used"];
  const notes = names.flatMap((name) => {
    const value = row[name];
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) ? [[name, number] as const] : [];
  });
  return Object.fromEntries(notes);
}
