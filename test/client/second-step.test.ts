import { describe, expect, it } from "vitest";
import { createMemberSession } from "../../client/auth/member-session.ts";
import { keepSession, parseSession, SESSION_KEY } from "../../client/auth/stored.ts";
import { memory } from "../../client/platform/storage.ts";

const base64url = (value: object) => btoa(JSON.stringify(value)).replaceAll("=", "");
const token = (aal?: string) => `${base64url({ alg: "HS256" })}.${base64url({ sub: "m1", aal })}.x`;
const factor = { id: "f1", factor_type: "totp", status: "verified" };
const stored = (aal: string | undefined, factors: unknown) =>
  parseSession(JSON.stringify({ access_token: token(aal), user: { id: "m1", factors } }));

describe("a stored session", () => {
  it.each<[string, string | undefined, unknown, boolean]>([
    ["without factors", "aal1", undefined, false],
    ["without factors, of a server that knows no levels", undefined, undefined, false],
    ["with a factor, after one step", "aal1", [factor], true],
    ["with a factor, of a token that does not say", undefined, [factor], true],
    ["with a factor, after both steps", "aal2", [factor], false],
    ["with a factor that was begun only", "aal1", [{ ...factor, status: "unverified" }], false],
    [
      "with one begun and one verified",
      "aal1",
      [{ ...factor, status: "unverified" }, factor],
      true,
    ],
    ["with factors that are none", "aal1", [null, 1, {}], false],
    ["with a list that is none", "aal1", "f1", false],
  ])("%s: whether a code is awaited", (_, aal, factors, awaits) => {
    expect(stored(aal, factors)?.awaitsCode).toBe(awaits);
  });

  it("awaits a code if its token cannot be read", () => {
    const json = JSON.stringify({
      access_token: "no token",
      user: { id: "m1", factors: [factor] },
    });
    expect(parseSession(json)).toMatchObject({ awaitsCode: true, factorId: "f1" });
  });
});

describe("a session whose second step is awaited", () => {
  const open = () => {
    const storage = memory();
    const keep = (aal: string, factors: unknown[] = [factor]) =>
      keepSession(
        storage,
        { access_token: token(aal), refresh_token: "r", user: { id: "m1", factors } },
        1,
      );
    keep("aal1");
    const session = createMemberSession({
      storage,
      refresh: async () => ({ kind: "over", code: "session_not_found" }),
      alone: (run) => run(),
      now: () => 1,
      steady: () => 1,
    });
    return { storage, session, keep };
  };

  it("is nobody's, gives no token, and stays over a reload", async () => {
    const { session } = open();
    expect(session.current.value).toBeNull();
    expect(session.awaiting.value?.factorId).toBe("f1");
    expect(await session.tokens.current()).toBeNull();
  });

  it("is the member's once the code was given", async () => {
    const { session, keep } = open();
    keep("aal2");
    session.sync();
    expect(session.awaiting.value).toBeNull();
    expect(session.current.value?.member.id).toBe("m1");
    expect(await session.tokens.current()).toBe(token("aal2"));
  });

  it("can be left", () => {
    const { session, storage } = open();
    session.end("");
    expect(session.awaiting.value).toBeNull();
    expect(storage.getItem(SESSION_KEY)).toBeNull();
  });

  it("takes the place of the member's session if that is renewed and has one step only", () => {
    const { session, keep } = open();
    keep("aal2");
    session.sync();
    keep("aal1");
    session.sync();
    expect(session.current.value).toBeNull();
    expect(session.awaiting.value?.factorId).toBe("f1");
  });
});
