import type { ServerResponse } from "node:http";
import { now, until } from "./pace.ts";
import type { PromptCache } from "./tokens.ts";
import type { ChatRequest, Control, LogEntry } from "./types.ts";

const SLOW_FACTOR = 10;
const SLOW_LEAST_MS = 250;

/** One answer on its way: paced, counted, and broken as the control asks. */
export class Answer {
  readonly #request: ChatRequest;
  readonly #control: Control;
  readonly #entry: LogEntry;
  readonly #response: ServerResponse;
  readonly #cache: PromptCache;
  readonly #pieces: readonly string[];
  readonly #finishReason: string;
  readonly #model: string;
  readonly #created = Math.floor(Date.now() / 1000);
  /** Fires when the connection is gone, whoever ended it. */
  readonly #gone = new AbortController();

  constructor(
    request: ChatRequest,
    control: Control,
    pieces: readonly string[],
    entry: LogEntry,
    response: ServerResponse,
    cache: PromptCache,
  ) {
    this.#request = request;
    this.#control = control;
    this.#entry = entry;
    this.#response = response;
    this.#cache = cache;
    this.#model = `rehearsal-${request.model}`;
    const { fault, at, tokens } = control;
    const cut = fault === "length" || fault === "content_filter" ? Math.max(0, at) : pieces.length;
    // An exact number of tokens is exact: the request's own limit does not apply to it.
    const limit = tokens === null ? (request.maxTokens ?? pieces.length) : pieces.length;
    const count = Math.min(cut, limit, pieces.length);
    this.#pieces = pieces.slice(0, count);
    if (fault === "length" || fault === "content_filter") this.#finishReason = fault;
    else this.#finishReason = count < pieces.length ? "length" : "stop";
    response.once("close", () => {
      if (!response.writableFinished && entry.outcome === "running") {
        Object.assign(entry, { outcome: "aborted", aborted: true, endedAt: now() });
      } else if (entry.outcome === "stall") {
        Object.assign(entry, { aborted: true, endedAt: now() });
      }
      this.#gone.abort();
    });
  }

  /** Sends the whole answer; resolves when it ended, one way or the other. */
  async send(): Promise<void> {
    if (await this.#breaks(-1)) return;
    if (this.#request.stream) await this.#stream();
    else await this.#whole();
  }

  /** When the `index`-th token (from 0) is due. */
  #due(index: number): number {
    const { ttftMs, gapMs, fault, at } = this.#control;
    const steady = this.#entry.receivedAt + ttftMs + index * gapMs;
    if (fault !== "slow") return steady;
    const slow = Math.max(0, index - Math.max(0, at) + 1);
    return steady + slow * (Math.max(SLOW_LEAST_MS, gapMs * SLOW_FACTOR) - gapMs);
  }

  /** Whether a drop or stall strikes after `sent` tokens (-1: before the headers), and does it. */
  async #breaks(sent: number): Promise<boolean> {
    const { fault, at } = this.#control;
    if ((fault !== "drop" && fault !== "stall") || at !== sent) return false;
    if (sent <= 0) await until(this.#due(0), this.#gone.signal);
    if (this.#gone.signal.aborted) return true;
    this.#entry.outcome = fault;
    if (fault === "drop") {
      this.#entry.endedAt = now();
      // What was written still arrives; without a last chunk the client sees the answer cut.
      if (sent < 0) this.#response.socket?.resetAndDestroy();
      else this.#response.socket?.destroySoon();
    }
    return true;
  }

  #chunk(choices: string, usage = "null"): string {
    const { includeUsage } = this.#request;
    return (
      `data: {"id":"${this.#entry.id}","object":"chat.completion.chunk","created":${this.#created},` +
      `"model":${JSON.stringify(this.#model)},"service_tier":"default","system_fingerprint":"fp_rehearsal",` +
      `"choices":${choices}${includeUsage ? `,"usage":${usage}` : ""}}\n\n`
    );
  }

  #choice(delta: string, finishReason: string | null): string {
    const reason = finishReason === null ? "null" : `"${finishReason}"`;
    return `[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${reason}}]`;
  }

  async #stream(): Promise<void> {
    const { signal } = this.#gone;
    const response = this.#response;
    const entry = this.#entry;
    const [head = "", tail = ""] = this.#chunk(this.#choice('{"content":\u0000}', null)).split(
      "\u0000",
    );
    await until(this.#due(0), signal);
    if (signal.aborted) return;
    response.cork();
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      "openai-processing-ms": String(Math.round(now() - entry.receivedAt)),
    });
    const role = '{"role":"assistant","content":"","refusal":null}';
    response.write(this.#chunk(this.#choice(role, null)));
    if (this.#pieces.length === 0 || this.#control.at === 0) response.uncork();
    for (const [index, piece] of this.#pieces.entries()) {
      if (await this.#breaks(index)) return;
      if (this.#due(index) > now()) await until(this.#due(index), signal);
      if (signal.aborted) return;
      const room = response.write(head + JSON.stringify(piece) + tail);
      entry.tokensSent += 1;
      entry.textSent += piece;
      if (index === 0) {
        entry.firstTokenSentAt = now();
        // Role and first word leave together, at once and not at the end of this tick.
        while (response.writableCorked > 0) response.uncork();
      }
      if (!room) await this.#drained();
    }
    if (await this.#breaks(this.#pieces.length)) return;
    this.#finish();
  }

  /** Ends a stream: finish reason, usage where it was asked for, the end mark. */
  #finish(): void {
    const { includeUsage } = this.#request;
    const usage = this.#usage();
    let end = this.#chunk(this.#choice("{}", this.#finishReason));
    if (includeUsage && usage) end += this.#chunk("[]", JSON.stringify(usage));
    this.#end(`${end}data: [DONE]\n\n`);
  }

  /** The answer of a request that does not stream, when its last token would be due. */
  async #whole(): Promise<void> {
    await until(this.#due(Math.max(0, this.#pieces.length - 1)), this.#gone.signal);
    if (this.#gone.signal.aborted) return;
    const { fault } = this.#control;
    if (fault === "drop" || fault === "stall") {
      await this.#breaks(this.#control.at);
      return;
    }
    const content = this.#pieces.join("");
    const usage = this.#usage();
    this.#entry.firstTokenSentAt = now();
    this.#entry.tokensSent = this.#pieces.length;
    this.#entry.textSent = content;
    const message = { role: "assistant", content, refusal: null, annotations: [] };
    this.#response.writeHead(200, { "content-type": "application/json" });
    this.#end(
      JSON.stringify({
        id: this.#entry.id,
        object: "chat.completion",
        created: this.#created,
        model: this.#model,
        choices: [{ index: 0, message, logprobs: null, finish_reason: this.#finishReason }],
        ...(usage ? { usage } : {}),
        service_tier: "default",
        system_fingerprint: "fp_rehearsal",
      }),
    );
  }

  #usage() {
    const usage = this.#cache.usage(this.#request, this.#pieces.length);
    const reported = this.#control.usage && (!this.#request.stream || this.#request.includeUsage);
    this.#entry.usage = reported ? usage : null;
    return this.#entry.usage;
  }

  #end(text: string): void {
    this.#entry.outcome = this.#finishReason;
    this.#entry.endedAt = now();
    this.#response.end(text);
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#response.off("drain", done);
        this.#gone.signal.removeEventListener("abort", done);
        resolve();
      };
      this.#response.once("drain", done);
      this.#gone.signal.addEventListener("abort", done, { once: true });
    });
  }
}
