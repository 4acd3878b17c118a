import { describe, expect, it, vi } from "vitest";
import type { Tokens } from "../../client/api/http.ts";
import { createMemberSession } from "../../client/auth/member-session.ts";
import { refresh } from "../../client/auth/refresh.ts";
import { libraryStorage, SESSION_KEY } from "../../client/auth/stored.ts";
import { memory } from "../../client/platform/storage.ts";

const HOUR = 3_600_000;
const CONFIG = { supabaseUrl: "https://auth.test", supabaseKey: "key" };
const user = { id: "m1", email: "a@b.c" };

/** What the auth server answers with for the tokens number `n`; its own clock is years away from here. */
const issued = (n: number, expires_in = 3_600) => ({
  ...{ access_token: `access-${n}`, refresh_token: `refresh-${n}`, token_type: "bearer" },
  ...{ expires_in, expires_at: 1_000_000_000 + n, user },
});

/** A browser with any number of tabs, and an auth server that rotates its refresh tokens. */
function browser() {
  const storage = memory();
  const device = { now: Date.parse("2026-11-27"), steady: 5_000 };
  const asked: string[] = [];
  let newest = 0;
  let queue: Promise<unknown> = Promise.resolve();
  const rotate = (): Response | Promise<Response> => {
    newest += 1;
    return Response.json(issued(newest));
  };
  const server = { answer: rotate as () => Response | Promise<Response> };
  const fetch: typeof globalThis.fetch = async (_url, init) => {
    asked.push((JSON.parse(String(init?.body)) as { refresh_token: string }).refresh_token);
    return server.answer();
  };
  const tab = (locks = true) =>
    createMemberSession({
      storage,
      refresh: (token) => refresh(token, async () => CONFIG, fetch),
      alone<T>(run: () => Promise<T>) {
        if (!locks) return run();
        const done = queue.then(run);
        queue = done.catch(() => {});
        return done;
      },
      now: () => device.now,
      steady: () => device.steady,
    });
  const library = libraryStorage(storage, () => device.now);
  return {
    ...{ storage, device, asked, server, rotate, tab, library },
    signIn: (n = 0, life?: number) => library.setItem(SESSION_KEY, JSON.stringify(issued(n, life))),
    pass(ms: number) {
      device.now += ms;
      device.steady += ms;
    },
  };
}

async function problem(promise: ReturnType<Tokens["renew"]>) {
  return promise.then(
    () => null,
    (error: { problem: unknown }) => error.problem,
  );
}

const page = (status: number) =>
  new Response("<h1>Nothing here</h1>", { status, headers: { "content-type": "text/html" } });

