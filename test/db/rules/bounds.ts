import { expect, it } from "vitest";
import { as, newMember, one, sqlState, type TestDatabase } from "../support/database.ts";
import { apply, conversation, message } from "../support/outbox.ts";

/** A document far larger than any that the product sends. */
const HUGE = `jsonb_build_object('fun', repeat(md5(random()::text), 80000))`;

/**
 * For each function that takes a list, a document or a limit: a call with far too much, and how it ends. A
 * function that keeps to its bound in silence says how many it gave at most.
 */
const TOO_MUCH: Readonly<Record<string, { call: string; ends: string | number; server?: true }>> = {
  viva_answer: { call: `viva_answer(${HUGE})`, ends: "22023" },
  viva_apply: {
    call: "viva_apply(gen_random_uuid(), to_json(repeat('x', 17000000)))",
    ends: "22023",
    server: true,
  },
  viva_apply_batch: {
    call: "viva_apply_batch(gen_random_uuid(), to_json(repeat('x', 17000000)))",
    ends: "22023",
    server: true,
  },
  viva_conversation_page: { call: "viva_conversation_page('talk', null, 1000000000)", ends: 200 },
  viva_conversation_pages: {
    call: "viva_conversation_pages(array_fill('talk'::text, array[2000]))",
    ends: "22023",
  },
  viva_conversations: {
    call: "viva_conversations(array_fill('talk'::text, array[2000]))",
    ends: "22023",
  },
  viva_edit_profile: { call: `viva_edit_profile(${HUGE})`, ends: "22023" },
  viva_keep_discovery: {
    call: `viva_keep_discovery(gen_random_uuid(), 'fun', ${HUGE})`,
    ends: "22023",
  },
  viva_operations: { call: "viva_operations(1000000)", ends: 200, server: true },
  // Reads three numbers of its list.
  viva_percentiles: { call: "viva_percentiles(array_fill(1.0, array[100000]))", ends: 3 },
  viva_refuse_large: { call: `viva_refuse_large(${HUGE}, 1000)`, ends: "22023" },
  viva_report: {
    call: "viva_report(gen_random_uuid(), to_jsonb(repeat(md5('x'), 10000)))",
    ends: "22023",
    server: true,
  },
  viva_troubles: { call: "viva_troubles(1000000)", ends: 500, server: true },
  // A hash of its list, in one go.
  viva_uuid: { call: "viva_uuid(variadic array_fill('x'::text, array[100000]))", ends: 36 },
  viva_visions: { call: "viva_visions(1000000)", ends: 101 },
  viva_write_vision: { call: `viva_write_vision(gen_random_uuid(), 1, ${HUGE})`, ends: "22023" },
};

/** Functions that see one row of a batch that was bounded before. */
const OF_A_BATCH = /^viva_apply_(?!batch$)/;

/** How many things an answer holds. */
function counted(answer: unknown): number {
  const { messages } = Object(answer) as { messages?: unknown[] };
  if (messages) return messages.length;
  if (Array.isArray(answer)) return answer.length;
  return typeof answer === "string" ? answer.length : Object.keys(Object(answer)).length;
}

/** What a call may ask for at once. */
export function boundRules(database: () => TestDatabase): void {
  it("has a bound for every list, document and limit that a function takes", async () => {
    const rows = await database().query<{ name: string }>(
      `select distinct proname as name from pg_proc, unnest(proargtypes) as type
       where pronamespace = 'public'::regnamespace and prorettype <> 'trigger'::regtype
         and (type in ('json'::regtype, 'jsonb'::regtype)
           or type in (select oid from pg_type where typcategory = 'A')
           or proargnames && array['p_limit', 'p_days', 'p_bytes'])
       order by 1`,
    );
    expect(rows.map(({ name }) => name).filter((name) => !OF_A_BATCH.test(name))).toEqual(
      Object.keys(TOO_MUCH).sort(),
    );
  });

  it.each(Object.entries(TOO_MUCH))("%s keeps to it", async (_name, { call, ends, server }) => {
    const db = database();
    const member = await newMember(db);
    const rows = Array.from({ length: 210 }, (_, n) =>
      message(n + 2, { id: `m${n}`, position: n }),
    );
    await apply(db, member, [conversation(1), ...rows]);
    const asked = as(db, server ? "service_role" : member, (own) =>
      one<{ answer: unknown }>(own, `select ${call} as answer`),
    );
    if (typeof ends === "string") expect(await sqlState(asked)).toBe(ends);
    else expect(counted((await asked).answer)).toBeLessThanOrEqual(ends);
  });

  it("reads a conversation page by page, whatever its length", async () => {
    const db = database();
    const member = await newMember(db);
    const long = "é".repeat(100_000);
    const rows = Array.from({ length: 230 }, (_, n) =>
      message(n + 2, { id: `m${n}`, position: n, ...(n > 215 && { text: long }) }),
    );
    await apply(db, member, [conversation(1), ...rows]);
    interface Page {
      messages: { position: number; text: string }[];
      older: boolean;
    }
    const page = async (before: number | null): Promise<Page> =>
      (
        await as(db, member, (own) =>
          one<{ page: Page }>(own, "select viva_conversation_page('talk', $1) as page", [before]),
        )
      ).page;
    const seen: number[] = [];
    let before: number | null = null;
    for (let pages = 0; pages < 10; pages += 1) {
      const { messages, older } = await page(before);
      const bytes = messages.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
      expect(bytes).toBeLessThanOrEqual(1_048_576);
      expect(messages.length).toBeLessThanOrEqual(200);
      seen.unshift(...messages.map(({ position }) => position));
      before = seen[0] ?? null;
      if (!older) break;
    }
    expect(seen).toEqual(rows.map((_, n) => n));
    expect(await page(0)).toEqual({ messages: [], older: false });
  });
}
