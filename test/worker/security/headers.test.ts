import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { addressKey } from "../../../worker/http/rate-limit.ts";
import worker from "../../../worker/index.ts";
import { call, chat, EVENTS, ORIGIN, problemOf, say, WORDS } from "../support/api.ts";
import { type Member, newMember } from "../support/members.ts";
import { setModel } from "../support/model.ts";

let member: Member;
beforeAll(async () => {
  member = await newMember();
});

describe("every answer of the API", () => {
  it("says that it is data: whatever it is, and whoever asks", async () => {
    await setModel({ tokens: 2 });
    const answers = [
      await call("/api/health"),
      await call("/api/config"),
      await call("/api/nowhere"),
      await call("/api/sync"),
      await call("/api/sync", { headers: { authorization: `Bearer ${member.token}` } }),
      await chat(member, say("Hello"), EVENTS),
      await chat(member, say("Hello"), WORDS),
      await chat(member, "{", WORDS),
    ];
    for (const answer of answers) {
      await answer.body?.cancel();
      expect(directives(answer)).toEqual(expect.arrayContaining(NOTHING));
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "strict-transport-security": expect.stringMatching(/^max-age=\d{8}/),
        "cross-origin-resource-policy": "same-origin",
      });
      expect(answer.headers.get("content-type")).toMatch(
        /^(application\/(problem\+)?json|text\/event-stream|text\/plain; charset=utf-8)/,
      );
      expect(answer.headers.get("cache-control")).toMatch(/no-store|no-cache/);
      expect(answer.headers.get("server")).toBeNull();
      expect(answer.headers.get("x-powered-by")).toBeNull();
    }
  });

  it("also as a page to keep, and to a browser that asks what it may send", async () => {
    const page = await call("/api/export?format=html", {
      headers: { authorization: `Bearer ${member.token}` },
    });
    const preflight = await call("/api/sync", {
      method: "OPTIONS",
      headers: { origin: "https://app.example.com", "access-control-request-method": "GET" },
    });
    for (const answer of [page, preflight]) {
      await answer.body?.cancel();
      expect(answer.ok).toBe(true);
      expect(directives(answer)).toEqual(expect.arrayContaining(NOTHING));
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "x-content-type-options": "nosniff",
        "strict-transport-security": expect.stringMatching(/^max-age=\d{8}; includeSubDomains/),
      });
    }
  });
});

/** What no answer of the API may do when a browser opens it by itself. */
const NOTHING = [
  ...["default-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'none'"],
  ...["frame-ancestors 'none'", "sandbox"],
];

function directives({ headers }: Response): string[] {
  return (headers.get("content-security-policy") ?? "").split("; ");
}

/** A binding that lets a key pass this often. */
function limiter(times: number) {
  const counts = new Map<string, number>();
  const limit = async ({ key }: { key: string }) => {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return { success: count <= times };
  };
  return { counts, RATE_LIMIT: { limit }, JOURNEY_LIMIT: { limit }, HOOK_LIMIT: { limit } };
}

/** Calls with a limiter of the test's own, from an address. */
function from(limits: object, address: string | null, path: string, init: RequestInit = {}) {
  const headers = new Headers(init.headers);
  if (address !== null) headers.set("cf-connecting-ip", address);
  return worker.fetch(
    new Request(`${ORIGIN}${path}`, { ...init, headers }) as never,
    { ...env, ...limits },
    createExecutionContext(),
  ) as unknown as Promise<Response>;
}

describe("a secret of the deployment", () => {
  it.each([
    ["/api/hooks/supabase", "x-webhook-secret", "between Supabase and us, of 32 characters"],
    ["/api/ops/outbox/resend", "x-ops-secret", "the operator's own, of 32 characters"],
  ])(
    "of %s is not found by trying: after too many, the right one is refused, too",
    async (path, header, secret) => {
      const limits = limiter(3);
      const attempt = (value: string) =>
        from(limits, "192.0.2.9", path, {
          method: "POST",
          headers: { [header]: value },
          body: "{}",
        });
      for (let n = 0; n < 3; n += 1) expect((await attempt(`guess ${n}`)).status).toBe(403);
      const refused = await attempt(secret);
      expect(await problemOf(refused)).toMatchObject({ code: "rate_limited", retryAfter: 10 });
      expect([...limits.counts.keys()]).toEqual(["ip:192.0.2.9"]);
    },
  );
});

