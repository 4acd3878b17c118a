import type { TurnUsage } from "../../../domain/messages.ts";
import type { ProblemCode } from "../../../domain/problems.ts";
import { ProviderError } from "../../model/provider-error.ts";
import type { SessionParts } from "../services.ts";
import type { TurnPlan } from "../turns/plan.ts";
import type { Race, RequestResult, TurnResult } from "../turns/turn-ports.ts";
import type { SettledCost, SettledRequest } from "./ledger.ts";
import { reportedInFull, tokensOf } from "./request-tokens.ts";

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
  const tokens = tokensOf(answer, inputTokens, text);
  if (reportedInFull(answer, text)) return { ...request, ...tokens, state: "final" };
  const timedOut = error instanceof ProviderError && error.code === "provider_timeout";
  // What the provider had refused before we ended the turn is not under way any more.
  const takenBack = aborted && !(error instanceof ProviderError);
  const mayBeBilled = !answer.refused && (answer.accepted || takenBack || timedOut);
  if (mayBeBilled) return { ...request, ...tokens, state: "estimated" };
  const none = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
  return { ...request, ...none, state: "failed" };
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
function copyUsage(
  { outbox, now }: SessionParts,
  plan: TurnPlan,
  request: SettledRequest,
  { costMicroUsd, credits, usage }: SettledCost,
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
    metadata: { country, kind: plan.kind, credits, ...facts.metadata },
    createdAt: new Date(now()).toISOString(),
  });
}

/** The code of a request that failed; null where it did not. */
function codeOf({ error }: RequestResult): ProblemCode | null {
  if (error === null) return null;
  return error instanceof ProviderError ? error.code : "internal";
}

/** A provider that has too much to do is not asked for more by a hedge. */
function heed({ settings, hedges }: SessionParts, request: RequestResult): void {
  if (settings.HEDGE_AFTER_MS !== null && codeOf(request) === "provider_busy") hedges.close();
}

/** A request that is about to be reserved. */
interface NextRequest {
  readonly attempt: number;
  readonly model: string;
  /** What its prompt is estimated at. */
  readonly inputTokens: number;
}

/** Reserves a turn's second request, which races its first, and writes that the budget is spent. In one transaction. */
export function hedgeTurn(parts: SessionParts, { turnId }: TurnPlan, next: NextRequest): void {
  const { ledger, hedges, transaction } = parts;
  transaction(() => {
    ledger.reserve(turnId, next.attempt, next.model, next.inputTokens);
    hedges.save();
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
  next: NextRequest,
): void {
  const { ledger, transaction } = parts;
  transaction(() => {
    if (failed) {
      const request = settledRequest(plan.turnId, failed, next.inputTokens, "", false);
      const cost = ledger.settle(request, true, parts.now());
      const errorCode = codeOf(failed) ?? "internal";
      const metadata = { state: "retried" };
      copyUsage(parts, plan, request, cost, { errorCode, firstTokenMs: null, metadata });
      heed(parts, failed);
    }
    ledger.reserve(plan.turnId, next.attempt, next.model, next.inputTokens);
  });
}

/** What the copies of a hedged turn's requests tell of the race. */
function hedgeFacts({ race, request, text }: TurnResult): Record<string, unknown> {
  if (!race) return {};
  const wonBy = text === "" ? null : (request?.attempt ?? null);
  return { hedged: true, hedgedAfterMs: race.afterMs, wonBy };
}

/** Books the request of a race that gave no words: the member does not pay for it. */
function bookLoser(
  parts: SessionParts,
  plan: TurnPlan,
  { loser, unheard }: Race,
  inputTokens: number,
  facts: Record<string, unknown>,
): void {
  const settled = settledRequest(plan.turnId, loser, inputTokens, unheard, true);
  const cost = parts.ledger.settle(settled, false, parts.now());
  copyUsage(parts, plan, settled, cost, {
    // That we ended it ourselves is no failure.
    errorCode: loser.error instanceof ProviderError ? loser.error.code : null,
    firstTokenMs: null,
    metadata: { state: "lost", ...facts },
  });
  heed(parts, loser);
}

/**
 * Books what a turn asked at last: the request that gave the words, or failed to, and the one that
 * raced it. Part of the transaction that ends the turn.
 * @param inputTokens what the prompt is estimated at
 * @returns what the turn used, as the member is told it; null where no request left
 */
export function bookTurn(
  parts: SessionParts,
  plan: TurnPlan,
  result: TurnResult,
  inputTokens: number,
): TurnUsage | null {
  const { outcome, text, timings, request, race } = result;
  if (!request) return null;
  const aborted = outcome.state === "stopped" || outcome.state === "superseded";
  const settled = settledRequest(plan.turnId, request, inputTokens, text, aborted);
  const cost = parts.ledger.settle(settled, true, parts.now());
  const facts = hedgeFacts(result);
  copyUsage(parts, plan, settled, cost, {
    errorCode: "errorCode" in outcome ? outcome.errorCode : null,
    firstTokenMs: request.firstWordMs,
    metadata: {
      state: outcome.state,
      oursMs: timings.oursMs,
      // More than ours and the provider's where an attempt before failed, or the race began late.
      firstWordMs: timings.firstWordMs,
      ...facts,
    },
  });
  heed(parts, request);
  if (race) bookLoser(parts, plan, race, inputTokens, facts);
  return cost.usage;
}

/** Settles a request that gave the member no words to read. Part of the transaction that writes what it was for. */
export function bookAside(
  parts: SessionParts,
  plan: TurnPlan,
  request: RequestResult,
  inputTokens: number,
  text: string,
): TurnUsage {
  const settled = settledRequest(plan.turnId, request, inputTokens, text, false);
  const cost = parts.ledger.settle(settled, true, parts.now());
  copyUsage(parts, plan, settled, cost, {
    errorCode: codeOf(request),
    firstTokenMs: request.firstWordMs,
    metadata: {},
  });
  return cost.usage;
}
