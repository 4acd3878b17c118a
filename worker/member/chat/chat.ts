import { careTurnId } from "../../../domain/care-turn.ts";
import type { CategoryKey } from "../../../domain/categories.ts";
import type { ChatRequest } from "../../../domain/chat-request.ts";
import type { Turn } from "../../../domain/messages.ts";
import { ProblemError } from "../../../domain/problems.ts";
import { isWriting, writingConversation } from "../../../domain/writing-conversation.ts";
import type { MemberCommand } from "../../commands.ts";
import { type WritingTask, writtenText } from "../../prompt/writing-task.ts";
import type { SessionParts } from "../services.ts";
import { type MessageRow, type TurnRow, taskOf, turnOf, turnOfMessage } from "../store/rows.ts";
import { turnOfLog } from "../stream/encoders.ts";
import { type Readable, storedAnswer } from "../stream/respond.ts";
import { type AsideQuestion, askAside } from "../turns/background-completion.ts";
import { newTurn } from "../turns/begin.ts";
import { type Ask, newAsk, newQuestion, type TurnOrigin, type TurnPlan } from "../turns/plan.ts";
import type { Runner, Running } from "../turns/runner.ts";
import { admit, nextPosition, type Place, placeOf, repeats } from "./admission.ts";
import { earlyCare } from "./early-crisis.ts";

/** What a member asks of their turns: a reply, a greeting, an answer once more, a stop. */
export class Chat {
  readonly #parts: SessionParts;
  readonly #runner: Runner;

  constructor(parts: SessionParts, runner: Runner) {
    this.#parts = parts;
    this.#runner = runner;
  }

