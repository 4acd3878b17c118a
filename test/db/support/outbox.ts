import type { SqlRunner } from "../../../migrations/apply.ts";
import { as, one } from "./database.ts";

/** What `viva_apply` says about one row. */
export interface Applied {
  seq: number | null;
  ok: boolean;
  sqlstate?: string;
  message?: string;
}

const at = "2026-11-20T10:00:00.000Z";

/** A row of each kind, with every field, to be changed by the test. */
export const conversation = (seq: number, over: object = {}) => ({
  ...{ seq, kind: "conversation", id: "talk", category: "fun", phase: "contrast", visionId: null },
  ...{ title: "What I play", createdAt: at, updatedAt: at, deletedAt: null },
  ...over,
});
export const message = (seq: number, over: object = {}) => ({
  ...{
    seq,
    kind: "message",
    conversationId: "talk",
    id: "m1",
    role: "user",
    text: "I love to dance",
  },
  ...{ status: "complete", position: 0, context: { phase: "contrast" }, createdAt: at },
  ...over,
});
export const usage = (seq: number, over: object = {}) => ({
  ...{ seq, kind: "usage", turnId: crypto.randomUUID(), attempt: 1, conversationId: "talk" },
  ...{ actionType: "chat_conversation", model: "gpt-6-luna", inputTokens: 900 },
  ...{ cachedInputTokens: 100, outputTokens: 120, estimated: false, costMicroUsd: 141 },
  ...{ success: true, errorCode: null, firstTokenMs: 312.6, colo: "HKG", region: "apac" },
  ...{ metadata: { phase: "contrast" }, createdAt: at },
  ...over,
});

export const refinement = (seq: number, over: object = {}) => ({
  ...{ seq, kind: "refinement", id: crypto.randomUUID(), visionId: crypto.randomUUID() },
  ...{
    category: "fun",
    before: "I dance.",
    after: "I dance on Fridays.",
    vivaNotes: "I added the day.",
  },
  ...{ instructions: "More days", amount: 30, tone: "balanced", intensity: "gentle" },
  createdAt: at,
  ...over,
});

/** Sends a batch the way the outbox does. */
export async function apply(
  database: SqlRunner,
  member: string,
  rows: unknown,
): Promise<Applied[]> {
  const sql = "select viva_apply($1, $2::text::json) as results";
  const call = (db: SqlRunner) =>
    one<{ results: Applied[] }>(db, sql, [member, JSON.stringify(rows)]);
  return (await as(database, "service_role", call)).results;
}
