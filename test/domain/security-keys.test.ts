import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ProblemError } from "../../domain/problems.ts";
import { publishedKeys } from "../../worker/auth/keys.ts";
import { createVerifier } from "../../worker/auth/verify.ts";

const ID = "3f0c1a5e-9d6b-4c5a-8f0e-2b7d9c1e4a6f";
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A server of keys, as hosted Supabase is one: what it publishes can be changed, and it counts. */
interface KeyServer {
  readonly issuer: string;
  keys: JWK[];
  /** What it answers in place of the keys; null for the keys. */
  fault: number | "redirect" | "silence" | null;
  asked: number;
  readonly server: Server;
}

let jwks: KeyServer;
/** What the isolates of one colo share. */
let colo: Map<string, Response>;

beforeEach(async () => {
  const state = { keys: [] as JWK[], fault: null as KeyServer["fault"], asked: 0 };
  const server = createServer((request, response) => {
    state.asked += 1;
    if (state.fault === "silence") return;
    if (state.fault === "redirect" && request.url !== "/elsewhere") {
      response.writeHead(302, { location: "/elsewhere" }).end();
    } else if (typeof state.fault === "number") {
      response.writeHead(state.fault).end();
    } else {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ keys: state.keys }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth/v1`;
  jwks = Object.assign(state, { issuer, server });
  colo = new Map();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
});

afterEach(async () => {
  vi.useRealTimers();
  jwks.server.closeAllConnections();
  await new Promise((resolve) => jwks.server.close(resolve));
});

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

/** The door of an isolate of its own. */
function isolate() {
  const cache = {
    match: async (url: unknown) => colo.get(String(url))?.clone(),
    put: async (url: unknown, response: Response) => void colo.set(String(url), response),
  };
  return createVerifier({
    issuer: jwks.issuer,
    secret: undefined,
    keys: publishedKeys({
      url: `${jwks.issuer}/.well-known/jwks.json`,
      fetch: (input, init) => globalThis.fetch(input, init),
      cache: cache as never,
    }),
    now: Date.now,
  });
}

/** A key that signs tokens of a key id, and what is published of it. */
async function newKey(kid: string, alg: "ES256" | "RS256" = "ES256") {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const published = { ...(await exportJWK(publicKey)), kid, alg, use: "sig" };
  let turn = 0;
  const token = (header: object = {}) => {
    const now = Math.floor(Date.now() / SECOND);
    turn += 1;
    const claims = { sub: ID, aud: "authenticated", role: "authenticated", iss: jwks.issuer };
    return new SignJWT({ ...claims, iat: now, exp: now + 3_600, turn })
      .setProtectedHeader({ alg, kid, ...header })
      .sign(privateKey);
  };
  return { published, token };
}

async function outcome(verifying: Promise<unknown>): Promise<string> {
  try {
    await verifying;
    return "in";
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

describe("a rotation of the signing keys", () => {
  it("has the new key fetched once, by whoever comes first, and the old one go on", async () => {
    const [old, next] = [await newKey("old"), await newKey("next", "RS256")];
    jwks.keys = [old.published];
    const verify = isolate();
    expect(await outcome(verify(await old.token()))).toBe("in");
    expect(jwks.asked).toBe(1);
    jwks.keys = [next.published, old.published];
    pass(60 * SECOND);
    const all = await Promise.all(Array.from({ length: 40 }, () => next.token()));
    const outcomes = await Promise.all(all.map((token) => outcome(verify(token))));
    expect(new Set(outcomes)).toEqual(new Set(["in"]));
    expect(jwks.asked).toBe(2);
    expect(await outcome(verify(await old.token()))).toBe("in");
    expect(jwks.asked).toBe(2);
  });

  it("reaches the other isolates of a colo through its cache", async () => {
    const [old, next] = [await newKey("old"), await newKey("next")];
    jwks.keys = [old.published];
    const [one, other] = [isolate(), isolate()];
    await one(await old.token());
    await other(await old.token());
    expect(jwks.asked).toBe(1);
    jwks.keys = [next.published];
    pass(60 * SECOND);
    await one(await next.token());
    await other(await next.token());
    expect(jwks.asked).toBe(2);
  });

  it("ends the use of a key that is withdrawn within ten minutes, also by a token seen before", async () => {
    const [old, next] = [await newKey("old"), await newKey("next")];
    jwks.keys = [old.published];
    const verify = isolate();
    const token = await old.token();
    await verify(token);
    jwks.keys = [next.published];
    // Used all the while, so that nothing is forgotten for want of use.
    for (let minutes = 0; minutes < 9; minutes += 1) {
      pass(MINUTE);
      await outcome(verify(token));
    }
    pass(MINUTE - SECOND);
    expect(await outcome(verify(token))).toBe("unauthorized");
    expect(await outcome(verify(await old.token()))).toBe("unauthorized");
  });

  it("is looked for without keeping anyone waiting", async () => {
    const [old, next] = [await newKey("old"), await newKey("next")];
    jwks.keys = [old.published];
    const verify = isolate();
    await verify(await old.token());
    jwks.keys = [old.published, next.published];
    jwks.fault = "silence";
    const asked = once(jwks.server, "request");
    pass(5 * MINUTE);
    expect(await outcome(verify(await old.token()))).toBe("in");
    await asked;
    expect(jwks.asked).toBe(2);
  });
});

describe("a storm of key ids that nobody published", () => {
  const storm = (verify: ReturnType<typeof isolate>, key: Awaited<ReturnType<typeof newKey>>) =>
    Promise.all(
      Array.from({ length: 200 }, async (_, n) =>
        outcome(verify(await key.token({ kid: `x${n}` }))),
      ),
    );

  it("leads to one fetch in 30 seconds, and lets members in meanwhile", async () => {
    const [real, forged] = [await newKey("real"), await newKey("forged")];
    jwks.keys = [real.published];
    const verify = isolate();
    await verify(await real.token());
    for (const [wait, asked] of [
      [0, 1],
      [31 * SECOND, 2],
      [10 * SECOND, 2],
      [19 * SECOND, 2],
      [2 * SECOND, 3],
    ] as const) {
      pass(wait);
      expect(new Set(await storm(verify, forged))).toEqual(new Set(["unauthorized"]));
      expect(jwks.asked).toBe(asked);
      expect(await outcome(verify(await real.token()))).toBe("in");
    }
  });

  it("leads to one fetch also where that fails, and is then no token's fault", async () => {
    const [real, forged] = [await newKey("real"), await newKey("forged")];
    jwks.keys = [real.published];
    const verify = isolate();
    await verify(await real.token());
    jwks.fault = 503;
    pass(31 * SECOND);
    for (const wait of [0, 10 * SECOND]) {
      pass(wait);
      expect(new Set(await storm(verify, forged))).toEqual(new Set(["database_unavailable"]));
      expect(jwks.asked).toBe(2);
      expect(await outcome(verify(await real.token()))).toBe("in");
    }
    jwks.fault = null;
    pass(31 * SECOND);
    expect(new Set(await storm(verify, forged))).toEqual(new Set(["unauthorized"]));
    expect(jwks.asked).toBe(3);
  });

  it("in an isolate that has no keys yet leads to one fetch, too", async () => {
    const forged = await newKey("forged");
    jwks.fault = 500;
    const verify = isolate();
    expect(new Set(await storm(verify, forged))).toEqual(new Set(["database_unavailable"]));
    expect(jwks.asked).toBe(1);
  });
});

describe("an outage of the key server", () => {
  it("signs nobody out for twelve hours", async () => {
    const key = await newKey("key");
    jwks.keys = [key.published];
    const verify = isolate();
    await verify(await key.token());
    jwks.fault = 503;
    for (let hours = 1; hours < 12; hours += 1) {
      pass(HOUR - SECOND);
      expect(await outcome(verify(await key.token()))).toBe("in");
    }
    pass(HOUR + SECOND * 11);
    expect(await outcome(verify(await key.token()))).toBe("database_unavailable");
    jwks.fault = null;
    pass(2 * SECOND);
    expect(await outcome(verify(await key.token()))).toBe("in");
  });

  it("is what a redirect counts as: keys come from where the settings say", async () => {
    const key = await newKey("key");
    jwks.keys = [key.published];
    jwks.fault = "redirect";
    expect(await outcome(isolate()(await key.token()))).toBe("database_unavailable");
    expect(jwks.asked).toBe(1);
  });
});
