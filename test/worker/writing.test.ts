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
import { refusal, send, sendJson } from "./support/journey.ts";
import { forgetMemory } from "./support/members.ts";
import { mendModel, modelRequests, setModel } from "./support/model.ts";
import { readEvents, textOf } from "./support/streams.ts";
import { eventually } from "./support/supabase.ts";
import {
  ask,
  booked,
  DISCOVERY,
  discovered,
  discoveries,
  looks,
  OWN,
  spend,
  step,
  text,
  withDraft,
  writtenOf,
} from "./support/writing.ts";

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

  it("is booked and charged, though it came to nothing", async () => {
    const { member, vision } = await withDraft();
    await setModel({ fault: "drop", at: 3 });
    await step(member, vision, "submit_step_1", { customInput: OWN });
    expect(await booked(member)).toEqual([
      expect.objectContaining({
        action_type: "vision_discovery",
        success: false,
        error_code: "answer_cut",
        estimated: true,
        metadata: expect.objectContaining({ credits: 1 }),
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
    });
    // How many words came in the time, and so what they cost, is up to the machine.
    const { credits } = Object(row?.metadata);
    expect(credits).toBeGreaterThanOrEqual(1);
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