describe("an address without a valid token", () => {
  it("is refused for a while after too many attempts, and told for how long", async () => {
    const limits = limiter(3);
    const forged = { headers: { authorization: "Bearer not.a.token" } };
    for (let n = 0; n < 3; n += 1) {
      expect((await from(limits, "192.0.2.1", "/api/sync", forged)).status).toBe(401);
    }
    const refused = await from(limits, "192.0.2.1", "/api/sync", forged);
    expect(await problemOf(refused)).toMatchObject({ code: "rate_limited", retryAfter: 10 });
    expect(refused.headers.get("retry-after")).toBe("10");
    expect(refused.headers.get("ratelimit-remaining")).toBe("0");
    expect(refused.headers.get("ratelimit-reset")).toBe("10");
    // Elsewhere nobody notices, and a member beside them neither.
    expect((await from(limits, "192.0.2.2", "/api/sync", forged)).status).toBe(401);
    const own = { headers: { authorization: `Bearer ${member.token}` } };
    expect((await from(limits, "192.0.2.1", "/api/sync", own)).status).toBe(200);
    expect([...limits.counts.keys()].sort()).toEqual(
      ["ip:192.0.2.1", "ip:192.0.2.2", member.id].sort(),
    );
  });

  it.each(["/api/config", "/api/ready", "/api/openapi.json"])(
    "has no more of %s than there is for it",
    async (path) => {
      const limits = limiter(1);
      const first = await from(limits, "192.0.2.3", path);
      await first.body?.cancel();
      // Ready or not: it is answered.
      expect(first.status).not.toBe(429);
      expect((await from(limits, "192.0.2.3", path)).status).toBe(429);
    },
  );

  it("cannot name another address by headers of a proxy", async () => {
    const limits = limiter(1);
    for (const forwarded of ["10.0.0.1", "10.0.0.2", "10.0.0.3"]) {
      const headers = {
        "x-forwarded-for": forwarded,
        "x-real-ip": forwarded,
        "true-client-ip": forwarded,
        forwarded: `for=${forwarded}`,
      };
      await from(limits, "192.0.2.4", "/api/sync", { headers });
    }
    expect([...limits.counts]).toEqual([["ip:192.0.2.4", 3]]);
  });

  it("is not counted where nothing says what address it is, or there is no limiter", async () => {
    const limits = limiter(0);
    expect((await from(limits, null, "/api/sync")).status).toBe(401);
    expect((await from({ RATE_LIMIT: undefined }, "192.0.2.5", "/api/sync")).status).toBe(401);
  });

  it("of IPv6 is known by its first 64 bits", () => {
    const key = (address: string) =>
      addressKey(new Request(ORIGIN, { headers: { "cf-connecting-ip": address } }));
    expect(key("2001:db8:1:2:3:4:5:6")).toBe("ip:2001:db8:1:2");
    expect(key("2001:DB8:0001:2::9")).toBe("ip:2001:db8:1:2");
    expect(key("2001:db8::1")).toBe("ip:2001:db8:0:0");
    expect(key("::1")).toBe("ip:0:0:0:0");
    expect(key("192.0.2.7")).toBe("ip:192.0.2.7");
  });
});

describe("a member", () => {
  it("is refused by name, wherever they ask from", async () => {
    const limits = limiter(2);
    const own = { headers: { authorization: `Bearer ${member.token}` } };
    for (const [address, status] of [
      ["192.0.2.10", 200],
      ["192.0.2.11", 200],
      ["192.0.2.12", 429],
    ] as const) {
      const response = await from(limits, address, "/api/conversations", own);
      await response.body?.cancel();
      expect(response.status).toBe(status);
    }
  });

  it("who begins too many turns is told the limit, and when it is over", async () => {
    await setModel({ tokens: 1 });
    const eager = await newMember();
    for (let n = 0; n < 20; n += 1) await (await chat(eager, say(`${n}`), WORDS)).text();
    const refused = await chat(eager, say("One more"), WORDS);
    const { code, retryAfter } = await problemOf(refused);
    expect(code).toBe("rate_limited");
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      "retry-after": String(retryAfter),
      "ratelimit-limit": "20",
      "ratelimit-remaining": "0",
      "ratelimit-reset": String(retryAfter),
    });
  });
});