  /**
   * The answer to a request for a turn: a new turn's, a running one's or a stored one's.
   * Resolves once what it acknowledges is durable.
   * @throws ProblemError not_found, conflict, message_empty, idempotency_mismatch, rate_limited,
   *   credits_exhausted
   */
  async answer(request: ChatRequest, origin: TurnOrigin): Promise<Readable> {
    const { record, context, limits, shown, newId, now } = this.#parts;
    limits.admitRequest(now());
    // What is written there has a door of its own.
    if (isWriting(request.conversationId ?? "")) throw new ProblemError("not_found");
    if (!this.#isReady(request.conversationId)) {
      const ready = this.#getReady(request.conversationId, origin);
      const early = await earlyCare(this.#parts, request, origin, ready);
      if (early) {
        const { conversationId } = early.head;
        // It is part of the talk once Postgres says what the talk is.
        ready.then(() => this.answer({ ...request, conversationId }, origin)).catch(() => {});
        return early;
      }
      await ready;
    }
    // From here to the beginning of a turn nothing is awaited: of two alike one begins, one reads.
    const before = this.#idempotent(origin);
    if (before) return before;
    const found = placeOf(request, record, context.known?.draft?.id ?? null, newId);
    if (request.greeting) return this.#greet(request, found, origin);
    const opening = found.stored ? undefined : shown.of(found.id)?.opening;
    const place = opening ? { ...found, opening } : found;
    const same = this.#runner.find((plan) => plan.place.id === place.id && repeats(request, plan));
    if (same) return durable(same);
    const running = this.#runner.in(place.id);
    const admission = admit(request, place, this.#parts, running?.plan, newId);
    if (admission.is === "running" && running) return durable(running);
    if (admission.is === "answered") return this.#answered(admission.message);
    if (admission.is === "new") return this.#begin(admission.ask, origin);
    throw new ProblemError("conflict");
  }

  /**
   * A turn that writes a vision text; one that runs for the same section is superseded.
   * @param asked what the member asked for, in words, as it stands in the record
   * @throws ProblemError idempotency_mismatch, rate_limited, credits_exhausted
   */
  async write(task: WritingTask, asked: string, origin: TurnOrigin): Promise<Readable> {
    const { record, newId } = this.#parts;
    const id = writingConversation(task.visionId, task.category);
    if (!this.#isReady(id)) await this.#getReady(id, origin);
    const before = this.#idempotent(origin);
    if (before) return before;
    const place: Place = {
      id,
      stored: record.conversation(id),
      category: task.category,
      phase: "specific",
    };
    const position = nextPosition(place, this.#runner.in(id)?.plan);
    const ask = newAsk(task.kind, place, {
      message: { id: newId(), text: asked, position },
      answerPosition: position + 1,
      task,
    });
    return this.#begin(ask, origin);
  }

  /**
   * A question beside the conversation, as far as the member's limits admit it.
   * @returns null if it is not admitted, or has no answer that can be used
   */
  async look(
    category: CategoryKey,
    visionId: string,
    question: AsideQuestion,
    origin: TurnOrigin,
  ): Promise<string | null> {
    const { newId } = this.#parts;
    const place: Place = {
      id: writingConversation(visionId, category),
      stored: undefined,
      category,
      phase: "specific",
    };
    return askAside(this.#parts, newQuestion("look", place, newId(), origin), question);
  }

  /**
   * The answer of a conversation's newest turn, while it runs or shortly after it ended.
   * @param log the name of the log that the reader had begun to read; null for none
   * @returns null for an unknown conversation and where there is nothing to resume
   */
  async resume(conversationId: string, log: string | null): Promise<Readable | null> {
    const running = this.#runner.in(conversationId);
    if (running) return durable(running);
    const turn = this.#newestTurn(conversationId);
    if (!turn?.ended_at) return null;
    const { settings, now } = this.#parts;
    if (now() - turn.ended_at > settings.RESUME_WINDOW_MS) return null;
    const begun = log === null ? undefined : this.#parts.turns.get(turnOfLog(log));
    const sameAnswer =
      begun?.conversation_id === conversationId && begun.answer_position === turn.answer_position;
    return this.#written(begun && sameAnswer ? begun : turn);
  }

  /**
   * Stops the turn that runs in a conversation; what has arrived is kept. Doing it again, or for a
   * turn that has ended, changes nothing.
   * @param command the turn that is meant, by its id, or by the message that it answers or is about;
   *   without both, whatever runs
   * @returns the turn as it ended
   * @throws ProblemError not_found, rate_limited
   */
  async stop(
    conversationId: string,
    { turnId, messageId }: Omit<Extract<MemberCommand, { kind: "stop" }>, "kind">,
  ): Promise<Turn> {
    const { turns, record, limits, now } = this.#parts;
    limits.admitRequest(now());
    const meant =
      turnId === null && messageId === null
        ? this.#runner.in(conversationId)
        : this.#runner.find(
            (plan) =>
              plan.place.id === conversationId &&
              (turnId === null
                ? plan.message?.id === messageId || plan.targetId === messageId
                : plan.turnId === turnId),
          );
    if (meant) {
      meant.turn.abort("stopped");
      await meant.turn.ended;
    }
    const named = messageId === null ? undefined : record.message(conversationId, messageId);
    if (turnId === null && messageId !== null && !meant && !named)
      throw new ProblemError("not_found");
    const id = meant?.plan.turnId ?? turnId ?? named?.turn_id ?? null;
    const row = id === null ? this.#newestTurn(conversationId) : turns.get(id);
    if (row?.conversation_id !== conversationId) throw new ProblemError("not_found");
    return turnOf(row);
  }

  /** The answer to the same Idempotency-Key as before. */
  #idempotent({ idempotency }: TurnOrigin): Promise<Readable> | Readable | null {
    if (!idempotency) return null;
    const { key, body } = idempotency;
    const stored = this.#parts.turns.idempotent(key);
    // A turn that goes on after its object woke has lost its key.
    const running = this.#runner.find(
      (plan) => plan.origin.idempotency?.key === key || plan.turnId === stored?.turn_id,
    );
    const known = running?.plan.origin.idempotency?.body ?? stored?.body;
    if (known === undefined) return null;
    if (known !== body) throw new ProblemError("idempotency_mismatch");
    if (running) return durable(running);
    const turn = this.#parts.turns.get(stored?.turn_id ?? "");
    if (!turn) throw new ProblemError("not_found");
    return this.#written(turn);
  }

  /** Whether a turn can begin without waiting for anyone. */
  #isReady(conversationId: string | null): boolean {
    return this.#parts.archive.holds(conversationId) && this.#parts.daily.isKnown;
  }

  /** Asks for what a turn must know before it is admitted, all at once. */
  async #getReady(conversationId: string | null, { database }: TurnOrigin): Promise<void> {
    const { archive, daily } = this.#parts;
    await Promise.all([archive.forTurn(conversationId, database), daily.know()]);
  }

