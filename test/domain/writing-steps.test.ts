import { describe, expect, it } from "vitest";
import {
  type DiscoverySelections,
  fallbackTheme,
  firstStep,
  NO_SELECTIONS,
  pickedTiles,
  secondStep,
} from "../../domain/discovery.ts";
import {
  type DiscoveryState,
  discoveryAnswer,
  discoveryState,
  NOT_BEGUN,
} from "../../worker/member/writing/discovery-state.ts";
import { closerLook, themeOf } from "../../worker/member/writing/model-steps.ts";

const FIRST = firstStep("fun");
const PICKS: DiscoverySelections = {
  ...NO_SELECTIONS,
  picks: pickedTiles(
    FIRST,
    FIRST.tiles.slice(0, 4).map(({ id }) => id),
  ),
};
const [A = "", B = "", C = "", D = ""] = PICKS.picks.map(({ id }) => id);

const tiles = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    emoji: "🎉",
    label: `Tile ${n + 1}`,
    sublabel: "as I like it",
  }));
const group = (pick: string, more: object = {}) => ({
  pick,
  question: "When?",
  tiles: tiles(5),
  ...more,
});
const look = (groups: object[], more: object = {}) =>
  closerLook(JSON.stringify({ reflection: "I hear it.", groups, ...more }), PICKS);

/** The picks that a drill-down asks about. */
const asksAbout = (step: ReturnType<typeof closerLook>) =>
  step === null || step === "none" ? step : step.groups.map(({ of }) => of);

describe("a drill-down of the model", () => {
  it("becomes a step whose tiles have ids of their own", () => {
    const step = look([group(A), group(B, { tiles: tiles(6) })]);
    if (step === null || step === "none") throw new Error("no step");
    expect(step).toMatchObject({ step: 2, text: "I hear it.", options: [], theme: null });
    expect(step.groups).toEqual([
      { of: A, question: "When?" },
      { of: B, question: "When?" },
    ]);
    expect(step.tiles.map(({ id }) => id)).toEqual([
      ...[1, 2, 3, 4, 5].map((n) => `${A}.${n}`),
      ...[1, 2, 3, 4, 5, 6].map((n) => `${B}.${n}`),
    ]);
    expect(step.tiles[0]).toEqual({ ...tiles(1)[0], id: `${A}.1`, of: A });
  });

  it("keeps to what was picked, once each, three of them, and six tiles", () => {
    const all = [group("other"), group(A), group(A), group(B), group(C), group(D)];
    expect(asksAbout(look(all))).toEqual([A, B, C]);
    expect(asksAbout(look([group(A, { tiles: tiles(4) }), group(B)]))).toEqual([B]);
    const twice = [...tiles(4), { ...tiles(1)[0], label: "tile 1" }];
    expect(asksAbout(look([group(A, { tiles: twice }), group(B)]))).toEqual([B]);
    const many = look([group(A, { tiles: tiles(9) })]);
    expect(many !== null && many !== "none" && many.tiles).toHaveLength(6);
  });

  it("may say that there is nothing to ask", () => {
    expect(look([])).toBe("none");
  });

  it("tidies what it shows: one line, no control characters", () => {
    const step = look([group(A, { question: "  When\n\nis it\u0000? " })], {
      reflection: " I hear\tit. ",
    });
    expect(step).toMatchObject({ text: "I hear it.", groups: [{ question: "When is it?" }] });
  });

  it.each([
    ["no JSON", "Sorry, I cannot."],
    ["cut JSON", '{"reflection":"I he'],
    ["another shape", '{"tiles":[]}'],
    ["null", "null"],
    ["an empty reflection", JSON.stringify({ reflection: " ", groups: [group(A)] })],
    ["a very long one", JSON.stringify({ reflection: "x".repeat(601), groups: [group(A)] })],
    ["only what was not picked", JSON.stringify({ reflection: "I hear.", groups: [group("x")] })],
    [
      "a tile without a label",
      JSON.stringify({
        reflection: "I hear.",
        groups: [group(A, { tiles: [...tiles(5), { emoji: "🎉", label: "", sublabel: "x" }] })],
      }),
    ],
  ])("is not used where it is %s", (_what, answer) => {
    expect(closerLook(answer, PICKS)).toBeNull();
  });
});