describe("an answer that is no verdict about the session", () => {
  it.each<[string, () => Response | Promise<Response>]>([
    [
      "too many requests",
      () => Response.json({ code: "over_request_rate_limit" }, { status: 429 }),
    ],
    ["a request that took too long", () => new Response(null, { status: 408 })],
    ["a firewall's page", () => page(403)],
    ["a wrong API key", () => Response.json({ message: "Invalid API key" }, { status: 401 })],
    ["a token that is no JWT", () => Response.json({ code: "bad_jwt" }, { status: 403 })],
    ["a conflict", () => Response.json({ code: "conflict" }, { status: 409 })],
    ["a paused project", () => page(540)],
    ["a full disk", () => new Response("", { status: 507 })],
    ["a gateway's page", () => page(522)],
    [
      "a broken server that names a code",
      () => Response.json({ code: "session_not_found" }, { status: 500 }),
    ],
    ["a page of a captive portal", () => page(200)],
    ["no tokens", () => Response.json({ ok: true })],
    ["tokens of a wrong kind", () => Response.json({ ...issued(1), access_token: 7 })],
    ["no connection", () => Promise.reject(new TypeError("fetch failed"))],
    ["no answer in time", () => Promise.reject(new DOMException("late", "TimeoutError"))],
  ])("keeps it, and goes on with the token there is: %s", async (_, answer) => {
    const world = browser();
    world.signIn();
    const kept = world.storage.getItem(SESSION_KEY);
    const { tokens, current, endedBecause } = world.tab();
    world.pass(2 * HOUR);
    world.server.answer = answer;
    expect(await tokens.current()).toBe("access-0");
    expect(await problem(tokens.renew("access-0"))).toMatchObject({ status: 0, retryable: true });
    expect(current.value?.member.id).toBe("m1");
    expect(endedBecause.value).toBe("");
    expect(world.storage.getItem(SESSION_KEY)).toBe(kept);
    // The failure is one request, and so is the success after it.
    expect(world.asked).toEqual(["refresh-0"]);
    world.pass(60_000);
    world.server.answer = world.rotate;
    expect(await tokens.renew("access-0")).toBe("access-1");
  });

  it("is waited for as long as the server asks, and never longer than a minute", async () => {
    const world = browser();
    world.signIn();
    const { tokens } = world.tab();
    for (const [given, seconds] of [
      ["7", 7],
      ["86400", 60],
      ["Fri, 27 Nov 2026 08:00:00 GMT", 2],
    ]) {
      world.server.answer = () =>
        new Response("", { status: 429, headers: { "retry-after": String(given) } });
      await problem(tokens.renew("access-0"));
      expect(await problem(tokens.renew("access-0"))).toMatchObject({ retryAfter: seconds });
      world.pass(Number(seconds) * 1_000);
    }
    expect(world.asked).toHaveLength(3);
  });
});

describe("a verdict about the session", () => {
  it.each<[string, number, object]>([
    ["not found", 400, { code: "refresh_token_not_found", message: "" }],
    ["already used", 400, { code: 400, error_code: "refresh_token_already_used", msg: "" }],
    ["session not found", 401, { code: "session_not_found" }],
    ["session expired", 403, { code: "session_expired" }],
    ["the member is gone", 404, { error_code: "user_not_found" }],
    ["no refresh token at all", 400, { code: "validation_failed" }],
    ["as it was before there were codes", 400, { error: "invalid_grant", error_description: "" }],
  ])("ends it, and says so: %s", async (_, status, body) => {
    const world = browser();
    world.signIn();
    world.storage.setItem(`${SESSION_KEY}-code-verifier`, "left over");
    const { tokens, current, endedBecause } = world.tab();
    world.server.answer = () => Response.json(body, { status });
    expect(await tokens.renew("access-0")).toBeNull();
    expect(current.value).toBeNull();
    expect(endedBecause.value).toContain("Your session has ended");
    expect(world.storage.length).toBe(0);
  });

  it("does not end the session that another tab has got meanwhile", async () => {
    const world = browser();
    world.signIn();
    const { tokens, current } = world.tab(false);
    world.server.answer = () => {
      world.signIn(8);
      return Response.json({ code: "refresh_token_already_used" }, { status: 400 });
    };
    expect(await tokens.renew("access-0")).toBe("access-8");
    expect(current.value?.refreshToken).toBe("refresh-8");
  });
});

