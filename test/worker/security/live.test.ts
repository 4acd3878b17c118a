import { runInDurableObject } from "cloudflare:test";
import { describe, expect, inject, it, vi } from "vitest";
import { call, ORIGIN, problemOf } from "../support/api.ts";
import { send, sendJson } from "../support/journey.ts";
import { askLive, type Line, openLine, ticketFor } from "../support/live.ts";
import { type Member, newMember, objectOf } from "../support/members.ts";
import { publishedKeyToken, rawToken, sharedSecretToken } from "../support/tokens.ts";

const seconds = () => Math.floor(Date.now() / 1000);
const offer = (...names: string[]) => ({ "sec-websocket-protocol": names.join(", ") });

/** Expects that nobody was let in, and says as what. */
async function refused(response: Response): Promise<string> {
  expect(response.webSocket).toBeNull();
  expect(response.status).toBeGreaterThanOrEqual(400);
  return (await problemOf(response)).code;
}

/** How many lines the member's object holds. */
const linesOf = (member: Member) =>
  runInDurableObject(objectOf(member), (_object, state) => state.getWebSockets().length);

describe("a page of another origin opens no line", () => {
  const { host } = new URL(ORIGIN);
  it.each([
    ["over plain HTTP", `http://${host}`],
    ["with another port", `${ORIGIN}:8443`],
    ["with a dot behind the name", `${ORIGIN}.`],
    ["with a path", `${ORIGIN}/`],
    ["with our name as its user", `https://${host}@evil.example.com`],
    ["with our name before its own", `https://${host}.evil.example.com`],
    ["with our name behind its own", `https://evil-${host}`],
    ["of a subdomain", `https://evil.${host}`],
    ["of a subdomain of an allowed one", "https://evil.app.example.com"],
    ["of an allowed one over plain HTTP", "http://app.example.com"],
    ["of two at once", `${ORIGIN}, https://evil.example.com`],
    ["of two in another order", `https://evil.example.com ${ORIGIN}`],
    ["that hides itself", "null"],
    ["of an extension", "chrome-extension://abcdefghijklmnop"],
    ["of a file", "file://"],
  ])("%s", async (_how, origin) => {
    const member = await newMember();
    expect(await refused(await askLive(member.token, { origin }))).toBe("forbidden");
    expect(await linesOf(member)).toBe(0);
  });
});

