import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { type Credits, creditMonth } from "../../domain/credits.ts";
import { call, chat, EVENTS, get, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { draftOf, readyMember, refusal, send, sendJson } from "./support/journey.ts";
import { forgetMemory, type Member, newMember, objectOf } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { readWords, StreamReader } from "./support/streams.ts";
import {
  askRest,
  countRpc,
  eventually,
  mendSupabase,
  query,
  setSupabase,
} from "./support/supabase.ts";
import { sharedSecretToken } from "./support/tokens.ts";

const EXPORT = "/api/export";
const ERASE = "/api/account-data";
const NASTY = `<script>alert("1")</script> & 'Größe' 🌊`;

// biome-ignore lint/suspicious/noExplicitAny: a document read by what it has
const everythingOf = (member: Member) => getJson<any>(member, EXPORT);

/** A member with a profile, a draft, answers and a talk. */
async function busyMember(): Promise<Member> {
  const member = await readyMember();
  await draftOf(member, { fun: `I dance. ${NASTY}` });
  await sendJson(member, "PATCH", "/api/assessment", { responses: { fun_1: 4, fun_2: null } });
  await setModel({ tokens: 2 });
  await readWords(await chat(member, say(NASTY, { id: "talk" }), WORDS));
  return member;
}

/** Rows of a member in Postgres, by table. */
async function rowsOf(id: string): Promise<Record<string, number>> {
  const tables = await query<{ name: string }>(
    `select c.table_name as name from information_schema.columns as c
     join information_schema.tables as t using (table_schema, table_name)
     where table_schema = 'public' and column_name = 'user_id' and table_type = 'BASE TABLE'`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const sql = `select count(*)::int as rows from ${name} where user_id = $1`;
    const [row] = await query<{ rows: number }>(sql, [id]);
    if (row && row.rows > 0) counts[name] = row.rows;
  }
  return counts;
}

/** Everything that a member's object has stored: rows by table, and keys. */
const storedOf = (member: Member) =>
  runInDurableObject(objectOf(member), async (_object, { storage }) => {
    const tables = storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .toArray()
      .filter(({ name }) => !name.startsWith("_cf"));
    return {
      tables: tables.length,
      rows: tables.flatMap(({ name }) => storage.sql.exec(`SELECT * FROM "${name}"`).toArray()),
      keys: [...storage.kv.list()].map(([key]) => key),
    };
  });

/** What an erase leaves of everything in the object's tables. */
const creditsOnly = { month: creditMonth(Date.now()), credits: expect.any(Number) };

/** That a member erased everything, so that nothing of before comes back, and how often. */
const TOMBSTONE = { erased_members: 1, revoked_tokens: 1 };

const erase = (member: Member) => send(member, "DELETE", ERASE);
const stateOf = async (response: Response) => [response.status, await response.json()];

/** The database's webhook for a change of the member's profile. */
const changed = ({ id }: Member) =>
  call("/api/hooks/supabase", {
    method: "POST",
    headers: { "x-webhook-secret": "between Supabase and us, of 32 characters" },
    body: JSON.stringify({ type: "DELETE", table: "user_profiles", old_record: { user_id: id } }),
  });

/** Signs in again, until the second is over in which everything was erased. */
const signedInAgain = ({ id }: Member) =>
  eventually(async () => {
    const member = { id, token: await sharedSecretToken(id) };
    expect((await get(member, "/api/conversations")).status).toBe(200);
    return member;
  });

/** Asks until it is done. */
const erased = (member: Member) =>
  eventually(async () =>
    expect(await stateOf(await erase(member))).toEqual([200, { state: "done" }]),
  );

describe("export", () => {
  it("gives everything as JSON, also what was said a moment ago", async () => {
    const member = await busyMember();
    const response = await get(member, EXPORT);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(response.headers.get("content-disposition")).toMatch(
      /^attachment; filename="viva-\d{4}-\d\d-\d\d\.json"$/,
    );
    expect(await response.json()).toMatchObject({
      profile: { first_name: "Mia", city: "Lund" },
      visions: [{ state: "draft", sections: { fun: `I dance. ${NASTY}` } }],
      assessments: [{ responses: { fun_1: 4, fun_2: null } }],
      conversations: [
        {
          id: "talk",
          messages: [
            { role: "user", text: NASTY, position: 0 },
            { role: "assistant", text: "w1 w2", position: 1 },
          ],
        },
      ],
      usage: [{ action: "chat_conversation", success: true }],
      account: { email: `${member.id}@example.com` },
      places: [{ country: expect.any(String), turnId: expect.any(String) }],
      summaries: [],
    });
  });

  it("gives what only the object has, and the account, in both forms", async () => {
    const member = await busyMember();
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      storage.sql.exec("UPDATE conversations SET summary = ? WHERE id = 'talk'", NASTY);
    });
    const { summaries } = await everythingOf(member);
    expect(summaries).toEqual([{ conversationId: "talk", text: NASTY }]);
    const page = await (await get(member, `${EXPORT}?format=html`)).text();
    for (const part of [`${member.id}@example.com`, "What VIVA has summed up", "Where you asked"]) {
      expect(page).toContain(part);
    }
  });

  it("gives it as one page that runs nothing, whatever was said", async () => {
    const member = await busyMember();
    const response = await get(member, `${EXPORT}?format=html`);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; .*\.html"$/);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    const page = await response.text();
    expect(page).toContain(
      "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;Größe&#39; 🌊",
    );
    expect(page).not.toMatch(/<script|javascript:|<img|<link|onerror|src=|href=/i);
    expect(page).toContain("Life Vision");
  });

  it("gives a long record whole and in order, though it is read page by page", async () => {
    const member = await readyMember();
    const talks = ["long", "empty", "longer"].map((name, index) => ({
      name,
      index,
      id: crypto.randomUUID(),
    }));
    for (const { name, index, id } of talks) {
      await query(
        `insert into conversation_sessions (id, user_id, client_id, phase, title, created_at, updated_at)
         values ($1, $2, $3, 'contrast', $3, now() + make_interval(secs => $4), now())`,
        [id, member.id, name, index],
      );
      await query(
        `insert into ai_conversations (id, user_id, conversation_id, client_id, role, message, status, position,
           created_at)
         select gen_random_uuid(), $2::uuid, $1::uuid, 'm-' || n, 'user',
           $3 || ' ' || n || repeat(' 🌊', case when n = 7 then 130000 else 1000 end), 'complete', n, now()
         from generate_series(0, $4 - 1) as n`,
        [id, member.id, name, [450, 0, 201][index]],
      );
    }
    await query(
      `insert into token_usage (id, user_id, turn_id, attempt, action_type, model_used, input_tokens,
         cached_input_tokens, output_tokens, estimated, success, created_at)
       select gen_random_uuid(), $1::uuid, gen_random_uuid(), 1, 'chat_conversation', 'model-' || n,
         1, 0, 1, false, true, now()
       from generate_series(1, 401) as n`,
      [member.id],
    );
    const { conversations, usage, places } = await everythingOf(member);
    type Talk = { id: string; messages: { position: number; text: string }[] };
    const said = conversations.map(({ id, messages }: Talk) => [
      id,
      messages.map(({ position, text }) => `${position}: ${text.split(" 🌊")[0]}`),
    ]);
    const expected = (name: string, count: number) => [
      name,
      Array.from({ length: count }, (_, n) => `${n}: ${name} ${n}`),
    ];
    expect(said).toEqual([expected("long", 450), expected("empty", 0), expected("longer", 201)]);
    expect(conversations[0].messages[7].text).toHaveLength(6 + 3 * 130_000);
    const models = (rows: { model: string }[]) => new Set(rows.map(({ model }) => model)).size;
    expect([usage.length, models(usage), places.length]).toEqual([401, 401, 401]);
    // Of none of them more than a page at once.
    const calls = await countRpc(member.id, "viva_export_page");
    expect(calls).toBeGreaterThan(12);
    const page = await (await get(member, `${EXPORT}?format=html`)).text();
    expect(page.match(/class="member"/g)).toHaveLength(651);
  });

  it("breaks off, and never looks whole, if Postgres does in the middle", async () => {
    const member = await busyMember();
    await everythingOf(member);
    await query("alter function viva_export_page(text, text) rename to viva_export_page_away");
    try {
      for (const format of ["json", "html"]) {
        const response = await get(member, `${EXPORT}?format=${format}`);
        await expect(response.text()).rejects.toThrow();
      }
    } finally {
      await query("alter function viva_export_page_away(text, text) rename to viva_export_page");
    }
  });

  it("is each member's own, and refuses another format", async () => {
    await busyMember();
    const other = await newMember();
    expect(await everythingOf(other)).toMatchObject({ conversations: [], visions: [], usage: [] });
    const wrong = get(other, `${EXPORT}?format=pdf`);
    expect((await refusal(wrong)).brief).toEqual([400, "invalid_request", ["format"]]);
    expect((await problemOf(await call(EXPORT))).code).toBe("unauthorized");
  });

  it("is refused rather than short while Postgres is away", async () => {
    const member = await newMember();
    await setSupabase({ down: true });
    await setModel({ tokens: 1 });
    await readWords(await chat(member, say("Hello", { id: "talk" }), WORDS));
    for (const format of ["json", "html"]) {
      const response = await get(member, `${EXPORT}?format=${format}`);
      expect((await problemOf(response)).code).toBe("database_unavailable");
    }
    await mendSupabase();
    expect((await everythingOf(member)).conversations).toHaveLength(1);
  });
});

