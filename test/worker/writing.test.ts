import { describe, expect, it } from "vitest";
import { CATEGORY_KEYS } from "../../domain/categories.ts";
import {
  fallbackTheme,
  NO_SELECTIONS,
  pickedTiles,
  RHYTHMS,
  secondStep,
} from "../../domain/discovery.ts";
import type { Vision } from "../../domain/journey.ts";
import type { DiscoveryAnswer } from "../../domain/writing.ts";
import type { Control } from "../../local/model/types.ts";
import { getJson } from "./support/api.ts";
import { commit, draftOf, READY, readyMember, refusal, send, sendJson } from "./support/journey.ts";
import { forgetMemory, type Member, setProfile } from "./support/members.ts";
import { mendModel, modelRequests, setModel } from "./support/model.ts";
import { readEvents, textOf } from "./support/streams.ts";
import { eventually, setSupabase } from "./support/supabase.ts";
import {
  ask,
  booked,
  DISCOVERY,
  discovered,
  discoveries,
  OWN,
  spend,
  step,
  text,
  writtenOf,
} from "./support/writing.ts";

/** A member with a draft. */
async function withDraft(): Promise<{ member: Member; vision: Vision }> {
  const member = await readyMember();
  return { member, vision: await draftOf(member) };
}

/** The kinds of structured answers that the model was asked for. */
async function looks(member: Member): Promise<unknown[]> {
  const formats = (await modelRequests(member.id)).map(({ body }) => body.response_format);
  return formats.flatMap((format) => {
    const { json_schema: schema } = Object(format) as { json_schema?: { name: unknown } };
    return schema ? [schema.name] : [];
  });
}

describe("discovery", () => {
  it("leads from tiles to a closer look, a theme and a text", async () => {
    const { member, vision } = await withDraft();
    const { first, second, third } = await discovered(member, vision);
    expect(first).toMatchObject({ step: 1, groups: [], options: [], theme: null });
    expect(first.tiles.length).toBeGreaterThanOrEqual(7);
    const picked = first.tiles.slice(0, 3);
    expect(second.step).toBe(2);
    expect(second.groups.map(({ of }) => of)).toEqual(picked.map(({ id }) => id));
    // The model's tiles, not those that are written for want of it.
    expect(second.tiles[0]?.id).toBe(`${picked[0]?.id}.1`);
    expect(second.text.toLowerCase()).toContain(picked[0]?.label.toLowerCase());
    expect(third.step).toBe(3);
    expect([2, 3, 4]).toContain(third.theme?.name.split(" ").length);
    expect(third.text).toContain(third.theme?.evidence);
    expect(third.options.map(({ id }) => id)).toEqual(RHYTHMS.map(({ id }) => id));
    expect(await looks(member)).toEqual(["closer_look", "theme"]);

    const events = await readEvents(await text(member, vision));
    const written = writtenOf(events);
    expect(written).toMatchObject({
      visionId: vision.id,
      category: "fun",
      refinementId: null,
      notes: null,
      findings: [],
    });
    expect(written.ownWords).toBeGreaterThan(0.3);
    expect(textOf(events)).toContain("board games with my sister on rainy Sundays");
    const saved = await getJson<Vision>(member, `/api/visions/${vision.id}`);
    expect(saved.sections).toEqual({});
  });

  it("is there for every section, under any of its names", async () => {
    const { member, vision } = await withDraft();
    const start = (category: string) =>
      sendJson<DiscoveryAnswer>(member, "POST", DISCOVERY, {
        visionId: vision.id,
        category,
        action: "start",
      });
    for (const key of CATEGORY_KEYS) {
      const first = await start(key);
      expect(first.tiles.length).toBeGreaterThanOrEqual(7);
      expect(first.conversationId).toBe(`vision:${vision.id}:${key}`);
    }
    for (const name of ["Fun / Recreation", "FUN"]) {
      expect((await start(name)).conversationId).toBe(`vision:${vision.id}:fun`);
    }
    expect(await modelRequests(member.id)).toEqual([]);
    expect(await discoveries(member)).toEqual([]);
  });

  it("leaves the closer look out where all was said in own words", async () => {
    const { member, vision } = await withDraft();
    const third = await step(member, vision, "submit_step_1", { customInput: OWN });
    expect(third).toMatchObject({ step: 3, tiles: [], groups: [] });
    expect(third.theme).not.toBeNull();
    expect(await looks(member)).toEqual(["theme"]);
    expect((await step(member, vision, "start", { at: 2 })).step).toBe(3);
    const { brief } = await refusal(ask(member, vision, "submit_step_2", { customInput: "More" }));
    expect(brief).toEqual([409, "conflict", []]);
    expect(textOf(await readEvents(await text(member, vision)))).toContain("rainy Sundays");
  });

  it("lets a closer look be passed by, and the last rhythm stand", async () => {
    const { member, vision } = await withDraft();
    await step(member, vision, "submit_step_1", { selections: ["dancing"] });
    expect((await step(member, vision, "submit_step_2")).step).toBe(3);
    await readEvents(await text(member, vision, { selections: ["weekends"] }));
    await readEvents(await text(member, vision, { selections: [] }));
    expect((await step(member, vision, "start")).chosen.selections).toEqual(["weekends"]);
  });
});