describe("the list of subprotocols carries one ticket, and nothing else", () => {
  const cases: [what: string, offered: (good: string) => string[]][] = [
    ["no ticket", () => ["viva"]],
    ["no name of ours", (good) => [`ticket.${good}`]],
    ["our name in other letters", (good) => ["VIVA", `ticket.${good}`]],
    ["an empty ticket", () => ["viva", "ticket."]],
    ["a ticket without its prefix", (good) => ["viva", good]],
    ["a prefix in other letters", (good) => ["viva", `Ticket.${good}`]],
    ["a good token behind a bad one", (good) => ["viva", "ticket.e30.e30.AAAA", `ticket.${good}`]],
    ["a bad token behind a good one", (good) => ["viva", `ticket.${good}`, "ticket.e30.e30.AAAA"]],
    ["a ticket twice", (good) => ["viva", `ticket.${good}`, `ticket.${good}`]],
    ["a ticket in a tab's name", (good) => ["viva", `tab.ticket.${good}`]],
    ["a ticket in quotes", (good) => ["viva", `"ticket.${good}"`]],
    ["a ticket and a semicolon", (good) => ["viva", `ticket.${good};q=1`]],
  ];
  it("takes a ticket once, and no access token", async () => {
    const member = await newMember();
    const ticket = await ticketFor(member.token);
    const opened = await askLive(null, offer("viva", `ticket.${ticket}`));
    expect(opened.status).toBe(101);
    opened.webSocket?.accept();
    for (const name of [`ticket.${ticket}`, `bearer.${member.token}`, `ticket.${member.token}`]) {
      expect(await refused(await askLive(null, offer("viva", name)))).toBe("unauthorized");
    }
    expect(await linesOf(member)).toBe(1);
    opened.webSocket?.close();
  });

  it("takes no ticket after half a minute, of another member, or one that is made up", async () => {
    const [member, other] = [await newMember(), await newMember()];
    const [id, nonce, signed] = (await ticketFor(member.token)).split(".");
    expect(id).toBe(member.id);
    for (const ticket of [
      `${other.id}.${nonce}.${signed}`,
      `${id}.${"0".repeat(32)}.${signed}`,
      `${id}.${nonce}.${"0".repeat(64)}`,
    ]) {
      expect(await refused(await askLive(null, offer("viva", `ticket.${ticket}`)))).toBe(
        "unauthorized",
      );
    }
    const late = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 30_000);
    const answer = await askLive(null, offer("viva", `ticket.${id}.${nonce}.${signed}`));
    late.mockRestore();
    expect(await refused(answer)).toBe("unauthorized");
  });

  it("takes no ticket of a session that is over since", async () => {
    const member = await newMember();
    const ticket = await ticketFor(member.token);
    await sendJson(member, "POST", "/api/sessions/revoke");
    const answer = await askLive(null, offer("viva", `ticket.${ticket}`));
    expect(await refused(answer)).toBe("session_revoked");
  });

  it.each(cases)("not %s", async (_what, offered) => {
    const member = await newMember();
    const response = await askLive(null, offer(...offered(await ticketFor(member.token))));
    expect(await refused(response)).toBe("unauthorized");
    expect(await linesOf(member)).toBe(0);
  });

  it("never answers with what was offered, only with our name", async () => {
    const token = await ticketFor((await newMember()).token);
    const response = await askLive(null, offer("chat", "viva", "admin", `ticket.${token}`));
    expect(response.status).toBe(101);
    expect(response.headers.get("sec-websocket-protocol")).toBe("viva");
    expect(JSON.stringify([...response.headers])).not.toContain(token);
    response.webSocket?.accept();
    response.webSocket?.close();
  });

  it("takes no token from the address, a cookie, a header or the tab's header", async () => {
    const member = await newMember();
    const none = offer("viva");
    for (const headers of [
      { authorization: `Bearer ${member.token}` },
      { cookie: `access_token=${member.token}` },
      { apikey: member.token },
      { "x-viva-tab": `ticket.${member.token}` },
      { "sec-websocket-key": member.token },
    ] as Record<string, string>[]) {
      expect(await refused(await askLive(null, { ...none, ...headers }))).toBe("unauthorized");
    }
    for (const query of ["token", "access_token", "protocol"]) {
      const headers = { upgrade: "websocket", origin: ORIGIN, ...none };
      const response = await call(`/api/viva/live?${query}=${member.token}`, { headers });
      expect(await refused(response)).toBe("unauthorized");
    }
    expect(await linesOf(member)).toBe(0);
  });
});

