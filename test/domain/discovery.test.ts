import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATEGORY_KEYS, type CategoryKey } from "../../domain/categories.ts";
import {
  DISCOVERY,
  type DiscoverySelections,
  fallbackTheme,
  firstStep,
  isRhythm,
  MAX_GROUPS,
  NO_SELECTIONS,
  pickedTiles,
  RHYTHMS,
  secondStep,
  spokenWords,
  type Tile,
  thirdStep,
} from "../../domain/discovery.ts";
import { checkVoice } from "../../domain/voice.ts";
import { wordsOf } from "../../domain/words.ts";

const allTiles = (category: CategoryKey): Tile[] =>
  DISCOVERY[category].tiles.flatMap((tile) => [tile, ...(tile.deeper?.tiles ?? [])]);
const pick = (category: CategoryKey, ...ids: string[]): DiscoverySelections => ({
  ...NO_SELECTIONS,
  picks: pickedTiles(firstStep(category), ids),
});
const repeated = (texts: readonly string[]) =>
  texts.filter((text, at) => texts.indexOf(text) !== at);
const oneEmoji = /^\p{RGI_Emoji}$/v;

describe("discovery is written for every category", () => {
  it("of the 14, in order", () => {
    expect(Object.keys(DISCOVERY)).toEqual([...CATEGORY_KEYS]);
    const questions = CATEGORY_KEYS.map((key) => DISCOVERY[key].question);
    const echoes = CATEGORY_KEYS.map((key) => DISCOVERY[key].echo);
    expect(repeated([...questions, ...echoes])).toEqual([]);
  });

  it.each(CATEGORY_KEYS)(
    "%s: a question, 7-8 tiles, a closer look with 5-6 at some of them",
    (key) => {
      const { question, echo, theme, tiles } = DISCOVERY[key];
      expect(question).toMatch(/\?$/);
      expect(question.match(/\?/g)).toHaveLength(1);
      expect(echo).toMatch(/^\p{Lu}.*\.$/u);
      expect(wordsOf(theme).length).toBeGreaterThanOrEqual(2);
      expect(wordsOf(theme).length).toBeLessThanOrEqual(4);
      expect([7, 8]).toContain(tiles.length);
      const deeper = tiles.flatMap((tile) => (tile.deeper ? [tile.deeper] : []));
      expect(deeper.length).toBeGreaterThanOrEqual(3);
      for (const look of deeper) {
        expect([5, 6]).toContain(look.tiles.length);
        expect(look.question).toMatch(/^\p{Lu}.*\?$/u);
        expect(repeated(look.tiles.map(({ id }) => id))).toEqual([]);
        expect(repeated(look.tiles.map(({ emoji }) => emoji))).toEqual([]);
      }
      expect(repeated(deeper.map((look) => look.question))).toEqual([]);
      expect(repeated(tiles.map(({ id }) => id))).toEqual([]);
      expect(repeated(tiles.map(({ emoji }) => emoji))).toEqual([]);
      expect(repeated(tiles.map(({ essence }) => essence))).toEqual([]);
      expect(repeated(allTiles(key).map(({ label }) => label))).toEqual([]);
    },
  );

  it.each(CATEGORY_KEYS)("%s: tiles are short, and in the voice", (key) => {
    for (const tile of allTiles(key)) {
      expect(tile.id).toMatch(/^[a-z]+$/);
      expect(tile.emoji).toMatch(oneEmoji);
      expect(tile.label).toMatch(/^\p{Lu}/u);
      expect(tile.label.length).toBeLessThanOrEqual(30);
      expect(tile.sublabel.length).toBeLessThanOrEqual(40);
      const found = checkVoice(`${tile.label}: ${tile.sublabel}`).filter(
        ({ rule }) => rule !== "length" && rule !== "person",
      );
      expect(found).toEqual([]);
    }
    for (const { essence } of DISCOVERY[key].tiles) expect(essence).toMatch(/^\p{Lu}\p{Ll}+$/u);
  });
});

describe("step 1", () => {
  it("offers the tiles without what lies behind them", () => {
    const step = firstStep("fun");
    expect(step).toMatchObject({ step: 1, text: DISCOVERY.fun.question, groups: [], options: [] });
    expect(step.tiles.map(({ id }) => id)).toEqual(DISCOVERY.fun.tiles.map(({ id }) => id));
    for (const tile of step.tiles) {
      expect(Object.keys(tile)).toEqual(["id", "emoji", "label", "sublabel"]);
    }
  });

  it("takes only what was on offer, each once", () => {
    const step = firstStep("fun");
    expect(pickedTiles(step, ["tasting", "dancing", "tasting"])).toEqual([
      { id: "dancing", label: "Dancing & music", sublabel: "moving, singing, playing along" },
      { id: "tasting", label: "Cooking & tasting", sublabel: "new flavours, long tables" },
    ]);
    expect(pickedTiles(step, [])).toEqual([]);
    expect(() => pickedTiles(step, ["dancing", "knitting"])).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        extras: { errors: [{ path: "selections.1", message: expect.any(String) }] },
      }) as Error,
    );
  });
});

