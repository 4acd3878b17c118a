import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import type { Conversation, ConversationSummary, Page, SyncState } from "../../domain/messages.ts";
import { ensureSchema } from "../../worker/member/store/schema.ts";
import { chat, getJson, say, WORDS } from "./support/api.ts";
import { forgetMemory, type Member, newMember, objectOf } from "./support/members.ts";
import { setModel } from "./support/model.ts";
import { readWords } from "./support/streams.ts";
import { eventually } from "./support/supabase.ts";

/** Versions ahead of this code. */
const NEWER = 3;

/**
 * Does to an object what a newer version of this code may have done: one more table, and in every table a
 * column that a row may leave out.
 */
async function useNewerVersion(member: Member): Promise<number> {
  const version = await runInDurableObject(objectOf(member), async (_object, { storage }) => {
    const { sql, kv } = storage;
    const tables = sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .toArray()
      .map(({ name }) => name)
      .filter((name) => !/^(_cf_|sqlite_)/.test(name));
    for (const name of tables) sql.exec(`ALTER TABLE "${name}" ADD COLUMN of_a_later_version TEXT`);
    sql.exec("CREATE TABLE of_a_later_version (id TEXT PRIMARY KEY) WITHOUT ROWID");
    const known = kv.get<number>("schema") ?? 0;
    kv.put("schema", known + NEWER);
    await storage.sync();
    return known;
  });
  await forgetMemory();
  return version;
}

const turn = async (member: Member, text: string, key: string) => {
  const response = await chat(member, say(text, { id: "talk" }), {
    ...WORDS,
    "idempotency-key": key,
  });
  expect(response.status).toBe(200);
  return readWords(response);
};

it("an object that a newer version has used is served as before: nothing of it is lost", async () => {
  const member = await newMember({ first_name: "Mia" });
  await setModel({ tokens: 3 });
  await turn(member, "Before the new version", "first");
  const version = await useNewerVersion(member);
  expect(version).toBeGreaterThan(0);

  await turn(member, "After it was taken back", "second");
  const { messages } = await getJson<Conversation>(member, "/api/conversations/talk");
  expect(messages.map(({ role, metadata }) => [role, metadata.status])).toEqual([
    ["user", "complete"],
    ["assistant", "complete"],
    ["user", "complete"],
    ["assistant", "complete"],
  ]);
  const list = await getJson<Page<ConversationSummary>>(member, "/api/conversations");
  expect(list.items.map(({ id }) => id)).toEqual(["talk"]);
  // Credits are charged and days are counted; the same key is still the same turn.
  const { credits, days } = await getJson<{
    credits: { left: number; limit: number };
    days: { turns: number }[];
  }>(member, "/api/usage");
  expect(credits.left).toBeLessThan(credits.limit);
  expect(days.map(({ turns }) => turns)).toEqual([2]);
  await turn(member, "After it was taken back", "second");
  expect((await getJson<Conversation>(member, "/api/conversations/talk")).messages).toHaveLength(4);
  await eventually(async () => {
    expect(await getJson<SyncState>(member, "/api/sync")).toMatchObject({ pending: 0, failed: 0 });
  });
  // Nor is its version turned back: the newer code would take its steps again.
  await runInDurableObject(objectOf(member), (_object, { storage }) => {
    ensureSchema(storage);
    expect(storage.kv.get("schema")).toBe(version + NEWER);
  });
});
