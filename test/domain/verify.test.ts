import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  SignJWT,
} from "jose";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { ProblemError } from "../../domain/problems.ts";
import { pinnedKeys, publishedKeys } from "../../worker/auth/keys.ts";
import { createVerifier, type VerifierOptions } from "../../worker/auth/verify.ts";

const ISSUER = "https://project.example.com/auth/v1";
const JWKS_URL = `${ISSUER}/.well-known/jwks.json`;
const SECRET = "a shared secret of some length, 32+";
const ID = "3f0c1a5e-9d6b-4c5a-8f0e-2b7d9c1e4a6f";
const NOW = Date.UTC(2026, 10, 22, 12);
const seconds = NOW / 1000;

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let es: Pair;
let rs: Pair;
let other: Pair;
let published: JSONWebKeySet;

beforeAll(async () => {
  [es, rs, other] = await Promise.all([
    generateKeyPair("ES256", { extractable: true }),
    generateKeyPair("RS256", { extractable: true }),
    generateKeyPair("ES256", { extractable: true }),
  ]);
  published = {
    keys: [
      { ...(await exportJWK(es.publicKey)), kid: "es", alg: "ES256", use: "sig" },
      { ...(await exportJWK(rs.publicKey)), kid: "rs", alg: "RS256", use: "sig" },
    ],
  };
});

const claims = (change: Record<string, unknown> = {}) => ({
  sub: ID,
  aud: "authenticated",
  role: "authenticated",
  iss: ISSUER,
  iat: seconds,
  exp: seconds + 3600,
  ...change,
});

const signed = (change: Record<string, unknown> = {}, kid = "es", alg = "ES256", pair = es) =>
  new SignJWT(claims(change)).setProtectedHeader({ alg, kid }).sign(pair.privateKey);

const shared = (change: Record<string, unknown> = {}, secret = SECRET, alg = "HS256") =>
  new SignJWT(claims(change)).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));

/** A verifier on a clock of the test's own. */
function verifier(change: Partial<VerifierOptions> = {}) {
  const clock = { now: NOW };
  const keys = vi.fn<JWTVerifyGetKey>((header, token) =>
    createLocalJWKSet(published)(header, token),
  );
  const verify = createVerifier({
    issuer: ISSUER,
    secret: SECRET,
    keys,
    now: () => clock.now,
    ...change,
  });
  return { verify, keys, clock };
}

