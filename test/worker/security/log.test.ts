import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createSecurityLog, networkOf } from "../../../worker/http/security-log.ts";
import worker from "../../../worker/index.ts";
import { ORIGIN } from "../support/api.ts";
import { newMember } from "../support/members.ts";
import { sharedSecretToken } from "../support/tokens.ts";

const ADDRESS = "192.0.2.77";
const WORDS_OF_MEMBER = "Quixotic-Marmalade";

interface Line {
  readonly event: string;
  readonly [field: string]: unknown;
}

afterEach(() => {
  vi.restoreAllMocks();
});

let minutes = 0;

/** Listens to what is written down as a warning, from a minute on in which nothing was counted. */
function lines(): Line[] {
  const heard: Line[] = [];
  minutes += 1;
  const now = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => now() + minutes * 60_000);
  vi.spyOn(console, "warn").mockImplementation((line: unknown) => {
    heard.push(JSON.parse(String(line)) as Line);
  });
  return heard;
}

async function ask(path: string, init: RequestInit = {}, more: object = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("cf-connecting-ip", ADDRESS);
  headers.set("x-request-id", "the-request");
  const request = new Request(`${ORIGIN}${path}`, {
    ...init,
    headers,
    cf: { colo: "FRA" },
  } as RequestInit);
  return (await worker.fetch(
    request as never,
    { ...env, ...more },
    createExecutionContext(),
  )) as unknown as Response;
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe("a request that is refused leaves one line in the log", () => {
  const expired = () => sharedSecretToken(crypto.randomUUID(), { exp: 1 });
  const tokens: [name: string, token: () => string | Promise<string>, expected: object][] = [
    ["of an expired token", expired, { code: "token_expired", status: 401 }],
    ["of what is no token", () => "a.b.c", { code: "unauthorized" }],
    [
      "of a forged one",
      async () => `${await sharedSecretToken(crypto.randomUUID(), {})}x`,
      { code: "unauthorized", reason: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" },
    ],
    [
      "of one for another audience",
      () => sharedSecretToken(crypto.randomUUID(), { aud: WORDS_OF_MEMBER }),
      { code: "unauthorized", reason: "ERR_JWT_CLAIM_VALIDATION_FAILED aud" },
    ],
    [
      "of one with another role",
      () => sharedSecretToken(crypto.randomUUID(), { role: WORDS_OF_MEMBER }),
      { code: "unauthorized", reason: "another role" },
    ],
    [
      "of an anonymous account",
      () => sharedSecretToken(crypto.randomUUID(), { is_anonymous: true }),
      { code: "forbidden", status: 403, reason: "anonymous" },
    ],
    ["of one that is too long", () => "x".repeat(9_000), { code: "unauthorized" }],
  ];

  it.each(tokens)("%s", async (_name, token, expected) => {
    const given = await token();
    const heard = lines();
    const answer = await ask(`/api/conversations/${WORDS_OF_MEMBER}?q=${WORDS_OF_MEMBER}`, {
      ...bearer(given),
    });
    const { status } = answer;
    await answer.body?.cancel();
    expect(heard).toEqual([
      {
        ...{ event: "request_refused", status, reason: expect.toSatisfy(() => true) },
        ...{ method: "GET", route: "/api/conversations/:id", requestId: "the-request" },
        ...{ network: "192.0.2.0/24", colo: "FRA", count: expect.any(Number) },
        ...expected,
      },
    ]);
    const written = JSON.stringify(heard);
    for (const secret of [given, ADDRESS, WORDS_OF_MEMBER]) expect(written).not.toContain(secret);
  });

  it.each([
    ["/api/hooks/supabase", "x-webhook-secret"],
    ["/api/ops/outbox/resend", "x-ops-secret"],
    ["/api/ops/members/erase", "x-ops-secret"],
  ])("of a wrong secret for %s", async (path, header) => {
    const heard = lines();
    const guess = "a guess that may be somebody's secret";
    const init = { method: "POST", headers: { [header]: guess }, body: "{}" };
    await (await ask(path, init)).body?.cancel();
    expect(heard).toMatchObject([
      { event: "request_refused", code: "forbidden", reason: "wrong secret", route: path },
    ]);
    expect(JSON.stringify(heard)).not.toContain(guess);
  });

  it("of a limit, and of a sign-out that the member's object knows of", async () => {
    const member = await newMember();
    const heard = lines();
    const none = { limit: async () => ({ success: false }) };
    await (await ask("/api/sync", bearer(member.token), { RATE_LIMIT: none })).body?.cancel();
    const revoke = { method: "POST", ...bearer(member.token) };
    await (await ask("/api/sessions/revoke", revoke)).body?.cancel();
    const over = await ask("/api/sync", bearer(member.token));
    // The answer itself is whole.
    expect(await over.json()).toMatchObject({ code: "session_revoked" });
    expect(heard).toMatchObject([
      { code: "rate_limited", status: 429, route: "/api/sync" },
      { code: "session_revoked", status: 401, route: "/api/sync" },
    ]);
    expect(JSON.stringify(heard)).not.toContain(member.token.split(".")[2]);
  });

  it("of a body that is too large, and none of one that is answered", async () => {
    const member = await newMember();
    const heard = lines();
    const init = { method: "PATCH", ...bearer(member.token) };
    const large = { ...init, body: JSON.stringify({ city: "x".repeat(70_000) }) };
    await (await ask("/api/profile", large)).body?.cancel();
    await (await ask("/api/profile", bearer(member.token))).body?.cancel();
    await (await ask("/api/nowhere", bearer(member.token))).body?.cancel();
    expect(heard).toMatchObject([{ code: "body_too_large", route: "/api/profile" }]);
  });
});

describe("a flood of refusals", () => {
  it("is counted and not written line by line", () => {
    const written: Line[] = [];
    let time = 0;
    const log = createSecurityLog({
      now: () => time,
      write: (line) => written.push(JSON.parse(line) as Line),
    });
    for (let n = 0; n < 100_000; n += 1) log("request_refused", "401", {});
    expect(written.length).toBeLessThanOrEqual(24);
    expect(written.at(-1)).toMatchObject({ count: 65_536 });
    // Another kind has lines of its own, and so has the next minute.
    log("request_refused", "403", {});
    expect(written.at(-1)).toMatchObject({ count: 1 });
    time += 60_000;
    log("request_refused", "401", {});
    expect(written.at(-1)).toMatchObject({ count: 1 });
  });
});

describe("the network in a line", () => {
  it("is no one person's address", () => {
    const network = (address: string) =>
      networkOf(new Request(ORIGIN, { headers: { "cf-connecting-ip": address } }));
    expect(network("203.0.113.9")).toBe("203.0.113.0/24");
    expect(network("2001:db8:aa:bb:cc::1")).toBe("2001:db8:aa::/48");
    expect(networkOf(new Request(ORIGIN))).toBeNull();
  });
});

describe("a content security policy report", () => {
  const report = (body: unknown, more: object = {}) =>
    ask(
      "/api/csp-report",
      { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) },
      more,
    );
  const page = `https://viva.example.com/life-vision/${WORDS_OF_MEMBER}?x=${WORDS_OF_MEMBER}`;
  const blocked = `https://evil.example/${WORDS_OF_MEMBER}?q=${WORDS_OF_MEMBER}#x`;
  const sample = { sample: WORDS_OF_MEMBER, "script-sample": WORDS_OF_MEMBER };

  it("is logged without anything of the member, in either form", async () => {
    const heard = lines();
    const body = { documentURL: page, blockedURL: blocked, effectiveDirective: "connect-src" };
    const answer = await report([
      { type: "csp-violation", age: 1, url: page, user_agent: "x", body: { ...body, ...sample } },
      { type: "deprecation", url: page, body: { id: WORDS_OF_MEMBER } },
    ]);
    expect(answer.status).toBe(204);
    const older = {
      ...{ "document-uri": "https://viva.example.com/viva", "blocked-uri": "inline", ...sample },
      "violated-directive": "script-src 'self'",
    };
    expect((await report({ "csp-report": older })).status).toBe(204);
    expect(heard).toMatchObject([
      {
        ...{ event: "csp_violation", directive: "connect-src", page: "/life-vision/:id" },
        blocked: "https://evil.example",
      },
      { event: "csp_violation", directive: "script-src", blocked: "inline", page: "/viva" },
    ]);
    expect(JSON.stringify(heard)).not.toContain(WORDS_OF_MEMBER);
  });

  it("says nothing that somebody made up", async () => {
    const heard = lines();
    await report({
      "csp-report": {
        "effective-directive": WORDS_OF_MEMBER,
        "blocked-uri": WORDS_OF_MEMBER,
        "document-uri": `https://x.example/${WORDS_OF_MEMBER}`,
      },
    });
    expect(heard).toMatchObject([{ directive: "other", blocked: "other", page: "other" }]);
    expect(JSON.stringify(heard)).not.toContain(WORDS_OF_MEMBER);
  });

  it.each([
    ["no JSON", "<report>", 400],
    ["another shape", { report: 1 }, 400],
    ["too much", { "csp-report": { "blocked-uri": "x".repeat(17_000) } }, 413],
  ])("is refused if it is %s", async (_name, body, status) => {
    const answer = await report(body);
    await answer.body?.cancel();
    expect(answer.status).toBe(status);
  });

  it("is limited by address, and takes nothing from what the page may ask for", async () => {
    const keys: string[] = [];
    const limit = async ({ key }: { key: string }) => {
      keys.push(key);
      return { success: false };
    };
    const answer = await report([], { RATE_LIMIT: { limit } });
    await answer.body?.cancel();
    expect(answer.status).toBe(429);
    expect(keys).toEqual([`csp:ip:${ADDRESS}`]);
  });

  it("comes by POST", async () => {
    const answer = await ask("/api/csp-report");
    await answer.body?.cancel();
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  });
});
