/**
 * The rehearsal model's own vocabulary: what it can be told to do, what it remembers of each request.
 * All times are milliseconds; points in time are milliseconds of the Unix epoch with a fraction.
 */

import type { FirstTokenTimes } from "./first-token.ts";

/**
 * What goes wrong with the next requests:
 * - `"429"`, `"500"`, `"401"`, `"400"`: an error answer of that status, in OpenAI's shape;
 * - `"drop"`: the connection is reset after `at` tokens;
 * - `"stall"`: nothing more comes after `at` tokens, the connection stays open;
 * - `"slow"`: from token `at` on, each takes ten times as long (at least 250 ms);
 * - `"length"`, `"content_filter"`: the answer ends after `at` tokens with that finish reason.
 */
export type Fault =
  | "429"
  | "500"
  | "401"
  | "400"
  | "drop"
  | "stall"
  | "slow"
  | "length"
  | "content_filter";

export const FAULTS: readonly Fault[] = [
  "429",
  "500",
  "401",
  "400",
  "drop",
  "stall",
  "slow",
  "length",
  "content_filter",
];

/** A body that is sent as it is: the dialect of another server. */
export interface Script {
  /** Default 200. */
  readonly status?: number;
  /** Default `text/event-stream`. */
  readonly contentType?: string;
  /** The body, piece by piece. */
  readonly pieces: readonly string[];
  /** What follows the last piece: the end of the body (default), a reset of the connection, or nothing. */
  readonly after?: "end" | "drop" | "stay";
  /** With `stay`: sent again and again, so that the connection does not fall silent; none by default. */
  readonly heartbeat?: string;
}

/** How the model behaves; `POST /control` replaces the fields it names, `DELETE /control` all of them. */
export interface Control {
  /** From the request's last byte to the first token. */
  ttftMs: number;
  /** How that varies; null: not at all. */
  ttft: FirstTokenTimes | null;
  /** Between two tokens; a quarter of it in structured answers; 0 sends them as fast as they are read. */
  gapMs: number;
  /** Exactly this many tokens (`w1 w2 …`), whatever the request's limit; null writes a real reply. */
  tokens: number | null;
  fault: Fault | null;
  /**
   * The token at which a fault strikes: 0 = after the headers and the role chunk, before a word;
   * -1 = before the headers (for `drop` and `stall`).
   */
  at: number;
  /** For how many requests the fault holds before it clears itself; null = until told otherwise. */
  times: number | null;
  /** Seconds in the `Retry-After` of a 429; null sends none. */
  retryAfter: number | null;
  /** Request parameters to refuse. */
  unsupported: readonly string[];
  /**
   * How they are refused: by a code and the first one's name (400), in words alone (400), or by a list of
   * them all as FastAPI has it (422).
   */
  refuseAs: "code" | "words" | "list";
  /** Whether usage is reported at all; some compatible servers do not. */
  usage: boolean;
  /** Sent in place of an answer; null writes one. */
  script: Script | null;
  /** What stands above the notes on a changed text that is answered without a schema. */
  notesMark: string;
  /** Whether each answer in prose begins with a word of its own, so that no two are alike. */
  stamp: boolean;
}

/** Token counts as the provider reports them. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details: { cached_tokens: number; audio_tokens: number };
  completion_tokens_details: {
    reasoning_tokens: number;
    audio_tokens: number;
    accepted_prediction_tokens: number;
    rejected_prediction_tokens: number;
  };
}

/** One request in `GET /log`, oldest first. */
export interface LogEntry {
  /** The answer's `chatcmpl-…` id, also in `x-request-id`. */
  id: string;
  /** When the request's last byte had arrived. */
  receivedAt: number;
  /** When the first word was handed to the socket; null where none was. */
  firstTokenSentAt: number | null;
  endedAt: number | null;
  /** Headers as they came, with the key's value left out. */
  headers: Record<string, string>;
  /** The parsed body; its text where it is no JSON. */
  body: unknown;
  /** The start of the newest user message, to find a request by. */
  newestUser: string;
  status: number;
  tokensSent: number;
  textSent: string;
  /** A finish reason, a fault, `error`, or `aborted`; `running` while it goes on. */
  outcome: string;
  /** Whether the client went away before the end. */
  aborted: boolean;
  usage: Usage | null;
}

/** Options of {@link startModel}. */
export interface ModelOptions {
  /** 0 = any free port. */
  port: number;
  /** When given, other keys are refused; otherwise any key will do, but there must be one. */
  apiKey?: string;
  /** Default 250. */
  ttftMs?: number;
  /** Default 22. */
  gapMs?: number;
}

/** A running rehearsal model. */
export interface RunningModel {
  /** Base URL for a client of Chat Completions; ends in `/v1`. */
  url: string;
  port: number;
  /** Ends all connections, running answers included. */
  close(): Promise<void>;
}

/** A message of a Chat Completions request, after validation. */
export interface ChatMessage {
  role: string;
  /** The content's text parts, joined. */
  text: string;
}

/** What the model reads of a request, after validation. */
export interface ChatRequest {
  model: string;
  messages: readonly ChatMessage[];
  stream: boolean;
  includeUsage: boolean;
  /** The output limit in tokens, or null. */
  maxTokens: number | null;
  cacheKey: string;
  /** The JSON schema the answer must follow; `{}` for plain `json_object`; null for prose. */
  schema: Record<string, unknown> | null;
}
