import { creditsOf } from "../../domain/credits.ts";
import { costMicroUsd } from "../../domain/models.ts";
import { emptyAnswer } from "../model/answer.ts";
import { departed } from "../next-task.ts";
import type { PromptMessage } from "../prompt/chat-prompt.ts";
import type { AnswerFormat } from "../prompt/discovery-prompt.ts";
import { estimatePromptTokens } from "../prompt/estimate.ts";
import { HEARTBEAT_MS, newTurn } from "./begin.ts";
import { bookAside } from "./book.ts";
import { askOnce } from "./model-access.ts";
import type { SessionParts } from "./parts.ts";
import type { TurnPlan } from "./plan.ts";
import { tokensOf } from "./request-tokens.ts";

/** A question to the model beside the conversation: its answer is read whole, by the session itself. */
export interface AsideQuestion {
  readonly prompt: readonly PromptMessage[];
  /** The JSON that is answered; null for plain text. */
  readonly format: AnswerFormat | null;
  /** Whether the member pays for an answer that can be used. */
  readonly charged: boolean;
  /** Longest wait for the whole answer in milliseconds; null for the provider's own time-outs. */
  readonly withinMs: number | null;
  /**
   * Takes a whole answer, in the transaction that books it: writes what it is for.
   * @param credits what it would cost the member at list price
   * @returns whether it can be used
   */
  readonly use: (text: string, credits: number) => boolean;
}

/**
 * Asks beside the conversation, and books what the provider did.
 * @returns the answer's text; null where there is none that can be used. Never rejects for the
 *   provider's sake.
 */
export async function askAside(
  parts: SessionParts,
  plan: TurnPlan,
  question: AsideQuestion,
): Promise<string | null> {
  const { turns, ledger, settings, transaction, wakeBy, now } = parts;
  const { prompt, format, charged, withinMs, use } = question;
  const inputTokens = estimatePromptTokens(prompt);
  const model = settings.OPENAI_MODEL;
  const answer = emptyAnswer();
  const controller = new AbortController();
  const late = () => controller.abort(new Error("an aside took too long"));
  const timer = withinMs === null ? undefined : setTimeout(late, withinMs);
  let text = "";
  let error: unknown = null;
  let begun: Promise<void> | undefined;
  const begin = () =>
    transaction(() => {
      turns.put(newTurn(plan));
      ledger.reserve(plan.turnId, 1, model, inputTokens);
      // Lost with its object, it is found and booked when that wakes.
      wakeBy(now() + HEARTBEAT_MS);
    });
  try {
    const events = {
      onDispatch: (bodyLength: number) => {
        begun = departed(bodyLength).then(begin);
      },
      onText: (more: string) => {
        text += more;
      },
      onRetract: () => {
        text = "";
      },
    };
    await askOnce(parts, model, prompt, format)(events, controller.signal, answer);
  } catch (thrown) {
    error = thrown;
  }
  clearTimeout(timer);
  if (!begun) return null;
  await begun;
  const whole = error === null && text.trim() !== "" ? text.trim() : null;
  const request = { attempt: 1, model, answer, error, firstWordMs: null };
  const credits = creditsOf(costMicroUsd(model, tokensOf(answer, inputTokens, text)));
  const used = transaction(() => {
    const useful = whole !== null && use(whole, credits);
    const usage = bookAside(parts, plan, request, inputTokens, text, charged && useful);
    turns.end(plan.turnId, {
      state: useful ? "complete" : "failed",
      error_code: null,
      finish_reason: null,
      timings: null,
      usage: JSON.stringify(usage),
      task: null,
      notes: null,
      ended_at: now(),
    });
    return useful;
  });
  return used ? whole : null;
}