describe("discovery is kept", () => {
  it("after each step, for a reload and for another device", async () => {
    const { member, vision } = await withDraft();
    const start = (more: object = {}) => step(member, vision, "start", more);
    const { first, second, third } = await discovered(member, vision);
    await forgetMemory();
    expect(await start()).toEqual(third);
    const details = second.tiles.slice(0, 2).map(({ id }) => id);
    expect(await start({ at: 2 })).toEqual({
      ...second,
      chosen: { selections: details, customInput: "" },
    });
    const picks = first.tiles.slice(0, 3).map(({ id }) => id);
    expect(await start({ at: 1 })).toEqual({
      ...first,
      chosen: { selections: picks, customInput: OWN },
    });
    await readEvents(await text(member, vision));
    expect(await start()).toMatchObject({
      step: 4,
      theme: third.theme,
      chosen: { selections: ["daily"], customInput: "" },
    });
    expect(await start({ at: 3 })).toMatchObject({ step: 3, theme: third.theme });
  });

  it("until it begins anew, from the start or from an earlier step", async () => {
    const { member, vision } = await withDraft();
    await discovered(member, vision);
    await readEvents(await text(member, vision));
    const again = await step(member, vision, "submit_step_1", { selections: ["games"] });
    expect(again.groups.map(({ of }) => of)).toEqual(["games"]);
    expect(again.chosen).toEqual({ selections: [], customInput: "" });
    expect((await step(member, vision, "start", { at: 3 })).step).toBe(2);
    const first = await step(member, vision, "start", { restart: true });
    expect(first).toMatchObject({ step: 1, chosen: { selections: [], customInput: "" } });
    expect((await step(member, vision, "start")).step).toBe(1);
  });

  it("for each section by itself, and as long as its version", async () => {
    const { member, vision } = await withDraft();
    await step(member, vision, "submit_step_1", { customInput: OWN });
    const home = { visionId: vision.id, category: "home", action: "start" };
    expect(await sendJson(member, "POST", DISCOVERY, home)).toMatchObject({ step: 1 });
    expect(await discoveries(member)).toHaveLength(1);
    await send(member, "DELETE", `/api/visions/${vision.id}`, undefined, { "if-match": '"v1"' });
    expect(await discoveries(member)).toEqual([]);
  });
});

