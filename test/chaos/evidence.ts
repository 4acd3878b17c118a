import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Conversation, MessageStatus, TurnState } from "../../domain/messages.ts";
import type { LogEntry } from "../../local/model/types.ts";
import type { Journal } from "./journal.ts";
import type { Kill } from "./world.ts";

/** A message as the object has it. */
export interface MessageRow {
  readonly conversation_id: string;
  readonly position: number;
  readonly id: string;
  readonly role: "user" | "assistant";
  readonly text: string;
  readonly status: MessageStatus;
  readonly turn_id: string;
}

/** A turn as the object has it; a summary that the object makes for itself is one too. */
export interface TurnRow {
  readonly id: string;
  readonly conversation_id: string;
  readonly kind: "message" | "greeting" | "regenerate" | "continue" | "summary";
  readonly asked_position: number | null;
  readonly message_id: string;
  readonly answer_position: number;
  /** Units of the answer that were there before this turn. */
  readonly base: number;
  readonly state: TurnState;
  /** JSON. */
  readonly timings: string | null;
  /** JSON. */
  readonly usage: string | null;
}

/** A row of the ledger. */
export interface RequestRow {
  readonly turn_id: string;
  readonly attempt: number;
  readonly state: "reserved" | "final" | "estimated" | "failed";
  readonly model: string;
  readonly input_tokens: number;
  readonly cached_input_tokens: number;
  readonly output_tokens: number;
  readonly cost_micro_usd: number | null;
}

/** What an object has stored. */
export interface ObjectRecord {
  /** Stands for the member with the provider. */
  readonly hash: string;
  /** Their ids. */
  readonly conversations: readonly string[];
  readonly messages: readonly MessageRow[];
  readonly turns: readonly TurnRow[];
  readonly requests: readonly RequestRow[];
  /** Rows that still wait for Postgres or were refused by it. */
  readonly outbox: number;
  /** Credits used, all months together. */
  readonly credits: number;
}

/** A member's message as Postgres has it. */
export interface CopiedMessage {
  readonly user_id: string;
  readonly talk: string;
  readonly client_id: string;
  readonly role: string;
  readonly message: string;
  readonly status: string;
  readonly position: number;
}

/** A request's row as Postgres has it. */
export interface CopiedUsage {
  readonly user_id: string;
  readonly turn_id: string;
  readonly attempt: number;
  readonly model_used: string;
  readonly input_tokens: number;
  readonly cached_input_tokens: number;
  readonly output_tokens: number;
  readonly estimated: boolean;
  readonly cost_micro_usd: number | null;
}

/** Everything that is known after a run, by member where it is a member's. */
export interface Evidence {
  readonly journal: Journal;
  readonly kills: readonly Kill[];
  readonly provider: readonly LogEntry[];
  readonly objects: ReadonlyMap<string, ObjectRecord>;
  /** What the API answered, by member. */
  readonly api: ReadonlyMap<string, readonly Conversation[]>;
  readonly copiedMessages: ReadonlyMap<string, readonly CopiedMessage[]>;
  readonly copiedUsage: ReadonlyMap<string, readonly CopiedUsage[]>;
}

/** What is found wrong, and what was counted. */
export interface Verdict {
  readonly violations: string[];
  readonly figures: [name: string, value: string | number][];
}

/** What a chaos run names a conversation: its member is the part before the dash. */
export const memberOf = (conversationId: string): string => conversationId.split("-")[0] ?? "";

/** The mark that a text of the run begins with. */
export const markOf = (text: string): string | null => /^#\S+#/.exec(text)?.[0] ?? null;

function readObject(folder: string, file: string): ObjectRecord {
  const database = new DatabaseSync(join(folder, file));
  try {
    const all = <Row>(sql: string): Row[] => database.prepare(sql).all() as Row[];
    const [counts] = all<{ outbox: number; credits: number }>(
      `SELECT (SELECT COUNT(*) FROM outbox) AS outbox,
         (SELECT COALESCE(SUM(credits), 0) FROM spending) AS credits`,
    );
    return {
      hash: file.slice(0, 32),
      conversations: all<{ id: string }>("SELECT id FROM conversations").map(({ id }) => id),
      messages: all("SELECT * FROM messages ORDER BY conversation_id, position"),
      turns: all("SELECT * FROM turns"),
      requests: all("SELECT * FROM requests ORDER BY turn_id, attempt"),
      outbox: counts?.outbox ?? 0,
      credits: counts?.credits ?? 0,
    };
  } finally {
    database.close();
  }
}

/** Reads every object's own storage, by member. The Worker's process must have ended. */
export function readObjects(folder: string): Map<string, ObjectRecord> {
  const objects = new Map<string, ObjectRecord>();
  for (const file of readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))) {
    const object = readObject(folder, file);
    const [first] = object.conversations;
    if (first) objects.set(memberOf(first), object);
  }
  return objects;
}

/** The run's rows of Postgres by member. */
export async function readCopies(
  query: <Row>(sql: string) => Promise<Row[]>,
  members: ReadonlyMap<string, string>,
): Promise<Pick<Evidence, "copiedMessages" | "copiedUsage">> {
  const messages = await query<CopiedMessage>(
    `select m.user_id, s.client_id as talk, m.client_id, m.role, m.message, m.status, m.position
     from ai_conversations m join conversation_sessions s on s.id = m.conversation_id`,
  );
  const usage = await query<CopiedUsage>(
    `select user_id, turn_id, attempt, model_used, input_tokens, cached_input_tokens,
       output_tokens, estimated, cost_micro_usd::float8 as cost_micro_usd from token_usage`,
  );
  const of = <Row extends { user_id: string }>(rows: readonly Row[]) =>
    new Map([...members].map(([name, id]) => [name, rows.filter((row) => row.user_id === id)]));
  return { copiedMessages: of(messages), copiedUsage: of(usage) };
}
