import { findCrisis } from "../../../domain/care.ts";
import { careTurnId } from "../../../domain/care-turn.ts";
import type { ChatRequest } from "../../../domain/chat-request.ts";
import { DEFAULT_PHASE } from "../../../domain/phases.ts";
import { cleanText } from "../../../domain/text.ts";
import { resolvesWithin } from "../../platform/timers.ts";
import type { SessionParts } from "../services.ts";
import { type Readable, storedAnswer } from "../stream/respond.ts";
import { newTurn } from "../turns/begin.ts";
import type { TurnOrigin } from "../turns/plan.ts";

/**
 * The answer to a member in crisis whom Postgres keeps waiting: a crisis answer never waits for a database.
 * Without a known profile it names the help lines of the country that the request came from. Nothing is stored.
 * @param ready resolves once the turn could begin
 * @returns null for any other message, and if Postgres answers in time
 */
export async function earlyCare(
  { care, context, newId, settings }: SessionParts,
  request: ChatRequest,
  origin: TurnOrigin,
  ready: Promise<void>,
): Promise<Readable | null> {
  const text = cleanText(request.message?.text ?? "");
  if (findCrisis(text) === null) return null;
  if (await resolvesWithin(ready, settings.CONTEXT_STALE_WAIT_MS)) return null;
  const { category, phase } = request;
  const id = request.conversationId ?? newId();
  const turn = newTurn({
    kind: "care",
    turnId: careTurnId(newId),
    answerId: newId(),
    place: { id, stored: undefined, category, phase: phase ?? DEFAULT_PHASE },
    message: null,
    answerPosition: 0,
    cutFrom: null,
    continues: null,
    targetId: null,
    task: null,
    origin,
  });
  const answer = care.answerAgain(text, context.known, origin.place);
  const said = { ...turn, state: "complete", finish_reason: "stop" } as const;
  return storedAnswer(said, answer, settings.OPENAI_MODEL, 1, null);
}
