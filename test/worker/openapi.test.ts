import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { LIFE_CATEGORIES } from "../../domain/categories.ts";
import { PROBLEM_TITLES, PROBLEMS, type ProblemCode } from "../../domain/problems.ts";
import worker from "../../worker/index.ts";
import { OPERATIONS } from "../../worker/openapi/operations.ts";
import { call, chat, EVENTS, ORIGIN, problemOf, say, WORDS } from "./support/api.ts";
import { Contract } from "./support/contract.ts";
import { at, draftOf, READY, readyMember, writeSections } from "./support/journey.ts";
import { type Member, newMember } from "./support/members.ts";
import { setModel } from "./support/model.ts";
import { StreamReader } from "./support/streams.ts";
import { eventually, query, setSupabase } from "./support/supabase.ts";
import { sharedSecretToken } from "./support/tokens.ts";
import { spend } from "./support/writing.ts";

let contract: Contract;
beforeAll(async () => {
  contract = await Contract.read();
});

/** Asks as a member, with a JSON body where one is given, and holds the answer to the document. */
function as(
  { token }: Member,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  return contract.call(method, path, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

/** Calls the Worker with variables of its own, and holds the answer to the document. */
async function withEnv(variables: object, method: string, path: string, member: Member) {
  const headers = { authorization: `Bearer ${member.token}` };
  const request = new Request(`${ORIGIN}${path}`, { method, headers });
  const response = await worker.fetch(
    request as never,
    { ...env, ...variables },
    createExecutionContext(),
  );
  return contract.check(method, path, response as unknown as Response);
}

describe("the document", () => {
  it("tells of every route of the router, and of no other", () => {
    expect(contract.document.openapi).toBe("3.1.0");
    const told = Object.entries(contract.document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => {
        const written = path.replaceAll(/\{(\w+)\}/g, ":$1");
        return `${method.toUpperCase()} ${written}`;
      }),
    );
    // The paths are the router's; what is told of them must be known for each, and for nothing else.
    expect(told.sort()).toEqual(Object.keys(OPERATIONS).sort());
  });

  it("gives every operation a name of its own, a summary, and its path's parameters", () => {
    const ids = new Set<string>();
    for (const [path, operations] of Object.entries(contract.document.paths)) {
      for (const { operationId, summary, parameters = [] } of Object.values(operations)) {
        expect(summary, path).toBeTruthy();
        expect(ids.has(operationId), operationId).toBe(false);
        ids.add(operationId);
        const named = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name);
        expect(parameters.filter((p) => p.in === "path").map(({ name }) => name)).toEqual(named);
      }
    }
  });

  it("refers to nothing that is not there, and names every code", () => {
    const text = JSON.stringify(contract.document);
    const names = Object.keys(contract.document.components.schemas);
    const references = Array.from(text.matchAll(/"\$ref":"([^"]+)"/g), ([, to]) => to);
    expect(references.length).toBeGreaterThan(names.length);
    for (const to of references)
      expect(names.map((n) => `#/components/schemas/${n}`)).toContain(to);
    // Those two are no operation's.
    const anywhere: ProblemCode[] = ["method_not_allowed"];
    for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
      if (!anywhere.includes(code)) expect(text, code).toContain(`\`${code}\``);
    }
  });

  it("takes the requests that are taken, and refuses those that are refused", () => {
    const body = (method: string, path: string) =>
      contract.operation(method, path)?.[1].requestBody?.content["application/json"]?.schema ?? {};
    const chatBody = body("POST", "/api/viva/chat");
    expect(contract.errors(chatBody, say("Hello", { id: "talk" }))).toEqual([]);
    expect(contract.errors(chatBody, { messages: "Hello" })).not.toEqual([]);
    expect(contract.errors(chatBody, { messages: [], id: "a\u0000b" })).not.toEqual([]);
    const profile = body("PATCH", "/api/profile");
    expect(contract.errors(profile, READY)).toEqual([]);
    expect(contract.errors(profile, { user_id: "me" })).not.toEqual([]);
    expect(contract.errors(profile, { employment_type: "Sailor" })).not.toEqual([]);
    const answers = body("PATCH", "/api/assessment");
    expect(contract.errors(answers, { responses: { fun_1: 5 } })).toEqual([]);
    expect(contract.errors(answers, { responses: { fun_1: 6 } })).not.toEqual([]);
  });
});

