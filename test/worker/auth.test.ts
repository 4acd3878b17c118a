import { listDurableObjectIds } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { importJWK, SignJWT } from "jose";
import { describe, expect, inject, it } from "vitest";
import type { SyncState } from "../../domain/messages.ts";
import type { MemberRequest } from "../../worker/commands.ts";
import { call, chat, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { newMember, objectOf } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { readWords } from "./support/streams.ts";
import { eventually, query, recordedCalls } from "./support/supabase.ts";
import { memberClaims, publishedKeyToken, rawToken, sharedSecretToken } from "./support/tokens.ts";

const seconds = () => Math.floor(Date.now() / 1000);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const member = () => crypto.randomUUID();

/** Every object that exists, to see that a refused request made none. */
const objects = async () =>
  (await listDurableObjectIds(env.MEMBERS)).map((id) => id.toString()).sort();

describe("a request is refused", () => {
  const cases: [name: string, code: string, headers: () => Promise<Record<string, string>>][] = [
    ["without a token", "unauthorized", async () => ({})],
    ["with an empty token", "unauthorized", async () => ({ authorization: "Bearer " })],
    [
      "with another scheme",
      "unauthorized",
      async () => ({ authorization: `Basic ${await sharedSecretToken(member())}` }),
    ],
    ["with a token that is none", "unauthorized", async () => bearer("not-a-token")],
    ["with three parts of nothing", "unauthorized", async () => bearer("a.b.c")],
    [
      "with a token that has expired",
      "token_expired",
      async () => bearer(await sharedSecretToken(member(), { exp: seconds() - 31 })),
    ],
    [
      "with a token signed with another secret",
      "unauthorized",
      async () =>
        bearer(await sharedSecretToken(member(), {}, "another-secret-another-secret-1234")),
    ],
    [
      "with a signature that was changed",
      "unauthorized",
      async () => {
        const token = await sharedSecretToken(member());
        const last = token.at(-2) === "A" ? "B" : "A";
        return bearer(`${token.slice(0, -2)}${last}${token.slice(-1)}`);
      },
    ],
    [
      "with claims that were changed under the signature",
      "unauthorized",
      async () => {
        const [header, , signature] = (await sharedSecretToken(member())).split(".");
        const [, payload] = (await sharedSecretToken(member())).split(".");
        return bearer(`${header}.${payload}.${signature}`);
      },
    ],
    [
      "with alg none",
      "unauthorized",
      async () => bearer(rawToken({ alg: "none", typ: "JWT" }, memberClaims(member()))),
    ],
    [
      "with HS256 under the published key",
      "unauthorized",
      async () => {
        const { publicKey } = inject("world");
        const { kid } = JSON.parse(publicKey);
        const token = await new SignJWT(memberClaims(member()))
          .setProtectedHeader({ alg: "HS256", kid })
          .sign(new TextEncoder().encode(publicKey));
        return bearer(token);
      },
    ],
    [
      "for another audience",
      "unauthorized",
      async () => bearer(await sharedSecretToken(member(), { aud: "anon" })),
    ],
    [
      "with another role",
      "unauthorized",
      async () => bearer(await sharedSecretToken(member(), { role: "service_role" })),
    ],
    [
      "without a role",
      "unauthorized",
      async () => bearer(await sharedSecretToken(member(), { role: undefined })),
    ],
    [
      "whose subject is no UUID",
      "unauthorized",
      async () => bearer(await sharedSecretToken("1; drop table")),
    ],
    [
      "without a subject",
      "unauthorized",
      async () => bearer(await sharedSecretToken(member(), { sub: undefined })),
    ],
    [
      "without an expiry",
      "unauthorized",
      async () => bearer(await sharedSecretToken(member(), { exp: undefined })),
    ],
    [
      "from another issuer",
      "unauthorized",
      async () =>
        bearer(await sharedSecretToken(member(), { iss: "https://other.example.com/auth/v1" })),
    ],
    [
      "with a public key's token without an issuer",
      "unauthorized",
      async () => bearer(await publishedKeyToken(member(), { iss: undefined })),
    ],
    [
      "with a public key's token of another issuer",
      "unauthorized",
      async () =>
        bearer(await publishedKeyToken(member(), { iss: "https://other.example.com/auth/v1" })),
    ],
    [
      "with a key id that nobody published",
      "unauthorized",
      async () => bearer(await publishedKeyToken(member(), {}, { kid: "made-up" })),
    ],
    [
      "with a forged signature under a published key id",
      "unauthorized",
      async () => {
        const [header, payload] = (await publishedKeyToken(member())).split(".");
        const [, , signature] = (await publishedKeyToken(member())).split(".");
        return bearer(`${header}.${payload}.${signature}`);
      },
    ],
  ];

  it.each(cases)("%s", async (_name, code, headers) => {
    const before = await objects();
    for (const [method, path] of [
      ["GET", "/api/conversations"],
      ["POST", "/api/viva/chat"],
    ] as const) {
      const response = await call(path, {
        method,
        headers: await headers(),
        ...(method === "POST" && { body: JSON.stringify(say("Hello")) }),
      });
      expect(response.status).toBe(401);
      const problem = await problemOf(response);
      expect(problem.code).toBe(code);
      expect(problem.retryable).toBe(false);
    }
    expect(await objects()).toEqual(before);
  });
});

describe("a request is let in", () => {
  const outbox = async (token: string): Promise<SyncState> => {
    const response = await call("/api/sync", { headers: bearer(token) });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return response.json();
  };
  const empty = { pending: 0, oldestAgeMs: 0, failed: 0 };

  it("with a token of the shared secret", async () => {
    expect(await outbox(await sharedSecretToken(member()))).toEqual(empty);
  });

  it("with a token of a published key, whose set is fetched once", async () => {
    const fetched = async () =>
      (await recordedCalls()).filter((one) => one.path.endsWith("jwks.json")).length;
    const before = await fetched(); // by other tests, which name unknown keys too
    expect(await outbox(await publishedKeyToken(member()))).toEqual(empty);
    expect(await outbox(await publishedKeyToken(member()))).toEqual(empty);
    expect(await fetched()).toBeLessThanOrEqual(before + 1);
    expect(await fetched()).toBeGreaterThan(0);
  });

  it("with a token that expired within the tolerance of clocks", async () => {
    const token = await sharedSecretToken(member(), { exp: seconds() - 20 });
    expect(await outbox(token)).toEqual(empty);
  });

  it("with the right issuer on a shared-secret token, whatever the case of scheme and subject", async () => {
    const { supabaseUrl } = inject("world");
    const id = member();
    const token = await sharedSecretToken(id.toUpperCase(), { iss: `${supabaseUrl}/auth/v1` });
    const response = await call("/api/sync", { headers: { authorization: `bearer ${token}` } });
    expect(response.status).toBe(200);
    expect(await objects()).toContain(env.MEMBERS.idFromName(id).toString());
  });

  it("with the token that Supabase gives at sign-up", async () => {
    const { supabaseUrl, publishableKey } = inject("world");
    const response = await fetch(`${supabaseUrl}/auth/v1/signup`, {
      method: "POST",
      headers: { apikey: publishableKey, "content-type": "application/json" },
      body: JSON.stringify({ email: `${member()}@example.com`, password: "a long password 1" }),
    });
    const session: { access_token: string; user: { id: string } } = await response.json();
    const signedUp = { id: session.user.id, token: session.access_token };
    await setModel({ tokens: 2 });
    expect(await readWords(await chat(signedUp, say("Hello"), WORDS))).toBe("w1 w2");
    expect(await modelRequests(signedUp.id)).toHaveLength(1);
  });
});

describe("who is asking", () => {
  it("stands in the token alone: headers that name another member are not passed on", async () => {
    const victim = await newMember();
    const other = await newMember();
    await setModel({ tokens: 2 });
    await readWords(await chat(victim, say("My secret", { id: "talk" }), WORDS));
    const smuggled = {
      "x-viva-member": JSON.stringify({ id: victim.id, issuedAt: 0, expiresAt: seconds() + 3600 }),
      "x-viva-place": JSON.stringify({ colo: "EVIL", country: "XX", region: "elsewhere" }),
      "x-user-id": victim.id,
      "x-supabase-user": victim.id,
    };
    const response = await call("/api/conversations/talk", {
      headers: { ...smuggled, authorization: `Bearer ${other.token}` },
    });
    expect(response.status).toBe(404);

    const answer = await chat(other, say("Hello", { id: "mine" }), {
      ...smuggled,
      ...WORDS,
      authorization: `Bearer ${other.token}`,
    });
    await readWords(answer);
    const usage = await eventually(async () => {
      const rows = await query("select user_id, colo, region from token_usage where user_id = $1", [
        other.id,
      ]);
      expect(rows).toHaveLength(1);
      return rows[0];
    });
    expect(usage).toEqual({ user_id: other.id, colo: "", region: "" });
    expect(await modelRequests(victim.id)).toHaveLength(1);
  });

  it("is checked by the object once more: it serves its own member and nobody else", async () => {
    const [mine, theirs] = [await newMember(), await newMember()];
    await getJson(mine, "/api/sync");
    const asked: MemberRequest = {
      caller: {
        id: theirs.id,
        issuedAt: 0,
        expiresAt: seconds() + 3600,
        signedInAt: 0,
        aal: "aal1",
      },
      token: theirs.token,
      place: { colo: "", country: "", region: "" },
      tab: null,
      requestId: "request-1",
      instance: "/api/sync",
    };
    const response = await objectOf(mine).answer(asked, { kind: "read-sync" });
    expect(response.status).toBe(403);
  });

  it("cannot be the service: a key in place of a token is refused", async () => {
    const { secretKey, publishableKey } = inject("world");
    for (const key of [secretKey, publishableKey]) {
      expect((await call("/api/sync", { headers: bearer(key) })).status).toBe(401);
    }
  });
});

it("a token whose key cannot be read is refused as a token, not as an error of ours", async () => {
  const key = await importJWK(JSON.parse(inject("world").signingKey), "ES256");
  const token = await new SignJWT(memberClaims(member()))
    .setProtectedHeader({ alg: "ES256", crit: ["b64"], b64: true } as never)
    .sign(key)
    .catch(() => rawToken({ alg: "ES256", crit: ["unknown"] }, memberClaims(member()), "AAAA"));
  const response = await call("/api/sync", { headers: bearer(token) });
  expect(response.status).toBe(401);
});
