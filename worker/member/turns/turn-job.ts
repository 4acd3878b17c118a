import type { TurnUsage } from "../../../domain/messages.ts";
import { prepare } from "../../isolate-warmup.ts";
import { nextTask } from "../../platform/timers.ts";
import { chatPrompt, type PromptMessage } from "../../prompt/chat-prompt.ts";
import { estimatePromptTokens } from "../../prompt/estimate.ts";
import { memberData } from "../../prompt/member-data.ts";
import { REFINED_TEXT, writingPrompt } from "../../prompt/writing-prompt.ts";
import { historyBefore } from "../chat/history.ts";
import type { SessionParts } from "../services.ts";
import type { MemberRecord } from "../store/message-store.ts";
import type { MessageRow } from "../store/rows.ts";
import type { Ending } from "../stream/answer-log.ts";
import { hedgeTurn, retryTurn } from "../usage/record-usage.ts";
import { withoutNotes } from "../writing/notes.ts";
import { beginTurn } from "./begin.ts";
import type { TurnPermit } from "./limits.ts";
import { modelAccess } from "./model-access.ts";
import type { TurnPlan } from "./plan.ts";
import { type Asked, reportSettled, settleTurn } from "./settle.ts";
import type { RunningTurn } from "./turn.ts";
import type { ModelAccess, RequestResult, TurnHedge, TurnPorts, TurnResult } from "./turn-ports.ts";

/**
 * A turn's work from its plan to its report. Each step leaves here what the later ones need: the prompt
 * once it is built, the result once it is settled.
 */
abstract class TurnJob implements TurnPorts {
  readonly plan: TurnPlan;
  readonly now: () => number;
  readonly arrivedAt: number;
  readonly hedge: TurnHedge | null = null;
  protected readonly parts: SessionParts;
  /** Null until it is built, and for a turn that asks no model. */
  protected prompt: Asked | null = null;
  #settled: { readonly result: TurnResult; readonly usage: TurnUsage | null } | null = null;

  constructor(parts: SessionParts, plan: TurnPlan) {
    this.parts = parts;
    this.plan = plan;
    this.now = parts.now;
    this.arrivedAt = plan.origin.arrivedAt;
  }

  abstract prepare(): Promise<ModelAccess>;

  /** What the prompt is estimated at, in tokens; 0 without one. */
  protected get inputTokens(): number {
    return this.prompt?.inputTokens ?? 0;
  }

  begin(model: string | null): void {
    beginTurn(this.parts, this.plan, model, this.inputTokens);
  }

  retry(failed: RequestResult | null, attempt: number, model: string): void {
    const { inputTokens } = this;
    retryTurn(this.parts, this.plan, failed, { attempt, model, inputTokens });
  }

  keep(text: string): void {
    this.parts.turns.addPart(this.plan.turnId, text);
  }

  forget(): void {
    this.parts.turns.dropPart(this.plan.turnId);
  }

  settle(result: TurnResult): Ending {
    const ending = settleTurn(this.parts, this.plan, result, this.prompt);
    this.#settled = { result, usage: ending.usage };
    return ending;
  }

  /** Reports the turn if it was settled. Not on the way to its ending, which does not wait for a log. */
  report(): void {
    if (!this.#settled) return;
    reportSettled(this.parts, this.plan, this.#settled.result, this.#settled.usage);
  }
}

export type { TurnJob };

/** A turn that says a text that is known already: it asks no model and costs nothing. */
export class SayJob extends TurnJob {
  readonly #text: string;

  constructor(parts: SessionParts, plan: TurnPlan, text: string) {
    super(parts, plan);
    this.#text = text;
  }

  async prepare(): Promise<ModelAccess> {
    return {
      request: () => ({
        model: this.parts.settings.OPENAI_MODEL,
        ask: async (events, _signal, answer) => {
          answer.finishReason = "stop";
          events.onText(this.#text);
        },
      }),
    };
  }
}

/** A turn that asks the model. */
export class AskJob extends TurnJob {
  override readonly hedge: TurnHedge | null;
  readonly #permit: TurnPermit;
  readonly #superseded: RunningTurn | undefined;

  /** @param superseded what ran in the conversation: what it wrote is part of this turn's history */
  constructor(
    parts: SessionParts,
    plan: TurnPlan,
    permit: TurnPermit,
    superseded: RunningTurn | undefined,
  ) {
    super(parts, plan);
    this.#permit = permit;
    this.#superseded = superseded;
    this.hedge = this.#hedge();
  }

  async prepare(): Promise<ModelAccess> {
    const { task } = this.plan;
    const prompt = await this.#buildPrompt();
    this.prompt = prompt;
    const onNotes = (notes: string | null) => {
      prompt.notes = notes;
    };
    return modelAccess(
      this.parts,
      this.#permit,
      prompt.messages,
      (ask) => (task ? withoutNotes(ask, onNotes, task.before) : ask),
      task?.refine ? REFINED_TEXT : null,
    );
  }

  /** How a late first token is hedged; null if the operator has not asked for that. */
  #hedge(): TurnHedge | null {
    const { settings, hedges } = this.parts;
    const afterMs = settings.HEDGE_AFTER_MS;
    if (afterMs === null) return null;
    return {
      afterMs,
      take: () => hedges.take(),
      write: (attempt, model) =>
        hedgeTurn(this.parts, this.plan, { attempt, model, inputTokens: this.inputTokens }),
    };
  }

  /** Everything between admission and dispatch. With a fresh context nothing here waits for anyone. */
  async #buildPrompt(): Promise<Asked> {
    const { context, record, settings, discoveries, care, now } = this.parts;
    const { place, message, answerPosition, cutFrom, continues, origin, task } = this.plan;
    const waits = !context.fresh;
    const ready = context.forTurn(origin.database?.context ?? null);
    if (waits) {
      // The question to the database leaves first; preparing then overlaps with its way.
      await nextTask();
      await prepare();
    }
    await this.#superseded?.ended.catch(() => {});
    const known = await ready;
    const asked = (messages: readonly PromptMessage[]): Asked => ({
      context: known,
      messages,
      inputTokens: estimatePromptTokens(messages),
      notes: null,
    });
    const data = memberData(known, place.category, now(), discoveries.of(place.category));
    if (task) return asked(writingPrompt(task, data, known, care.gentle));
    // What an edit or a regenerate cuts away is replaced only once the turn has begun.
    const before = Math.min(message?.position ?? answerPosition, cutFrom ?? answerPosition);
    const history = historyBefore(record, place.id, before, settings.HISTORY_TOKENS);
    return asked(
      chatPrompt({
        memberData: data,
        phase: place.phase,
        category: place.category,
        summary: history.summary,
        history: [...openingOf(record, this.plan), ...history.messages],
        message: message?.text ?? null,
        continues: continues?.text ?? null,
        gentle: care.gentle,
      }),
    );
  }
}

/** The greeting that a conversation opens with, as long as it is not stored there, nor replaced. */
function openingOf(record: MemberRecord, { place, cutFrom }: TurnPlan): readonly MessageRow[] {
  const { id, opening } = place;
  return opening && cutFrom === null && !record.messageAt(id, 0) ? [opening] : [];
}