describe("discovery refuses", () => {
  it("what was not on offer, and nothing at all: without effect", async () => {
    const { member, vision } = await withDraft();
    await discovered(member, vision);
    const before = await discoveries(member);
    const asked = (await modelRequests(member.id)).length;
    const cases: [action: string, more: object, paths: string[]][] = [
      ["submit_step_1", { selections: ["dancing", "chess"] }, ["selections.1"]],
      ["submit_step_1", {}, ["selections"]],
      ["submit_step_1", { customInput: " \n " }, ["selections"]],
      ["submit_step_1", { customInput: "a".repeat(2_001) }, ["customInput"]],
      ["submit_step_1", { selections: "dancing" }, ["selections"]],
      ["submit_step_1", { selections: Array(51).fill("dancing") }, ["selections"]],
      ["submit_step_2", { selections: ["dancing"] }, ["selections.0"]],
      ["submit_step_3", { selections: ["yearly"] }, ["selections"]],
      ["submit_step_3", { selections: ["daily", "weekly"] }, ["selections"]],
      ["submit_step_3", { selections: [] }, ["selections"]],
      ["submit_step_3", { selections: ["daily"], mode: "better" }, ["customInput"]],
      ["submit_step_3", { selections: ["daily"], mode: "longer" }, ["mode"]],
      ["start", { at: 4 }, ["at"]],
      ["start", { restart: "yes" }, ["restart"]],
      ["submit_step_4", {}, ["action"]],
      ["start", { visionId: "newest" }, ["visionId"]],
      ["start", { userId: member.id }, ["userId"]],
    ];
    for (const [action, more, paths] of cases) {
      const { brief } = await refusal(ask(member, vision, action, more));
      expect(brief, JSON.stringify(more)).toEqual([400, "invalid_request", paths]);
    }
    const category = await refusal(ask(member, vision, "start", { category: "sports" }));
    expect(category.brief).toEqual([400, "unknown_category", []]);
    for (const body of ["[]", "null", "{"]) {
      expect((await refusal(send(member, "POST", DISCOVERY, body))).brief[0]).toBe(400);
    }
    expect(await discoveries(member)).toEqual(before);
    expect(await modelRequests(member.id)).toHaveLength(asked);
  });

  it("a step before its time", async () => {
    const { member, vision } = await withDraft();
    for (const action of ["submit_step_2", "submit_step_3"]) {
      const { brief } = await refusal(ask(member, vision, action, { selections: ["daily"] }));
      expect(brief).toEqual([409, "conflict", []]);
    }
    await step(member, vision, "submit_step_1", { selections: ["dancing"] });
    expect((await refusal(text(member, vision))).brief).toEqual([409, "conflict", []]);
    expect((await step(member, vision, "start")).step).toBe(2);
  });

  it("a version that is not there, not theirs, or no draft", async () => {
    const { member, vision } = await withDraft();
    const other = await readyMember();
    for (const [who, id] of [
      [member, crypto.randomUUID()],
      [other, vision.id],
    ] as const) {
      for (const action of ["start", "submit_step_1"]) {
        const asked = ask(who, { ...vision, id }, action, { customInput: OWN });
        expect((await refusal(asked)).brief).toEqual([404, "not_found", []]);
      }
    }
    const active = await commit(other, await draftOf(other, { fun: "I dance." }));
    const { brief, problem } = await refusal(ask(other, active, "start"));
    expect(brief).toEqual([409, "conflict", []]);
    expect(problem.current).toMatchObject({ id: active.id, state: "active" });
    expect([...(await discoveries(member)), ...(await discoveries(other))]).toEqual([]);
  });

  it("below 70 %, with what is missing", async () => {
    const { member, vision } = await withDraft();
    await setProfile(member.id, { city: null, state: null });
    const { brief, problem } = await refusal(
      ask(member, vision, "submit_step_1", { customInput: OWN }),
    );
    expect(brief.slice(0, 2)).toEqual([403, "profile_incomplete"]);
    expect(problem.missing).toEqual(expect.arrayContaining(["city", "state"]));
    expect(problem.completion).toBeLessThan(70);
    expect(await discoveries(member)).toEqual([]);
    await setProfile(member.id, { city: READY.city, state: READY.state });
    expect((await step(member, vision, "start")).step).toBe(1);
  });

  it("to go on where Postgres does not answer", async () => {
    const { member, vision } = await withDraft();
    await discovered(member, vision);
    const before = await discoveries(member);
    const asked = (await modelRequests(member.id)).length;
    await setSupabase({ down: true });
    for (const answer of [
      ask(member, vision, "start"),
      ask(member, vision, "submit_step_1", { customInput: "Other words" }),
      text(member, vision),
    ]) {
      const { brief, problem } = await refusal(answer);
      expect(brief).toEqual([503, "database_unavailable", []]);
      expect(problem).toMatchObject({ retryable: true, retryAfter: 5 });
    }
    await setSupabase({ down: false });
    expect(await discoveries(member)).toEqual(before);
    expect(await modelRequests(member.id)).toHaveLength(asked);
  });

  it("who shows no token, and any other method", async () => {
    const { member } = await withDraft();
    const nobody = { ...member, token: "none" };
    expect((await refusal(send(nobody, "POST", DISCOVERY, {}))).brief[0]).toBe(401);
    expect((await refusal(send(member, "GET", DISCOVERY))).brief[0]).toBe(405);
  });
});

