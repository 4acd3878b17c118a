import { runInDurableObject } from "cloudflare:test";
import { describe, expect, inject, it, vi } from "vitest";
import { openProvider } from "../../worker/member/account/connection.ts";
import { call, chat, EVENTS, problemOf, say, WORDS } from "./support/api.ts";
import { refusal, send } from "./support/journey.ts";
import { contextKept, forgetMemory, newMember, objectOf } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { readEvents, readWords } from "./support/streams.ts";
import { countRpc, eventually, setSupabase } from "./support/supabase.ts";

const WARM = "/api/viva/warm";

describe("warming", () => {
  it("has the context and the record there before the first turn, and calls no model", async () => {
    const member = await newMember({ first_name: "Mia" });
    const response = await send(member, "POST", WARM, { category: "Fun", phase: "peak" });
    expect([response.status, await response.json()]).toEqual([202, { state: "warming" }]);
    await eventually(async () =>
      expect((await contextKept(member))?.context.profile?.first_name).toBe("Mia"),
    );
    expect(await modelRequests(member.id)).toEqual([]);
    // The turn asks nothing of the database: it is not there.
    await setSupabase({ down: true });
    await readEvents(await chat(member, say("Hello"), EVENTS));
    expect((await modelRequests(member.id))[0]?.body).toMatchObject({ stream: true });
    expect(await countRpc(member.id, "viva_open")).toBe(1);
  });

  it("leaves a first turn one look at storage before its request leaves: whether its talk is known", async () => {
    const member = await newMember();
    const place = { category: "fun", phase: "contrast" };
    await send(member, "POST", WARM, place);
    await eventually(async () => expect(await contextKept(member)).toBeDefined());
    const [exec, get] = await runInDurableObject(objectOf(member), (_object, { storage }) => [
      vi.spyOn(Object.getPrototypeOf(storage.sql), "exec"),
      vi.spyOn(Object.getPrototypeOf(storage.kv), "get"),
    ]);
    const fetched = vi.spyOn(globalThis, "fetch");
    try {
      const said = say("Hello", { id: "talk", context: { category: "fun" } });
      await readEvents(await chat(member, said, EVENTS));
      const asked = fetched.mock.calls.findIndex(([url]) => String(url).includes("completions"));
      const left = fetched.mock.invocationCallOrder[asked] ?? 0;
      const before = [exec, get].flatMap((spy) =>
        spy?.mock.calls.filter((_, call) => (spy.mock.invocationCallOrder[call] ?? 0) < left),
      );
      expect(before).toEqual([["SELECT * FROM conversations WHERE id = ?", "talk"]]);
    } finally {
      vi.restoreAllMocks();
    }
  });

  it("answers before the database does", async () => {
    const member = await newMember();
    await setSupabase({ latencyMs: 5_000 });
    expect((await send(member, "POST", WARM)).status).toBe(202);
    expect(await contextKept(member)).toBeUndefined();
  });

  it("asks once for a context that is older than it may be", async () => {
    const member = await newMember({ first_name: "Mia" });
    await readWords(await chat(member, say("Hello", { id: "talk" }), WORDS));
    await eventually(async () => expect(await contextKept(member)).toBeDefined());
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      const kept = storage.kv.get<object>("context");
      storage.kv.put("context", { ...kept, checkedAt: 0 });
    });
    await forgetMemory();
    const before = await countRpc(member.id, "viva_context");
    for (const _ of [1, 2]) expect((await send(member, "POST", WARM, {})).status).toBe(202);
    await eventually(async () => expect((await contextKept(member))?.checkedAt).toBeGreaterThan(0));
    expect(await countRpc(member.id, "viva_context")).toBe(before + 1);
  });

  it("goes well without the database, and so does the turn", async () => {
    const member = await newMember();
    await setSupabase({ down: true });
    expect((await send(member, "POST", WARM)).status).toBe(202);
    await setModel({ tokens: 2 });
    expect(await readWords(await chat(member, say("Hello"), WORDS))).toBe("w1 w2");
  });

  it("refuses what is no place to talk, and who is nobody", async () => {
    const member = await newMember();
    const refused = async (body: unknown) =>
      (await refusal(send(member, "POST", WARM, body))).brief;
    expect(await refused({ category: "sports" })).toEqual([400, "unknown_category", []]);
    expect(await refused({ phase: "later" })).toEqual([400, "unknown_phase", []]);
    expect(await refused({ category: 1 })).toEqual([400, "invalid_request", ["category"]]);
    expect(await refused({ user_id: "x" })).toEqual([400, "invalid_request", ["user_id"]]);
    expect(await refused([])).toEqual([400, "invalid_request", [""]]);
    expect(await refused("{")).toEqual([400, "invalid_json", []]);
    expect((await problemOf(await call(WARM, { method: "POST" }))).code).toBe("unauthorized");
    expect(await contextKept(member)).toBeUndefined();
  });
});

describe("the connection to the provider", () => {
  const access = () => ({ apiKey: "rehearsal", baseUrl: `${inject("world").modelOrigin}/v1` });

  it("is opened once a minute at most, only where it is wanted, and fails in silence", async () => {
    const fetched: string[] = [];
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
      fetched.push(String(input));
      throw new TypeError("unreachable");
    });
    const now = Date.now() + 3_600_000;
    await openProvider(access(), false, now);
    expect(fetched).toEqual([]);
    for (const later of [0, 1_000, 59_000]) await openProvider(access(), true, now + later);
    expect(fetched).toEqual([`${access().baseUrl}/models`]);
    await openProvider(access(), true, now + 61_000);
    expect(fetched).toHaveLength(2);
  });
});
