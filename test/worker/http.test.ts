import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, it, vi } from "vitest";
import type { ClientConfig } from "../../domain/messages.ts";
import { type Readiness, readiness } from "../../worker/deployment/ready.ts";
import worker from "../../worker/index.ts";
import { call, chat, ORIGIN, problemOf, say } from "./support/api.ts";
import { newMember } from "./support/members.ts";
import { setSupabase } from "./support/supabase.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ALLOWED = "https://app.example.com";

/** Calls the Worker with variables of its own. */
const callWith = (variables: Record<string, unknown>, path: string, init: RequestInit = {}) =>
  worker.fetch(
    new Request(`${ORIGIN}${path}`, init) as never,
    { ...env, ...variables },
    createExecutionContext(),
  );

describe("the request id", () => {
  it.each(["a", "Order_12-b", "x".repeat(128)])(
    "is the client's own where it is harmless: %s",
    async (id) => {
      const response = await call("/api/health", { headers: { "x-request-id": id } });
      expect(response.headers.get("x-request-id")).toBe(id);
    },
  );

  it.each(["", "a b", "x".repeat(129), "<script>", "a,b"])("is a new one for %j", async (id) => {
    const response = await call("/api/health", { headers: { "x-request-id": id } });
    expect(response.headers.get("x-request-id")).toMatch(UUID);
  });

  it("is in the problem too, wherever that was made", async () => {
    const atTheDoor = await call("/api/nowhere", { headers: { "x-request-id": "req-1" } });
    expect(await problemOf(atTheDoor)).toMatchObject({
      requestId: "req-1",
      instance: "/api/nowhere",
    });
    const { token } = await newMember();
    const inTheObject = await call("/api/turns/none", {
      headers: { "x-request-id": "req-2", authorization: `Bearer ${token}` },
    });
    expect(await problemOf(inTheObject)).toMatchObject({
      requestId: "req-2",
      instance: "/api/turns/none",
    });
  });
});

describe("CORS", () => {
  const preflight = (origin: string) =>
    call("/api/viva/chat", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });

  it("answers the preflight of an allowed origin, for a day", async () => {
    const { status, headers } = await preflight(ALLOWED);
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe(ALLOWED);
    expect(headers.get("access-control-max-age")).toBe("86400");
    for (const method of ["GET", "POST", "PATCH", "DELETE"]) {
      expect(headers.get("access-control-allow-methods")).toContain(method);
    }
    const allowed = headers.get("access-control-allow-headers")?.toLowerCase().split(", ");
    expect(allowed).toEqual(
      expect.arrayContaining([
        "authorization",
        "content-type",
        "x-request-id",
        "idempotency-key",
        "if-match",
        "last-event-id",
      ]),
    );
    expect(headers.get("vary")).toBe("Origin, Access-Control-Request-Headers");
  });

  const allowedFor = async (origin: string, asked: string) => {
    const { status, headers } = await call("/api/viva/chat", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": asked,
      },
    });
    expect(status).toBe(204);
    return headers.get("access-control-allow-headers")?.split(", ") ?? null;
  };

  it.each([
    "user-agent",
    "traceparent,tracestate",
    "baggage, sentry-trace",
    "authorization,content-type,user-agent,x-datadog-trace-id",
    "X-Client-Info, apikey",
    "x-amz_odd.name!#$%&'*+^`|~",
  ])("lets an allowed origin send what it asks for: %s", async (asked) => {
    const names = asked.toLowerCase().split(/, ?/);
    const allowed = await allowedFor(ALLOWED, asked);
    expect(allowed).toEqual(expect.arrayContaining(["authorization", "content-type", ...names]));
    expect(await allowedFor("https://evil.example.com", asked)).toBeNull();
  });

  it("repeats nothing that is no header's name, and no list without end", async () => {
    const own = await allowedFor(ALLOWED, "");
    for (const asked of ["a b", "x:y", "*/*", "(x)", "x".repeat(101), ",,, ,", '"x"', "<script>"]) {
      expect(await allowedFor(ALLOWED, asked)).toEqual(own);
    }
    const many = Array.from({ length: 500 }, (_, n) => `x-${n}`).join(",");
    expect((await allowedFor(ALLOWED, many))?.length).toBeLessThan(100);
  });

  it.each(["https://evil.example.com", "https://app.example.com.evil.com", "null", ORIGIN])(
    "gives %s nothing",
    async (origin) => {
      const { status, headers } = await preflight(origin);
      expect(status).toBe(204);
      expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
      const answer = await call("/api/health", { headers: { origin } });
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    },
  );

  it("lets an allowed origin read answers and problems, with the headers it needs", async () => {
    for (const path of ["/api/health", "/api/nowhere", "/api/sync"]) {
      const { headers } = await call(path, { headers: { origin: ALLOWED } });
      expect(headers.get("access-control-allow-origin")).toBe(ALLOWED);
      expect(headers.get("vary")).toContain("Origin");
      expect(headers.get("access-control-expose-headers")?.split(", ")).toEqual([
        "X-Conversation-Id",
        "X-Turn-Id",
        "X-Request-Id",
        "Server-Timing",
        "ETag",
        "Retry-After",
      ]);
    }
  });

  it("lets it read a stream", async () => {
    const response = await chat(await newMember(), say("Hello"), { origin: ALLOWED });
    expect(response.headers.get("access-control-allow-origin")).toBe(ALLOWED);
    expect(response.headers.get("access-control-expose-headers")).toContain("X-Turn-Id");
    await response.text();
  });
});

