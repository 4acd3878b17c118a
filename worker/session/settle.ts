import type { MemberContext } from "../../domain/context.ts";
import { problem } from "../../domain/problems.ts";
import type { PromptMessage } from "../prompt/chat-prompt.ts";
import { estimatePromptTokens, estimateTokens } from "../prompt/estimate.ts";
import { copyMessage, FIRST_ATTEMPT, memberMessage } from "./begin.ts";
import type { SettledCost, SettledRequest } from "./ledger.ts";
import type { Ending } from "./log.ts";
import type { SessionParts } from "./parts.ts";
import type { TurnPlan } from "./plan.ts";
import { reportTurn } from "./report.ts";
import type { TurnResult } from "./turn.ts";

/** What a turn was asked with: kept until its end. */
export interface Asked {
  readonly context: MemberContext | null;
  readonly messages: readonly PromptMessage[];
}

/**
 * What is booked for a turn's request: what the provider reported, else an estimate from what was
 * streamed, else (it never took the request on) nothing.
 */
function settledRequest(plan: TurnPlan, result: TurnResult, asked: Asked | null): SettledRequest {
  const { answer, text, outcome } = result;
  const request = {
    turnId: plan.turnId,
    attempt: FIRST_ATTEMPT,
    model: answer.model ?? plan.model,
  };
  if (answer.usage) return { ...request, ...answer.usage, state: "final" };
  const mayBeBilled =
    answer.accepted ||
    outcome.state === "stopped" ||
    outcome.state === "superseded" ||
    outcome.errorCode === "provider_timeout";
  const inputTokens = mayBeBilled ? estimatePromptTokens(asked?.messages ?? []) : 0;
  return {
    ...request,
    inputTokens,
    cachedInputTokens: 0,
    outputTokens: estimateTokens(text),
    state: mayBeBilled ? "estimated" : "failed",
  };
}

/** Adds the copy of a settled request to the outbox. */
function copyUsage(
  { outbox }: SessionParts,
  plan: TurnPlan,
  request: SettledRequest,
  cost: SettledCost,
  result: TurnResult,
  now: number,
): void {
  const { outcome, timings } = result;
  const { colo, country, region } = plan.origin.place;
  outbox.add({
    kind: "usage",
    turnId: request.turnId,
    attempt: request.attempt,
    conversationId: plan.place.id,
    actionType: "chat_conversation",
    model: request.model,
    inputTokens: request.inputTokens,
    cachedInputTokens: request.cachedInputTokens,
    outputTokens: request.outputTokens,
    estimated: cost.usage.estimated,
    costMicroUsd: cost.costMicroUsd,
    success: outcome.errorCode === null,
    errorCode: outcome.errorCode,
    firstTokenMs: timings.upstreamMs,
    colo,
    region,
    metadata: { state: outcome.state, country, oursMs: timings.oursMs },
    createdAt: new Date(now).toISOString(),
  });
}

/** Writes the answer; where there is none, the message is marked so that sending it again begins anew. */
function putAnswer(parts: SessionParts, plan: TurnPlan, result: TurnResult, now: number): void {
  const { record } = parts;
  const { outcome, text } = result;
  if (text !== "") {
    const row = {
      conversation_id: plan.place.id,
      position: plan.answerPosition,
      id: plan.answerId,
      role: "assistant" as const,
      text,
      status: outcome.state,
      turn_id: plan.turnId,
      created_at: now,
    };
    record.putMessage(row);
    copyMessage(parts, plan, row);
  } else if (outcome.state === "failed") {
    const row = memberMessage(plan, "failed", now);
    if (!row) return;
    record.putMessage(row);
    copyMessage(parts, plan, row);
  }
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
  const { record, ledger, greetings, transaction } = parts;
  const { outcome, text, timings } = result;
  const now = parts.now();
  const request = settledRequest(plan, result, asked);

  const usage = transaction(() => {
    putAnswer(parts, plan, result, now);
    const cost = result.dispatched ? ledger.settle(request, text !== "", now) : null;
    if (cost) copyUsage(parts, plan, request, cost, result, now);
    record.putTurn({
      id: plan.turnId,
      conversation_id: plan.place.id,
      message_id: plan.answerId,
      answer_position: plan.answerPosition,
      state: outcome.state,
      error_code: outcome.errorCode,
      finish_reason: outcome.finishReason,
      timings: JSON.stringify(timings),
      usage: cost && JSON.stringify(cost.usage),
    });
    if (!plan.message && outcome.state === "complete" && asked?.context) {
      greetings.keep(plan.place.category, plan.place.phase, text, asked.context, now);
    }
    return cost?.usage ?? null;
  });

  ledger.release(plan.turnId);
  reportTurn(
    {
      turnId: plan.turnId,
      category: plan.place.category,
      phase: plan.place.phase,
      model: request.model,
      state: outcome.state,
      errorCode: outcome.errorCode,
      timings,
      usage,
      ...plan.origin.place,
    },
    parts.dataset,
  );
  return endingOf(plan, result, usage, ledger.balance(now));
}

function endingOf(
  plan: TurnPlan,
  { outcome, timings }: TurnResult,
  usage: Ending["usage"],
  credits: Ending["credits"],
): Ending {
  const facts = { usage, timings, credits };
  const { state, finishReason, errorCode, retryAfter } = outcome;
  if (state === "complete") return { state, finishReason: finishReason ?? "other", ...facts };
  if (state === "stopped" || state === "superseded") return { state, ...facts };
  const extras = retryAfter === undefined ? {} : { retryAfter };
  const place = { instance: `/api/turns/${plan.turnId}` };
  return { state, problem: problem(errorCode ?? "internal", extras, place), ...facts };
}
