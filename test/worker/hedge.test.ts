import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Conversation, Turn } from "../../domain/messages.ts";
import type { RequestRow } from "../../worker/member/usage/ledger.ts";
import { type Settings, settingsOf } from "../../worker/settings.ts";
import { call, chat, EVENTS, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { forgetMemory, type Member, newMember, objectOf } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { partOf, readEvents, readWords, StreamReader, shapeOf, textOf } from "./support/streams.ts";
import { eventually, query } from "./support/supabase.ts";

/** From here on a first word is late in these tests, in milliseconds; the time-out is at 600. */
const LATE_MS = 150;
const ALLOWANCE = 10_000;

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

/** A member whose first words are hedged if they take longer than `lateMs`. */
async function hedgedMember(lateMs = LATE_MS): Promise<Member> {
  const member = await newMember();
  await getJson(member, "/api/sync"); // the object exists
  await runInDurableObject(objectOf(member), (object) => {
    const { env } = object as unknown as { env: object };
    const settings = settingsOf(env) as { -readonly [Name in keyof Settings]: Settings[Name] };
    const before = settings.HEDGE_AFTER_MS;
    settings.HEDGE_AFTER_MS = lateMs;
    undo.push(() => {
      settings.HEDGE_AFTER_MS = before;
    });
  });
  return member;
}

interface UsageRow {
  readonly attempt: number;
  readonly success: boolean;
  readonly error_code: string | null;
  readonly estimated: boolean;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly first_token_ms: number | null;
  readonly metadata: Record<string, unknown>;
}

/** The books of a turn in Postgres, once both requests are there. */
const booksOf = (turnId: string | null) =>
  eventually(async () => {
    const rows = await query<UsageRow>(
      "select * from token_usage where turn_id = $1 order by attempt",
      [turnId],
    );
    expect(rows.map(({ attempt }) => attempt)).toEqual([1, 2]);
    return rows as [UsageRow, UsageRow];
  });

/** The ledger of a member's object. */
const ledgerOf = (member: Member): Promise<RequestRow[]> =>
  runInDurableObject(objectOf(member), (_object, { storage }) =>
    storage.sql.exec<RequestRow>("SELECT * FROM requests ORDER BY turn_id, attempt").toArray(),
  );
const statesOf = async (member: Member) => (await ledgerOf(member)).map(({ state }) => state);

/** Waits until two requests race, and both are reserved. */
const racing = (member: Member) =>
  eventually(async () => {
    expect(await modelRequests(member.id)).toHaveLength(2);
    expect(await statesOf(member)).toEqual(["reserved", "reserved"]);
  });

const stop = (member: Member) =>
  call("/api/viva/chat/talk/stop", {
    method: "POST",
    headers: { authorization: `Bearer ${member.token}` },
  });

const resume = (member: Member, after: string) =>
  call(`/api/viva/chat/talk/stream?after=${after}`, {
    headers: { authorization: `Bearer ${member.token}`, ...EVENTS },
  });

const lostRow = {
  success: true,
  error_code: null,
  estimated: true,
  output_tokens: 0,
  first_token_ms: null,
};
/** That the member pays once: for the words they got. */
const lostFacts = { state: "lost", hedged: true, credits: 0 };

describe("a first word that is late", () => {
  it("comes from a second request where that is faster; the first is ended, and both are booked", async () => {
    const lines: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
    const member = await hedgedMember();
    await setModel({ fault: "stall", at: -1, times: 1, tokens: 3 });
    const response = await chat(member, say("Hello", { id: "talk" }), EVENTS);
    const turnId = response.headers.get("x-turn-id");
    const events = await readEvents(response);
    expect(shapeOf(events)).toEqual([
      "start",
      "text-start",
      "text-delta",
      "text-end",
      "finish",
      "[DONE]",
    ]);
    expect(textOf(events)).toBe("w1 w2 w3");
    const { usage, credits, timings } = partOf(events, "finish").messageMetadata;
    expect(usage.estimated).toBe(false);
    expect(credits.left).toBe(ALLOWANCE - usage.credits);
    expect(timings.upstreamMs).toBeGreaterThanOrEqual(LATE_MS);

    const [first, second] = await eventually(async () => {
      const asked = await modelRequests(member.id);
      expect(asked[0]?.aborted).toBe(true);
      return asked;
    });
    expect(second?.body).toEqual(first?.body);
    expect(await modelRequests(member.id)).toHaveLength(2);

    const [lost, won] = await booksOf(turnId);
    expect(lost).toMatchObject({ ...lostRow, metadata: { ...lostFacts, wonBy: 2 } });
    expect(lost.input_tokens).toBeGreaterThan(300);
    expect(won).toMatchObject({ success: true, estimated: false, error_code: null });
    expect(won).toMatchObject({ first_token_ms: timings.upstreamMs, output_tokens: 3 });
    expect(won.metadata).toMatchObject({ state: "complete", hedged: true, wonBy: 2 });
    expect(won.metadata).toMatchObject({ credits: usage.credits });
    expect(won.metadata.hedgedAfterMs).toBeGreaterThanOrEqual(LATE_MS);
    expect(await statesOf(member)).toEqual(["estimated", "final"]);
    const told = lines.map((line) => JSON.parse(line)).find(({ event }) => event === "turn");
    expect(told).toMatchObject({ turnId, requests: 2, hedged: true, wonBy: 2 });

    // What was read while it ran is what is stored: an offset means the same.
    await forgetMemory();
    const last = events.findLast(({ part }) => part?.type === "text-delta")?.id ?? "";
    expect(last).toBe(`${turnId}.2:8`);
    expect(shapeOf(await readEvents(await resume(member, last)))).toEqual([
      "text-end",
      "finish",
      "[DONE]",
    ]);
  });

  it("comes from the first where that is faster after all", async () => {
    const member = await hedgedMember();
    await setModel({ ttft: { kind: "each", ms: [400, 5_000] }, tokens: 3 });
    const response = await chat(member, say("Hello", { id: "talk" }), EVENTS);
    const turnId = response.headers.get("x-turn-id");
    const events = await readEvents(response);
    expect(textOf(events)).toBe("w1 w2 w3");
    await eventually(async () => {
      const asked = await modelRequests(member.id);
      expect(asked.map(({ aborted }) => aborted)).toEqual([false, true]);
    });
    const [won, lost] = await booksOf(turnId);
    expect(lost).toMatchObject({ ...lostRow, metadata: { ...lostFacts, wonBy: 1 } });
    expect(won).toMatchObject({ success: true, estimated: false, output_tokens: 3 });
    expect(await statesOf(member)).toEqual(["final", "estimated"]);
    await forgetMemory();
    const last = events.findLast(({ part }) => part?.type === "text-delta")?.id ?? "";
    expect(last).toBe(`${turnId}:8`);
    expect(shapeOf(await readEvents(await resume(member, last)))[0]).toBe("text-end");
  });

  it("is hedged once in many turns, also where the object was lost in between", async () => {
    const member = await hedgedMember();
    await setModel({ ttft: { kind: "each", ms: [300, 20, 300] }, tokens: 2 });
    for (const text of ["One", "Two", "Three"]) {
      expect(await readWords(await chat(member, say(text, { id: "talk" }), WORDS))).toBe("w1 w2");
      await forgetMemory();
    }
    expect(await modelRequests(member.id)).toHaveLength(4);
  });

  it("is hedged neither in a turn that was asked to wait, nor in the next ones", async () => {
    const member = await hedgedMember();
    await setModel({ fault: "429", times: 1, retryAfter: 0.05, tokens: 2 });
    await setModel({ ttft: { kind: "each", ms: [300] } });
    for (const text of ["One", "Two"]) {
      expect(await readWords(await chat(member, say(text, { id: "talk" }), WORDS))).toBe("w1 w2");
    }
    expect(await modelRequests(member.id)).toHaveLength(3);
  });
});

describe("of two requests that race", () => {
  it("one may fail: the words of the other come, and nobody is asked a third time", async () => {
    const member = await hedgedMember();
    const ttft = { kind: "each", ms: [250, 330] } as const;
    await setModel({ fault: "drop", at: 0, times: 1, ttft, tokens: 3 });
    const response = await chat(member, say("Hello", { id: "talk" }), EVENTS);
    expect(textOf(await readEvents(response))).toBe("w1 w2 w3");
    const [lost, won] = await booksOf(response.headers.get("x-turn-id"));
    expect(lost).toMatchObject({ success: false, error_code: "answer_cut", output_tokens: 0 });
    expect(won).toMatchObject({ success: true, output_tokens: 3 });
    expect(await modelRequests(member.id)).toHaveLength(2);
  });

  it("both may fail: then the turn has, once", async () => {
    const member = await hedgedMember();
    const ttft = { kind: "each", ms: [250] } as const;
    await setModel({ fault: "drop", at: 0, times: 2, ttft });
    const response = await chat(member, say("Hello", { id: "talk" }), WORDS);
    expect((await problemOf(response)).code).toBe("provider_unavailable");
    expect(await modelRequests(member.id)).toHaveLength(2);
    await eventually(async () => {
      const rows = await query<UsageRow>(
        "select * from token_usage where user_id = $1 order by attempt",
        [member.id],
      );
      expect(rows.map(({ success }) => success)).toEqual([false, false]);
    });
  });

  it("neither is awaited longer than one alone would be", async () => {
    const lateMs = 500;
    const member = await hedgedMember(lateMs);
    await setModel({ fault: "stall", at: -1 });
    const response = await chat(member, say("Hello", { id: "talk" }), WORDS);
    expect((await problemOf(response)).code).toBe("provider_timeout");
    const ends = await eventually(async () => {
      const asked = await modelRequests(member.id);
      expect(asked.map(({ aborted }) => aborted)).toEqual([true, true]);
      return asked.map(({ endedAt }) => endedAt ?? 0);
    });
    // A time-out of its own would end the second request as much later as it began later.
    expect((ends[1] ?? 0) - (ends[0] ?? 0)).toBeLessThan(lateMs);
  });

  it("both are ended by a stop, and booked; the member pays for one", async () => {
    const member = await hedgedMember();
    await setModel({ fault: "stall", at: 0 });
    const asked = chat(member, say("Hello", { id: "talk" }), EVENTS);
    await racing(member);
    const turn: Turn = await (await stop(member)).json();
    expect(turn).toMatchObject({ state: "stopped", usage: { estimated: true } });
    expect(shapeOf(await readEvents(await asked))).toContain("abort");
    await eventually(async () => {
      const requests = await modelRequests(member.id);
      expect(requests.map(({ aborted }) => aborted)).toEqual([true, true]);
    });
    expect(await statesOf(member)).toEqual(["estimated", "estimated"]);
    const rows = await booksOf(turn.id);
    expect(rows).toMatchObject([lostRow, lostRow]);
    expect(rows.map(({ metadata }) => Number(metadata.credits) > 0).sort()).toEqual([false, true]);
    const paid = rows.reduce((sum, { metadata }) => sum + Number(metadata.credits), 0);
    expect(turn.usage?.credits).toBe(paid);
  });

  it("both are ended by a newer message", async () => {
    const member = await hedgedMember();
    await setModel({ fault: "stall", at: 0 });
    const asked = chat(member, say("Hello", { id: "talk" }), EVENTS);
    await racing(member);
    await setModel({ fault: null, tokens: 2 });
    const next = await chat(member, say("No, this", { id: "talk" }), WORDS);
    expect(await readWords(next)).toBe("w1 w2");
    const first = await asked;
    expect(shapeOf(await readEvents(first))).toContain("abort");
    for (const row of await booksOf(first.headers.get("x-turn-id"))) {
      expect(row).toMatchObject(lostRow);
    }
    expect(await modelRequests(member.id)).toHaveLength(3);
  });
});

describe("an object that is lost while two requests race", () => {
  it("before a word: both are booked, and nobody is asked a third time", async () => {
    const member = await hedgedMember();
    await setModel({ fault: "stall", at: 0, tokens: 2 });
    const asked = chat(member, say("Hello", { id: "talk" }, "m-1"), EVENTS).catch(() => null);
    await racing(member);
    await forgetMemory();
    await setModel({ fault: null });
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.runningTurn).toBeNull();
    expect(talk.messages.map(({ metadata }) => metadata.status)).toEqual(["failed"]);
    expect(await statesOf(member)).toEqual(["estimated", "estimated"]);
    const { turnId } = talk.messages[0]?.metadata ?? {};
    const turn = await getJson<Turn>(member, `/api/turns/${turnId}`);
    expect(turn).toMatchObject({ state: "failed", errorCode: "internal" });
    expect(turn.usage?.credits).toBeGreaterThan(0);
    // The heartbeat that woke it would have sent the books, too.
    await runDurableObjectAlarm(objectOf(member));
    for (const row of await booksOf(turnId ?? null)) {
      expect(row).toMatchObject({ estimated: true, output_tokens: 0 });
      expect(row.metadata).toMatchObject({ hedged: true });
    }
    expect(await modelRequests(member.id)).toHaveLength(2);
    await asked;
  });

  it("after a word: the part is kept and paid for once", async () => {
    const member = await hedgedMember();
    await setModel({ fault: "stall", at: -1, times: 1, tokens: 200, gapMs: 15 });
    const reader = new StreamReader(await chat(member, say("Hello", { id: "talk" }), EVENTS));
    await reader.until((text) => text.includes("w5"));
    // Words are kept shortly after they were shown.
    await eventually(async () => {
      const [row] = await runInDurableObject(objectOf(member), (_object, { storage }) =>
        storage.sql.exec<{ part: string }>("SELECT part FROM turns").toArray(),
      );
      expect(row?.part).not.toBe("");
    });
    await forgetMemory();
    await reader.rest().catch(() => {});
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.messages.map(({ metadata }) => metadata.status)).toEqual([
      "complete",
      "interrupted",
    ]);
    const { turnId } = talk.messages[1]?.metadata ?? {};
    await runDurableObjectAlarm(objectOf(member));
    const [lost, won] = await booksOf(turnId ?? null);
    expect(lost).toMatchObject({ estimated: true, output_tokens: 0, metadata: lostFacts });
    expect(won.output_tokens).toBeGreaterThan(0);
    expect(won.metadata).toMatchObject({ wonBy: 2 });
    expect(won.metadata.credits).toBeGreaterThan(0);
    expect(await modelRequests(member.id)).toHaveLength(2);
    await setModel({ fault: null });
  });
});