describe("a token that does not hold opens no line", () => {
  const iss = () => `${inject("world").supabaseUrl}/auth/v1`;
  const cases: [what: string, code: string, token: (id: string) => string | Promise<string>][] = [
    ["an unsigned one", "unauthorized", (id) => rawToken({ alg: "none" }, { sub: id })],
    ["one of another secret", "unauthorized", (id) => sharedSecretToken(id, {}, "x".repeat(40))],
    ["the service's", "unauthorized", (id) => sharedSecretToken(id, { role: "service_role" })],
    ["a visitor's", "unauthorized", (id) => sharedSecretToken(id, { role: "anon" })],
    ["one for others", "unauthorized", (id) => sharedSecretToken(id, { aud: "admin" })],
    ["one of the future", "unauthorized", (id) => sharedSecretToken(id, { iat: seconds() + 90 })],
    ["an expired one", "token_expired", (id) => sharedSecretToken(id, { exp: seconds() - 31 })],
    [
      "an expired one of the published key",
      "token_expired",
      (id) => publishedKeyToken(id, { iss: iss(), exp: seconds() - 31 }),
    ],
    ["a secret key", "unauthorized", () => inject("world").secretKey],
    ["a publishable key", "unauthorized", () => inject("world").publishableKey],
  ];
  it.each(cases)("%s", async (_what, code, token) => {
    const member = await newMember();
    expect(await refused(await askLive(await token(member.id)))).toBe(code);
    expect(await linesOf(member)).toBe(0);
  });

  it("one from before a sign-out on all devices, while a newer one does", async () => {
    const { id } = await newMember();
    const old = { id, token: await sharedSecretToken(id, { iat: seconds() - 60 }) };
    const line = await openLine(old);
    await sendJson({ id, token: await sharedSecretToken(id) }, "POST", "/api/sessions/revoke");
    await expect(line.closed).resolves.toMatchObject({ code: 4403 });
    expect(await refused(await askLive(old.token))).toBe("session_revoked");
    expect(await linesOf(old)).toBe(0);
  });
});

it("headers that name a member or a role are nobody's", async () => {
  const [member, victim] = [await newMember(), await newMember()];
  const response = await askLive(member.token, {
    "x-member-id": victim.id,
    "x-user-id": victim.id,
    "x-viva-member": victim.id,
    "x-forwarded-user": victim.id,
    "x-viva-role": "service_role",
  });
  expect(response.status).toBe(101);
  response.webSocket?.accept();
  expect([await linesOf(member), await linesOf(victim)]).toEqual([1, 0]);
  response.webSocket?.close();
});

it("is asked for by GET with an upgrade, and by nothing else", async () => {
  const member = await newMember();
  const headers = { origin: ORIGIN, ...offer("viva", `bearer.${member.token}`) };
  // With an upgrade the platform makes a GET of every method.
  for (const method of ["POST", "PUT", "DELETE"]) {
    const code = await refused(await call("/api/viva/live", { method, headers }));
    expect(code).toBe("method_not_allowed");
  }
  for (const upgrade of ["", "websocket, h2c", "websockets", "TLS/1.0"]) {
    expect(await refused(await askLive(member.token, { upgrade }))).toBe("invalid_request");
  }
  expect(await linesOf(member)).toBe(0);
});

describe("what is sent over a line reaches nobody and changes nothing", () => {
  const renew = (more: object) => JSON.stringify({ type: "renew", ...more });
  const frames: [what: string, frame: (member: Member) => string | ArrayBuffer][] = [
    ["a frame of ours, sent back", () => JSON.stringify({ seq: 1, type: "profile" })],
    [
      "a turn that never was",
      () =>
        JSON.stringify({ type: "turn-began", conversationId: "x", turnId: "y", messageId: "z" }),
    ],
    ["a list of frames", ({ token }) => `[${renew({ token })}]`],
    ["two frames in one", ({ token }) => `${renew({ token })}${renew({ token })}`],
    ["a frame and a line more", ({ token }) => `${renew({ token })}\n{}`],
    ["a member beside the token", ({ token }) => renew({ token, member: crypto.randomUUID() })],
    ["a token in a list", ({ token }) => renew({ token: [token] })],
    ["an empty token", () => renew({ token: "" })],
    [
      "a frame that would change what objects are",
      () => '{"__proto__":{"type":"renew","token":"x"}}',
    ],
    [
      "a renewal over the prototype",
      ({ token }) => `{"type":"renew","__proto__":{"token":"${token}"}}`,
    ],
    ["a frame 1,500 levels deep", () => `${"[".repeat(1_500)}${"]".repeat(1_500)}`],
    ["a number", () => "1e999"],
    ["nothing", () => ""],
    ["a null character", () => "\0"],
    ["half a character", () => '{"type":"\\ud83d"}'],
    ["a ping in other letters", () => "PING"],
    [
      "a renewal as bytes",
      ({ token }) => new TextEncoder().encode(renew({ token })).buffer as ArrayBuffer,
    ],
    ["no bytes", () => new ArrayBuffer(0)],
  ];
  it.each(frames)("%s", async (_what, frame) => {
    const member = await newMember();
    const [line, other] = [await openLine(member), await openLine(member)];
    line.socket.send(frame(member));
    await expect(line.closed).resolves.toMatchObject({ code: 1008 });
    await quiet(member, other);
  });

  it.each([
    ["4,097 bytes", `"${"x".repeat(4_095)}"`],
    ["a megabyte", "x".repeat(1 << 20)],
    ["bytes beyond the limit", new Uint8Array(4_097)],
  ])("%s", async (_what, frame) => {
    const member = await newMember();
    const [line, other] = [await openLine(member), await openLine(member)];
    line.socket.send(frame);
    await expect(line.closed).resolves.toMatchObject({ code: 1009 });
    await quiet(member, other);
  });

  /** The other line of the member hears of the next change, and has heard of nothing before. */
  async function quiet(member: Member, other: Line): Promise<void> {
    await sendJson(member, "PATCH", "/api/profile", { first_name: "Ada" });
    await other.until(({ type }) => type === "profile");
    expect(other.frames.map(({ type }) => type)).toEqual(["ready", "profile"]);
  }
});

