import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { CATEGORIES, CATEGORY_KEYS, category } from "../../domain/categories.ts";
import {
  type DiscoverySelections,
  firstStep,
  NO_SELECTIONS,
  spokenWords,
} from "../../domain/discovery.ts";
import { checkVoice, ownWords } from "../../domain/voice.ts";
import { wordsOf } from "../../domain/words.ts";
import { INTENSITIES, type RefineRequest, TONES } from "../../domain/writing.ts";
import { discoveryAnswer } from "../../local/model/discovery-answers.ts";
import { writeReply } from "../../local/model/reply.ts";
import { closerLook, themeOf } from "../../worker/member/writing/model-steps.ts";
import { NOTES_MARK } from "../../worker/member/writing/notes.ts";
import {
  closerLookFormat,
  closerLookPrompt,
  THEME,
  themePrompt,
} from "../../worker/prompt/discovery-prompt.ts";
import { writingPrompt } from "../../worker/prompt/writing-prompt.ts";
import type { WritingTask } from "../../worker/prompt/writing-task.ts";

const TASK: WritingTask = {
  kind: "discovery",
  visionId: "0199e0a6-0000-7000-8000-000000000000",
  category: "fun",
  before: "",
  said: [],
  theme: "",
  refine: null,
  missed: [],
};

const DATA = 'MEMBER DATA\n{"profile":{"name":"Mia","hobbies":"salsa"}}';

/** What the rehearsal writes to a prompt as the Worker writes it. */
function written(task: Partial<WritingTask>): string {
  const prompt = writingPrompt({ ...TASK, ...task }, DATA, null);
  return writeReply(prompt.map(({ role, content }) => ({ role, text: content })));
}

const textOf = (answer: string) => answer.split(NOTES_MARK)[0]?.trim() ?? "";

function picked(key: (typeof CATEGORY_KEYS)[number], count: number): DiscoverySelections {
  return { ...NO_SELECTIONS, picks: firstStep(key).tiles.slice(0, count), rhythm: "weekly" };
}

const REFINE: RefineRequest = {
  instructions: "Mention my sister Ana and our board games",
  amount: 50,
  tone: "balanced",
  intensity: "moderate",
};

/** The share of a text's words that another text has too. */
function alike(before: string, after: string): number {
  const has = new Set(wordsOf(after).map(({ text }) => text.toLowerCase()));
  const words = wordsOf(before);
  return words.filter(({ text }) => has.has(text.toLowerCase())).length / words.length;
}

/** How many sentences of a text stand in another word for word. */
const keptSentences = (before: string, after: string) =>
  before.split(/(?<=\.)\s+/).filter((sentence) => after.includes(sentence)).length;

describe("a rehearsed vision text", () => {
  it.each(CATEGORY_KEYS)("is in the voice and names %s", (key) => {
    for (const count of [1, 3, 8]) {
      const said = spokenWords(picked(key, count));
      const text = written({ category: key, said, theme: "Joy My Way. You chose it." });
      expect(checkVoice(text), text).toEqual([]);
      expect(text).toContain(category(key).label);
      expect(text.split("\n\n").length).toBeLessThanOrEqual(3);
    }
  });

  it("is made of what the member said, in the first person and the present", () => {
    const said = [
      "I sing in the choir on Tuesdays and come home glowing.",
      "I want to dance more with Ana. But I never find the time!",
      "Board games with my sister on rainy Sundays",
      "The kitchen smells of cardamom and fresh bread",
    ];
    const text = written({ said });
    expect(text).toContain("I sing in the choir on Tuesdays and come home glowing.");
    expect(text).toContain("I choose to dance more with Ana.");
    expect(text).toContain("board games with my sister on rainy Sundays.");
    expect(text).toContain("The kitchen smells of cardamom and fresh bread.");
    expect(checkVoice(text)).toEqual([]);
    expect(ownWords(text, said)).toBeGreaterThan(0.35);
  });

  it("is the same for the same prompt", () => {
    const said = ["I sing in the choir."];
    expect(written({ said })).toBe(written({ said }));
  });

  it("is in the voice whatever the member says", () => {
    const spoken = fc.constantFrom(
      ..."I we my want will never no not but sister Ana dances? sings! You your coffee, and the in a the with 1. - # * at seven. don’t hope Will used to one day it was some day However; いつも 我喜歡跳舞。 größer 🎉 \n".split(
        /(?<! ) /,
      ),
    );
    const sentence = fc.array(spoken, { maxLength: 60 }).map((words) => words.join(" "));
    const said = fc.array(fc.oneof(sentence, fc.string({ unit: "grapheme" })), { maxLength: 6 });
    const refine = fc.option(
      fc.record({
        instructions: fc.oneof(sentence, fc.constant("")),
        amount: fc.integer({ min: 0, max: 100 }),
        tone: fc.constantFrom(...TONES),
        intensity: fc.constantFrom(...INTENSITIES),
      }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...CATEGORY_KEYS),
        said,
        sentence,
        refine,
        fc.boolean(),
        (key, words, before, change, missed) => {
          const answer = written({
            category: key,
            said: words,
            before,
            refine: change,
            missed: missed ? ["Say what is there."] : [],
          });
          expect(checkVoice(textOf(answer)), answer).toEqual([]);
          expect(answer.includes(NOTES_MARK)).toBe(change !== null && before.trim() !== "");
        },
      ),
      { numRuns: 400 },
    );
  });

  it("stumbles where the material does, and mends it when told", () => {
    const said = ["I stumble into the kitchen and put the kettle on"];
    const first = written({ said });
    const findings = checkVoice(first);
    expect(findings.map(({ rule }) => rule)).toEqual(["wishing", "turning"]);
    const second = written({
      said,
      before: first,
      missed: findings.map(({ message }) => message),
    });
    expect(checkVoice(second)).toEqual([]);
    expect(alike(first, second)).toBeGreaterThan(0.85);
    // What was broken on purpose is changed like anything else, and not broken again.
    expect(checkVoice(textOf(written({ before: first, refine: REFINE })))).toHaveLength(2);
    const own = first.replace("I stumble into", "I dance into");
    expect(checkVoice(textOf(written({ before: own, refine: REFINE })))).toEqual([]);
  });
});

