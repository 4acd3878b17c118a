import { isCareTurn } from "../../domain/care-turn.ts";
import type { MemberContext } from "../../domain/context.ts";
import { SECTION_CHARACTERS } from "../../domain/journey.ts";
import type { TurnUsage } from "../../domain/messages.ts";
import { type ProblemCode, problem } from "../../domain/problems.ts";
import type { WrittenText } from "../../domain/writing.ts";
import { ProviderError } from "../model/provider-error.ts";
import type { PromptMessage } from "../prompt/chat-prompt.ts";
import { estimateTokens } from "../prompt/estimate.ts";
import { writtenText } from "../writing/task.ts";
import { putQuestion } from "./begin.ts";
import { copyMessage } from "./copies.ts";
import type { SettledCost, SettledRequest } from "./ledger.ts";
import type { Ending, EndingFacts } from "./log.ts";
import type { SessionParts } from "./parts.ts";
import type { TurnPlan } from "./plan.ts";
import { reportTurn } from "./report.ts";
import type { RequestResult, TurnResult } from "./turn.ts";
import type { Outcome } from "./turn-machine.ts";

/** What a turn was asked with: kept until its end. */
export interface Asked {
  readonly context: MemberContext | null;
  readonly messages: readonly PromptMessage[];
  /** What the prompt is estimated at, in tokens. */
  readonly inputTokens: number;
  /** What VIVA said of a text it changed; null until it has, and where it talks. */
  notes: string | null;
}

/**
 * What is booked for a request: what the provider reported, else an estimate from what was streamed,
 * else (it never took the request on) nothing.
 * @param text the answer as far as this request gave it
 * @param aborted whether we ended it on purpose
 */
function settledRequest(
  turnId: string,
  { attempt, model, answer, error }: RequestResult,
  inputTokens: number,
  text: string,
  aborted: boolean,
): SettledRequest {
  const request = { turnId, attempt, model: answer.model ?? model };
  if (answer.usage) return { ...request, ...answer.usage, state: "final" };
  const timedOut = error instanceof ProviderError && error.code === "provider_timeout";
  // What the provider had refused before we ended the turn is not under way any more.
  const takenBack = aborted && !(error instanceof ProviderError);
  const mayBeBilled = !answer.refused && (answer.accepted || takenBack || timedOut);
  return {
    ...request,
    inputTokens: mayBeBilled ? inputTokens : 0,
    cachedInputTokens: 0,
    outputTokens: estimateTokens(text),
    state: mayBeBilled ? "estimated" : "failed",
  };
}

/** What the copy of a request tells beyond its tokens. */
interface UsageFacts {
  readonly errorCode: ProblemCode | null;
  readonly firstTokenMs: number | null;
  readonly metadata: Record<string, unknown>;
}

/** What the books call a request. */
function actionOf({ kind, task }: TurnPlan): string {
  if (kind === "look") return "vision_discovery";
  if (task === null) return "chat_conversation";
  return task.refine ? "vision_refinement" : "vision_generation";
}

/** Adds the copy of a settled request to the outbox. */
export function copyUsage(
  { outbox, now }: SessionParts,
  plan: TurnPlan,
  request: SettledRequest,
  { costMicroUsd, usage }: SettledCost,
  facts: UsageFacts,
): void {
  const { colo, country, region } = plan.origin.place;
  outbox.add("usage", {
    turnId: request.turnId,
    attempt: request.attempt,
    conversationId: plan.place.id,
    actionType: actionOf(plan),
    model: request.model,
    inputTokens: request.inputTokens,
    cachedInputTokens: request.cachedInputTokens,
    outputTokens: request.outputTokens,
    estimated: usage.estimated,
    costMicroUsd,
    success: facts.errorCode === null,
    errorCode: facts.errorCode,
    firstTokenMs: facts.firstTokenMs,
    colo,
    region,
    metadata: { country, kind: plan.kind, credits: usage.credits, ...facts.metadata },
    createdAt: new Date(now()).toISOString(),
  });
}

/**
 * Settles a request that failed before the turn's first word while another one goes on, and
 * reserves that one. In one transaction.
 */
