import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { exportJWK, generateKeyPair, importJWK, SignJWT } from "jose";
import { describe, expect, inject, it, vi } from "vitest";
import worker from "../../../worker/index.ts";
import { call, ORIGIN, problemOf } from "../support/api.ts";
import { recordedCalls } from "../support/supabase.ts";
import { memberClaims, publishedKeyToken, rawToken, sharedSecretToken } from "../support/tokens.ts";

const member = () => crypto.randomUUID();
const seconds = () => Math.floor(Date.now() / 1000);
const issuer = () => `${inject("world").supabaseUrl}/auth/v1`;
const claims = (more: object = {}) => memberClaims(member(), { iss: issuer(), ...more });

/** A token of a key of the forger's own, with a header that leads to that key. */
async function forged(header: (jwk: object) => object): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const { kid } = JSON.parse(inject("world").publicKey) as { kid: string };
  return new SignJWT(claims())
    .setProtectedHeader({ alg: "ES256", kid, ...header(await exportJWK(publicKey)) })
    .sign(privateKey);
}

/** A token that is signed rightly, with the published key, under another header. */
async function rightly(header: object, more: object = {}): Promise<string> {
  const key = JSON.parse(inject("world").signingKey);
  return new SignJWT(claims(more))
    .setProtectedHeader({ alg: "ES256", kid: key.kid, ...header })
    .sign(await importJWK(key, "ES256"));
}

const EVIL = "https://evil.example.com";

