import type { CategoryKey } from "./categories.ts";
import type { PhaseKey } from "./phases.ts";
import type { ProblemCode } from "./problems.ts";

/** The most characters (UTF-16 units) a member's message may have. */
export const MESSAGE_CHARACTERS = 8_000;

/** How an answer (and the turn that writes it) stands. */
export type TurnState =
  | "streaming"
  | "complete"
  | "stopped"
  | "interrupted"
  | "superseded"
  | "failed";

/** A stored message's status: a turn's states, and `replaced` for what an edit or regenerate cut away. */
export type MessageStatus = TurnState | "replaced";

/** What a turn used, as its ledger says. */
export interface TurnUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  /** True where the provider reported nothing and the figures come from what was streamed. */
  readonly estimated: boolean;
  /** Creation Credits charged. */
  readonly credits: number;
}

/** Milliseconds from the member's request to the first word, and how they divide. */
export interface TurnTimings {
  readonly firstWordMs: number | null;
  /** Our part of `firstWordMs`. */
  readonly oursMs: number | null;
  /** The provider's part: request sent to first word received. */
  readonly upstreamMs: number | null;
}

/** Why the provider ended an answer before its own end: no room for more, or its content filter. */
export type EarlyEnd = "length" | "content-filter";

/** What the record adds to a message. */
export interface MessageMetadata {
  readonly turnId: string | null;
  readonly status: MessageStatus;
  /** Place in the conversation: integers in order, gaps allowed. */
  readonly position: number;
  /** ISO time. */
  readonly createdAt: string;
  readonly usage?: TurnUsage;
  /** Of an answer that is `complete` though the provider ended it early. */
  readonly finishReason?: EarlyEnd;
  /** Why a `failed` message has no answer, or an answer was `interrupted`. Absent if it is not known. */
  readonly errorCode?: ProblemCode;
}

/** A message: the AI SDK's UIMessage with our metadata. */
export interface Message {
  readonly id: string;
  readonly role: "user" | "assistant";
  readonly parts: readonly { readonly type: "text"; readonly text: string }[];
  readonly metadata: MessageMetadata;
}

/** The text of a stored message: its text parts, joined. */
export function textOf(message: Message): string {
  return message.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** A conversation in a list. */
export interface ConversationSummary {
  readonly id: string;
  /** The start of the member's first message; empty before one. */
  readonly title: string;
  readonly category: CategoryKey | null;
  readonly phase: PhaseKey;
  /** ISO time. */
  readonly createdAt: string;
  /** ISO time. */
  readonly updatedAt: string;
}

/** A conversation that a search has found. */
export interface FoundConversation extends ConversationSummary {
  /** The newest message that holds the words, with the part of it around them; null where the title does. */
  readonly match: {
    readonly messageId: string;
    readonly role: "user" | "assistant";
    readonly text: string;
  } | null;
}

/** What was used on a day in UTC (`YYYY-MM-DD`), by what it was used for. */
export interface DayUsage {
  readonly day: string;
  /** chat_conversation, vision_generation, vision_refinement or vision_discovery. */
  readonly action: string;
  readonly turns: number;
  /** Creation Credits charged. */
  readonly credits: number;
}

/** The turn that runs in a conversation: what it writes stands behind `base` in its answer's text. */
export interface TurnUnderWay {
  readonly id: string;
  /** The answer's message id. */
  readonly messageId: string;
  /** UTF-16 units of the answer that were there before this turn: 0 unless it goes on with one. */
  readonly base: number;
}

/** A conversation with its newest messages or a page of older ones, oldest first, and the turn that runs in it. */
export interface Conversation extends ConversationSummary {
  readonly messages: readonly Message[];
  /** Pass as `?before=` for the messages before these; null if there are none. */
  readonly olderBefore: number | null;
  readonly runningTurn: TurnUnderWay | null;
}

/** A turn as `GET /api/turns/:id` answers it. */
export interface Turn {
  readonly id: string;
  readonly conversationId: string;
  /** The answer's message id. */
  readonly messageId: string;
  readonly state: TurnState;
  readonly errorCode: ProblemCode | null;
  readonly timings: TurnTimings;
  readonly usage: TurnUsage | null;
}

/** A page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Pass as `?cursor=` for the next page; null on the last. */
  readonly nextCursor: string | null;
}

/** What the member's outbox still holds, as `GET /api/sync` answers it. */
export interface SyncState {
  readonly pending: number;
  readonly oldestAgeMs: number;
  /** Rows refused for good: kept and reported. */
  readonly failed: number;
}

/** What the client may know of a deployment, as `GET /api/config` answers it. */
export interface ClientConfig {
  readonly supabaseUrl: string;
  readonly supabaseKey: string;
  readonly model: string;
  readonly limits: { readonly messageCharacters: number };
  /** Site key of Cloudflare Turnstile, if sign-in asks for it. */
  readonly captchaSiteKey?: string | undefined;
  /** The demo member's credentials, in the local world only. */
  readonly demo: { readonly email: string; readonly password: string } | null;
}
