import type { Credits } from "../../../domain/credits.ts";
import type { TurnTimings, TurnUsage } from "../../../domain/messages.ts";
import type { Problem } from "../../../domain/problems.ts";
import type { WrittenText } from "../../../domain/writing.ts";
import type { EndReason } from "../../model/answer.ts";

/** Why an answer ended, in the AI SDK's words. One that was declined has failed. */
export type FinishReason = Exclude<EndReason, "declined">;

/** What is told with every ending. */
export interface EndingFacts {
  readonly usage: TurnUsage | null;
  readonly timings: TurnTimings;
  /** Null where the answer is read back later: the balance of then is not today's. */
  readonly credits: Credits | null;
  /** True of an answer that meets a member in crisis. */
  readonly care?: true;
  /** Of an answer that is a vision text. */
  readonly vision?: WrittenText;
}

/** How an answer ended. */
export type Ending = EndingFacts &
  (
    | { readonly state: "complete"; readonly finishReason: FinishReason }
    | { readonly state: "stopped" | "superseded" }
    | { readonly state: "interrupted" | "failed"; readonly problem: Problem }
  );

/** The most UTF-16 units of an answer that are kept. */
export const LOG_UNITS = 256 * 1024;

/**
 * The log of one answer: text that grows, then an ending. Text that proves to be the model's thoughts
 * is taken back: then the log begins anew. Whoever reads it does so at an
 * offset in UTF-16 units and at their own pace; the log knows none of its readers.
 */
export class AnswerLog {
  #pieces: string[] = [];
  #length = 0;
  #ending: Ending | null = null;
  #restarts = 0;
  #changed = Promise.withResolvers<void>();

  /** The log of an answer that has ended already. */
  static ended(text: string, ending: Ending): AnswerLog {
    const log = new AnswerLog();
    log.append(text);
    log.end(ending);
    return log;
  }

  get length(): number {
    return this.#length;
  }

  /** How often the text was taken back. */
  get restarts(): number {
    return this.#restarts;
  }

  get ending(): Ending | null {
    return this.#ending;
  }

  /** Adds text and wakes the readers. After the ending nothing is added. */
  append(text: string): void {
    if (text === "" || this.#ending) return;
    this.#pieces.push(text);
    this.#length += text.length;
    this.#wake();
  }

  /** Takes all text back. */
  restart(): void {
    if (this.#ending) return;
    this.#pieces = [];
    this.#length = 0;
    this.#restarts += 1;
    this.#wake();
  }

  /** Ends the answer, once: a later ending changes nothing. */
  end(ending: Ending): void {
    if (this.#ending) return;
    this.#ending = ending;
    this.#wake();
  }

  /** The text from an offset on. A reader that keeps up gets the newest piece without a copy. */
  since(offset: number): string {
    let start = this.#length;
    let first = this.#pieces.length;
    while (first > 0 && start > offset) {
      first -= 1;
      start -= this.#pieces[first]?.length ?? 0;
    }
    const text =
      first === this.#pieces.length - 1
        ? (this.#pieces[first] ?? "")
        : this.#pieces.slice(first).join("");
    return start === offset ? text : text.slice(offset - start);
  }

  /** The whole text so far. */
  get text(): string {
    return this.since(0);
  }

  /** Resolves with the next text or the ending. */
  changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Resolves once there is a first word or an ending. */
  async begun(): Promise<void> {
    while (this.#length === 0 && !this.#ending) await this.changed();
  }

  #wake(): void {
    const before = this.#changed;
    this.#changed = Promise.withResolvers();
    before.resolve();
  }
}
