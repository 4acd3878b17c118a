import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { MODELS } from "../../../domain/models.ts";
import { newMember, one, sqlState, type TestDatabase } from "../support/database.ts";
import { apply, conversation, message, usage } from "../support/outbox.ts";

/** The id that `viva_uuid` derives, computed a second time here. */
function derived(...parts: string[]): string {
  const bytes = createHash("sha256").update(parts.join("\x1f")).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** `viva_apply`: what the outbox may rely on. */
export function outboxRules(database: () => TestDatabase): void {
  const messages = (member: string) =>
    database().query(
      "select client_id, role, message, status, position, context from ai_conversations where user_id = $1 order by position",
      [member],
    );

  it("writes conversation, messages and usage, and nothing twice", async () => {
    const db = database();
    const member = await newMember(db);
    const rows = [
      conversation(1),
      message(2),
      message(3, { id: "m2", role: "assistant", text: "What a joy 💃", position: 1 }),
      usage(4),
    ];
    const everything = async () => ({
      conversations: await db.query("select * from conversation_sessions where user_id = $1", [
        member,
      ]),
      messages: await db.query(
        "select * from ai_conversations where user_id = $1 order by position",
        [member],
      ),
      usage: await db.query("select * from token_usage where user_id = $1", [member]),
    });
    expect(await apply(db, member, rows)).toEqual([1, 2, 3, 4].map((seq) => ({ seq, ok: true })));
    const once = await everything();
    expect(once.conversations).toMatchObject([
      {
        client_id: "talk",
        category: "fun",
        phase: "contrast",
        title: "What I play",
        deleted_at: null,
      },
    ]);
    expect(once.messages).toMatchObject([
      { client_id: "m1", role: "user", message: "I love to dance", context: { phase: "contrast" } },
      { client_id: "m2", role: "assistant", message: "What a joy 💃" },
    ]);
    expect(once.usage).toMatchObject([
      {
        ...{
          model_used: "gpt-6-luna",
          input_tokens: 900,
          cached_input_tokens: 100,
          output_tokens: 120,
        },
        ...{
          cost_micro_usd: 141,
          success: true,
          estimated: false,
          first_token_ms: 313,
          region: "apac",
        },
        conversation_id: once.conversations[0]?.id,
      },
    ]);
    expect(await apply(db, member, rows)).toEqual([1, 2, 3, 4].map((seq) => ({ seq, ok: true })));
    expect(await everything()).toEqual(once);
  });

  it("derives ids from scope, client id and place, so that two members may use the same", async () => {
    const db = database();
    const [one_, two] = [await newMember(db), await newMember(db)];
    for (const member of [one_, two]) {
      const results = await apply(db, member, [conversation(1), message(2, { text: member })]);
      expect(results.every((result) => result.ok)).toBe(true);
      const row = await one(
        db,
        "select id, conversation_id, message from ai_conversations where user_id = $1",
        [member],
      );
      expect(row).toEqual({
        id: derived("message", member, "talk", "m1", "0"),
        conversation_id: derived("conversation", member, "talk"),
        message: member,
      });
    }
    const turn = crypto.randomUUID();
    await apply(db, one_, [usage(1, { turnId: turn, attempt: 2 })]);
    expect(await one(db, "select id from token_usage where turn_id = $1", [turn])).toEqual({
      id: derived("usage", turn, "2"),
    });
  });

  it("lets a later row for a conversation or message win, and never a later one for usage", async () => {
    const db = database();
    const member = await newMember(db);
    const turnId = crypto.randomUUID();
    await apply(db, member, [
      conversation(1),
      message(2, { status: "streaming", text: "I love" }),
      message(3, { status: "complete", text: "I love to dance" }),
      conversation(4, { title: "Dancing", phase: "peak" }),
      usage(5, { turnId, outputTokens: 5 }),
      usage(6, { turnId, outputTokens: 500 }),
    ]);
    expect(await messages(member)).toMatchObject([
      { message: "I love to dance", status: "complete" },
    ]);
    const talk = await one(
      db,
      "select title, phase from conversation_sessions where user_id = $1",
      [member],
    );
    expect(talk).toEqual({ title: "Dancing", phase: "peak" });
    expect(
      await db.query("select output_tokens from token_usage where turn_id = $1", [turnId]),
    ).toEqual([{ output_tokens: 5 }]);
  });

  it("stops at the first row that fails and keeps what came before", async () => {
    const db = database();
    const member = await newMember(db);
    const results = await apply(db, member, [
      conversation(7),
      message(8),
      message(9, { id: "m2", role: "narrator", position: 1 }),
      message(10, { id: "m3", position: 2 }),
    ]);
    expect(results).toMatchObject([
      { seq: 7, ok: true },
      { seq: 8, ok: true },
      { seq: 9, ok: false, sqlstate: "23514" },
    ]);
    expect(results[2]?.message).toContain("role");
    expect(await messages(member)).toMatchObject([{ client_id: "m1" }]);
  });

  it.each([
    ["a null byte", message(2, { text: "a\u0000b" }), "22P05"],
    ["a null byte in the context", message(2, { context: { seq: 99, a: "\u0000" } }), "22P05"],
    ["half a surrogate pair", message(2, { text: "a\ud83d" }), "22P02"],
    ["a control character in the id", message(2, { id: "a\nb" }), "23514"],
    ["an id too long", message(2, { id: "x".repeat(129) }), "23514"],
    ["an empty id", message(2, { id: "" }), "23514"],
    ["no id", message(2, { id: null }), "23502"],
    ["no conversation id", message(2, { conversationId: null }), "23502"],
    ["a text too long", message(2, { text: "x".repeat(262_145) }), "23514"],
    ["a position that is none", message(2, { position: "first" }), "22P02"],
    ["a date that is none", message(2, { createdAt: "yesterday evening" }), "22007"],
    ["an unknown status", message(2, { status: "lost" }), "23514"],
    ["an unknown phase", conversation(2, { phase: "warmup" }), "23514"],
    ["an unknown category", conversation(2, { category: "luck" }), "23514"],
    ["an unknown action", usage(2, { actionType: "chat" }), "23514"],
    ["negative tokens", usage(2, { outputTokens: -1 }), "23514"],
    ["no tokens", usage(2, { outputTokens: null }), "23502"],
    ["an unknown kind", { seq: 2, kind: "memo" }, "22023"],
    ["no kind", { seq: 2 }, "22023"],
  ])("reports %s as the row's own permanent failure", async (_, row, sqlstate) => {
    const db = database();
    const member = await newMember(db);
    const results = await apply(db, member, [conversation(1), row, message(3)]);
    expect(results).toMatchObject([
      { seq: 1, ok: true },
      { seq: 2, ok: false, sqlstate },
    ]);
    expect(await messages(member)).toEqual([]);
  });

  it("reports a message without its conversation, and a member without account, as 23503", async () => {
    const db = database();
    const member = await newMember(db);
    expect(await apply(db, member, [message(1)])).toMatchObject([{ ok: false, sqlstate: "23503" }]);
    expect(await apply(db, crypto.randomUUID(), [conversation(1)])).toMatchObject([
      { ok: false, sqlstate: "23503" },
    ]);
    expect(await apply(db, member, [conversation(1), message(2)])).toMatchObject([
      { ok: true },
      { ok: true },
    ]);
  });

  it("takes the usage of a member without account, and keeps nothing of the member in it", async () => {
    const db = database();
    const [member, turnId] = [crypto.randomUUID(), crypto.randomUUID()];
    expect(await apply(db, member, [usage(1, { turnId })])).toMatchObject([{ ok: true }]);
    expect(await db.query("select * from token_usage where turn_id = $1", [turnId])).toMatchObject([
      { user_id: null, conversation_id: null, input_tokens: 900 },
    ]);
  });

  it("takes client ids of any script, standalone talks, and usage of no conversation", async () => {
    const db = database();
    const member = await newMember(db);
    const id = `gespräch/對話 ${"🌊".repeat(100)}`;
    const rows = [
      conversation(1, { id, category: null, phase: null, visionId: crypto.randomUUID() }),
      message(2, { conversationId: id, id: "ñ" }),
      usage(3, {
        conversationId: null,
        costMicroUsd: null,
        firstTokenMs: null,
        success: false,
        errorCode: "provider_timeout",
      }),
    ];
    expect(await apply(db, member, rows)).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
    expect(
      await db.query(
        "select conversation_id, cost_micro_usd, first_token_ms from token_usage where user_id = $1",
        [member],
      ),
    ).toEqual([{ conversation_id: null, cost_micro_usd: null, first_token_ms: null }]);
  });

  it("takes the batch as a JSON string too, an empty one, and refuses what is no list", async () => {
    const db = database();
    const member = await newMember(db);
    const rows = JSON.stringify([conversation(1), message(2, { text: "a\u0000b" })]);
    expect(await apply(db, member, rows)).toMatchObject([
      { seq: 1, ok: true },
      { seq: 2, ok: false, sqlstate: "22P05" },
    ]);
    expect(await apply(db, member, [])).toEqual([]);
    expect(await sqlState(apply(db, member, { seq: 1 }))).toBe("22023");
  });

  it("shows the first word's percentiles by region and day", async () => {
    const db = database();
    const member = await newMember(db);
    const region = `r-${member}`;
    await apply(db, member, [
      ...Array.from({ length: 101 }, (_, ms) => usage(ms + 1, { firstTokenMs: ms, region })),
      usage(200, { firstTokenMs: null, region }),
      usage(201, { firstTokenMs: 9, region, createdAt: "2026-11-21T23:59:59.999Z" }),
    ]);
    const rows = await db.query(
      "select day::text, requests, p50_ms, p95_ms, p99_ms from first_word_by_region where region = $1 order by day",
      [region],
    );
    expect(rows).toEqual([
      { day: "2026-11-20", requests: 101, p50_ms: 50, p95_ms: 95, p99_ms: 99 },
      { day: "2026-11-21", requests: 1, p50_ms: 9, p95_ms: 9, p99_ms: 9 },
    ]);
  });

  it("has the same prices as the domain", async () => {
    const rows = await database().query(
      `select model, input_per_million::float8 as input, cached_input_per_million::float8 as cached,
              output_per_million::float8 as output, shutdown_date::text as shutdown from model_prices order by model`,
    );
    const expected = MODELS.map(({ id, pricePerMillion, shutdownDate }) => ({
      model: id,
      input: pricePerMillion.input,
      cached: pricePerMillion.cachedInput,
      output: pricePerMillion.output,
      shutdown: shutdownDate,
    }));
    expect(rows).toEqual(expected.toSorted((a, b) => (a.model < b.model ? -1 : 1)));
  });
}