describe("step 2", () => {
  it("looks closer at the picks that have more to tell", () => {
    const step = secondStep("fun", pick("fun", "stories", "dancing", "outdoors"));
    expect(step?.groups).toEqual([
      { of: "dancing", question: DISCOVERY.fun.tiles[0]?.deeper?.question },
      { of: "outdoors", question: DISCOVERY.fun.tiles[2]?.deeper?.question },
    ]);
    expect(step?.tiles.map(({ of }) => of)).toEqual([
      ...Array.from({ length: 6 }, () => "dancing"),
      ...Array.from({ length: 5 }, () => "outdoors"),
    ]);
    expect(step?.tiles[0]).toMatchObject({ id: "dancing.social", label: "Dancing with a partner" });
    expect(step?.text).toContain("You chose Dancing & music, Out in nature and Stories. ");
  });

  it("is skipped where there is nothing to ask", () => {
    expect(secondStep("fun", pick("fun", "stories", "nothing"))).toBeNull();
    expect(secondStep("fun", { ...NO_SELECTIONS, own: "I juggle." })).toBeNull();
    const ofTheModel = { id: "juggling", label: "Juggling", sublabel: "five balls" };
    expect(secondStep("fun", { ...NO_SELECTIONS, picks: [ofTheModel] })).toBeNull();
  });

  it("stays in bounds whatever is picked", () => {
    const picks = fc.constantFrom(...CATEGORY_KEYS).chain((category) => {
      const ids = DISCOVERY[category].tiles.map(({ id }) => id);
      return fc.tuple(
        fc.constant(category),
        fc.subarray(ids),
        fc.constantFrom("", " ", "I juggle."),
      );
    });
    fc.assert(
      fc.property(picks, ([category, ids, own]) => {
        const selections = { ...pick(category, ...ids), own };
        const step = secondStep(category, selections);
        if (!step) return;
        expect(step.groups.length).toBeLessThanOrEqual(MAX_GROUPS);
        expect(repeated(step.tiles.map(({ id }) => id))).toEqual([]);
        for (const { of } of step.groups) {
          expect(ids).toContain(of);
          expect([5, 6]).toContain(step.tiles.filter((tile) => tile.of === of).length);
        }
        expect(step.text.match(/[.?!](?= |$)/g)).toHaveLength(3);
      }),
    );
  });
});

describe("the theme", () => {
  it("is made of the picks that say the most", () => {
    const picked = pick("fun", "dancing", "games", "outdoors");
    expect(fallbackTheme("fun", picked)).toEqual({
      name: "Rhythm and Laughter",
      evidence:
        "You chose Dancing & music, Games & laughter and Out in nature: rhythm and laughter run through it all.",
    });
    const step = secondStep("fun", picked);
    const details = step
      ? pickedTiles(step, ["outdoors.water", "outdoors.fire", "games.board"])
      : [];
    expect(fallbackTheme("fun", { ...picked, details })).toEqual({
      name: "Nature and Laughter",
      evidence:
        "You chose Dancing & music, Games & laughter and Out in nature, and in them Board & card games and On the water: nature and laughter run through it all.",
    });
  });

  it("rests on one pick, or on the member's own words alone", () => {
    expect(fallbackTheme("home", { ...pick("home", "light"), own: "a skylight" })).toEqual({
      name: "Light at Heart",
      evidence:
        "You chose Light & space, with words of your own beside them: light runs through it all.",
    });
    expect(fallbackTheme("home", { ...NO_SELECTIONS, own: "a houseboat" })).toEqual({
      name: "Where I Belong",
      evidence: "You said it in your own words, and that is where it begins.",
    });
  });

  it("has 2-4 words and one sentence of evidence whatever is picked, in every category", () => {
    for (const category of CATEGORY_KEYS) {
      const ids = DISCOVERY[category].tiles.map(({ id }) => id);
      fc.assert(
        fc.property(fc.subarray(ids), (some) => {
          const theme = fallbackTheme(category, pick(category, ...some));
          expect([2, 3, 4]).toContain(wordsOf(theme.name).length);
          expect(theme.evidence).toMatch(/^You [^.?!]*\.$/);
        }),
        { numRuns: 20 },
      );
    }
  });
});

describe("step 3", () => {
  it("names the theme and offers the five rhythms", () => {
    const step = thirdStep({ name: "Rhythm at Heart", evidence: "You chose dancing." });
    expect(step.text).toBe(
      "The theme I hear is Rhythm at Heart. You chose dancing. How does it show up in your ideal week?",
    );
    expect(step.options.map(({ label }) => label)).toEqual([
      "Daily moments",
      "Weekly rituals",
      "Spontaneous bursts",
      "Weekends",
      "All of it",
    ]);
    expect(step.tiles).toEqual([]);
    for (const { id, emoji } of RHYTHMS) {
      expect(isRhythm(id)).toBe(true);
      expect(emoji).toMatch(oneEmoji);
    }
    for (const id of ["", "Daily", "sometimes", "toString"]) expect(isRhythm(id)).toBe(false);
  });
});

describe("what a member said in discovery", () => {
  it("is every pick and every word of theirs", () => {
    expect(
      spokenWords({
        picks: [{ id: "light", label: "Light & space", sublabel: "tall windows" }],
        own: " a skylight ",
        details: [{ id: "light.bed", label: "Across the bed", sublabel: "mornings" }],
        detailsOwn: " ",
        rhythm: "weekends",
      }),
    ).toEqual([
      "Light & space: tall windows",
      "Across the bed: mornings",
      "Weekends",
      "a skylight",
    ]);
    expect(spokenWords(NO_SELECTIONS)).toEqual([]);
  });
});
