import type { MemberContext } from "../../../domain/context.ts";
import { prepare } from "../../isolate-warmup.ts";
import { nextTask } from "../../platform/timers.ts";
import { chatPrompt, type PromptMessage } from "../../prompt/chat-prompt.ts";
import { estimatePromptTokens } from "../../prompt/estimate.ts";
import { memberData } from "../../prompt/member-data.ts";
import { REFINED_TEXT, writingPrompt } from "../../prompt/writing-prompt.ts";
import { historyBefore } from "../chat/history.ts";
import { summarise } from "../chat/summarise.ts";
import type { Live } from "../live/live.ts";
import type { SessionParts } from "../services.ts";
import type { MemberRecord } from "../store/message-store.ts";
import type { MessageRow } from "../store/rows.ts";
import { hedgeTurn, retryTurn } from "../usage/record-usage.ts";
import { withoutNotes } from "../writing/notes.ts";
import { beginTurn, HEARTBEAT_MS } from "./begin.ts";
import type { TurnPermit } from "./limits.ts";
import { modelAccess } from "./model-access.ts";
import type { TurnPlan } from "./plan.ts";
import { type Asked, reportSettled, settleTurn } from "./settle.ts";
import type { TurnPhase } from "./state-machine.ts";
import { RunningTurn } from "./turn.ts";
import type { AskOnce, ModelAccess, TurnHedge } from "./turn-ports.ts";

/** A turn while it runs, with the plan it follows. */
export interface Running {
  readonly plan: TurnPlan;
  readonly turn: RunningTurn;
}

function askedWith(context: MemberContext | null, messages: readonly PromptMessage[]): Asked {
  return { context, messages, inputTokens: estimatePromptTokens(messages), notes: null };
}

/** The greeting that a conversation opens with, as long as it is not stored there, nor replaced. */
function openingOf(record: MemberRecord, { place, cutFrom }: TurnPlan): readonly MessageRow[] {
  const { id, opening } = place;
  return opening && cutFrom === null && !record.messageAt(id, 0) ? [opening] : [];
}

/** Runs the member's turns: at most one in each conversation. */
export class Runner {
  readonly #parts: SessionParts;
  readonly #live: Pick<Live, "tell" | "heard">;
  readonly #running = new Map<string, Running>();
  /** Those too that were superseded and are about to end. */
  readonly #unended = new Set<Running>();

  constructor(parts: SessionParts, live: Pick<Live, "tell" | "heard">) {
    this.#parts = parts;
    this.#live = live;
  }

  /** The turn that runs in a conversation. */
  in(conversationId: string): Running | undefined {
    return this.#running.get(conversationId);
  }

  /** The newest turn that has not ended, of which something holds. */
  find(holds: (plan: TurnPlan) => boolean): Running | undefined {
    return [...this.#unended].findLast(({ plan }) => holds(plan));
  }

  /** A turn that asks the model; what runs in its conversation is superseded. */
  ask(plan: TurnPlan, permit: TurnPermit, from: TurnPhase | null = null): Running {
    const superseded = this.in(plan.place.id)?.turn;
    superseded?.abort("superseded");
    let asked: Asked | null = null;
    const access = async (): Promise<ModelAccess> => {
      const now = await this.#asked(plan, superseded);
      asked = now;
      const heard = (notes: string | null) => {
        now.notes = notes;
      };
      const { task } = plan;
      const wrap = (ask: AskOnce) => (task ? withoutNotes(ask, heard, task.before) : ask);
      const format = task?.refine ? REFINED_TEXT : null;
      return modelAccess(this.#parts, permit, now.messages, wrap, format);
    };
    const hedge = this.#hedgeOf(plan, () => asked?.inputTokens ?? 0);
    return this.#run(plan, access, () => asked, { from, hedge });
  }

  /** How a late first word of a turn is hedged; null where the operator has not asked for that. */
  #hedgeOf(plan: TurnPlan, inputTokens: () => number): TurnHedge | null {
    const { settings, hedges } = this.#parts;
    const afterMs = settings.HEDGE_AFTER_MS;
    if (afterMs === null) return null;
    return {
      afterMs,
      take: () => hedges.take(),
      write: (attempt, model) =>
        hedgeTurn(this.#parts, plan, { attempt, model, inputTokens: inputTokens() }),
    };
  }

  /** A turn that says a text that is known already: it asks no model and costs nothing. */
  say(plan: TurnPlan, text: string, from: TurnPhase | null = null): Running {
    this.in(plan.place.id)?.turn.abort("superseded");
    const access: ModelAccess = {
      request: () => ({
        model: this.#parts.settings.OPENAI_MODEL,
        ask: async (events, _signal, answer) => {
          answer.finishReason = "stop";
          events.onText(text);
        },
      }),
    };
    return this.#run(
      plan,
      async () => access,
      () => null,
      { from, hedge: null },
    );
  }

  /** Everything between admission and dispatch; on the warm path nothing here waits for anyone. */
  async #asked(plan: TurnPlan, superseded: RunningTurn | undefined): Promise<Asked> {
    const { context, record, settings, discoveries, care, now } = this.#parts;
    const { place, message, answerPosition, cutFrom, continues, origin } = plan;
    const waits = !context.fresh;
    const ready = context.forTurn(origin.database?.context ?? null);
    if (waits) {
      // The question to the database leaves first; preparing then overlaps with its way.
      await nextTask();
      await prepare();
    }
    // What the superseded turn wrote is part of this one's history.
    await superseded?.ended.catch(() => {});
    const known = await ready;
    const data = memberData(known, place.category, now(), discoveries.of(place.category));
    if (plan.task) return askedWith(known, writingPrompt(plan.task, data, known, care.gentle));
    // What an edit or a regenerate cuts away is replaced only once the turn has begun.
    const before = Math.min(message?.position ?? answerPosition, cutFrom ?? answerPosition);
    const history = historyBefore(record, place.id, before, settings.HISTORY_TOKENS);
    const messages = chatPrompt({
      memberData: data,
      phase: place.phase,
      category: place.category,
      summary: history.summary,
      history: [...openingOf(record, plan), ...history.messages],
      message: message?.text ?? null,
      continues: continues?.text ?? null,
      gentle: care.gentle,
    });
    return askedWith(known, messages);
  }

