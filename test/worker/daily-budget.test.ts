import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DailySpending } from "../../worker/budget/daily-spending.ts";
import { utcDay } from "../../worker/budget/spent-today.ts";
import { spendingObject } from "../../worker/deployment/placement.ts";
import { readOverview } from "../../worker/operator/operations.ts";
import { type Settings, settingsOf } from "../../worker/settings.ts";
import { chat, EVENTS, problemOf, say, WORDS } from "./support/api.ts";
import { forgetMemory, type Member, newMember } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { useSettings } from "./support/settings.ts";
import { partOf, readEvents, readWords } from "./support/streams.ts";
import { eventually } from "./support/supabase.ts";
import { step, withDraft } from "./support/writing.ts";

const DOLLAR = 1_000_000;

const spent = async () => (await spendingObject(env).add(0)).spentMicroUsd;

/** Sets what the deployment has spent today. */
async function setSpent(microUsd: number): Promise<void> {
  await runInDurableObject(spendingObject(env), async (_object, { storage }) => {
    storage.kv.put("day", { day: utcDay(Date.now()), spentMicroUsd: microUsd, told: "nothing" });
    await storage.sync();
  });
  await forgetMemory();
}

/** A member of a deployment that may spend so much a day, of which so much is spent. */
async function memberWithin(budget: number, already: number): Promise<Member> {
  const member = await newMember({ first_name: "Mia" });
  await useSettings(member, { DAILY_BUDGET_USD: budget });
  await setSpent(already);
  return member;
}

afterEach(() => setSpent(0));

describe("the budget of the day", () => {
  it("counts what every request came to, in one sum for all members", async () => {
    const [ada, ben] = [await memberWithin(DOLLAR, 0), await newMember()];
    let cost = 0;
    for (const member of [ada, ben]) {
      await setModel({ tokens: 3 });
      const events = await readEvents(await chat(member, say("Hello"), EVENTS));
      const { usage } = partOf(events, "finish").messageMetadata;
      cost += Math.ceil(usage.inputTokens * 0.1 + usage.outputTokens * 0.5);
    }
    await eventually(async () => expect(await spent()).toBe(cost));
  });

  it("keeps a turn from leaving once it is spent, kindly, until tomorrow", async () => {
    const member = await memberWithin(DOLLAR, DOLLAR);
    const response = await chat(member, say("Hello", { id: "talk" }), WORDS);
    expect(response.status).toBe(503);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: "provider_busy", retryable: true });
    expect(problem.detail).toContain("until tomorrow");
    const seconds = Number(response.headers.get("retry-after"));
    expect(seconds).toBe(problem.retryAfter);
    const tomorrow = new Date(Date.now() + seconds * 1000).toISOString();
    expect(tomorrow.slice(0, 10) > utcDay(Date.now())).toBe(true);
    expect(await modelRequests(member.id)).toEqual([]);
    // A member in crisis is met all the same.
    const care = await chat(member, say("I want to kill myself tonight.", { id: "care" }), WORDS);
    expect(care.status).toBe(200);
    await care.text();
  });

  it("holds for what VIVA asks beside a turn", async () => {
    const { member, vision } = await withDraft();
    await useSettings(member, { DAILY_BUDGET_USD: DOLLAR });
    await setSpent(DOLLAR);
    const next = await step(member, vision, "submit_step_1", { selections: ["dancing"] });
    expect(next.tiles.length).toBeGreaterThan(0);
    expect(await modelRequests(member.id)).toEqual([]);
  });

  it("is heard of after each turn: the one that spends it is the last", async () => {
    const member = await memberWithin(DOLLAR, DOLLAR - 1);
    await setModel({ tokens: 1 });
    await readWords(await chat(member, say("One", { id: "talk" }), WORDS));
    const next = await chat(member, say("Two", { id: "talk" }), WORDS);
    expect((await problemOf(next)).code).toBe("provider_busy");
  });

  it("begins anew with the next day", async () => {
    const member = await memberWithin(DOLLAR, 0);
    await runInDurableObject(spendingObject(env), async (_object, { storage }) => {
      storage.kv.put("day", { day: "2020-01-01", spentMicroUsd: 9 * DOLLAR, told: "reached" });
      await storage.sync();
    });
    await forgetMemory();
    await setModel({ tokens: 1 });
    expect(await readWords(await chat(member, say("Hello"), WORDS))).toBe("w1");
  });

  it("lets members talk while nobody can say what was spent", async () => {
    const member = await memberWithin(DOLLAR, DOLLAR);
    vi.spyOn(DailySpending.prototype, "add").mockImplementation(() => {
      throw new Error("away");
    });
    await setModel({ tokens: 1 });
    expect(await readWords(await chat(member, say("Hello"), WORDS))).toBe("w1");
    await forgetMemory();
  });

  it("is asked of nobody before a turn of a member who has just talked", async () => {
    const member = await memberWithin(DOLLAR, 0);
    await setModel({ tokens: 1 });
    await readWords(await chat(member, say("One", { id: "talk" }), WORDS));
    const before = await eventually(async () => {
      const now = await spent();
      expect(now).toBeGreaterThan(0);
      return now;
    });
    // An object that does not answer holds up no turn.
    const open = Promise.withResolvers<{ day: string; spentMicroUsd: number }>();
    const asked = vi.spyOn(DailySpending.prototype, "add");
    asked.mockReturnValue(open.promise as never);
    const response = await chat(member, say("Two", { id: "talk" }), WORDS);
    expect(await readWords(response)).toBe("w1");
    // It was told of the turn behind it.
    await eventually(async () => expect(asked).toHaveBeenCalled());
    open.resolve({ day: utcDay(Date.now()), spentMicroUsd: before });
    await forgetMemory();
  });

  it("is told to the operator at 80 % and when it is spent, once a day each", async () => {
    await memberWithin(100, 0);
    const lines: { readonly level: string; readonly state: string }[] = [];
    for (const level of ["warn", "error"] as const) {
      vi.spyOn(console, level).mockImplementation((text: string) => {
        const line = JSON.parse(text);
        if (line.event === "daily_budget") lines.push({ level, state: line.state });
      });
    }
    for (const amount of [79, 1, 5, 15, 50]) await spendingObject(env).add(amount);
    expect(lines).toEqual([
      { level: "warn", state: "near" },
      { level: "error", state: "reached" },
    ]);
  });
});

it("without a budget nothing is counted, and nobody is asked", async () => {
  const member = await newMember();
  const settings: Settings = settingsOf(env);
  expect(settings.DAILY_BUDGET_USD).toBeNull();
  const before = await spent();
  await setModel({ tokens: 1 });
  await readWords(await chat(member, say("Hello"), WORDS));
  expect(await spent()).toBe(before);
});

describe("what the operator reads of the day's budget", () => {
  it("is what is spent, of how much; nothing if no budget is set", async () => {
    await setSpent(40 * DOLLAR);
    const { budget } = await readOverview({ ...env, DAILY_BUDGET_USD: "50" } as Env, 7);
    expect(budget).toEqual({ budgetMicroUsd: 50 * DOLLAR, spentMicroUsd: 40 * DOLLAR });
    expect((await readOverview(env, 7)).budget).toBeNull();
  });
});