describe("a forged token opens nothing", () => {
  const cases: [name: string, token: () => string | Promise<string>][] = [
    ["that leads to the forger's key set (jku)", () => forged(() => ({ jku: `${EVIL}/jwks` }))],
    ["that leads to the forger's certificate (x5u)", () => forged(() => ({ x5u: `${EVIL}/pem` }))],
    ["that brings its own key (jwk)", () => forged((jwk) => ({ jwk }))],
    ["that brings its own certificate (x5c)", () => forged(() => ({ x5c: ["MIIB"] }))],
    ["whose key id is a path", () => forged(() => ({ kid: "../../../../dev/null" }))],
    ["whose key id is a statement", () => forged(() => ({ kid: "' union select 'x" }))],
    ["whose key id is an address", () => forged(() => ({ kid: `${EVIL}/jwks` }))],
    ["whose key id is missing", () => forged(() => ({ kid: undefined }))],
    ["with alg none in other letters", () => rawToken({ alg: "nOnE", typ: "JWT" }, claims(), "")],
    [
      "with an empty signature under a real header",
      async () => {
        const [header, payload] = (await publishedKeyToken(member())).split(".");
        return `${header}.${payload}.`;
      },
    ],
    [
      "signed with the published key as if it were a secret, in its published form",
      () => sharedSecretToken(member(), { iss: issuer() }, inject("world").publicKey),
    ],
    [
      "signed with an empty secret",
      async () => {
        const [header, payload] = (await sharedSecretToken(member())).split(".");
        return `${header}.${payload}.${"A".repeat(43)}`;
      },
    ],
    ["in five parts, as encrypted ones are", () => "e30.e30.e30.e30.e30"],
    ["with claims that are a list", () => rawToken({ alg: "HS256" }, [], "AAAA")],
    [
      "whose header is 20,000 levels deep",
      () => {
        const deep = `{"alg":"ES256","x":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
        return `${btoa(deep).replaceAll("=", "")}.e30.AAAA`;
      },
    ],
  ];

  it.each(cases)("%s", async (_name, token) => {
    const outward = vi.spyOn(globalThis, "fetch");
    const response = await call("/api/sync", {
      headers: { authorization: `Bearer ${await token()}` },
    });
    expect((await problemOf(response)).code).toBe("unauthorized");
    expect(response.status).toBe(401);
    // Nothing that a token says is ever gone to.
    const asked = outward.mock.calls.map(([to]) => String(to instanceof Request ? to.url : to));
    expect(asked.filter((to) => !to.endsWith("/auth/v1/.well-known/jwks.json"))).toEqual([]);
    expect(asked.filter((to) => to.startsWith(EVIL))).toEqual([]);
  });
});

describe("a real signature does not make up for what a token says", () => {
  const cases: [name: string, code: string, token: () => Promise<string>][] = [
    ["for a token of the future (nbf)", "unauthorized", () => rightly({}, { nbf: seconds() + 90 })],
    ["for a token of the future (iat)", "unauthorized", () => rightly({}, { iat: seconds() + 90 })],
    ["for one that has expired", "token_expired", () => rightly({}, { exp: seconds() - 31 })],
    ["for an expiry that is no number", "unauthorized", () => rightly({}, { exp: "tomorrow" })],
    ["for the service's role", "unauthorized", () => rightly({}, { role: "service_role" })],
    ["for a visitor's role", "unauthorized", () => rightly({}, { role: "anon" })],
    ["for a list of roles", "unauthorized", () => rightly({}, { role: ["authenticated"] })],
    ["for another audience", "unauthorized", () => rightly({}, { aud: "admin" })],
    [
      "for an issuer that only begins rightly",
      "unauthorized",
      () => rightly({}, { iss: `${issuer()}.evil.example.com` }),
    ],
    ["for an issuer with a slash more", "unauthorized", () => rightly({}, { iss: `${issuer()}/` })],
    ["for a list of issuers", "unauthorized", () => rightly({}, { iss: [issuer()] })],
    ["for a subject that is no UUID", "unauthorized", () => rightly({}, { sub: "admin" })],
    [
      "for a subject that is a path",
      "unauthorized",
      () => rightly({}, { sub: `${member()}/../${member()}` }),
    ],
    ["for a subject that is a list", "unauthorized", () => rightly({}, { sub: [member()] })],
    [
      "for a header with an extension nobody knows",
      "unauthorized",
      () =>
        rightly({ "urn:x": true }).then(() => {
          const header = { alg: "ES256", kid: "published-1", crit: ["urn:x"], "urn:x": 1 };
          return rawToken(header, claims(), "AAAA");
        }),
    ],
    ["for 12,000 characters", "unauthorized", () => rightly({}, { more: "x".repeat(9_000) })],
  ];

  it.each(cases)("%s: %s", async (_name, code, token) => {
    const response = await call("/api/sync", {
      headers: { authorization: `Bearer ${await token()}` },
    });
    expect([response.status, (await problemOf(response)).code]).toEqual([401, code]);
  });
});

describe("there is one way to show a token, once", () => {
  const status = async (init: RequestInit, path = "/api/sync") => (await call(path, init)).status;

  it("not two Authorization headers, in either order", async () => {
    const good = `Bearer ${await sharedSecretToken(member())}`;
    const bad = `Bearer ${rawToken({ alg: "none" }, claims())}`;
    expect(await status({ headers: [["authorization", good]] })).toBe(200);
    for (const pair of [
      [good, bad],
      [bad, good],
      [good, good],
    ]) {
      const headers = pair.map((value) => ["authorization", value] as [string, string]);
      expect(await status({ headers })).toBe(401);
    }
  });

  it("not in a cookie, the address, the body or another header", async () => {
    const token = await sharedSecretToken(member());
    for (const name of ["cookie", "x-authorization", "apikey", "proxy-authorization"]) {
      const value = name === "cookie" ? `access_token=${token}; sb-access-token=${token}` : token;
      expect(await status({ headers: { [name]: value } })).toBe(401);
    }
    for (const name of ["access_token", "token", "apikey", "authorization"]) {
      expect(await status({}, `/api/sync?${name}=${token}`)).toBe(401);
      const body = JSON.stringify({ [name]: token, messages: [] });
      expect(await status({ method: "POST", body }, "/api/viva/chat")).toBe(401);
    }
  });

  it("not between blanks, commas or quotes", async () => {
    const token = await sharedSecretToken(member());
    for (const value of [`Bearer ${token}, x`, `Bearer "${token}"`, `Bearer\t${token}`, token]) {
      expect(await status({ headers: { authorization: value } })).toBe(401);
    }
  });
});

it("a storm of forged key ids is one request to Supabase, also where that does not help", async () => {
  // A project of its own, whose keys nobody has asked for yet, and which has none.
  const name = crypto.randomUUID();
  const project = { ...env, SUPABASE_URL: `${inject("world").supabaseUrl}?project=${name}` };
  const tokens = await Promise.all(
    Array.from({ length: 60 }, (_, n) => forged(() => ({ kid: `made-up-${n}` }))),
  );
  const answers = await Promise.all(
    tokens.map((token) => {
      const headers = { authorization: `Bearer ${token}` };
      const request = new Request(`${ORIGIN}/api/sync`, { headers });
      return worker.fetch(request as never, project, createExecutionContext());
    }),
  );
  // Nobody can say that these tokens are false: no member is signed out by an outage.
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
  const asked = (await recordedCalls()).filter(({ path }) => path.includes(name));
  expect(asked).toHaveLength(1);
});
