import { DEFAULT_PHASE } from "../../../domain/phases.ts";
import type { RequestPlace } from "../../http/client-location.ts";
import { emptyAnswer } from "../../model/answer.ts";
import { causeOf, log } from "../../platform/log.ts";
import type { Place } from "../chat/admission.ts";
import type { SessionParts } from "../services.ts";
import { type TurnRow, taskOf, timingsOf } from "../store/rows.ts";
import type { RequestRow } from "../usage/ledger.ts";
import { bookAside } from "../usage/record-usage.ts";
import { newAsk, type TurnPlan } from "./plan.ts";
import type { Runner } from "./runner.ts";
import { reportSettled, settleTurn } from "./settle.ts";
import { step, type TurnPhase } from "./state-machine.ts";
import type { RequestResult } from "./turn-ports.ts";

/** Whether a turn said nothing to the member: whoever asked for it does so again. */
function isAside({ kind }: TurnRow): boolean {
  return kind === "summary" || kind === "look" || kind === "ahead";
}

/** Where a stored turn stood when its object was lost. */
function phaseOf(row: TurnRow, requests: number): TurnPhase {
  if (row.part !== "") return { name: "speaking", requests };
  return { name: requests > 0 ? "waiting" : "asking", requests };
}

/** The plan of a stored turn, from the record; null where its conversation is gone. */
function planOf({ record, now }: SessionParts, row: TurnRow): TurnPlan | null {
  const id = row.conversation_id;
  const stored = record.conversation(id);
  // What is asked aside may come before the conversation that it is for.
  if (!stored && !isAside(row)) return null;
  const place: Place = {
    id,
    stored,
    category: stored?.category ?? null,
    phase: stored?.phase ?? DEFAULT_PHASE,
  };
  const asked = row.asked_position === null ? undefined : record.messageAt(id, row.asked_position);
  const answer = row.base > 0 ? record.messageAt(id, row.answer_position) : undefined;
  return {
    ...newAsk(row.kind, place, {
      message: asked ? { id: asked.id, text: asked.text, position: asked.position } : null,
      answerPosition: row.answer_position,
      continues: answer ? { id: answer.id, text: answer.text } : null,
      task: taskOf(row),
    }),
    turnId: row.id,
    answerId: row.message_id,
    origin: {
      database: null,
      place: JSON.parse(row.origin) as RequestPlace,
      arrivedAt: now(),
      idempotency: null,
    },
  };
}

function careOf({ care, context }: SessionParts, { message, origin }: TurnPlan): string {
  return care.answerAgain(message?.text ?? "", context.known, origin.place);
}

/** A request that left, and nobody heard what became of it: the provider may bill it. */
function lost({ attempt, model }: RequestRow): RequestResult {
  const answer = { ...emptyAnswer(), accepted: true };
  return { attempt, model, answer, error: null, firstWordMs: null };
}

/**
 * Takes up the turns that ran when the object was last in memory. Whatever they had asked is lost:
 * what has said nothing is asked once more, the rest ends honestly with the part that was shown.
 */
export function recoverTurns(parts: SessionParts, runner: Runner): void {
  const { turns, ledger, now } = parts;
  const fail = (row: TurnRow) =>
    turns.end(row.id, { ...row, state: "failed", task: null, ended_at: now() });
  for (const row of turns.unfinished()) {
    try {
      const plan = planOf(parts, row);
      if (plan) recoverTurn(parts, runner, row, plan);
      else fail(row);
    } catch (error) {
      // One that cannot be taken up must not keep the member from everything else.
      log("turn_not_woken", { turnId: row.id, ...causeOf(error) }, "error");
      ledger.release(row.id);
      fail(row);
    }
  }
}

function recoverTurn(parts: SessionParts, runner: Runner, row: TurnRow, plan: TurnPlan): void {
  const { turns, ledger, limits, transaction, now } = parts;
  const requests = ledger.requests(row.id);
  const next = step(phaseOf(row, requests.length), { name: "woken" });
  const goesOn = next.name === "asking" && !isAside(row);
  // Two are open where the second raced the first, which was late: likely the second one spoke.
  const open = requests.filter(({ state }) => state === "reserved").reverse();
  const [request, rival] = open.map(lost);
  const inputTokens = open[0]?.input_tokens ?? 0;
  log("turn_woken", { turnId: row.id, goesOn });

  if (next.name === "ended" && !isAside(row)) {
    const result = {
      outcome: next.outcome,
      text: row.part,
      timings: timingsOf(row),
      request: request ?? null,
      race: rival ? { loser: rival, unheard: "", afterMs: null } : null,
    };
    const asked = { context: parts.context.known, messages: [], inputTokens, notes: null };
    const { usage } = settleTurn(parts, plan, result, asked);
    reportSettled(parts, plan, result, usage);
    return;
  }
  transaction(() => {
    if (request) {
      const failed = { ...request, error: new Error("lost with its object") };
      bookAside(parts, plan, failed, inputTokens, "");
    }
    if (!goesOn) turns.end(row.id, { ...row, state: "failed", task: null, ended_at: now() });
  });
  if (!goesOn) return;
  // No model is asked about a crisis: the care that had not reached the member does now.
  if (plan.kind === "care") runner.say(plan, careOf(parts, plan), next);
  else runner.ask(plan, limits.readmit(plan), next);
}