export function retryTurn(
  parts: SessionParts,
  plan: TurnPlan,
  failed: RequestResult | null,
  next: { readonly attempt: number; readonly model: string; readonly inputTokens: number },
): void {
  const { ledger, transaction } = parts;
  transaction(() => {
    if (failed) {
      const request = settledRequest(plan.turnId, failed, next.inputTokens, "", false);
      const cost = ledger.settle(request, false, parts.now());
      const errorCode = failed.error instanceof ProviderError ? failed.error.code : "internal";
      const metadata = { state: "retried" };
      copyUsage(parts, plan, request, cost, { errorCode, firstTokenMs: null, metadata });
    }
    ledger.reserve(plan.turnId, next.attempt, next.model, next.inputTokens);
  });
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
    if (outcome.state === "failed" && !plan.continues) putQuestion(parts, plan, "failed", now);
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
  };
  record.putMessage(row);
  copyMessage(outbox, row);
}

/** Books the turn's last request. */
function bookRequest(
  parts: SessionParts,
  plan: TurnPlan,
  { outcome, text, timings, request }: TurnResult,
  asked: Asked | null,
): TurnUsage | null {
  if (!request) return null;
  const aborted = outcome.state === "stopped" || outcome.state === "superseded";
  const inputTokens = asked?.inputTokens ?? 0;
  const settled = settledRequest(plan.turnId, request, inputTokens, text, aborted);
  const cost = parts.ledger.settle(settled, text !== "", parts.now());
  copyUsage(parts, plan, settled, cost, {
    errorCode: "errorCode" in outcome ? outcome.errorCode : null,
    firstTokenMs: request.firstWordMs,
    metadata: { state: outcome.state, oursMs: timings.oursMs },
  });
  return cost.usage;
}

/** Books a request that gave the member no words to read. Part of the transaction that writes what it was for. */
export function bookAside(
  parts: SessionParts,
  plan: TurnPlan,
  request: RequestResult,
  inputTokens: number,
  text: string,
  charged: boolean,
): TurnUsage {
  const settled = settledRequest(plan.turnId, request, inputTokens, text, false);
  const cost = parts.ledger.settle(settled, charged, parts.now());
  const { error } = request;
  const code = error instanceof ProviderError ? error.code : "internal";
  copyUsage(parts, plan, settled, cost, {
    errorCode: error === null ? null : code,
    firstTokenMs: request.firstWordMs,
    metadata: {},
  });
  return cost.usage;
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
  const { turns, ledger, greetings, transaction } = parts;
  const { outcome, text, timings } = result;
  const { place, turnId } = plan;
  const now = parts.now();
  const errorCode = "errorCode" in outcome ? outcome.errorCode : null;

  const written = writtenBy(plan, text, asked);
  const usage = transaction(() => {
    putAnswer(parts, plan, result, now);
    if (written?.refinementId) copyRefinement(parts, plan, text, written);
    const booked = bookRequest(parts, plan, result, asked);
    turns.end(turnId, {
      state: outcome.state,
      error_code: errorCode,
      finish_reason: "finishReason" in outcome ? outcome.finishReason : null,
      timings: JSON.stringify(timings),
      usage: booked && JSON.stringify(booked),
      notes: written?.notes ?? null,
      ended_at: now,
    });
    if (plan.kind === "greeting" && outcome.state === "complete" && asked?.context) {
      greetings.keep(place.category, place.phase, text, asked.context, now);
    }
    return booked;
  });

  ledger.release(turnId);
  reportTurn(
    {
      turnId,
      kind: plan.kind,
      category: place.category,
      phase: place.phase,
      model: result.request?.answer.model ?? result.request?.model ?? null,
      requests: result.request?.attempt ?? 0,
      state: outcome.state,
      errorCode,
      timings,
      usage,
      ...plan.origin.place,
    },
    parts.dataset,
  );
  const credits = ledger.balance(now);
  return endingOf(outcome, turnId, {
    usage,
    timings,
    credits,
    ...(written && { vision: written }),
    ...(isCareTurn(turnId) && { care: true as const }),
  });
}

/** An outcome as the readers of a turn are told it. */
export function endingOf(outcome: Outcome, turnId: string, facts: EndingFacts): Ending {
  if (!("errorCode" in outcome)) return { ...outcome, ...facts };
  const { state, errorCode, retryAfter } = outcome;
  const extras = retryAfter === undefined ? {} : { retryAfter };
  const place = { instance: `/api/turns/${turnId}` };
  return { state, problem: problem(errorCode, extras, place), ...facts };
}