describe("a rehearsed refinement", () => {
  const before = textOf(
    written({ said: ["I sing in the choir on Tuesdays.", "My garden smells of tomatoes in July"] }),
  );

  it("changes as much as is asked for, always something, and stays in the voice", () => {
    for (const tone of TONES) {
      for (const intensity of INTENSITIES) {
        const kept = [0, 10, 50, 100].map((amount) => {
          const text = textOf(written({ before, refine: { ...REFINE, amount, tone, intensity } }));
          expect(checkVoice(text), text).toEqual([]);
          expect(text).not.toBe(before);
          return keptSentences(before, text);
        });
        const [none = 0, little = 0, half = 0, all = 0] = kept;
        const count = before.split(/(?<=\.)\s+/).length;
        expect(none).toBeGreaterThanOrEqual(count - 2);
        expect(little).toBeGreaterThanOrEqual(count - 2);
        expect(half).toBeLessThan(little);
        expect(all).toBeLessThanOrEqual(1);
      }
    }
  });

  it("takes up what was asked for, and says so behind the mark", () => {
    const [text, notes] = written({ before, refine: REFINE }).split(`\n\n${NOTES_MARK}\n`);
    expect(text).toContain("my sister Ana and our board games");
    expect(notes).toMatch(/^You asked: “Mention my sister Ana/);
    expect(alike(before, text ?? "")).toBeGreaterThan(0.9);
  });

  it("can be asked for again and again", () => {
    let text = before;
    for (const tone of [...TONES, ...TONES, ...TONES]) {
      const next = textOf(written({ before: text, refine: { ...REFINE, tone, amount: 40 } }));
      expect(next).not.toBe(text);
      expect(checkVoice(next), next).toEqual([]);
      text = next;
    }
  });
});

describe("rehearsed steps of discovery", () => {
  const messages = (prompt: readonly { role: string; content: string }[]) =>
    prompt.map(({ role, content }) => ({ role, text: content }));

  it.each(CATEGORIES)("can be used for $key", ({ key }) => {
    for (const count of [1, 2, 8]) {
      const selections = picked(key, count);
      const { schema } = closerLookFormat(selections);
      const look = discoveryAnswer(schema, messages(closerLookPrompt(key, selections, DATA)));
      const step = closerLook(JSON.stringify(look), selections);
      if (step === null || step === "none") throw new Error("no step");
      expect(step.groups.map(({ of }) => of)).toEqual(
        selections.picks.slice(0, 3).map(({ id }) => id),
      );
      expect(new Set(step.groups.map(({ question }) => question)).size).toBe(step.groups.length);
      expect(new Set(step.tiles.map(({ label }) => label)).size).toBe(step.tiles.length);
      for (const { of } of step.groups) {
        const tiles = step.tiles.filter((tile) => tile.of === of);
        expect([5, 6]).toContain(tiles.length);
      }
      const label = selections.picks[0]?.label ?? "";
      expect(step.text.toLowerCase()).toContain(label.toLowerCase());

      const theme = discoveryAnswer(THEME.schema, messages(themePrompt(key, selections, DATA)));
      expect(themeOf(JSON.stringify(theme))).toEqual(theme);
    }
  });

  it("find a theme in words alone", () => {
    const selections = { ...NO_SELECTIONS, own: "Board games with my sister" };
    const theme = discoveryAnswer(THEME.schema, messages(themePrompt("fun", selections, DATA)));
    expect(v.parse(v.object({ name: v.string() }), theme).name).toBe("Board and Games");
    for (const own of ["?", "我喜歡跳舞", "a b c"]) {
      const other = discoveryAnswer(
        THEME.schema,
        messages(themePrompt("fun", { ...NO_SELECTIONS, own }, DATA)),
      );
      expect(themeOf(JSON.stringify(other)), own).toEqual(other);
    }
  });

  it("are for discovery alone: any other schema is answered as before", () => {
    expect(discoveryAnswer(THEME.schema, [{ role: "user", text: "Hello" }])).toBeUndefined();
    const prompt = messages(themePrompt("fun", picked("fun", 1), DATA));
    expect(discoveryAnswer({ type: "object", properties: { a: {} } }, prompt)).toBeUndefined();
  });
});
