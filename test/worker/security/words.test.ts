import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Vision } from "../../../domain/journey.ts";
import type { SyncState } from "../../../domain/messages.ts";
import type { DiscoveryAnswer } from "../../../domain/writing.ts";
import { chat, EVENTS, get, getJson, say, WORDS } from "../support/api.ts";
import { at, readyMember, send, sendJson } from "../support/journey.ts";
import { forgetMemory, type Member, objectOf } from "../support/members.ts";
import { setModel } from "../support/model.ts";
import { eventually, mendSupabase, setSupabase } from "../support/supabase.ts";

/** Stands in everything that the member of these tests says, is called, searches for, or names something. */
const OWN = "Quixotic-Marmalade";
const SENTENCE = `I love ${OWN} by the river, and I laugh a lot.`;

/** Everything that is logged, in Worker and object, as it would be written. */
function logs(): string[] {
  const lines: string[] = [];
  for (const level of ["debug", "log", "info", "warn", "error", "trace"] as const) {
    vi.spyOn(console, level).mockImplementation((...args: unknown[]) => {
      const written = args.map((one) =>
        one instanceof Error ? `${one.stack} ${String(one.cause)}` : String(one),
      );
      lines.push(written.join(" "));
    });
  }
  return lines;
}

afterEach(async () => {
  vi.restoreAllMocks();
  await mendSupabase();
});

const eventsOf = (lines: readonly string[]) =>
  new Set(lines.map((line) => /"event":"(\w+)"/.exec(line)?.[1] ?? line));

/** Waits until Postgres has all that was said. */
const copied = (member: Member) =>
  eventually(async () =>
    expect(await getJson<SyncState>(member, "/api/sync")).toMatchObject({ pending: 0 }),
  );

/** Asks, reads the whole answer, and does not mind how it went. */
const tryIt = async (answer: Promise<Response>) => (await answer).text().catch(() => "");

/** Says and writes something on every route that takes words. */
async function sayAll(member: Member): Promise<void> {
  const ask = (method: string, path: string, body?: unknown, headers = {}) =>
    tryIt(send(member, method, path, body, headers));
  await ask("PATCH", "/api/profile", { first_name: OWN, hobbies: [OWN], fun_story: SENTENCE });
  const begun = await send(member, "POST", "/api/visions");
  const { id, revision }: Pick<Vision, "id" | "revision"> = begun.ok
    ? await begun.json()
    : { id: crypto.randomUUID(), revision: 1 };
  const vision = `/api/visions/${id}`;
  const step = (action: string, more: object = {}) =>
    ask("POST", "/api/vision/chat", { visionId: id, category: "fun", action, ...more }, EVENTS);
  const first = await step("start");
  const tiles = first.startsWith("{") ? (JSON.parse(first) as DiscoveryAnswer).tiles : [];
  const selections = (tiles ?? []).slice(0, 2).map(({ id: tile }) => tile);
  await step("submit_step_1", { selections, customInput: OWN });
  await step("submit_step_2", { selections: [], customInput: OWN });
  await step("submit_step_3", { selections: ["daily"], customInput: OWN });
  await ask("PATCH", vision, { title: OWN, sections: { fun: SENTENCE } }, at(revision));
  await ask("POST", `${vision}/sections/fun/refine`, { instructions: SENTENCE }, at(revision + 1));
  const about = { id: OWN, context: { category: "fun" } };
  await tryIt(chat(member, say(SENTENCE, about, OWN), { ...EVENTS, "idempotency-key": OWN }));
  await tryIt(chat(member, say(`${OWN}, I want to kill myself tonight.`, { id: "dark" }), WORDS));
  await tryIt(
    chat(member, { messages: [], context: { category: "fun", isInitialGreeting: true } }),
  );
  await ask("POST", `/api/conversations/${OWN}/draft`, undefined, EVENTS);
  await ask("PATCH", `/api/conversations/${OWN}`, { title: OWN });
  await ask("POST", `/api/viva/chat/${OWN}/stop`, { turnId: OWN });
  await ask("POST", "/api/conversations/search", { q: OWN });
  for (const path of [
    `/api/conversations/${OWN}`,
    `/api/viva/chat/${OWN}/stream?after=${OWN}`,
    `/api/turns/${OWN}`,
    "/api/export",
    `/api/${OWN}`,
  ]) {
    await tryIt(get(member, path));
  }
}