describe("a renewal", () => {
  const bad: [what: string, token: (id: string) => string | Promise<string>][] = [
    ["an expired token", (id) => sharedSecretToken(id, { exp: seconds() - 31 })],
    ["a token of another secret", (id) => sharedSecretToken(id, {}, "x".repeat(40))],
    ["the service's token", (id) => sharedSecretToken(id, { role: "service_role" })],
    ["an unsigned token", (id) => rawToken({ alg: "none" }, { sub: id, exp: seconds() + 9_999 })],
    ["a prefix", (id) => sharedSecretToken(id).then((token) => `bearer.${token}`)],
  ];
  it.each(bad)("by %s lengthens nothing and tells nothing", async (_what, token) => {
    const { id } = await newMember();
    const member = { id, token: await sharedSecretToken(id, { exp: seconds() + 600 }) };
    const line = await openLine(member);
    const ends = () =>
      runInDurableObject(objectOf(member), (_object, state) =>
        state.getWebSockets().map((socket) => socket.deserializeAttachment().expiresAt),
      );
    const before = await ends();
    line.socket.send(JSON.stringify({ type: "renew", token: await token(id) }));
    await sendJson(member, "PATCH", "/api/profile", { first_name: "Ada" });
    await line.until(({ type }) => type === "profile");
    expect(line.frames.map(({ type }) => type)).toEqual(["ready", "profile"]);
    expect(await ends()).toEqual(before);
  });

  it("by another member's token ends the line, and opens none to what is theirs", async () => {
    const [member, victim] = [await newMember(), await newMember()];
    const line = await openLine(member);
    line.socket.send(JSON.stringify({ type: "renew", token: victim.token }));
    await expect(line.closed).resolves.toMatchObject({ code: 1008 });
    await send(victim, "PATCH", "/api/profile", { first_name: "Victim" });
    expect(line.frames.map(({ type }) => type)).toEqual(["ready"]);
    expect(await linesOf(victim)).toBe(0);
  });
});

it("a flood of bad frames ends one line, and the object goes on at once", async () => {
  const member = await newMember();
  const [flooding, other] = [await openLine(member), await openLine(member)];
  for (let count = 0; count < 500; count += 1) {
    if (flooding.socket.readyState !== WebSocket.OPEN) break;
    flooding.socket.send(`{"type":"flood","n":${count}}`);
  }
  await expect(flooding.closed).resolves.toMatchObject({ code: 1008 });
  await sendJson(member, "PATCH", "/api/profile", { first_name: "Ada" });
  await other.until(({ type }) => type === "profile");
  expect(await linesOf(member)).toBe(1);
});