describe("routes", () => {
  it("name their methods to OPTIONS, as the 405 does, also without an origin", async () => {
    for (const headers of [{}, { origin: ALLOWED }, { origin: "https://evil.example.com" }]) {
      for (const [path, allow] of [
        ["/api/health", "GET, HEAD, OPTIONS"],
        ["/api/viva/chat", "POST, OPTIONS"],
        ["/api/conversations/talk", "GET, HEAD, PATCH, DELETE, OPTIONS"],
      ] as const) {
        const options = await call(path, { method: "OPTIONS", headers });
        expect([options.status, options.headers.get("allow")]).toEqual([204, allow]);
        for (const method of ["PUT", "PROPFIND", "LOCK"]) {
          const refused = await call(path, { method, headers });
          expect([refused.status, refused.headers.get("allow")]).toEqual([405, allow]);
        }
      }
    }
    expect((await call("/api/nowhere", { method: "OPTIONS" })).status).toBe(404);
    const head = await call("/api/viva/chat", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([405, ""]);
  });

  it.each([
    "/api",
    "/api/",
    "/api/nowhere",

    "/api/conversations/a/b",
    "/api/viva/chat/../../x",
  ])("404 for %s", async (path) => {
    const { token } = await newMember();
    for (const headers of [{}, { authorization: `Bearer ${token}` }]) {
      const response = await call(path, { headers });
      expect(response.status).toBe(404);
      expect((await problemOf(response)).code).toBe("not_found");
    }
  });

  it.each([
    ["GET", "/api/viva/chat", "POST"],
    ["DELETE", "/api/viva/chat", "POST"],
    ["PUT", "/api/viva/chat", "POST"],
    ["POST", "/api/conversations", "GET"],
    ["PUT", "/api/conversations/talk", "GET"],
    ["POST", "/api/sync", "GET"],
    ["DELETE", "/api/turns/t", "GET"],
    ["POST", "/api/health", "GET"],
    ["POST", "/api/config", "GET"],
  ])("405 for %s %s, which names %s", async (method, path, allow) => {
    const { token } = await newMember();
    const response = await call(path, { method, headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")?.split(", ")).toContain(allow);
    expect((await problemOf(response)).code).toBe("method_not_allowed");
  });

  it.each([
    "application/json",
    "text/html",
    "image/*",
    "text/event-stream;q=0",
    "application/json, text/css",
  ])("406 for Accept: %s, before anything happens", async (accept) => {
    const member = await newMember();
    const response = await chat(member, say("Hello", { id: "talk" }), { accept });
    expect(response.status).toBe(406);
    expect((await problemOf(response)).code).toBe("not_acceptable");
    const read = await call("/api/conversations/talk", {
      headers: { authorization: `Bearer ${member.token}` },
    });
    expect(read.status).toBe(404);
  });

  it("say what a client may know, and no secret", async () => {
    const response = await call("/api/config");
    const text = await response.text();
    const config: ClientConfig = JSON.parse(text);
    const { supabaseUrl, publishableKey, secretKey, jwtSecret } = inject("world");
    expect(config).toEqual({
      supabaseUrl,
      supabaseKey: publishableKey,
      model: "gpt-6-luna",
      limits: { messageCharacters: 8000 },
      demo: null,
    });
    for (const secret of [secretKey, jwtSecret, "rehearsal"]) expect(text).not.toContain(secret);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("say that the Worker lives", async () => {
    const response = await call("/api/health");
    expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
  });
});

describe("readiness", () => {
  // Each asking a minute after the one before, on a clock of its own, so that none meets the cache.
  let minute = 0;
  const later = () => {
    minute += 1;
    return minute * 60_000;
  };

  it("is there when all parts are", async () => {
    expect(await readiness(env, later())).toEqual({ ready: true, problems: [] });
  });

  it("names what is down", async () => {
    await setSupabase({ down: true });
    expect(await readiness(env, later())).toEqual({
      ready: false,
      problems: ["Supabase cannot be reached"],
    });
    await setSupabase({ down: false, status: 500 });
    expect((await readiness(env, later())).problems).toEqual(["Supabase answers with 500"]);
  });

  it("names a refused key, and never the key", async () => {
    const { problems } = await readiness({ ...env, SUPABASE_SECRET_KEY: "wrong-key" }, later());
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^Supabase (refuses the key|answers with 40\d)$/);
  });

  it("is asked of the parts once in ten seconds", async () => {
    const at = later();
    await readiness(env, at);
    const asked = vi.spyOn(globalThis, "fetch");
    await readiness(env, at + 9_999);
    expect(asked).not.toHaveBeenCalled();
    await readiness(env, at + 10_001);
    expect(asked).toHaveBeenCalled();
  });

  it("is a route without a token", async () => {
    const response = await call("/api/ready");
    const body: Readiness = await response.json();
    expect([response.status, body]).toEqual([200, { ready: true, problems: [] }]);
  });
});

describe("settings that are missing or malformed", () => {
  const broken = {
    SUPABASE_URL: "not an address",
    SUPABASE_SECRET_KEY: "  ",
    OPENAI_API_KEY: undefined,
    TURNS_PER_MINUTE: "many",
    ALLOWED_ORIGINS: "app.example.com",
  };

  it("are one clear problem to the client and named to the operator, without any value", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const { token } = await newMember();
    for (const [path, init] of [
      ["/api/sync", { headers: { authorization: `Bearer ${token}` } }],
      ["/api/config", {}],
    ] as const) {
      logged.mockClear();
      const response = await callWith(broken, path, init);
      expect(response.status).toBe(503);
      const problem = await problemOf(response);
      expect(problem).toMatchObject({ code: "misconfigured", retryable: false });
      const line = String(logged.mock.calls[0]?.[0]);
      for (const name of Object.keys(broken)) expect(line).toContain(name);
      expect(line).not.toContain("not an address");
      expect(JSON.stringify(problem)).not.toMatch(/SUPABASE|OPENAI/);
    }
  });

  it("leave preflights and health alone", async () => {
    expect((await callWith(broken, "/api/health")).status).toBe(200);
    const preflight = await callWith(broken, "/api/sync", { method: "OPTIONS" });
    expect(preflight.status).toBe(204);
  });

  it("are named by the readiness answer", async () => {
    const { ready, problems } = await readiness({ ...env, ...broken }, 1e15);
    expect(ready).toBe(false);
    expect(problems).toHaveLength(5);
    for (const name of Object.keys(broken)) expect(problems.join()).toContain(name);
    expect(problems.join()).not.toContain("not an address");
  });
});
