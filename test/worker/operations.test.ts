import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { SyncState } from "../../domain/messages.ts";
import type { OperationsOverview, Trouble } from "../../domain/operations.ts";
import { call, chat, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { forgetMemory, type Member, newMember, objectOf } from "./support/members.ts";
import { setModel } from "./support/model.ts";
import { readWords } from "./support/streams.ts";
import { countRpc, eventually, mendSupabase, query, setSupabase } from "./support/supabase.ts";

const SECRET = "the operator's own, of 32 characters";

const ask = (path: string, secret: string | null = SECRET) =>
  call(path, { headers: secret === null ? {} : { "x-ops-secret": secret } });

async function read<Body>(path: string): Promise<Body> {
  const response = await ask(path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

const resend = ({ id }: Member) =>
  call("/api/ops/outbox/resend", {
    method: "POST",
    headers: { "x-ops-secret": SECRET },
    body: JSON.stringify({ memberId: id }),
  });

/** What Postgres knows to be wrong in a member's session. */
const troublesOf = ({ id }: Member) =>
  query<{ kind: string; row_kind: string; code: string; count: number; age: number }>(
    `select kind, row_kind, code, count, extract(epoch from now() - since)::integer as age
     from session_troubles where user_id = $1 order by kind, row_kind`,
    [id],
  );

const talk = async (member: Member, text = "Rivers") =>
  readWords(await chat(member, say(text, { id: "talk" }), WORDS));

const copied = (member: Member) =>
  eventually(async () =>
    expect(await getJson<SyncState>(member, "/api/sync")).toMatchObject({ pending: 0 }),
  );

/** Adds a row to a member's outbox by hand, so long ago. The object, which does not know of it, wakes anew. */
async function addRow(member: Member, kind: string, payload: unknown, ageMs = 0): Promise<void> {
  await runInDurableObject(objectOf(member), (_object, { storage }) => {
    storage.sql.exec(
      "INSERT INTO outbox (kind, payload, created_at) VALUES (?, ?, ?)",
      kind,
      JSON.stringify(payload),
      Date.now() - ageMs,
    );
  });
  await forgetMemory();
}

/** Has the object look at itself, as its alarm does. */
async function look(member: Member): Promise<void> {
  await runInDurableObject(objectOf(member), (_object, { storage }) =>
    storage.setAlarm(Date.now() + 3_600_000),
  );
  expect(await runDurableObjectAlarm(objectOf(member))).toBe(true);
}

/** A member of whom Postgres will never take two rows. */
async function refused(): Promise<Member> {
  const member = await newMember();
  await talk(member);
  await copied(member);
  await addRow(member, "usage", { turnId: "bad", attempt: -1 });
  await addRow(member, "usage", { turnId: "worse", attempt: -1 });
  await look(member);
  return member;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("an operator's overview", () => {
  it("tells of the days there were, and of what came today", async () => {
    const before = await read<OperationsOverview>("/api/ops/overview?days=3");
    const member = await newMember();
    await talk(member);
    await setModel({ fault: "500" });
    await (await chat(member, say("More", { id: "talk" }), WORDS)).text();
    await copied(member);
    const after = await read<OperationsOverview>("/api/ops/overview?days=3");
    const today = new Date().toISOString().slice(0, 10);
    expect(after.to).toBe(today);
    expect(Date.parse(after.to) - Date.parse(after.from)).toBe(2 * 86_400_000);
    const turns = ({ days }: OperationsOverview) =>
      days.find(({ day }) => day === today)?.turns ?? 0;
    expect(turns(after)).toBe(turns(before) + 2);
    const errors = ({ outcomes }: OperationsOverview, outcome: string) =>
      outcomes.find((row) => row.outcome === outcome && row.errorCode === "provider_unavailable")
        ?.requests ?? 0;
    expect(errors(after, "failed")).toBe(errors(before, "failed") + 1);
    expect(errors(after, "retried")).toBe(errors(before, "retried") + 1);
    const { all, byDay, byRegion } = after.firstWord;
    expect(all.requests).toBeGreaterThan(0);
    expect(byDay.at(-1)).toMatchObject({ day: today });
    const { whole, ours, provider } = byRegion[0] ?? all;
    for (const part of [whole, ours, provider]) expect(part.p50).toBeGreaterThanOrEqual(0);
    expect(whole.p50).toBeGreaterThanOrEqual(ours.p50 ?? Number.NaN);
  });

  it.each(["0", "91", "-1", "1.5", "many", ""])("refuses %j days", async (days) => {
    const problem = await problemOf(await ask(`/api/ops/overview?days=${days}`));
    expect(problem).toMatchObject({ code: "invalid_request", errors: [{ path: "days" }] });
  });

  it.each(["/api/ops/overview", "/api/ops/troubles"])(
    "%s is for nobody else, and asks nothing of Postgres for them",
    async (path) => {
      const member = await newMember();
      const spy = vi.spyOn(globalThis, "fetch");
      for (const secret of [null, "", "another", SECRET.slice(0, -1), `${SECRET}s`]) {
        const response = await ask(path, secret);
        expect([secret, (await problemOf(response)).code]).toEqual([secret, "forbidden"]);
      }
      const headers = { authorization: `Bearer ${member.token}` };
      expect((await call(path, { headers })).status).toBe(403);
      expect((await call(`${path}?secret=${encodeURIComponent(SECRET)}`)).status).toBe(403);
      expect(spy).not.toHaveBeenCalled();
    },
  );

  it("limits an address that tries secrets, and no other", async () => {
    const from = (secret: string, address: string) =>
      call("/api/ops/troubles", {
        headers: { "x-ops-secret": secret, "cf-connecting-ip": address },
      });
    const address = `2001:db8:${Date.now().toString(16).slice(-4)}:7::1`;
    const codes: string[] = [];
    // The limit counts in whole minutes: one of them may begin in between.
    while (codes.length < 260 && codes.at(-1) !== "rate_limited") {
      codes.push((await problemOf(await from(`guess ${codes.length}`, address))).code);
    }
    expect(new Set(codes)).toEqual(new Set(["forbidden", "rate_limited"]));
    expect(codes.length).toBeGreaterThan(100);
    expect((await from("a guess", "192.0.2.77")).status).toBe(403);
    expect((await from(SECRET, "192.0.2.77")).status).toBe(200);
  });

  it("says so where Postgres is away, or does not know what is asked", async () => {
    await setSupabase({ down: true });
    const away = await problemOf(await ask("/api/ops/overview"));
    expect(away).toMatchObject({ code: "database_unavailable", retryAfter: 5 });
    await mendSupabase();
    for (const [status, code, words] of [
      [404, "PGRST202", "npm run db:migrate"],
      [401, "", "SUPABASE_SECRET_KEY"],
      [500, "57014", "fewer days"],
    ] as const) {
      vi.spyOn(globalThis, "fetch").mockImplementationOnce(async () =>
        Response.json({ code, message: "secret words" }, { status }),
      );
      const { detail } = await problemOf(await ask("/api/ops/overview"));
      expect(detail).toContain(words);
      expect(detail).not.toContain("secret words");
    }
  });
});

describe("the books of a first word", () => {
  it("hold what the member waited, also where an attempt before it had failed", async () => {
    const member = await newMember();
    const { fetch } = globalThis;
    let asked = 0;
    vi.spyOn(globalThis, "fetch").mockImplementation((to, init) => {
      const url = String(to instanceof Request ? to.url : to);
      if (!url.endsWith("/chat/completions") || asked++ > 0) return fetch(to, init);
      return Promise.resolve(Response.json({ error: { message: "busy" } }, { status: 500 }));
    });
    await talk(member);
    await copied(member);
    const [row] = await query<{ whole: number; sum: number }>(
      `select (metadata ->> 'firstWordMs')::float8 as whole,
         (metadata ->> 'oursMs')::float8 + first_token_ms as sum
       from token_usage where user_id = $1 and attempt = 2`,
      [member.id],
    );
    // The pause before the second attempt is 200 ms.
    expect(row?.whole).toBeGreaterThanOrEqual((row?.sum ?? Number.NaN) + 190);
  });
});

describe("what is wrong in a session", () => {
  it("is nothing where all is well, and then nothing is asked of Postgres", async () => {
    const member = await newMember();
    await talk(member);
    await copied(member);
    await look(member);
    expect(await countRpc(member.id, "viva_report")).toBe(0);
  });

  it("is told when Postgres refuses rows for good, with kind and code alone", async () => {
    const member = await refused();
    expect(await troublesOf(member)).toMatchObject([
      {
        kind: "refused",
        row_kind: "usage",
        code: expect.stringMatching(/^2.{4}$|^SUP$/),
        count: 2,
      },
    ]);
    const { items } = await read<{ items: Trouble[] }>("/api/ops/troubles?limit=200");
    const mine = items.filter(({ memberId }) => memberId === member.id);
    expect(mine).toEqual([
      {
        ...{ id: expect.any(Number), memberId: member.id, kind: "refused", rowKind: "usage" },
        ...{ code: expect.any(String), count: 2 },
        ...{ since: expect.stringMatching(/Z$/), reportedAt: expect.stringMatching(/Z$/) },
      },
    ]);
    const { troubles } = await read<OperationsOverview>("/api/ops/overview?days=1");
    expect(troubles.find(({ code }) => code === mine[0]?.code)?.count).toBeGreaterThanOrEqual(2);
  });

  it("is told by itself: the turn after which it is found sets the alarm", async () => {
    const member = await newMember();
    await talk(member);
    await copied(member);
    await addRow(member, "usage", { turnId: "bad", attempt: -1 });
    await talk(member, "More");
    await copied(member);
    await eventually(async () => expect(await troublesOf(member)).toHaveLength(1));
  });

  it("is told once, and again where more comes", async () => {
    const member = await refused();
    await look(member);
    await forgetMemory();
    await look(member);
    expect(await countRpc(member.id, "viva_report")).toBe(1);
    await addRow(member, "usage", { turnId: "third", attempt: -1 });
    await look(member);
    expect(await countRpc(member.id, "viva_report")).toBe(2);
    expect(await troublesOf(member)).toMatchObject([{ count: 3 }]);
  });

  it("is taken back when it is mended", async () => {
    const member = await refused();
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      storage.sql.exec("DELETE FROM outbox WHERE json_extract(payload, '$.turnId') = 'bad'");
    });
    const response = await resend(member);
    expect(await response.json()).toMatchObject({ resent: 1, failed: 1 });
    expect(await troublesOf(member)).toMatchObject([{ count: 1 }]);
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      storage.sql.exec("DELETE FROM outbox");
    });
    await resend(member);
    expect(await troublesOf(member)).toEqual([]);
  });

  it("is a backlog where rows have waited for too long, though Postgres is there", async () => {
    const member = await newMember();
    await talk(member);
    await copied(member);
    const { fetch } = globalThis;
    const refuse = vi.spyOn(globalThis, "fetch").mockImplementation((to, init) => {
      const url = String(to instanceof Request ? to.url : to);
      if (!url.endsWith("/viva_apply_batch")) return fetch(to, init);
      const [, seq] = /"seq":(\d+)/.exec(String(init?.body).replaceAll("\\", "")) ?? [];
      const results = [{ seq: Number(seq), ok: false, sqlstate: "40001", message: "locked" }];
      return Promise.resolve(Response.json({ results, contextVersion: 1 }));
    });
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      storage.sql.exec(
        "INSERT INTO messages SELECT 'nowhere', 0, 'm', 'user', 'x', 'complete', 't', created_at, NULL FROM messages LIMIT 1",
      );
      storage.sql.exec(
        "INSERT INTO conversations SELECT 'nowhere', category, phase, vision_id, '', 1, 0, '', 0, 99, 0, 0, NULL FROM conversations LIMIT 1",
      );
    });
    await addRow(member, "message", ["nowhere", 0], 599_000);
    await look(member);
    expect(await troublesOf(member)).toEqual([]);
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      storage.sql.exec("UPDATE outbox SET created_at = created_at - 10000");
    });
    await look(member);
    const [backlog] = await troublesOf(member);
    expect(backlog).toMatchObject({ kind: "backlog", code: "40001", count: 1 });
    expect(backlog?.age).toBeGreaterThanOrEqual(600);
    refuse.mockRestore();
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      storage.sql.exec("DELETE FROM outbox");
    });
    await look(member);
    expect(await troublesOf(member)).toEqual([]);
  });

  it("is a turn that hangs, once it has for five minutes", async () => {
    const member = await newMember();
    await talk(member);
    await copied(member);
    const set = (sql: string) =>
      runInDurableObject(objectOf(member), (_object, { storage }) => {
        storage.sql.exec(sql);
      });
    // As one whose end could not be written: it is in storage, and nowhere else.
    await set("UPDATE turns SET state = 'streaming'");
    await look(member);
    expect(await troublesOf(member)).toEqual([]);
    const later = Date.now() + 301_000;
    vi.spyOn(Date, "now").mockImplementation(() => later);
    await look(member);
    vi.restoreAllMocks();
    expect(await troublesOf(member)).toMatchObject([{ kind: "turns", count: 1 }]);
    await set("UPDATE turns SET state = 'complete'");
    await look(member);
    expect(await troublesOf(member)).toEqual([]);
  });

  it("is an erase that does not finish, and nothing of it stays once it has", async () => {
    const member = await newMember();
    await talk(member);
    await copied(member);
    const { fetch } = globalThis;
    const refuse = vi.spyOn(globalThis, "fetch").mockImplementation((to, init) => {
      const url = String(to instanceof Request ? to.url : to);
      return url.endsWith("/viva_erase")
        ? Promise.resolve(Response.json({ code: "XX000" }, { status: 500 }))
        : fetch(to, init);
    });
    const erase = () =>
      call("/api/account-data", {
        method: "DELETE",
        headers: { authorization: `Bearer ${member.token}` },
      });
    expect((await erase()).status).toBe(202);
    await look(member);
    expect(await troublesOf(member)).toEqual([]);
    const later = Date.now() + 601_000;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => later);
    await look(member);
    clock.mockRestore();
    expect(await troublesOf(member)).toMatchObject([{ kind: "erase", count: 1 }]);
    expect((await resend(member)).status).toBe(409);
    refuse.mockRestore();
    await look(member);
    await eventually(async () => expect((await erase()).status).toBe(200));
    expect(await troublesOf(member)).toEqual([]);
  });

  it("is told later where Postgres is away, and remains in the log meanwhile", async () => {
    const lines: string[] = [];
    vi.spyOn(console, "warn").mockImplementation((line: string) => void lines.push(line));
    const member = await newMember();
    await talk(member);
    await copied(member);
    await addRow(member, "usage", { turnId: "bad", attempt: -1 });
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      storage.sql.exec("UPDATE outbox SET failed = '23514'");
    });
    await setSupabase({ down: true });
    await look(member);
    await look(member);
    expect(await troublesOf(member).catch(() => [])).toEqual([]);
    const said = lines.filter((line) => line.includes("session_troubles"));
    expect(said.map((line) => JSON.parse(line))).toEqual([
      {
        ...{ event: "session_troubles", memberId: member.id },
        troubles: [
          { kind: "refused", rowKind: "usage", code: "23514", count: 1, ageMs: expect.any(Number) },
        ],
      },
    ]);
    await mendSupabase();
    await look(member);
    expect(await troublesOf(member)).toMatchObject([{ kind: "refused", code: "23514" }]);
  });
});

it("gives troubles page by page, newest first", async () => {
  const members = [await refused(), await refused(), await refused()];
  const all: Trouble[] = [];
  let cursor = "";
  do {
    const page = await read<{ items: Trouble[]; nextCursor: string | null }>(
      `/api/ops/troubles?limit=2${cursor}`,
    );
    expect(page.items.length).toBeLessThanOrEqual(2);
    all.push(...page.items);
    cursor = page.nextCursor === null ? "" : `&cursor=${page.nextCursor}`;
  } while (cursor !== "");
  const ids = all.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
  const found = members.map(({ id }) => all.findIndex(({ memberId }) => memberId === id));
  expect(found.every((index) => index >= 0)).toBe(true);
  expect(found).toEqual(found.toSorted((a, b) => b - a));
});