describe("erasing everything", () => {
  it("asks for a sign-in of the last five minutes, and changes nothing without one", async () => {
    const member = await busyMember();
    const before = await rowsOf(member.id);
    const now = Math.floor(Date.now() / 1000);
    for (const amr of [
      undefined,
      [{ method: "password", timestamp: now - 301 }],
      [{ method: "token_refresh", timestamp: now }],
    ]) {
      const token = await sharedSecretToken(member.id, { amr });
      const refused = await problemOf(await erase({ ...member, token }));
      expect(refused).toMatchObject({ status: 403, code: "reauthentication_needed" });
    }
    expect((await get(member, "/api/conversations")).status).toBe(200);
    expect(await rowsOf(member.id)).toEqual(before);
    const amr = [{ method: "password", timestamp: now - 290 }];
    const token = await sharedSecretToken(member.id, { amr });
    const response = await erase({ ...member, token });
    expect([200, 202]).toContain(response.status);
    await erased({ ...member, token });
  });

  it("leaves no object data and no row that names the member but the tombstone; books stay", async () => {
    const member = await busyMember();
    const bystander = await busyMember();
    await everythingOf(member);
    await everythingOf(bystander);
    const theirs = await rowsOf(bystander.id);
    const [{ rows: books }] = (await query<{ rows: number }>(
      "select count(*)::int as rows from token_usage where user_id is null",
    )) as [{ rows: number }];
    expect(await stateOf(await erase(member))).toEqual([202, { state: "erasing" }]);
    await erased(member);
    expect(await rowsOf(member.id)).toEqual(TOMBSTONE);
    // What the erase itself changed in the database brings nothing back.
    expect((await changed(member)).status).toBe(202);
    const kept = await storedOf(member);
    expect(kept.tables).toBeGreaterThan(5);
    expect([kept.rows, kept.keys.sort()]).toEqual([[creditsOnly], ["fence", "schema"]]);
    expect(await rowsOf(bystander.id)).toEqual(theirs);
    const [{ rows: anonymous }] = (await query<{ rows: number }>(
      "select count(*)::int as rows from token_usage where user_id is null",
    )) as [{ rows: number }];
    expect(anonymous).toBe(books + 1);
    const [account] = await query("select 1 from auth.users where id = $1", [member.id]);
    expect(account).toBeDefined();
  });

  it("refuses tokens from before, and the member can begin anew", async () => {
    const member = await busyMember();
    await erase(member);
    await erased(member);
    for (const path of ["/api/conversations", "/api/profile", "/api/usage"]) {
      expect((await problemOf(await get(member, path))).code, path).toBe("session_revoked");
    }
    const anew = await signedInAgain(member);
    expect(await getJson(anew, "/api/conversations")).toEqual({ items: [], nextCursor: null });
    expect(await getJson(anew, "/api/profile")).toMatchObject({ profile: {} });
    await readWords(await chat(anew, say("Hello again", { id: "talk" }), WORDS));
    const everything = await everythingOf(anew);
    expect(everything.conversations).toMatchObject([
      { id: "talk", messages: [{ text: "Hello again" }, { text: "w1 w2" }] },
    ]);
    // And erase that too.
    expect((await erase(anew)).status).toBe(202);
    await erased(anew);
    expect(await rowsOf(member.id)).toEqual(TOMBSTONE);
    const sql = "select generation::int as generation from erased_members where user_id = $1";
    expect(await query(sql, [member.id])).toEqual([{ generation: 2 }]);
  });

  it("binds PostgREST: a token of before re-creates nothing", async () => {
    const member = await busyMember();
    await erase(member);
    await erased(member);
    for (const [table, row] of [
      ["user_profiles", { user_id: member.id, first_name: "Mia" }],
      ["vision_versions", { user_id: member.id, fun: "I dance." }],
      ["assessment_results", { user_id: member.id }],
    ] as const) {
      expect((await askRest(member.token, table, row)).ok, table).toBe(false);
    }
    const edit = { p_changes: { first_name: "Mia" } };
    await (await askRest(member.token, "rpc/viva_edit_profile", edit)).text();
    expect(await rowsOf(member.id)).toEqual(TOMBSTONE);
  });

  it("ends what is being written, and nothing of it comes after", async () => {
    const member = await newMember();
    await setModel({ tokens: 400, gapMs: 20 });
    const reader = new StreamReader(await chat(member, say("Hello", { id: "talk" }), EVENTS));
    await reader.until((text) => text.includes("text-delta"));
    expect((await erase(member)).status).toBe(202);
    expect(await reader.rest()).toContain('"type":"abort"');
    await erased(member);
    expect(await rowsOf(member.id)).toEqual(TOMBSTONE);
    expect((await storedOf(member)).rows).toEqual([creditsOnly]);
    expect(await modelRequests(member.id)).toHaveLength(1);
  });

  it("waits for Postgres, shows nothing meanwhile, and goes on though the object was lost", async () => {
    const member = await busyMember();
    await everythingOf(member);
    await setSupabase({ down: true });
    expect(await stateOf(await erase(member))).toEqual([202, { state: "erasing" }]);
    const iat = Math.floor(Date.now() / 1000) + 5;
    const newer = { id: member.id, token: await sharedSecretToken(member.id, { iat }) };
    for (const path of ["/api/conversations", "/api/conversations/talk", "/api/usage"]) {
      expect((await problemOf(await get(newer, path))).code).toBe("conflict");
    }
    expect((await changed(member)).status).toBe(202);
    await forgetMemory();
    expect(await stateOf(await erase(member))).toEqual([202, { state: "erasing" }]);
    expect((await storedOf(member)).rows).not.toEqual([]);
    await mendSupabase();
    await forgetMemory();
    // Nobody asks any more: the alarm does it.
    await eventually(async () => {
      await runDurableObjectAlarm(objectOf(member));
      expect(await rowsOf(member.id)).toEqual(TOMBSTONE);
    });
    await erased(member);
    expect((await storedOf(member)).rows).toEqual([creditsOnly]);
  });

  it("does not give the month's credits back, also by the alarm and in an object that is new", async () => {
    const member = await busyMember();
    const left = async (asked: Member) =>
      (await getJson<{ credits: Credits }>(asked, "/api/usage")).credits.left;
    const before = await left(member);
    expect(before).toBeLessThan(10_000);
    await everythingOf(member);
    await setSupabase({ down: true });
    expect(await stateOf(await erase(member))).toEqual([202, { state: "erasing" }]);
    await mendSupabase();
    await forgetMemory();
    await eventually(async () => {
      await runDurableObjectAlarm(objectOf(member));
      expect(await rowsOf(member.id)).toEqual(TOMBSTONE);
    });
    await erased(member);
    const anew = await signedInAgain(member);
    expect(await left(anew)).toBe(before);
    // The object is lost too: Postgres fills a new one.
    await runInDurableObject(objectOf(anew), async (_object, { storage }) => {
      await storage.deleteAlarm();
      await storage.deleteAll();
    });
    await forgetMemory();
    expect(await left(anew)).toBe(before);
    // And once more, by what was used since.
    await readWords(await chat(anew, say("Hello again"), WORDS));
    const after = await left(anew);
    expect(after).toBeLessThan(before);
    await everythingOf(anew);
    await erase(anew);
    await erased(anew);
    expect(await left(await signedInAgain(anew))).toBe(after);
  });

  it("sends the books that Postgres lacks before it erases, and nothing else", async () => {
    const member = await newMember();
    await getJson(member, "/api/conversations");
    await setSupabase({ down: true });
    await setModel({ tokens: 1 });
    const turn = await chat(member, say("Hello", { id: "talk" }), WORDS);
    await readWords(turn);
    await erase(member);
    await mendSupabase();
    await erased(member);
    const books = await query("select user_id from token_usage where turn_id = $1", [
      turn.headers.get("x-turn-id"),
    ]);
    expect(books).toEqual([{ user_id: null }]);
    expect(await rowsOf(member.id)).toEqual(TOMBSTONE);
  });

  it("is for the member alone", async () => {
    const member = await busyMember();
    expect((await call(ERASE, { method: "DELETE" })).status).toBe(401);
    expect((await call(ERASE, { method: "POST" })).status).toBe(405);
    const other = await newMember();
    await erase(other);
    await erased(other);
    expect((await everythingOf(member)).conversations).toHaveLength(1);
  });
});