/** The same, wrongly. */
async function sayBadly(member: Member): Promise<void> {
  for (const [method, path] of [
    ["POST", "/api/viva/chat"],
    ["POST", "/api/vision/chat"],
    ["POST", "/api/visions"],
    ["PATCH", "/api/profile"],
    ["PATCH", "/api/assessment"],
    ["PATCH", `/api/visions/${crypto.randomUUID()}`],
    ["PATCH", `/api/conversations/${OWN}`],
    ["POST", "/api/viva/warm"],
  ] as const) {
    for (const body of [`{"${OWN}": `, `"${OWN}"`, { [OWN]: OWN }, { messages: [{ role: OWN }] }]) {
      await tryIt(send(member, method, path, body, { "if-match": `"${OWN}"`, accept: OWN }));
    }
  }
}

describe("no log line holds a word of a member's", () => {
  it("whatever they say and write, well or badly", async () => {
    const member = await readyMember();
    const lines = logs();
    await setModel({ tokens: 6 });
    await sayAll(member);
    await sayBadly(member);
    await copied(member);
    expect(eventsOf(lines)).toContain("turn");
    expect(lines.filter((line) => line.includes(OWN))).toEqual([]);
  });

  it.each([
    ["is away", { down: true }, "outbox_paused"],
    ["answers with errors", { status: 500 }, "outbox_paused"],
    ["refuses the key", { status: 401 }, "outbox_paused"],
  ] as const)("where Postgres %s", async (_how, outage, event) => {
    const member = await readyMember();
    await tryIt(chat(member, say("Hello", { id: "talk" }), WORDS));
    const lines = logs();
    await setModel({ tokens: 6 });
    await setSupabase(outage);
    await sayAll(member);
    await eventually(async () => expect(eventsOf(lines)).toContain(event));
    expect(lines.filter((line) => line.includes(OWN))).toEqual([]);
  });

  it("where Postgres refuses for good what they said, and an operator is told", async () => {
    const member = await readyMember();
    await tryIt(chat(member, say(SENTENCE, { id: "talk" }), WORDS));
    await copied(member);
    const lines = logs();
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      const add = (kind: string, payload: object) =>
        storage.sql.exec(
          "INSERT INTO outbox (kind, payload, created_at) VALUES (?, ?, ?)",
          kind,
          JSON.stringify(payload),
          Date.now(),
        );
      // Each with the words where Postgres repeats them in what it says of the refusal.
      add("usage", { turnId: OWN, attempt: SENTENCE });
      add("usage", { turnId: SENTENCE, attempt: 1, actionType: OWN, model: OWN });
      add("refinement", { id: SENTENCE, visionId: SENTENCE, category: OWN, after: SENTENCE });
      return storage.setAlarm(Date.now() + 3_600_000);
    });
    // The object does not know of these rows: it wakes anew.
    await forgetMemory();
    expect(await runDurableObjectAlarm(objectOf(member))).toBe(true);
    const found = eventsOf(lines);
    expect([...found]).toEqual(expect.arrayContaining(["outbox_row_refused", "session_troubles"]));
    expect(lines.filter((line) => line.includes(OWN))).toEqual([]);
  });

  it("where a turn is lost in the middle of an answer", async () => {
    const member = await readyMember();
    const lines = logs();
    await setModel({ tokens: 400, gapMs: 5 });
    const answer = await chat(member, say(SENTENCE, { id: "talk" }), EVENTS);
    const reader = answer.body?.getReader();
    await reader?.read();
    await forgetMemory();
    await reader?.cancel().catch(() => {});
    await setModel({ tokens: 6, gapMs: 0 });
    await tryIt(get(member, "/api/conversations/talk"));
    await eventually(async () => expect(eventsOf(lines)).toContain("turn_woken"));
    expect(lines.filter((line) => line.includes(OWN))).toEqual([]);
  });

  it("where they erase everything", async () => {
    const member = await readyMember();
    await tryIt(chat(member, say(SENTENCE, { id: "talk" }), WORDS));
    const lines = logs();
    await sendJson(member, "DELETE", "/api/account-data");
    await eventually(async () => expect(eventsOf(lines)).toContain("member_erased"));
    expect(lines.filter((line) => line.includes(OWN))).toEqual([]);
  });
});