async function refusal(verifying: Promise<unknown>): Promise<string> {
  try {
    await verifying;
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
  throw new Error("was let in");
}

describe("a token is verified", () => {
  it.each(["ES256", "RS256"])("with a published key (%s)", async (alg) => {
    const token = alg === "ES256" ? await signed() : await signed({}, "rs", "RS256", rs);
    expect(await verifier().verify(token)).toEqual({
      id: ID,
      issuedAt: seconds,
      expiresAt: seconds + 3600,
      signedInAt: 0,
      aal: "aal1",
    });
  });

  it("with the shared secret, with and without an issuer", async () => {
    for (const iss of [ISSUER, undefined]) {
      expect((await verifier().verify(await shared({ iss }))).id).toBe(ID);
    }
  });

  it("and its subject is told in lower case", async () => {
    const { verify } = verifier();
    expect((await verify(await signed({ sub: ID.toUpperCase() }))).id).toBe(ID);
  });

  it("for an audience that is a list", async () => {
    const { verify } = verifier();
    expect((await verify(await signed({ aud: ["authenticated", "other"] }))).id).toBe(ID);
  });
});

describe("a token is refused", () => {
  const made: [name: string, code: string, token: () => Promise<string>][] = [
    ["that is none", "unauthorized", async () => "nonsense"],
    ["that is empty", "unauthorized", async () => ""],
    ["of three empty parts", "unauthorized", async () => ".."],
    [
      "of another issuer",
      "unauthorized",
      () => signed({ iss: "https://evil.example.com/auth/v1" }),
    ],
    ["of a published key without an issuer", "unauthorized", () => signed({ iss: undefined })],
    [
      "of the secret from another issuer",
      "unauthorized",
      () => shared({ iss: "https://evil.example.com" }),
    ],
    ["of another audience", "unauthorized", () => signed({ aud: "anon" })],
    ["without an audience", "unauthorized", () => signed({ aud: undefined })],
    ["of another role", "unauthorized", () => signed({ role: "service_role" })],
    ["without a role", "unauthorized", () => signed({ role: undefined })],
    ["whose subject is a number", "unauthorized", () => signed({ sub: 7 })],
    ["whose subject only begins as a UUID", "unauthorized", () => signed({ sub: `${ID}\n` })],
    ["without a subject", "unauthorized", () => signed({ sub: undefined })],
    ["without an expiry", "unauthorized", () => signed({ exp: undefined })],
    ["without a time of issue", "unauthorized", () => signed({ iat: undefined })],
    ["that is not valid yet", "unauthorized", () => signed({ nbf: seconds + 60 })],
    ["that was issued in the future", "unauthorized", () => signed({ iat: seconds + 60 })],
    ["of more than 8,192 characters", "unauthorized", () => signed({ more: "x".repeat(6_200) })],
    ["that has expired", "token_expired", () => signed({ exp: seconds - 30 })],
    ["of the secret that has expired", "token_expired", () => shared({ exp: seconds - 3600 })],
    ["signed by another key", "unauthorized", () => signed({}, "es", "ES256", other)],
    [
      "signed with another secret",
      "unauthorized",
      () => shared({}, "another secret of some length..."),
    ],
    ["under a key id that nobody published", "unauthorized", () => signed({}, "made-up")],
    ["under another key's id", "unauthorized", () => signed({}, "rs")],
    [
      "with an algorithm of a secret that is not allowed",
      "unauthorized",
      () => shared({}, SECRET.repeat(2), "HS512"),
    ],
  ];
  it.each(made)("%s: %s", async (_name, code, token) => {
    expect(await refusal(verifier().verify(await token()))).toBe(code);
  });

  it("with alg none, however it is spelt", async () => {
    const [, payload] = (await signed()).split(".");
    for (const alg of ["none", "None", "NONE", ""]) {
      const header = Buffer.from(JSON.stringify({ alg })).toString("base64url");
      expect(await refusal(verifier().verify(`${header}.${payload}.`))).toBe("unauthorized");
    }
  });

  it("signed as a secret with what everyone can read: the public key in any form", async () => {
    const jwk = published.keys[0];
    for (const text of [JSON.stringify(jwk), JSON.stringify(published), jwk?.x ?? ""]) {
      const token = await new SignJWT(claims())
        .setProtectedHeader({ alg: "HS256", kid: "es" })
        .sign(new TextEncoder().encode(text));
      expect(await refusal(verifier().verify(token))).toBe("unauthorized");
      expect(await refusal(verifier({ secret: undefined }).verify(token))).toBe("unauthorized");
    }
  });

  it("of the shared secret where the deployment has none", async () => {
    expect(await refusal(verifier({ secret: undefined }).verify(await shared()))).toBe(
      "unauthorized",
    );
  });

  it("with a reason of ours when the keys cannot be had", async () => {
    const { verify } = verifier({
      keys: async () => {
        throw new TypeError("fetch failed");
      },
    });
    expect(await refusal(verify(await signed()))).toBe("database_unavailable");
    // Tokens of the shared secret need no keys.
    expect((await verify(await shared())).id).toBe(ID);
  });
});

describe("an anonymous account", () => {
  it("is told to make a real one, unless the deployment lets it in", async () => {
    const token = await signed({ is_anonymous: true });
    expect(await refusal(verifier().verify(token))).toBe("forbidden");
    expect((await verifier({ anonymous: true }).verify(token)).id).toBe(ID);
    expect((await verifier().verify(await signed({ is_anonymous: false }))).id).toBe(ID);
  });
});

describe("the steps of a sign-in", () => {
  it.each([
    ["aal1", "aal1"],
    ["aal2", "aal2"],
    ["aal3", "aal2"],
    [undefined, "aal1"],
    ["AAL2", "aal1"],
    ["server", "aal1"],
    [["aal2"], "aal1"],
    [2, "aal1"],
  ])("are told by the token: %j", async (aal, expected) => {
    expect((await verifier().verify(await signed({ aal }))).aal).toBe(expected);
  });
});

describe("the last sign-in", () => {
  it.each([
    ["of a password", [{ method: "password", timestamp: seconds - 9 }], seconds - 9],
    [
      "is the newest of several",
      [
        { method: "otp", timestamp: seconds - 5 },
        { method: "password", timestamp: seconds - 900 },
      ],
      seconds - 5,
    ],
    [
      "is no second step",
      [
        ...["totp", "mfa/phone", "mfa/webauthn", "recovery_code"].map((method) => ({
          method,
          timestamp: seconds - 5,
        })),
        { method: "password", timestamp: seconds - 900 },
      ],
      seconds - 900,
    ],
    ["is no renewal", [{ method: "token_refresh", timestamp: seconds }], 0],
    ["is not known without a list", undefined, 0],
    ["is not known of names alone", ["pwd", null], 0],
    ["is not known of odd times", [{ method: "password", timestamp: "now" }], 0],
    ["is not known without an entry", [], 0],
  ])("%s", async (_name, amr, expected) => {
    expect((await verifier().verify(await signed({ amr }))).signedInAt).toBe(expected);
  });
});

describe("the tolerance of clocks", () => {
  it("is 30 seconds", async () => {
    const { verify, clock } = verifier();
    const token = await signed({ exp: seconds });
    clock.now = NOW + 29_000;
    expect((await verify(token)).id).toBe(ID);
    clock.now = NOW + 31_000;
    expect(await refusal(verify(token))).toBe("token_expired");
    expect(await refusal(verifier().verify(await signed({ exp: seconds - 31 })))).toBe(
      "token_expired",
    );
  });
});

describe("verified tokens", () => {
  it("are remembered: the key is used once", async () => {
    const { verify, keys } = verifier();
    const token = await signed();
    for (let n = 0; n < 5; n += 1) await verify(token);
    expect(keys).toHaveBeenCalledTimes(1);
    await verify(await signed({ iat: seconds - 1 }));
    expect(keys).toHaveBeenCalledTimes(2);
  });

  it("are verified again after two minutes: their key may have been withdrawn", async () => {
    const { verify, keys, clock } = verifier();
    const token = await signed();
    await verify(token);
    clock.now = NOW + 119_000;
    await verify(token);
    expect(keys).toHaveBeenCalledTimes(1);
    clock.now = NOW + 121_000;
    published.keys.forEach((key) => {
      key.kid = `withdrawn ${key.kid}`;
    });
    try {
      expect(await refusal(verify(token))).toBe("unauthorized");
    } finally {
      published.keys.forEach((key) => {
        key.kid = key.kid?.replace("withdrawn ", "") ?? "";
      });
    }
    expect((await verify(token)).id).toBe(ID);
    expect(keys).toHaveBeenCalledTimes(3);
  });

  it("are remembered until they expire, and no longer", async () => {
    const { verify, clock } = verifier();
    const token = await signed({ exp: seconds + 60 });
    await verify(token);
    clock.now = NOW + 89_000;
    expect((await verify(token)).id).toBe(ID);
    clock.now = NOW + 91_000;
    expect(await refusal(verify(token))).toBe("token_expired");
    expect(await refusal(verify(token))).toBe("token_expired");
  });

  it("that were refused are not", async () => {
    const { verify, keys } = verifier();
    const token = await signed({ role: "anon" });
    await refusal(verify(token));
    await refusal(verify(token));
    expect(keys).toHaveBeenCalledTimes(2);
  });

  it("are bounded in number: the oldest is forgotten", async () => {
    const { verify, keys } = verifier({ capacity: 2 });
    const [a, b, c] = await Promise.all([1, 2, 3].map((n) => signed({ iat: seconds - n })));
    if (!a || !b || !c) throw new Error("no tokens");
    for (const token of [a, b, c]) await verify(token);
    expect(keys).toHaveBeenCalledTimes(3);
    await verify(b);
    await verify(c);
    expect(keys).toHaveBeenCalledTimes(3);
    await verify(a);
    expect(keys).toHaveBeenCalledTimes(4);
  });
});

describe("published keys", () => {
  /** The colo's cache and the network, counted. */
  function network(answers: () => Response) {
    const stored = new Map<string, Response>();
    const fetch = vi.fn(async () => answers());
    const cache = {
      match: vi.fn(async (url: unknown) => stored.get(String(url))?.clone()),
      put: vi.fn(
        async (url: unknown, response: Response) => void stored.set(String(url), response),
      ),
    };
    const ports = { url: JWKS_URL, fetch: fetch as never, cache: cache as never };
    return { fetch, cache, ports };
  }
  const served = () => Response.json(published);

  it("are fetched once, then in memory", async () => {
    const { fetch, ports } = network(served);
    const { verify } = verifier({ keys: publishedKeys(ports), now: Date.now });
    const at = Math.floor(Date.now() / 1000);
    for (const iat of [1, 2, 3]) await verify(await signed({ iat: at - iat, exp: at + 60 }));
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it("are taken from the colo's cache where another isolate has fetched them", async () => {
    const { fetch, ports } = network(served);
    const at = Math.floor(Date.now() / 1000);
    const token = await signed({ iat: at, exp: at + 60 });
    await verifier({ keys: publishedKeys(ports), now: Date.now }).verify(token);
    await verifier({ keys: publishedKeys(ports), now: Date.now }).verify(token);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it("are asked for an unknown key id at most once in 30 s", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: NOW });
    try {
      const { fetch, ports } = network(served);
      const { verify } = verifier({ keys: publishedKeys(ports), now: Date.now });
      await verify(await signed());
      expect(fetch).toHaveBeenCalledTimes(1);
      vi.setSystemTime(NOW + 31_000);
      for (const kid of ["x", "y", "z"]) {
        expect(await refusal(verify(await signed({}, kid)))).toBe("unauthorized");
      }
      expect(fetch).toHaveBeenCalledTimes(2);
      vi.setSystemTime(NOW + 62_000);
      expect(await refusal(verify(await signed({}, "x")))).toBe("unauthorized");
      expect(fetch).toHaveBeenCalledTimes(3);
    } finally {
      vi.useRealTimers();
    }
  });

  it("that were rotated are found", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: NOW });
    try {
      const old: JSONWebKeySet = { keys: published.keys.slice(1) };
      let current = old;
      const { ports } = network(() => Response.json(current));
      const { verify } = verifier({ keys: publishedKeys(ports), now: Date.now });
      await verify(await signed({}, "rs", "RS256", rs));
      current = published;
      vi.setSystemTime(NOW + 31_000);
      expect((await verify(await signed())).id).toBe(ID);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ["the server is down", () => new Response("", { status: 503 })],
    ["the answer is a page", () => new Response("<html>")],
    ["the answer is no key set", () => Response.json({ keys: "none" })],
  ])("that cannot be had because %s are our problem, not the member's", async (_name, answer) => {
    const { ports } = network(answer);
    const { verify } = verifier({ keys: publishedKeys(ports), now: Date.now });
    expect(await refusal(verify(await signed()))).toBe("database_unavailable");
  });

  it("that were answered wrongly once are not kept like that", async () => {
    for (const wrong of ["<html>", '{"keys":"none"}', "null"]) {
      let answer = () => new Response(wrong);
      const { ports, cache } = network(() => answer());
      const first = verifier({ keys: publishedKeys(ports) });
      expect(await refusal(first.verify(await signed()))).toBe("database_unavailable");
      expect(cache.put).not.toHaveBeenCalled();
      answer = served;
      // Another isolate of the same colo, with the same cache.
      expect((await verifier({ keys: publishedKeys(ports) }).verify(await signed())).id).toBe(ID);
    }
  });

  it("work without a colo's cache", async () => {
    const { fetch } = network(served);
    const broken = {
      match: async () => {
        throw new Error("no cache");
      },
      put: async () => {
        throw new Error("no cache");
      },
    };
    const keys = publishedKeys({ url: JWKS_URL, fetch: fetch as never, cache: broken as never });
    expect((await verifier({ keys }).verify(await signed())).id).toBe(ID);
  });

  it("that are pinned are never fetched", async () => {
    const fetch = vi.spyOn(globalThis, "fetch");
    const { verify } = verifier({ keys: pinnedKeys(published) });
    expect((await verify(await signed())).id).toBe(ID);
    expect(await refusal(verify(await signed({}, "made-up")))).toBe("unauthorized");
    expect(fetch).not.toHaveBeenCalled();
    fetch.mockRestore();
  });
});
