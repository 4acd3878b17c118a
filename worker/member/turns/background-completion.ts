import { emptyAnswer } from "../../model/answer.ts";
import { departed } from "../../platform/timers.ts";
import type { PromptMessage } from "../../prompt/chat-prompt.ts";
import type { AnswerFormat } from "../../prompt/discovery-prompt.ts";
import { estimatePromptTokens } from "../../prompt/estimate.ts";
import type { SessionParts } from "../services.ts";
import { bookAside } from "../usage/record-usage.ts";
import { HEARTBEAT_MS, newTurn } from "./begin.ts";
import type { TurnPermit } from "./limits.ts";
import { askOnce } from "./model-access.ts";
import type { TurnPlan } from "./plan.ts";

/** A question to the model beside the conversation: its answer is read whole, by the session itself. */
export interface AsideQuestion {
  readonly prompt: readonly PromptMessage[];
  /** The JSON that is answered; null for plain text. */
  readonly format: AnswerFormat | null;
  /** Longest wait for the whole answer in milliseconds; null for the provider's own time-outs. */
  readonly withinMs: number | null;
  /**
   * Takes a whole answer, in the transaction that settles it: writes what it is for.
   * @returns whether it can be used
   */
  readonly use: (text: string) => boolean;
}

/**
 * Asks beside the conversation, if the member's limits admit it, and charges what the provider accepted.
 * @returns the answer's text; null if the question is not admitted, or has no answer that can be used.
 *   Never rejects for the provider's sake.
 */
export async function askAside(
  parts: SessionParts,
  plan: TurnPlan,
  question: AsideQuestion,
): Promise<string | null> {
  const { limits, daily, now } = parts;
  await daily.know();
  const permit = limits.admitQuestion(plan, now());
  if (!permit) return null;
  try {
    return await ask(parts, plan, permit, question);
  } finally {
    limits.release(plan);
  }
}

async function ask(
  parts: SessionParts,
  plan: TurnPlan,
  permit: TurnPermit,
  { prompt, format, withinMs, use }: AsideQuestion,
): Promise<string | null> {
  const { turns, ledger, settings, transaction, wakeBy, now } = parts;
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
    await askOnce(parts, permit, model, prompt, format)(events, controller.signal, answer);
  } catch (thrown) {
    error = thrown;
  }
  clearTimeout(timer);
  if (!begun) return null;
  await begun;
  const whole = error === null && text.trim() !== "" ? text.trim() : null;
  const request = { attempt: 1, model, answer, error, firstWordMs: null };
  const used = transaction(() => {
    const useful = whole !== null && use(whole);
    const usage = bookAside(parts, plan, request, inputTokens, text);
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
  parts.tellCredits(ledger.balance(now()).left);
  return used ? whole : null;
}