describe("what the routes answer is what the document says", () => {
  it("without a token", async () => {
    for (const path of ["/api/health", "/api/config", "/api/ready", "/api/openapi.json"]) {
      expect((await contract.call("GET", path)).status, path).toBe(200);
    }
    const report = { "csp-report": { "effective-directive": "img-src", "blocked-uri": "data" } };
    const init = { body: JSON.stringify(report) };
    expect((await contract.call("POST", "/api/csp-report", init)).status).toBe(204);
  });

  it("talking", async () => {
    const member = await newMember();
    const talk = { id: "talk" };
    const events = await as(member, "POST", "/api/viva/chat", say("Hello", talk, "m-1"), EVENTS);
    expect(events.text).toContain('"type":"finish"');
    await as(member, "POST", "/api/viva/chat", say("Rivers", talk), WORDS);
    const crisis = say("I want to kill myself tonight.", { id: "dark" });
    const care = await as(member, "POST", "/api/viva/chat", crisis, EVENTS);
    expect(care.text).toContain('"care":true');
    await as(member, "GET", "/api/viva/chat/talk/stream", undefined, WORDS);
    await as(member, "GET", "/api/viva/chat/talk/stream?after=3", undefined, EVENTS);
    expect((await as(member, "GET", "/api/viva/chat/none/stream")).status).toBe(204);
    const stopped = await as(member, "POST", "/api/viva/chat/talk/stop", {});
    expect(stopped.json.state).toBe("complete");
    await as(member, "GET", `/api/turns/${stopped.json.id}`);
    const list = await as(member, "GET", "/api/conversations?limit=5");
    expect(list.json.items.length).toBeGreaterThan(0);
    const read = await as(member, "GET", "/api/conversations/talk");
    expect(read.json.messages).toHaveLength(4);
    await as(member, "GET", "/api/sync");
  });

  it("profile and assessment", async () => {
    const member = await newMember();
    await as(member, "GET", "/api/profile");
    await as(member, "PATCH", "/api/profile", READY);
    await as(member, "GET", "/api/assessment");
    const all = LIFE_CATEGORIES.flatMap(({ key }) =>
      Array.from({ length: 7 }, (_, i) => [`${key}_${i + 1}`, key === "fun" ? null : 4]),
    );
    await as(member, "PATCH", "/api/assessment", { responses: Object.fromEntries(all) });
    const done = await as(member, "POST", "/api/assessment/complete");
    expect(done.json.scores.work).toMatchObject({ score: 28, greenLine: "above" });
    await as(member, "GET", "/api/assessment?status=completed");
  });

  it("visions, discovery, refining and drafting", async () => {
    const member = await readyMember();
    const begun = await as(member, "POST", "/api/visions");
    expect(begun.status).toBe(201);
    expect((await as(member, "POST", "/api/visions", {})).status).toBe(200);
    const path = `/api/visions/${begun.json.id}`;
    const step = (action: string, more: object = {}, headers = {}) =>
      as(
        member,
        "POST",
        "/api/vision/chat",
        { visionId: begun.json.id, category: "fun", action, ...more },
        headers,
      );
    const { json: first } = await step("start");
    const picks = first.tiles.slice(0, 3).map(({ id }: { id: string }) => id);
    const { json: second } = await step("submit_step_1", { selections: picks });
    await step("submit_step_2", { selections: [second.tiles[0].id] });
    const written = await step("submit_step_3", { selections: ["daily"] }, EVENTS);
    expect(written.text).toContain('"vision":');

    const sections = { fun: "I choose long walks by the river, and I laugh a lot." };
    const { json: saved } = await as(member, "PATCH", path, { sections }, at(begun.json.revision));
    await as(
      ...([member, "POST", `${path}/sections/fun/refine`] as const),
      ...([{ instructions: "Warmer" }, { ...EVENTS, ...at(saved.revision) }] as const),
    );
    const about = say("I love rivers.", { id: "t", context: { category: "fun" } });
    await as(member, "POST", "/api/viva/chat", about, WORDS);
    await as(member, "POST", "/api/conversations/t/draft", undefined, EVENTS);
    await as(member, "GET", path);
    const committed = await as(member, "POST", `${path}/commit`, undefined, at(saved.revision));
    expect(committed.json.state).toBe("active");
    const next = await as(member, "POST", "/api/visions");
    const nextPath = `/api/visions/${next.json.id}`;
    await as(member, "GET", "/api/visions?limit=1");
    await as(member, "DELETE", nextPath, undefined, at(next.json.revision));
  });

  it("the account's", async () => {
    const member = await newMember();
    await as(member, "POST", "/api/viva/chat", say("Rivers", { id: "talk" }), WORDS);
    await as(member, "POST", "/api/viva/warm", { category: "fun" });
    const { json: used } = await as(member, "GET", "/api/usage");
    expect(used.days).toHaveLength(1);
    await as(member, "PATCH", "/api/conversations/talk", { title: "My rivers" });
    const { json: found } = await as(member, "POST", "/api/conversations/search", {
      q: "rivers",
    });
    expect(found.items[0].match.text).toBe("Rivers");
    const { json: everything } = await as(member, "GET", "/api/export");
    expect(everything.conversations).toHaveLength(1);
    expect((await as(member, "DELETE", "/api/conversations/talk")).status).toBe(204);
    const session = crypto.randomUUID();
    await query("insert into auth.sessions (id, user_id) values ($1, $2)", [session, member.id]);
    expect((await as(member, "GET", "/api/sessions")).json.items).toHaveLength(1);
    expect((await as(member, "DELETE", `/api/sessions/${session}`)).status).toBe(204);
    const longAgo = { ...member, token: await sharedSecretToken(member.id, { amr: [] }) };
    expect((await as(longAgo, "DELETE", "/api/account-data")).status).toBe(403);
    const erase = () => as(member, "DELETE", "/api/account-data");
    expect((await erase()).status).toBe(202);
    await eventually(async () => expect((await erase()).status).toBe(200));
    await as(await newMember(), "POST", "/api/sessions/revoke");
    await contract.call("POST", "/api/hooks/supabase", {
      headers: { "x-webhook-secret": "between Supabase and us, of 32 characters" },
      body: JSON.stringify({ type: "UPDATE", table: "orders" }),
    });
  });

  it("the live line", async () => {
    const given = await as(await newMember(), "POST", "/api/viva/live/ticket");
    const offered = `viva, ticket.${given.json.ticket}`;
    const headers = { upgrade: "websocket", "sec-websocket-protocol": offered };
    const response = await call("/api/viva/live", { headers });
    response.webSocket?.accept();
    expect((await contract.check("GET", "/api/viva/live", response)).status).toBe(101);
    response.webSocket?.close();
    expect((await contract.call("GET", "/api/viva/live")).json.code).toBe("invalid_request");
  });

  it("the operator's", async () => {
    const { id } = await newMember();
    const headers = { "x-ops-secret": "the operator's own, of 32 characters" };
    await query("select viva_report($1, $2::text::jsonb)", [
      id,
      '[{"kind": "refused", "rowKind": "usage", "code": "23514", "count": 1, "since": "2026-11-20"}]',
    ]);
    const { json: overview } = await contract.call("GET", "/api/ops/overview?days=7", { headers });
    for (const list of ["days", "outcomes", "troubles"]) expect(overview[list]).not.toEqual([]);
    const page = await contract.call("GET", "/api/ops/troubles?limit=1", { headers });
    expect(page.json.items).toMatchObject([{ memberId: id }]);
    const wrong = await contract.call("GET", "/api/ops/troubles?limit=0", { headers });
    expect(wrong.json.code).toBe("invalid_request");
    await contract.call("POST", "/api/ops/outbox/resend", {
      headers,
      body: JSON.stringify({ memberId: id }),
    });
    await contract.call("POST", "/api/ops/members/erase", {
      headers,
      body: JSON.stringify({ memberId: id }),
    });
    const body = { type: "DELETE", table: "users", schema: "auth", old_record: { id } };
    await contract.call("POST", "/api/hooks/supabase", {
      headers: { "x-webhook-secret": "between Supabase and us, of 32 characters" },
      body: JSON.stringify(body),
    });
  });
});