  #run(
    plan: TurnPlan,
    access: () => Promise<ModelAccess>,
    asked: () => Asked | null,
    { from, hedge }: { readonly from: TurnPhase | null; readonly hedge: TurnHedge | null },
  ): Running {
    const parts = this.#parts;
    const { turnId, place, answerId: messageId } = plan;
    const inputTokens = () => asked()?.inputTokens ?? 0;
    const head = {
      turnId,
      conversationId: place.id,
      messageId,
      model: parts.settings.OPENAI_MODEL,
    };
    let report = () => {};
    const turn = new RunningTurn(
      head,
      {
        prepare: access,
        begin: (model) => beginTurn(parts, plan, model, inputTokens()),
        retry: (failed, attempt, model) =>
          retryTurn(parts, plan, failed, { attempt, model, inputTokens: inputTokens() }),
        hedge,
        keep: (text) => parts.turns.addPart(turnId, text),
        forget: () => parts.turns.dropPart(turnId),
        settle: (result) => {
          const ending = settleTurn(parts, plan, result, asked());
          report = () => reportSettled(parts, plan, result, ending.usage);
          return ending;
        },
        now: parts.now,
        arrivedAt: plan.origin.arrivedAt,
      },
      from,
    );
    const running = { plan, turn };
    this.#running.set(place.id, running);
    this.#unended.add(running);
    parts.keepAlive(this.#afterwards(running, () => report()));
    return running;
  }

  /** What happens after a turn, out of everyone's way: Postgres gets its copy, the context is asked for anew. */
  async #afterwards(running: Running, report: () => void): Promise<void> {
    const { outbox, limits, now } = this.#parts;
    const { place, turnId } = running.plan;
    const told = this.#tellBegan(running);
    try {
      await running.turn.ended;
    } catch (error) {
      limits.release(running.plan);
      const { name, message } = error as Error;
      console.error(JSON.stringify({ event: "turn_not_written", turnId, name, message }));
    }
    this.#unended.delete(running);
    if (this.in(place.id) === running) this.#running.delete(place.id);
    await told;
    // The ending leaves before all that follows it.
    await nextTask();
    report();
    this.#tellEnded(running);
    const endedAt = now();
    const summary =
      this.in(place.id) || running.plan.task ? null : summarise(this.#parts, running.plan);
    await Promise.all([this.#copyAndCheck(running.plan, endedAt), summary]);
    // The summary's usage came after what was sent.
    await outbox.flush();
    this.armWake();
  }

  /** Postgres gets its copy and says with it whether the context still holds; where it does not, it is asked for anew. */
  async #copyAndCheck({ origin }: TurnPlan, endedAt: number): Promise<void> {
    const { outbox, context } = this.#parts;
    await outbox.flush();
    if (origin.database?.lasts && !context.checkedSince(endedAt)) {
      await context.refresh(origin.database.context);
    }
  }

  /** Tells the member's tabs that a turn is durable, once its own reader has been told. */
  async #tellBegan({ plan, turn }: Running): Promise<void> {
    try {
      await turn.begun;
    } catch {
      return;
    }
    if (this.#live.heard) await nextTask();
    const { turnId, place, answerId: messageId } = plan;
    this.#live.tell({ type: "turn-began", conversationId: place.id, turnId, messageId });
  }

  #tellEnded({ plan, turn }: Running): void {
    const { ledger, now } = this.#parts;
    const { ending } = turn.log;
    if (!ending) return;
    const { turnId, place } = plan;
    const { state } = ending;
    this.#live.tell({ type: "turn-ended", conversationId: place.id, turnId, state });
    if (ending.usage) this.#live.tell({ type: "credits", left: ledger.balance(now()).left });
  }

  /** Sets the alarm to the earliest of what has to happen. */
  armWake(): void {
    const { outbox, troubles, wakeBy, now } = this.#parts;
    const { dueAt } = troubles;
    if (this.#running.size > 0) wakeBy(now() + HEARTBEAT_MS);
    if (outbox.retryAt !== null) wakeBy(outbox.retryAt);
    if (dueAt !== null) wakeBy(dueAt);
  }

  /**
   * Tells the operator what is wrong in this session. Never rejects.
   * @param anew also where nothing has changed since they were told
   */
  report(anew = false): Promise<void> {
    const startedAt = (id: string) =>
      this.find(({ turnId }) => turnId === id)?.plan.origin.arrivedAt ?? null;
    return this.#parts.troubles.report(startedAt, anew);
  }
}