describe("a theme of the model", () => {
  it.each(["Joy Together", "Play by the Sea", "Rhythm & Rest"])("is used: %s", (name) => {
    expect(themeOf(JSON.stringify({ name: ` ${name} `, evidence: "You\nchose it." }))).toEqual({
      name,
      evidence: "You chose it.",
    });
  });

  it.each([
    ["of one word", { name: "Joy", evidence: "You chose it." }],
    ["of five words", { name: "a b c d e", evidence: "You chose it." }],
    ["that is too long", { name: `${"x".repeat(59)} yz`, evidence: "You chose it." }],
    ["without evidence", { name: "Joy Together", evidence: "" }],
    ["that is none", []],
  ])("is not used %s", (_what, answer) => {
    expect(themeOf(JSON.stringify(answer))).toBeNull();
  });
});

const SECOND = secondStep("fun", PICKS);
const STATE: DiscoveryState = {
  step: 4,
  selections: { ...PICKS, own: "Choir", details: [], detailsOwn: "On Tuesdays", rhythm: "weekly" },
  second: SECOND,
  theme: fallbackTheme("fun", PICKS),
};
const shown = (state: DiscoveryState, at: 1 | 2 | 3 | null = null) =>
  discoveryAnswer("v-1", "fun", state, at);

describe("how far discovery has come", () => {
  it("is read as it was written", () => {
    expect(discoveryState(JSON.parse(JSON.stringify(STATE)))).toEqual(STATE);
    expect(discoveryState(JSON.parse(JSON.stringify(NOT_BEGUN)))).toEqual(NOT_BEGUN);
  });

  it.each([
    ["nothing", null],
    ["another shape", { picks: [] }],
    ["a step that is none", { ...STATE, step: 5 }],
    ["a rhythm that is none", { ...STATE, selections: { ...STATE.selections, rhythm: "yearly" } }],
  ])("counts as not begun where %s is stored", (_what, stored) => {
    expect(discoveryState(stored)).toEqual(NOT_BEGUN);
  });

  it("shows the step that is open, with what was chosen there", () => {
    expect(shown(NOT_BEGUN)).toEqual({
      ...FIRST,
      chosen: { selections: [], customInput: "" },
      conversationId: "vision:v-1:fun",
    });
    expect(shown({ ...STATE, step: 2 })).toMatchObject({
      step: 2,
      tiles: SECOND?.tiles,
      chosen: { selections: [], customInput: "On Tuesdays" },
    });
    expect(shown({ ...STATE, step: 3 })).toMatchObject({
      step: 3,
      theme: STATE.theme,
      chosen: { selections: ["weekly"], customInput: "" },
    });
    expect(shown(STATE)).toMatchObject({
      step: 4,
      theme: STATE.theme,
      chosen: { selections: ["weekly"] },
    });
  });

  it("shows an earlier step again, and never one that is not open or was left out", () => {
    expect(shown(STATE, 1)).toMatchObject({
      step: 1,
      chosen: { selections: [A, B, C, D], customInput: "Choir" },
    });
    expect(shown(STATE, 2).step).toBe(2);
    expect(shown(STATE, 3).step).toBe(3);
    expect(shown(NOT_BEGUN, 3).step).toBe(1);
    expect(shown({ ...STATE, step: 2 }, 3).step).toBe(2);
    expect(shown({ ...STATE, second: null }, 2).step).toBe(4);
    expect(shown({ ...STATE, step: 3, second: null }, 2).step).toBe(3);
  });
});
