import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import type { ProfileState, Vision } from "../../domain/journey.ts";
import { chat, EVENTS, ORIGIN, problemOf, say, WORDS } from "./support/api.ts";
import { draftOf, readyMember, send, sendJson, writeSections } from "./support/journey.ts";
import { askLive, openLine, ping } from "./support/live.ts";
import { newMember, objectOf } from "./support/members.ts";
import { setModel } from "./support/model.ts";
import { parseEvents, partOf, readEvents, readWords, StreamReader } from "./support/streams.ts";
import { sharedSecretToken } from "./support/tokens.ts";

const types = (frames: readonly { readonly type: string }[]) => frames.map(({ type }) => type);

describe("opening a line", () => {
  it("is answered with our subprotocol, from our own origin, an allowed one and none", async () => {
    const { token } = await newMember();
    for (const origin of [ORIGIN, "https://app.example.com"]) {
      const response = await askLive(token, { origin });
      expect(response.status).toBe(101);
      expect(response.headers.get("sec-websocket-protocol")).toBe("viva");
      response.webSocket?.accept();
      response.webSocket?.close();
    }
  });

  it("is refused to a page of another origin", async () => {
    const { token } = await newMember();
    for (const origin of ["https://evil.example.com", "null", `${ORIGIN}.evil.example`]) {
      const response = await askLive(token, { origin });
      expect(response.webSocket).toBeNull();
      expect((await problemOf(response)).code).toBe("forbidden");
    }
  });

  it("is refused without a token, with a bad one, and with an expired one", async () => {
    const { id, token } = await newMember();
    expect((await problemOf(await askLive(null))).code).toBe("unauthorized");
    const forged = `${token.slice(0, -6)}AAAAAA`;
    expect((await problemOf(await askLive(forged))).code).toBe("unauthorized");
    const old = await sharedSecretToken(id, { exp: Math.floor(Date.now() / 1000) - 60 });
    expect((await problemOf(await askLive(old))).code).toBe("token_expired");
    // A header of the browser's own is none of ours: what counts is what the client offers.
    const bearer = { "sec-websocket-protocol": "viva", authorization: `Bearer ${token}` };
    expect((await problemOf(await askLive(null, bearer))).code).toBe("unauthorized");
  });

  it("is for WebSockets only", async () => {
    const { token } = await newMember();
    const headers = { authorization: `Bearer ${token}` };
    const response = await askLive(token, { ...headers, upgrade: "h2c" });
    expect((await problemOf(response)).code).toBe("invalid_request");
  });
});