describe("discovery without the model", () => {
  const faults: [what: string, control: Partial<Control>][] = [
    ["is down", { fault: "500" }],
    ["is busy", { fault: "429", retryAfter: 1 }],
    ["breaks off", { fault: "drop", at: 3 }],
    ["says nothing", { fault: "stall", at: 0 }],
    ["answers no JSON", { tokens: 12 }],
    ["answers half of it", { fault: "length", at: 9 }],
  ];

  it.each(faults)("goes on where it %s", async (_what, control) => {
    const { member, vision } = await withDraft();
    await setModel(control);
    const first = await step(member, vision, "start");
    const ids = first.tiles.slice(0, 2).map(({ id }) => id);
    const picks = pickedTiles({ ...first, step: 1 }, ids);
    const selections = { ...NO_SELECTIONS, picks, own: OWN };
    const second = await step(member, vision, "submit_step_1", {
      selections: ids,
      customInput: OWN,
    });
    expect(second).toMatchObject({ ...secondStep("fun", selections) });
    const details = second.tiles.slice(0, 1);
    const third = await step(member, vision, "submit_step_2", {
      selections: details.map(({ id }) => id),
    });
    expect(third.theme).toEqual(fallbackTheme("fun", { ...selections, details }));
    expect(await looks(member)).toEqual(["closer_look", "theme"]);
    await mendModel();
    expect(textOf(await readEvents(await text(member, vision)))).toContain("rainy Sundays");
  });

  it("goes on where the credits are used up, only the text does not", async () => {
    const { member, vision } = await withDraft();
    await spend(member, 10_000);
    const { second, third } = await discovered(member, vision);
    expect([second.step, third.step]).toEqual([2, 3]);
    const { brief, problem } = await refusal(text(member, vision));
    expect(brief).toEqual([402, "credits_exhausted", []]);
    expect(problem.credits).toMatchObject({ left: 0 });
    expect(await modelRequests(member.id)).toEqual([]);
    expect((await step(member, vision, "start")).step).toBe(4);
  });
});

describe("what the model does for discovery", () => {
  it("is booked: looks as discovery, the text as generation, each once", async () => {
    const { member, vision } = await withDraft();
    await discovered(member, vision);
    await readEvents(await text(member, vision));
    const rows = await booked(member);
    expect(rows.map(({ action_type }) => action_type).sort()).toEqual([
      "vision_discovery",
      "vision_discovery",
      "vision_generation",
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({ success: true, error_code: null, estimated: false });
      expect(Number(row.cost_micro_usd)).toBeGreaterThan(0);
      expect(Object(row.metadata).credits).toBeGreaterThan(0);
    }
    expect(new Set(rows.map(({ conversation_id }) => conversation_id)).size).toBe(1);
  });

  it("is booked, and not charged, where it came to nothing", async () => {
    const { member, vision } = await withDraft();
    await setModel({ fault: "drop", at: 3 });
    await step(member, vision, "submit_step_1", { customInput: OWN });
    expect(await booked(member)).toEqual([
      expect.objectContaining({
        action_type: "vision_discovery",
        success: false,
        error_code: "answer_cut",
        estimated: true,
        metadata: expect.objectContaining({ credits: 0 }),
      }),
    ]);
  });

  it("is booked where it takes too long, and the step goes on without it", async () => {
    const { member, vision } = await withDraft();
    await setModel({ gapMs: 150 });
    const second = await step(member, vision, "submit_step_1", {
      selections: ["dancing", "games", "outdoors"],
    });
    expect(second.tiles[0]?.id).not.toBe("dancing.1");
    const [row] = await booked(member);
    expect(row).toMatchObject({
      action_type: "vision_discovery",
      success: false,
      estimated: true,
      metadata: expect.objectContaining({ credits: 0 }),
    });
    expect(Number(row?.output_tokens)).toBeGreaterThan(10);
  });

  it("goes on where the member leaves, and is kept", async () => {
    const { member, vision } = await withDraft();
    await setModel({ ttftMs: 300 });
    const leaving = new AbortController();
    const answer = ask(member, vision, "submit_step_1", { customInput: OWN }, {}, leaving.signal);
    await eventually(async () => expect(await looks(member)).toHaveLength(1));
    expect(await discoveries(member)).toEqual([]);
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await eventually(async () => expect(await discoveries(member)).toHaveLength(1));
    expect((await step(member, vision, "start")).step).toBe(3);
    expect(await booked(member)).toMatchObject([{ action_type: "vision_discovery" }]);
  });
});