describe("every problem is as the document says", () => {
  const path = "/api/viva/chat";
  /** What a member asks, and the code that it must be answered with. */
  const refused: [code: ProblemCode, ask: (member: Member) => Promise<{ json: unknown }>][] = [
    ["invalid_json", (member) => as(member, "POST", path, "{")],
    ["invalid_request", (member) => as(member, "POST", path, { messages: 7 })],
    [
      "unknown_category",
      (member) => as(member, "POST", path, say("Hi", { context: { category: "?" } })),
    ],
    ["unknown_phase", (member) => as(member, "POST", path, say("Hi", { visionBuildPhase: "?" }))],
    ["message_empty", (member) => as(member, "POST", path, say(" "))],
    ["message_too_long", (member) => as(member, "POST", path, say("x".repeat(8001)))],
    ["unauthorized", () => contract.call("GET", "/api/sync")],
    [
      "token_expired",
      async ({ id }) =>
        as({ id, token: await sharedSecretToken(id, { exp: 1_000 }) }, "GET", "/api/sync"),
    ],
    [
      "session_revoked",
      async (member) => {
        await as(member, "POST", "/api/sessions/revoke");
        return as(member, "GET", "/api/sync");
      },
    ],
    [
      "insufficient_aal",
      async (member) => {
        await query(
          "insert into auth.mfa_factors (user_id, factor_type, status) values ($1, 'totp', 'verified')",
          [member.id],
        );
        return as(member, "GET", "/api/sync");
      },
    ],
    [
      "credits_exhausted",
      async (member) => {
        await spend(member, 10_000);
        return as(member, "POST", path, say("Hello"), WORDS);
      },
    ],
    [
      "forbidden",
      ({ id }) =>
        contract.call("POST", "/api/ops/outbox/resend", {
          headers: { "x-ops-secret": "another" },
          body: JSON.stringify({ memberId: id }),
        }),
    ],
    ["profile_incomplete", (member) => as(member, "POST", "/api/visions")],
    ["not_found", (member) => as(member, "GET", "/api/turns/none")],
    ["not_acceptable", (member) => as(member, "POST", path, say("Hello"), { accept: "text/html" })],
    [
      "conflict",
      async (member) => {
        await as(member, "POST", path, say("Hello", { id: "talk" }, "m-1"), WORDS);
        return as(member, "POST", path, say("Other", { id: "talk" }, "m-1"), WORDS);
      },
    ],
    [
      "unsupported_encoding",
      (member) => as(member, "POST", path, "x", { "content-encoding": "zstd" }),
    ],
    ["body_too_large", (member) => as(member, "POST", path, "x".repeat(1024 * 1024 + 1))],
    [
      "idempotency_mismatch",
      async (member) => {
        const key = { ...WORDS, "idempotency-key": "key-1" };
        await as(member, "POST", path, say("Hello", { id: "talk" }), key);
        return as(member, "POST", path, say("Other", { id: "talk" }), key);
      },
    ],
    [
      "internal",
      (member) => {
        const MEMBERS = {
          getByName() {
            throw new TypeError("broken on purpose");
          },
        };
        return withEnv({ MEMBERS }, "GET", "/api/sync", member);
      },
    ],
    ["misconfigured", (member) => withEnv({ SUPABASE_URL: "" }, "GET", "/api/sync", member)],
    [
      "database_unavailable",
      async (member) => {
        await setSupabase({ down: true });
        return as(member, "GET", "/api/profile");
      },
    ],
  ];

  it.each(refused)("%s", async (code, ask) => {
    const { json } = await ask(await newMember());
    expect(json).toMatchObject({
      code,
      status: PROBLEMS[code].status,
      title: PROBLEM_TITLES[code],
    });
  });

  const faults = [
    ["provider_refused", { fault: "401" }],
    ["provider_unavailable", { fault: "500" }],
    ["content_filtered", { fault: "content_filter", at: 0 }],
    ["provider_busy", { fault: "429", retryAfter: 7 }],
    ["provider_timeout", { fault: "stall", at: 0 }],
  ] as const;

  it.each(faults)("%s, in words and in events", async (code, fault) => {
    const member = await newMember();
    await setModel(fault);
    const body = say("Hello", { id: "talk" }, "m-1");
    expect((await as(member, "POST", path, body, WORDS)).json.code).toBe(code);
    const events = await as(member, "POST", path, body, EVENTS);
    expect(events.status).toBe(200);
    expect(events.text).toContain(`"code":"${code}"`);
  });

  it("answer_cut, after words", async () => {
    await setModel({ fault: "drop", at: 4 });
    const { text } = await as(await newMember(), "POST", path, say("Hello"), EVENTS);
    expect(text).toContain('"code":"answer_cut"');
  });

  it("rate_limited", async () => {
    const member = await newMember();
    await setModel({ tokens: 2_000, gapMs: 15 });
    const readers = await Promise.all(
      ["a", "b", "c"].map(async (id) => {
        const reader = new StreamReader(await chat(member, say("Hello", { id }), EVENTS));
        await reader.until((text) => text.includes("text-delta"));
        return { id, reader };
      }),
    );
    const { json } = await as(member, "POST", path, say("Hello", { id: "d" }), EVENTS);
    expect(json).toMatchObject({ code: "rate_limited", retryAfter: 5 });
    for (const { id, reader } of readers) {
      await as(member, "POST", `/api/viva/chat/${id}/stop`);
      await reader.rest();
    }
  });

  it("precondition_required and precondition_failed, with the current state", async () => {
    const member = await readyMember();
    const draft = await draftOf(member);
    await writeSections(member, draft, { fun: "I choose rivers." });
    const vision = `/api/visions/${draft.id}`;
    const body = { sections: { fun: "I choose hills." } };
    const without = await as(member, "PATCH", vision, body);
    expect(without.json.code).toBe("precondition_required");
    const stale = await as(member, "PATCH", vision, body, at(draft.revision));
    expect(stale.json.code).toBe("precondition_failed");
    const shape = { $ref: "#/components/schemas/Vision" };
    expect(contract.errors(shape, stale.json.current)).toEqual([]);
  });

  it("method_not_allowed, on every path", async () => {
    for (const path of Object.keys(contract.document.paths)) {
      const url = path.replaceAll(/\{\w+\}/g, "x");
      const init = { method: "PUT", headers: {} };
      const response = await worker.fetch(
        new Request(`${ORIGIN}${url}`, init) as never,
        env,
        createExecutionContext(),
      );
      const { code } = await problemOf(response as unknown as Response);
      expect([path, code]).toEqual([path, "method_not_allowed"]);
      contract.codes.add(code);
    }
  });
});

describe("nothing of the document was left out of these tests:", () => {
  it("every answer that is not a problem was seen", async () => {
    const promised = Object.entries(contract.document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.keys(responses)
          .filter((status) => Number(status) < 400)
          .map((status) => `${method.toUpperCase()} ${path} ${status}`),
      ),
    );
    await eventually(async () => {
      expect(promised.filter((answer) => !contract.seen.has(answer))).toEqual([]);
    });
  });

  it("every code was seen", () => {
    const all = Object.keys(PROBLEMS) as ProblemCode[];
    expect(all.filter((code) => !contract.codes.has(code))).toEqual([]);
  });
});