describe("one renewal", () => {
  it("is one request, for many callers in many tabs", async () => {
    const world = browser();
    world.signIn();
    const tabs = [world.tab(), world.tab(), world.tab()];
    world.pass(HOUR + 1);
    const all = tabs.flatMap(({ tokens }) => [
      ...Array.from({ length: 5 }, () => tokens.current()),
      tokens.renew("access-0"),
    ]);
    expect(new Set(await Promise.all(all))).toEqual(new Set(["access-1"]));
    expect(world.asked).toEqual(["refresh-0"]);
  });

  it("lets nothing wait while the token is still good", async () => {
    const world = browser();
    world.signIn();
    const { tokens, current } = world.tab();
    const { promise, resolve } = Promise.withResolvers<Response>();
    world.server.answer = () => promise;
    world.pass(HOUR - 60_000);
    expect(await tokens.current()).toBe("access-0");
    resolve(Response.json(issued(1)));
    await vi.waitFor(() => expect(current.value?.accessToken).toBe("access-1"));
    expect(world.asked).toHaveLength(1);
  });

  it("keeps the member if the answer has none", async () => {
    const world = browser();
    world.signIn();
    const { tokens, current } = world.tab();
    world.server.answer = () => Response.json({ ...issued(1), user: null });
    expect(await tokens.renew("access-0")).toBe("access-1");
    expect(current.value?.member.id).toBe("m1");
  });

  it("brings nobody back who has signed out meanwhile", async () => {
    const world = browser();
    world.signIn();
    const [here, there] = [world.tab(), world.tab()];
    world.server.answer = () => {
      there.end("");
      return Response.json(issued(1));
    };
    expect(await here.tokens.renew("access-0")).toBeNull();
    expect(world.storage.getItem(SESSION_KEY)).toBeNull();
  });

  it("is no loop when the server refuses even the newest token", async () => {
    const world = browser();
    world.signIn();
    const { tokens, current } = world.tab();
    expect(await tokens.renew("access-0")).toBe("access-1");
    expect(await tokens.renew("access-1")).toBeNull();
    expect(world.asked).toHaveLength(1);
    expect(current.value?.accessToken).toBe("access-1");
  });
});

describe("a token's life", () => {
  it.each([-20 * 365, -1, 0, 1 / 12, 400])(
    "does not depend on a clock that is %d days off",
    async (days) => {
      const world = browser();
      world.device.now += days * 24 * HOUR;
      world.signIn();
      const { tokens } = world.tab();
      for (let request = 0; request < 8; request += 1) await tokens.current();
      expect(world.asked).toEqual([]);
      world.pass(HOUR + 1);
      expect(await tokens.current()).toBe("access-1");
      for (let request = 0; request < 8; request += 1) await tokens.current();
      expect(world.asked).toHaveLength(1);
    },
  );

  it.each([-HOUR, 2 * HOUR])("does not depend on a clock that is set by %d ms", async (by) => {
    const world = browser();
    world.signIn();
    const { tokens } = world.tab();
    world.device.now += by;
    expect(await tokens.current()).toBe("access-0");
    expect(world.asked).toEqual([]);
    // A page that is loaded then may renew it, once.
    const { tokens: reloaded } = world.tab();
    for (let request = 0; request < 8; request += 1) await reloaded.current();
    expect(world.asked.length).toBeLessThanOrEqual(1);
  });

  it("goes on over a reload", async () => {
    const world = browser();
    world.signIn();
    world.pass(HOUR + 1);
    world.device.steady = 0;
    expect(await world.tab().tokens.current()).toBe("access-1");
  });

  it("that nobody knows lasts until the server refuses the token", async () => {
    const world = browser();
    world.storage.setItem(SESSION_KEY, JSON.stringify({ ...issued(0), expires_at: 1 }));
    const { tokens } = world.tab();
    world.pass(30 * 24 * HOUR);
    expect(await tokens.current()).toBe("access-0");
    expect(world.asked).toEqual([]);
    expect(await tokens.renew("access-0")).toBe("access-1");
  });

  it("may be short without a renewal for each request", async () => {
    const world = browser();
    world.signIn(0, 60);
    const { tokens } = world.tab();
    world.pass(30_000);
    expect(await tokens.current()).toBe("access-0");
    expect(world.asked).toEqual([]);
  });
});

describe("the session as the auth library has it", () => {
  it("never expires there, and keeps what a newer member brings", async () => {
    const world = browser();
    world.signIn();
    world.pass(2 * HOUR);
    const seen = JSON.parse(world.library.getItem(SESSION_KEY) ?? "{}");
    expect(seen).toMatchObject({ access_token: "access-0", refresh_token: "refresh-0" });
    expect(seen.expires_at * 1_000).toBeGreaterThan(world.device.now + 100 * 365 * 24 * HOUR);
    // The library stores it again when the member has a new password: the token is no younger.
    world.library.setItem(SESSION_KEY, JSON.stringify(seen));
    expect(await world.tab().tokens.current()).toBe("access-1");
  });
});