  /**
   * One greeting per member, category and phase: kept, and shown again from there. The empty conversation
   * that a place has is shown again, too: page views make no others.
   */
  async #greet(request: ChatRequest, place: Place, origin: TurnOrigin): Promise<Readable> {
    const { record, conversations, greetings, context, shown, newId, now } = this.#parts;
    const running = this.#runner.in(place.id);
    if (running?.plan.kind === "greeting") return durable(running);
    const first = record.firstMessage(place.id);
    if (first?.role === "assistant") return this.#answered(first);
    if (first || running) {
      if (request.conversationId !== null) {
        throw new ProblemError("conflict", { detail: "This conversation has begun already." });
      }
      return this.#greet(request, { ...place, id: newId(), stored: undefined }, origin);
    }
    const { category, phase } = place;
    // Another tab has just asked for the same one: it is written once.
    const alike = this.#runner.find(
      ({ kind, place: other }) =>
        kind === "greeting" && other.category === category && other.phase === phase,
    );
    const kept = greetings.kept(category, phase, context.known, now());
    const draft = context.known?.draft?.id ?? null;
    const empty = kept ? conversations.emptyOf(category, phase, draft) : undefined;
    const there = alike?.plan.place.id ?? empty?.id;
    if (there !== undefined) {
      if (request.conversationId !== null) shown.add(place.id, there);
      return alike ? durable(alike) : this.#shownAgain(there);
    }
    const ask = newAsk("greeting", place, { answerPosition: place.stored?.next_position ?? 0 });
    if (!kept) return this.#begin(ask, origin);
    const said = durable(this.#runner.say(this.#plan(ask, origin), kept.text));
    if (kept.waits) greetings.shown(category, phase);
    return said;
  }

  /** The greeting of an empty conversation, which costs nothing to show again. */
  #shownAgain(conversationId: string): Readable {
    const { record, turns, ledger, settings, now } = this.#parts;
    const greeting = record.firstMessage(conversationId);
    if (!greeting) throw new ProblemError("not_found");
    const turn = { ...(turns.get(greeting.turn_id) ?? turnOfMessage(greeting)), usage: null };
    const credits = ledger.balance(now());
    return storedAnswer(turn, greeting.text, settings.OPENAI_MODEL, 1, null, credits);
  }

  #begin(ask: Ask, origin: TurnOrigin): Promise<Readable> {
    const met = this.#met(ask, origin);
    if (met) return met;
    const plan = this.#plan(ask, origin);
    const permit = this.#parts.limits.admit(plan, this.#parts.now());
    return durable(this.#runner.ask(plan, permit));
  }

  /**
   * The turn that meets a member in crisis: it asks no model and costs nothing. No limit keeps the
   * answer from them; over the limit of a minute it is only said, and nothing of it is stored.
   */
  #met(ask: Ask, origin: TurnOrigin): Promise<Readable> | null {
    const { care, context, limits, newId, now, settings } = this.#parts;
    if (!ask.message || ask.kind === "continue") return null;
    const answer = care.answer(ask.message.text, context.known, origin.place);
    if (answer === null) return null;
    const plan: TurnPlan = {
      ...this.#plan({ ...ask, kind: "care", task: null }, origin),
      turnId: careTurnId(newId),
    };
    if (limits.storesCare(now())) return durable(this.#runner.say(plan, answer));
    const turn: TurnRow = { ...newTurn(plan), state: "complete", finish_reason: "stop" };
    return Promise.resolve(storedAnswer(turn, answer, settings.OPENAI_MODEL, 1, null));
  }

  #plan(ask: Ask, origin: TurnOrigin): TurnPlan {
    const { newId } = this.#parts;
    return { ...ask, turnId: newId(), answerId: ask.continues?.id ?? newId(), origin };
  }

  /** The answer that a stored message is, or has: as it is being written, or as it was. */
  async #answered(message: MessageRow): Promise<Readable> {
    const running = this.#runner.find((plan) => plan.turnId === message.turn_id);
    if (running) return durable(running);
    const { record, turns } = this.#parts;
    const turn = turns.get(message.turn_id);
    if (turn) return this.#written(turn);
    // Read from Postgres, which keeps messages but no turns.
    const answer = message.role === "assistant" ? message : record.messageAfter(message);
    if (answer?.role !== "assistant") throw new ProblemError("not_found");
    return this.#readable(turnOfMessage(answer), answer.text);
  }

  /**
   * What a turn wrote, and what later turns went on with: from where it began, so that an offset
   * means the same as while it ran. Where a later one continued the answer, its ending is the
   * answer's.
   */
  #written(turn: TurnRow): Readable {
    const message = this.#writtenBy(turn);
    const last = message && message.turn_id !== turn.id && this.#parts.turns.get(message.turn_id);
    return this.#readable({ ...(last || turn), id: turn.id }, message?.text.slice(turn.base) ?? "");
  }

  #readable(turn: TurnRow, text: string): Readable {
    const { settings, ledger } = this.#parts;
    const attempt = ledger.speaker(turn.id);
    const task = taskOf(turn);
    const known = this.#parts.context.known;
    const told = () => task && writtenText(task, text, turn.notes, turn.id, known);
    const vision = text === "" ? null : (task?.written ?? told());
    return storedAnswer(turn, text, settings.OPENAI_MODEL, attempt, vision);
  }

  /** The message that a turn wrote; undefined where it said nothing. */
  #writtenBy(turn: TurnRow): MessageRow | undefined {
    const message = this.#parts.record.messageAt(turn.conversation_id, turn.answer_position);
    return message?.role === "assistant" && message.id === turn.message_id ? message : undefined;
  }

  #newestTurn(conversationId: string): TurnRow | undefined {
    const { record, turns } = this.#parts;
    const last = record.lastMessage(conversationId);
    return last && turns.get(last.turn_id);
  }
}

/** A running turn, once what it acknowledges is stored. */
async function durable({ turn }: Running): Promise<Readable> {
  await turn.begun;
  return turn;
}
