import type { ChatRequest } from "../../domain/chat-request.ts";
import { ProblemError } from "../../domain/problems.ts";
import { streamCompletion } from "../model/chat-completion.ts";
import { loadSdk } from "../model/sdk.ts";
import { nextTask } from "../next-task.ts";
import { chatPrompt } from "../prompt/chat-prompt.ts";
import { memberData } from "../prompt/member-data.ts";
import { admit, type Place, placeOf } from "./admission.ts";
import { beginTurn } from "./begin.ts";
import { historyWithin } from "./history.ts";
import type { SessionParts } from "./parts.ts";
import type { PlannedMessage, TurnOrigin, TurnPlan } from "./plan.ts";
import type { MessageRow } from "./record.ts";
import { type Readable, storedAnswer } from "./respond.ts";
import { type Asked, settleTurn } from "./settle.ts";
import { type AskModel, RunningTurn } from "./turn.ts";
import { TurnLimits } from "./turn-limits.ts";

/** A turn while it runs, with the plan it follows. */
interface Running {
  readonly plan: TurnPlan;
  readonly turn: RunningTurn;
}

/** The member's turns: admits them, runs them and finds them again. */
export class Chat {
  readonly #parts: SessionParts;
  readonly #limits: TurnLimits;
  /** Running turns by conversation: at most one in each. */
  readonly #running = new Map<string, Running>();

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#limits = new TurnLimits(parts.settings, parts.ledger);
  }

  /** The turn that runs in a conversation. */
  running(conversationId: string): Running | undefined {
    return this.#running.get(conversationId);
  }

  /**
   * The answer to a request for a turn: a new turn's, a running one's or a stored one's.
   * Resolves once what it acknowledges is durable.
   * @throws ProblemError not_found, conflict, rate_limited, credits_exhausted
   */
  answer(request: ChatRequest, origin: TurnOrigin): Promise<Readable> {
    const { record, context, newId } = this.#parts;
    const place = placeOf(request, record, context.known?.draft?.id ?? null, newId);
    return request.greeting
      ? this.#greet(request, place, origin)
      : this.#reply(request, place, origin);
  }

  async #reply(request: ChatRequest, place: Place, origin: TurnOrigin): Promise<Readable> {
    const { message } = request;
    if (request.trigger !== "submit-message" || !message) {
      throw new ProblemError("invalid_request", {
        errors: [{ path: "trigger", message: "only a new message can be submitted" }],
      });
    }
    const { record, newId } = this.#parts;
    const running = this.#running.get(place.id);
    // Sent twice at the same time: the first is not stored yet, but it runs.
    if (running && message.id !== null && running.plan.message?.id === message.id) {
      if (running.plan.message.text === message.text) return durable(running.turn);
      throw new ProblemError("conflict", { detail: "A message with this id has another text." });
    }
    const admission = admit(message, place, record);
    if (admission.kind === "same") return this.#stored(admission.message);
    const next = Math.max(
      place.stored?.next_position ?? 0,
      running ? running.plan.answerPosition + 1 : 0,
    );
    const position = admission.kind === "again" ? admission.message.position : next;
    const planned = { id: message.id ?? newId(), text: message.text, position };
    return this.#begin(place, planned, position + 1, origin);
  }

  /** One greeting per member, category and phase: kept, and shown again from there. */
  async #greet(request: ChatRequest, place: Place, origin: TurnOrigin): Promise<Readable> {
    const { record, greetings, context, newId, now } = this.#parts;
    const running = this.#running.get(place.id);
    if (running && !running.plan.message) return durable(running.turn);
    if (place.stored && place.stored.next_position > 0) {
      const first = record.firstMessage(place.id);
      if (first?.role === "assistant") return this.#stored(first);
      if (request.conversationId !== null) {
        throw new ProblemError("conflict", { detail: "This conversation has begun already." });
      }
      return this.#greet(request, { ...place, id: newId(), stored: undefined }, origin);
    }
    const kept = greetings.kept(place.category, place.phase, context.known, now());
    if (kept !== null) return this.#showGreeting(place, kept, origin);
    // Another tab has just asked for the same one: it is written once.
    const alike = [...this.#running.values()].find(
      ({ plan }) =>
        !plan.message && plan.place.category === place.category && plan.place.phase === place.phase,
    );
    if (alike) {
      await alike.turn.ended;
      if (greetings.kept(place.category, place.phase, context.known, now()) !== null) {
        return this.#greet(request, place, origin);
      }
    }
    return this.#begin(place, null, 0, origin);
  }

  /** A kept greeting in a new conversation: a turn that asks no model and costs nothing. */
  #showGreeting(place: Place, text: string, origin: TurnOrigin): Promise<Readable> {
    const plan = this.#plan(place, null, 0, origin);
    const say: AskModel = async (events, _signal, answer) => {
      answer.finishReason = "stop";
      events.onText(text);
    };
    return this.#run(
      plan,
      async () => say,
      () => null,
    );
  }

  async #begin(
    place: Place,
    message: PlannedMessage | null,
    answerPosition: number,
    origin: TurnOrigin,
  ): Promise<Readable> {
    const superseded = this.#running.get(place.id)?.turn;
    this.#limits.admit(this.#running.size - (superseded ? 1 : 0), this.#parts.now());
    const plan = this.#plan(place, message, answerPosition, origin);
    this.#limits.hold(plan);
    superseded?.abort("superseded");
    let asked: Asked | null = null;
    const prepare = async (): Promise<AskModel> => {
      asked = await this.#ask(plan, superseded);
      return this.#askModel(plan, asked);
    };
    return this.#run(plan, prepare, () => asked);
  }

  #plan(
    place: Place,
    message: PlannedMessage | null,
    answerPosition: number,
    origin: TurnOrigin,
  ): TurnPlan {
    const { newId, settings } = this.#parts;
    const model = settings.OPENAI_MODEL;
    return { turnId: newId(), answerId: newId(), place, message, answerPosition, model, origin };
  }

  /** Everything between admission and dispatch; on the warm path nothing here waits for anyone. */
  async #ask(plan: TurnPlan, superseded: RunningTurn | undefined): Promise<Asked> {
    const { context, record, settings, now } = this.#parts;
    const { place, message, answerPosition, origin } = plan;
    const waits = !context.fresh;
    const ready = context.forTurn(origin.fetchContext);
    if (waits) {
      // The question to the database leaves first; loading the SDK then overlaps with its way.
      await nextTask();
      await loadSdk();
    }
    // What the superseded turn wrote is part of this one's history.
    await superseded?.ended.catch(() => {});
    const known = await ready;
    const before = message?.position ?? answerPosition;
    const messages = chatPrompt({
      memberData: memberData(known, place.category, now()),
      phase: place.phase,
      category: place.category,
      history: historyWithin(record, place.id, before, settings.HISTORY_TOKENS),
      message: message?.text ?? null,
    });
    return { context: known, messages };
  }

  #askModel(plan: TurnPlan, { messages }: Asked): AskModel {
    const { settings, memberHash, now } = this.#parts;
    return (events, signal, answer) =>
      streamCompletion(
        {
          access: { apiKey: settings.OPENAI_API_KEY, baseUrl: settings.OPENAI_BASE_URL },
          model: plan.model,
          messages,
          maxOutputTokens: settings.MAX_OUTPUT_TOKENS,
          memberHash,
          firstTokenTimeoutMs: settings.FIRST_TOKEN_TIMEOUT_MS,
          gapTimeoutMs: settings.TOKEN_GAP_TIMEOUT_MS,
          signal,
          now,
        },
        events,
        answer,
      );
  }

  #run(
    plan: TurnPlan,
    prepare: () => Promise<AskModel>,
    asked: () => Asked | null,
  ): Promise<Readable> {
    const parts = this.#parts;
    const { turnId, place, answerId: messageId, model } = plan;
    const turn = new RunningTurn(
      { turnId, conversationId: place.id, messageId, model },
      {
        prepare,
        begin: (dispatched) => beginTurn(parts, plan, dispatched),
        settle: (result) => settleTurn(parts, plan, result, asked()),
        now: parts.now,
      },
    );
    this.#running.set(place.id, { plan, turn });
    parts.keepAlive(this.#afterwards(plan, turn));
    return durable(turn);
  }

  /** What happens after a turn, out of everyone's way: Postgres gets its copy, the context is asked for anew. */
  async #afterwards({ turnId, place, origin }: TurnPlan, turn: RunningTurn): Promise<void> {
    const { outbox, context, ledger } = this.#parts;
    try {
      await turn.ended;
    } catch (error) {
      ledger.release(turnId);
      const { name, message } = error as Error;
      console.error(JSON.stringify({ event: "turn_not_written", turnId, name, message }));
    }
    if (this.#running.get(place.id)?.turn === turn) this.#running.delete(place.id);
    const refresh = origin.fetchContext && context.refresh(origin.fetchContext);
    await Promise.all([outbox.flush(), refresh]);
    if (outbox.retryAt !== null) this.#parts.wakeBy(outbox.retryAt);
  }

  /** The answer to a message that is stored: of the turn that runs for it, or as it was written. */
  async #stored(message: MessageRow): Promise<Readable> {
    const { record, settings } = this.#parts;
    const running = this.#running.get(message.conversation_id)?.turn;
    if (running?.head.turnId === message.turn_id) return durable(running);
    const turn = record.turn(message.turn_id);
    if (!turn) throw new ProblemError("not_found");
    const answer = record.message(turn.conversation_id, turn.message_id);
    return storedAnswer(turn, answer, settings.OPENAI_MODEL);
  }
}

/** A running turn, once what it acknowledges is stored. */
async function durable(turn: RunningTurn): Promise<Readable> {
  await turn.begun;
  return turn;
}
