import type { CategoryKey } from "../../../domain/categories.ts";
import type {
  ConversationSummary,
  Message,
  MessageStatus,
  Turn,
  TurnState,
  TurnTimings,
  TurnUsage,
} from "../../../domain/messages.ts";
import type { PhaseKey } from "../../../domain/phases.ts";
import type { ProblemCode } from "../../../domain/problems.ts";
import type { WritingTask } from "../../prompt/writing-task.ts";
import type { FinishReason } from "../stream/answer-log.ts";
import type { TurnKind } from "../turns/plan.ts";

/** A conversation as stored. Times in milliseconds since the epoch. */
export type ConversationRow = {
  id: string;
  category: CategoryKey | null;
  phase: PhaseKey;
  vision_id: string | null;
  title: string;
  next_position: number;
  touched: number;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
  /** 1 while its messages are still to be read from Postgres. */
  unread: number;
  /** Sums up the messages before `summary_until`; empty where nothing is summed up. */
  summary: string;
  summary_until: number;
};

/** A message as stored. */
export type MessageRow = {
  conversation_id: string;
  position: number;
  id: string;
  role: "user" | "assistant";
  text: string;
  status: MessageStatus;
  turn_id: string;
  created_at: number;
  /** Why its turn failed or was interrupted. Null otherwise, and in rows that were written before there was this. */
  error_code: ProblemCode | null;
};

/** What is told of a message that was replaced: not its text. */
export type ReplacedRow = Pick<MessageRow, "conversation_id" | "position" | "role" | "turn_id">;

/** A turn as stored. */
export type TurnRow = {
  id: string;
  conversation_id: string;
  kind: TurnKind;
  asked_position: number | null;
  message_id: string;
  answer_position: number;
  /** Units of the answer that were there before this turn. */
  base: number;
  state: TurnState;
  /** What has been shown of a running answer, as far as it was flushed. */
  part: string;
  error_code: ProblemCode | null;
  finish_reason: FinishReason | null;
  /** JSON: RequestPlace. */
  origin: string;
  /** JSON: TurnTimings. */
  timings: string | null;
  /** JSON: TurnUsage. */
  usage: string | null;
  /** JSON: WritingTask; null where VIVA talked. */
  task: string | null;
  /** What VIVA said of a text it changed. */
  notes: string | null;
  ended_at: number | null;
};

const NO_TIMINGS: TurnTimings = { firstWordMs: null, oursMs: null, upstreamMs: null };

/** How an old turn went. */
export function timingsOf(row: TurnRow): TurnTimings {
  return row.timings === null ? NO_TIMINGS : (JSON.parse(row.timings) as TurnTimings);
}

/** What an old turn used, null while it runs or where no request left. */
export function usageOf(row: TurnRow): TurnUsage | null {
  return row.usage === null ? null : (JSON.parse(row.usage) as TurnUsage);
}

/** What a turn wrote its text from; null where VIVA talked. */
export function taskOf(row: TurnRow): WritingTask | null {
  return row.task === null ? null : (JSON.parse(row.task) as WritingTask);
}

/** A stored turn as the API shows it. */
export function turnOf(row: TurnRow): Turn {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    messageId: row.message_id,
    state: row.state,
    errorCode: row.error_code,
    timings: timingsOf(row),
    usage: usageOf(row),
  };
}

/** The turn of an answer of which only the message is known. */
export function turnOfMessage(row: MessageRow): TurnRow {
  return {
    id: row.turn_id,
    conversation_id: row.conversation_id,
    kind: "message",
    asked_position: null,
    message_id: row.id,
    answer_position: row.position,
    base: 0,
    state: row.status === "replaced" ? "complete" : row.status,
    part: "",
    error_code: row.error_code,
    finish_reason: null,
    origin: "{}",
    timings: null,
    usage: null,
    task: null,
    notes: null,
    ended_at: row.created_at,
  };
}

/** A message with the reason why its turn's answer ended, where that is known. */
export type AnsweredRow = MessageRow & { finish_reason?: FinishReason | null };

/** Why a whole answer ended before its own end; a member's message never does. */
function earlyEnd({ role, status, finish_reason }: AnsweredRow): Partial<Message["metadata"]> {
  if (role !== "assistant" || status !== "complete") return {};
  const early = finish_reason === "length" || finish_reason === "content-filter";
  return early ? { finishReason: finish_reason } : {};
}

/** Why a message has no answer, or only a part of one. */
function errorOf({ status, error_code }: MessageRow): Partial<Message["metadata"]> {
  const broken = status === "failed" || status === "interrupted";
  return broken && error_code !== null ? { errorCode: error_code } : {};
}

/** A stored message as the API shows it. */
export function messageOf(row: AnsweredRow): Message {
  const { id, role, text, status, position } = row;
  return {
    id,
    role,
    parts: [{ type: "text", text }],
    metadata: {
      turnId: row.turn_id,
      status,
      position,
      createdAt: new Date(row.created_at).toISOString(),
      ...earlyEnd(row),
      ...errorOf(row),
    },
  };
}

/** A stored conversation as a list shows it. */
export function summaryOf(row: ConversationRow): ConversationSummary {
  return {
    id: row.id,
    title: row.title,
    category: row.category,
    phase: row.phase,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}
