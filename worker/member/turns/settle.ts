import { isCareTurn } from "../../../domain/care-turn.ts";
import type { MemberContext } from "../../../domain/context.ts";
import { SECTION_CHARACTERS } from "../../../domain/journey.ts";
import type { TurnUsage } from "../../../domain/messages.ts";
import { failureDetail, problem } from "../../../domain/problems.ts";
import type { WrittenText } from "../../../domain/writing.ts";
import type { PromptMessage } from "../../prompt/chat-prompt.ts";
import { finishedTask, writtenText } from "../../prompt/writing-task.ts";
import { reportTurn } from "../health/telemetry.ts";
import type { SessionParts } from "../services.ts";
import type { Ending, EndingFacts } from "../stream/answer-log.ts";
import { copyMessage } from "../sync/outbox-rows.ts";
import { bookTurn } from "../usage/record-usage.ts";
import { putQuestion } from "./begin.ts";
import type { TurnPlan } from "./plan.ts";
import type { Outcome } from "./state-machine.ts";
import type { TurnResult } from "./turn-ports.ts";

/** What a turn was asked with: kept until its end. */
export interface Asked {
  readonly context: MemberContext | null;
  readonly messages: readonly PromptMessage[];
  /** What the prompt is estimated at, in tokens. */
  readonly inputTokens: number;
  /** What VIVA said of a text it changed; null until it has, and where it talks. */
  notes: string | null;
}

/** Writes the answer; where there is none, the message is marked so that sending it again begins anew. */
function putAnswer(
  parts: SessionParts,
  plan: TurnPlan,
  { outcome, text }: TurnResult,
  now: number,
) {
  const { record, outbox } = parts;
  if (text === "") {
    if (outcome.state === "failed" && !plan.continues) {
      putQuestion(parts, plan, now, outcome.errorCode);
    }
    return;
  }
  const row = {
    conversation_id: plan.place.id,
    position: plan.answerPosition,
    id: plan.answerId,
    role: "assistant" as const,
    text: (plan.continues?.text ?? "") + text,
    status: outcome.state,
    turn_id: plan.turnId,
    created_at: now,
    error_code: "errorCode" in outcome ? outcome.errorCode : null,
  };
  record.putMessage(row);
  copyMessage(outbox, row);
}

/** What is told of a vision text; null where VIVA talked or said nothing. */
function writtenBy({ task, turnId }: TurnPlan, text: string, asked: Asked | null) {
  if (!task || text === "") return null;
  return writtenText(task, text, asked?.notes ?? null, turnId, asked?.context ?? null);
}

/** Adds the record of a suggestion to the outbox. */
function copyRefinement(
  { outbox, now }: SessionParts,
  { task }: TurnPlan,
  text: string,
  { refinementId, visionId, category, notes }: WrittenText,
): void {
  outbox.add("refinement", {
    id: refinementId,
    visionId,
    category,
    before: task?.before || null,
    after: text.slice(0, SECTION_CHARACTERS),
    ...task?.refine,
    vivaNotes: notes,
    createdAt: new Date(now()).toISOString(),
  });
}

/**
 * Settles a turn that has ended, in one transaction: the answer, the turn, the books, a greeting to
 * keep, and the copies of all of it in the outbox.
 * @returns the ending as its readers are told it
 */
export function settleTurn(
  parts: SessionParts,
  plan: TurnPlan,
  result: TurnResult,
  asked: Asked | null,
): Ending {
  const { turns, ledger, limits, greetings, transaction } = parts;
  const { outcome, text, timings } = result;
  const { place, turnId } = plan;
  const now = parts.now();
  const errorCode = "errorCode" in outcome ? outcome.errorCode : null;

  const written = writtenBy(plan, text, asked);
  const usage = transaction(() => {
    putAnswer(parts, plan, result, now);
    if (written?.refinementId) copyRefinement(parts, plan, text, written);
    const booked = bookTurn(parts, plan, result, asked?.inputTokens ?? 0);
    turns.end(turnId, {
      state: outcome.state,
      error_code: errorCode,
      finish_reason: "finishReason" in outcome ? outcome.finishReason : null,
      timings: JSON.stringify(timings),
      usage: booked && JSON.stringify(booked),
      task: plan.task && JSON.stringify(finishedTask(plan.task, written)),
      notes: written?.notes ?? null,
      ended_at: now,
    });
    const whole = outcome.state === "complete" && outcome.finishReason !== "content-filter";
    if (plan.kind === "greeting" && whole && asked?.context) {
      greetings.keep(place.category, place.phase, text, asked.context, now);
    }
    return booked;
  });

  limits.release(plan);
  const credits = ledger.balance(now);
  return endingOf(outcome, turnId, {
    usage,
    timings,
    credits,
    ...(written && { vision: written }),
    ...(isCareTurn(turnId) && { care: true as const }),
  });
}

/** Reports a settled turn. Not on the way to its ending, which does not wait for a log. */
export function reportSettled(
  { dataset }: SessionParts,
  { turnId, kind, place, origin }: TurnPlan,
  { outcome, text, timings, request, race }: TurnResult,
  usage: TurnUsage | null,
): void {
  reportTurn(
    {
      turnId,
      kind,
      category: place.category,
      phase: place.phase,
      model: request?.answer.model ?? request?.model ?? null,
      requests: Math.max(request?.attempt ?? 0, race?.loser.attempt ?? 0),
      hedged: race !== null,
      wonBy: text === "" ? null : (request?.attempt ?? null),
      state: outcome.state,
      errorCode: "errorCode" in outcome ? outcome.errorCode : null,
      timings,
      usage,
      ...origin.place,
    },
    dataset,
  );
}

/** An outcome as the readers of a turn are told it. */
export function endingOf(outcome: Outcome, turnId: string, facts: EndingFacts): Ending {
  if (!("errorCode" in outcome)) return { ...outcome, ...facts };
  const { state, errorCode, retryAfter } = outcome;
  const extras = {
    ...(retryAfter !== undefined && { retryAfter }),
    detail: failureDetail(errorCode, state === "interrupted"),
  };
  const place = { instance: `/api/turns/${turnId}` };
  return { state, problem: problem(errorCode, extras, place), ...facts };
}