describe("what a line tells", () => {
  it("tells every tab of a turn as it begins, while it runs, and as it ends", async () => {
    const member = await newMember();
    const lines = [await openLine(member), await openLine(member)];
    await setModel({ ttftMs: 50, tokens: 30, gapMs: 10 });
    const reader = new StreamReader(
      await chat(member, say("I love rivers.", { id: "talk" }), EVENTS),
    );
    const text = await reader.until((soFar) => soFar.includes('"type":"start"'));
    const { messageId, messageMetadata } = partOf(
      parseEvents(`${text.split("\n\n")[0]}\n\n`),
      "start",
    );
    const turnId = messageMetadata.turnId;
    for (const line of lines) {
      expect(await line.until(({ type }) => type === "turn-began")).toEqual({
        ...{ seq: 2, type: "turn-began", conversationId: "talk", turnId, messageId },
      });
    }
    // Still being written: what began can be read along.
    expect(reader.text).not.toContain('"type":"finish"');
    await reader.rest();
    for (const line of lines) {
      expect(await line.until(({ type }) => type === "turn-ended")).toEqual({
        ...{ seq: 3, type: "turn-ended", conversationId: "talk", turnId, state: "complete" },
      });
      expect(await line.until(({ type }) => type === "credits")).toEqual({
        ...{ seq: 4, type: "credits", left: 9_999 },
      });
      expect(JSON.stringify(line.frames)).not.toContain("rivers");
    }
  });

  it("tells what has been begun only once it can be read", async () => {
    const member = await newMember();
    const line = await openLine(member);
    await setModel({ ttftMs: 100, tokens: 10, gapMs: 10 });
    const answer = chat(member, say("Hello", { id: "talk" }), WORDS);
    await line.until(({ type }) => type === "turn-began");
    const stored = await runInDurableObject(objectOf(member), (_object, { storage }) =>
      storage.sql.exec("SELECT role FROM messages").toArray(),
    );
    expect(stored).toEqual([{ role: "user" }]);
    await readWords(await answer);
  });

  it("tells how a turn ended that was stopped, and one that failed", async () => {
    const member = await newMember();
    const line = await openLine(member);
    await setModel({ fault: "429", at: 0 });
    await readEvents(await chat(member, say("Hello", { id: "talk" }), EVENTS));
    const ended = (frame: { readonly type: string }) => frame.type === "turn-ended";
    expect(await line.until(ended)).toMatchObject({ state: "failed" });
    await setModel({ fault: null, ttftMs: 20, tokens: 200, gapMs: 20 });
    const reader = new StreamReader(await chat(member, say("Again", { id: "talk" }), EVENTS));
    await reader.until((text) => text.includes("text-delta"));
    await send(member, "POST", "/api/viva/chat/talk/stop");
    expect(await line.until(ended)).toMatchObject({ state: "stopped" });
    await reader.rest();
  });

  it("tells the other tabs what one has saved, and not the one that did", async () => {
    const member = await readyMember();
    const mine = await openLine(member, "tab-1");
    const other = await openLine(member, "tab-2");
    const byMe = { "x-viva-tab": "tab-1" };
    await sendJson<ProfileState>(member, "PATCH", "/api/profile", { first_name: "Ada" }, byMe);
    await other.until(({ type }) => type === "profile");
    await send(member, "PATCH", "/api/assessment", { responses: { fun_1: 5 } }, byMe);
    await other.until(({ type }) => type === "assessment");
    const draft = await sendJson<Vision>(member, "POST", "/api/visions", undefined, byMe);
    expect(await other.until(({ type }) => type === "vision")).toMatchObject({ id: draft.id });
    // Without a tab's name it is news to all.
    await writeSections(member, draft, { fun: "I choose to play in the river." });
    for (const line of [mine, other]) {
      expect(await line.until(({ type }) => type === "vision")).toMatchObject({ id: draft.id });
      expect(JSON.stringify(line.frames)).not.toMatch(/river|Ada/);
    }
    expect(types(mine.frames)).toEqual(["ready", "vision"]);
    expect(types(other.frames)).toEqual(["ready", "profile", "assessment", "vision", "vision"]);
    expect(other.frames.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it("tells nothing of what was refused", async () => {
    const member = await readyMember();
    const line = await openLine(member);
    expect((await send(member, "PATCH", "/api/profile", { number_of_children: "many" })).ok).toBe(
      false,
    );
    const draft = await draftOf(member);
    await line.until(({ type }) => type === "vision");
    const stale = await send(
      member,
      "PATCH",
      `/api/visions/${draft.id}`,
      { sections: { fun: "I play." } },
      { "if-match": '"v99"' },
    );
    expect(stale.status).toBe(412);
    await sendJson(member, "PATCH", "/api/profile", { first_name: "Ada" });
    await line.until(({ type }) => type === "profile");
    expect(types(line.frames)).toEqual(["ready", "vision", "profile"]);
  });

  it("tells another member nothing", async () => {
    const [member, stranger] = [await newMember(), await newMember()];
    const line = await openLine(stranger);
    await readWords(await chat(member, say("I love rivers."), WORDS));
    await sendJson(member, "PATCH", "/api/profile", { first_name: "Ada" });
    await sendJson(stranger, "PATCH", "/api/profile", { first_name: "Bo" });
    await line.until(({ type }) => type === "profile");
    expect(types(line.frames)).toEqual(["ready", "profile"]);
  });
});

describe("a line that sleeps", () => {
  it("goes on where it was: its numbers, its token's end, its tab", async () => {
    const member = await newMember();
    const mine = await openLine(member, "tab-1");
    const line = await openLine(member);
    await evictDurableObject(objectOf(member));
    await ping(line);
    line.socket.send(JSON.stringify({ type: "renew", token: member.token }));
    const ready = await line.until(({ type }) => type === "ready");
    expect(ready).toMatchObject({ seq: 2, quietMs: null });
    await evictDurableObject(objectOf(member));
    const byMe = { "x-viva-tab": "tab-1" };
    await sendJson(member, "PATCH", "/api/profile", { first_name: "Bo" }, byMe);
    expect(await line.until(({ type }) => type === "profile")).toEqual({ seq: 3, type: "profile" });
    expect(types(mine.frames)).toEqual(["ready"]);
  });

  it("is asked whether it stands without waking anyone", async () => {
    const member = await newMember();
    const line = await openLine(member);
    await evictDurableObject(objectOf(member));
    await ping(line);
    line.socket.send("ping");
    await ping(line);
    expect(types(line.frames)).toEqual(["ready"]);
  });
});

describe("the end of a token", () => {
  const soon = (ms: number) => Math.floor((Date.now() + ms) / 1000);

  it("ends the line, also in its sleep", async () => {
    const { id } = await newMember();
    const member = { id, token: await sharedSecretToken(id, { exp: soon(2_000) }) };
    const line = await openLine(member);
    const other = await openLine({ id, token: await sharedSecretToken(id) });
    await evictDurableObject(objectOf(member));
    await expect(line.closed).resolves.toEqual({ code: 4401, reason: "token expired" });
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
  });

  it("is put off by a newer token of the same member", async () => {
    const { id } = await newMember();
    const member = { id, token: await sharedSecretToken(id, { exp: soon(3_000) }) };
    const line = await openLine(member);
    const token = await sharedSecretToken(id, { exp: soon(600_000) });
    line.socket.send(JSON.stringify({ type: "renew", token }));
    const ready = await line.until(({ type }) => type === "ready");
    expect("expiresInMs" in ready && ready.expiresInMs).toBeGreaterThan(500_000);
    vi.spyOn(Date, "now").mockReturnValue(soon(30_000) * 1000);
    await runDurableObjectAlarm(objectOf(member));
    vi.restoreAllMocks();
    await sendJson({ id, token }, "PATCH", "/api/profile", { first_name: "Ada" });
    await line.until(({ type }) => type === "profile");
  });

  it("is not put off by a token that does not hold, nor by another member's", async () => {
    const { id } = await newMember();
    const stranger = await newMember();
    const member = { id, token: await sharedSecretToken(id, { exp: soon(3_000) }) };
    const line = await openLine(member);
    line.socket.send(JSON.stringify({ type: "renew", token: `${member.token}x` }));
    const other = await openLine(member);
    other.socket.send(JSON.stringify({ type: "renew", token: stranger.token }));
    await expect(other.closed).resolves.toMatchObject({ code: 1008 });
    await expect(line.closed).resolves.toMatchObject({ code: 4401 });
    expect(types(line.frames)).toEqual(["ready"]);
  });
});

describe("what a client may send", () => {
  it.each([
    ["no JSON", "hello", 1008],
    ["another type", JSON.stringify({ type: "tell", what: "all" }), 1008],
    ["a renewal without a token", JSON.stringify({ type: "renew" }), 1008],
    ["more than a renewal", JSON.stringify({ type: "renew", token: "t", admin: true }), 1008],
    ["bytes", new Uint8Array([123, 125]), 1008],
    ["a long frame", JSON.stringify({ type: "renew", token: "x".repeat(4_096) }), 1009],
    ["a frame of few characters and many bytes", `"${"🌊".repeat(1_100)}"`, 1009],
    ["many bytes", new Uint8Array(5_000), 1009],
  ])("is not %s", async (_what, frame, code) => {
    const line = await openLine(await newMember());
    line.socket.send(frame);
    await expect(line.closed).resolves.toMatchObject({ code });
  });

  it("is at most ten frames a second", async () => {
    const member = await newMember();
    const line = await openLine(member);
    const other = await openLine(member);
    const renewal = JSON.stringify({ type: "renew", token: member.token });
    for (let count = 0; count < 11; count += 1) line.socket.send(renewal);
    await expect(line.closed).resolves.toMatchObject({ code: 1008 });
    // The other tabs go on.
    other.socket.send(renewal);
    await other.until(({ type }) => type === "ready");
  });
});

it("keeps a member's newest twenty lines", async () => {
  const member = await newMember();
  const lines = [];
  for (let count = 0; count < 20; count += 1) lines.push(await openLine(member));
  await evictDurableObject(objectOf(member));
  const newest = await openLine(member);
  await expect(lines[0]?.closed).resolves.toMatchObject({ code: 4429 });
  await sendJson(member, "PATCH", "/api/profile", { first_name: "Ada" });
  for (const line of [...lines.slice(1), newest])
    await line.until(({ type }) => type === "profile");
});
