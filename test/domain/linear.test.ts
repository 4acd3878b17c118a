import { globSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { mayMoveOn } from "../../client/create/readiness.ts";
import { withTag } from "../../client/profile/reading.ts";
import { paragraphs } from "../../client/ui/paragraphs.ts";
import { crisisIn } from "../../domain/care/find.ts";
import { ownWords } from "../../domain/voice.ts";
import { jsonText } from "../../worker/member/writing/json-text.ts";
import { notesSplitter } from "../../worker/member/writing/notes.ts";
import { refusalIn, refusedParameters } from "../../worker/model/refusal.ts";
import { thoughtFilter } from "../../worker/model/thoughts.ts";
import { memberData } from "../../worker/prompt/member-data.ts";
import { isTextMark, mayBeMark, notesBegin } from "../../worker/prompt/notes-mark.ts";
import { superlinearFrom } from "./linear/measure.ts";
import { patternsIn } from "./linear/patterns.ts";
import { type Family, families, piecesOf, repetitions } from "./linear/texts.ts";

/**
 * Whatever members, models and stored states write is read in linear time: one long word must not hold
 * up the other members of an isolate. `npm run test:long` tries longer texts.
 */

const LONG = process.env.LINEAR_LONG === "yes";
/** A stored section or story is the longest text of a member: it has up to 20,000 characters. */
const MEMBER_SIZES = [24, 512, LONG ? 16_384 : 8_192];
/** An answer of a model that comes in pieces of one character; the longest that is kept has 262,144. */
const ANSWER_SIZES = [LONG ? 32_768 : 8_192];

/** Files whose patterns read what an operator or the build writes. */
const NOT_FROM_OUTSIDE = [
  "client/build.ts",
  "worker/settings.ts",
  "worker/model/provider-config.ts",
];

const found = patternsIn(["domain", "worker", "client"]);

/** Functions that read such texts, by name; each is given the whole text. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  ownWords: (text) => ownWords(text, [text]),
  "what the prompt says of a member": (text) =>
    memberData(
      {
        version: 1,
        profile: { first_name: text, hobbies: [text, text], fun_story: text },
        assessment: null,
        active: { id: "v", versionNumber: 1, sections: { fun: text } },
        draft: null,
      },
      "fun",
      0,
      text,
    ),
  notesBegin,
  mayBeMark,
  isTextMark,
  refusedParameters: (text) =>
    refusedParameters(refusalIn(400, new Headers(), text), ["temperature"]),
  paragraphs,
  mayMoveOn: (text) => mayMoveOn("contrast", [text, text]),
  withTag: (text) => withTag([], text),
};

/** Readers of an answer while it comes in. */
const STREAM_READERS: Readonly<Record<string, () => (piece: string) => unknown>> = {
  jsonText: () => jsonText().take,
  notesSplitter: () => notesSplitter().take,
  "notesSplitter of a known text": () => notesSplitter("a\nNotes: a").take,
  thoughtFilter: () => thoughtFilter(false, { onThoughtAloud: () => {} }).take,
  "thoughtFilter that holds": () => thoughtFilter(true, { onThoughtAloud: () => {} }).take,
};

/** Which of the functions above reads with the patterns that a file puts together. */
const BUILT: Readonly<Record<string, string>> = {
  "domain/care/phrase.ts": "domain/care/find.ts crisisIn",
  "domain/care/plain.ts": "domain/care/find.ts crisisIn",
  "domain/voice.ts": "domain/voice.ts checkVoice",
  "worker/model/refusal.ts": "refusedParameters",
  "worker/model/thoughts.ts": "thoughtFilter",
  "worker/prompt/notes-mark.ts": "notesBegin",
};

/** What is called with texts, and once with a list of texts. */
type Reader = (first: string | readonly string[], second: string) => unknown;

/** Every exported function of the domain that takes something. */
const domainFunctions: (readonly [string, Reader])[] = [];
for (const file of globSync("domain/**/*.ts").sort()) {
  const module: Record<string, unknown> = await import(`../../${file}`);
  for (const [name, value] of Object.entries(module)) {
    if (typeof value === "function" && value.length > 0) {
      domainFunctions.push([`${file} ${name}`, value as Reader]);
    }
  }
}

/** Names of the families over which it takes more than linear time. */
function superlinear(
  sizes: readonly number[],
  texts: readonly Family[],
  run: (text: string) => unknown,
): string[] {
  return texts.flatMap(({ name, make }) => {
    const from = superlinearFrom(sizes, make, run);
    return from === null ? [] : [`${name}, from ${from} characters on`];
  });
}

/** What a function does with a text that is none of its kind is not asked here. */
function quietly(run: () => unknown): void {
  try {
    run();
  } catch {}
}

describe("what reads texts from outside takes linear time", { timeout: 120_000 }, () => {
  beforeAll(() => {
    // Fills what is made at first use.
    crisisIn("I want to die");
  });

  it("finds every pattern in the source", () => {
    expect(found.patterns.length).toBeGreaterThan(150);
    // A pattern that is put together is read by a function that is tried below.
    expect(found.building).toEqual(Object.keys(BUILT));
    const ofDomain = domainFunctions.map(([name]) => name);
    const tried = [...ofDomain, ...Object.keys(READERS), ...Object.keys(STREAM_READERS)];
    expect(tried).toEqual(expect.arrayContaining(Object.values(BUILT)));
    // `String.normalize` sorts the marks of a letter, in quadratic time: only behind a bound.
    expect(found.normalising).toEqual(["domain/text.ts"]);
  });

  it.each(
    found.patterns
      .filter(({ at }) => !NOT_FROM_OUTSIDE.some((file) => at.startsWith(file)))
      .map(({ at, pattern }) => [at, pattern] as const),
  )("%s %s", (_at, { source, flags }) => {
    const everywhere = new RegExp(source, flags.includes("g") ? flags : `${flags}g`);
    expect(
      superlinear(MEMBER_SIZES, families(piecesOf(everywhere)), (text) => {
        text.replace(everywhere, "");
      }),
    ).toEqual([]);
  });

  it.each(domainFunctions)("%s", (_name, read) => {
    expect(
      superlinear(MEMBER_SIZES, families([], 2), (text) => {
        quietly(() => read(text, text));
        quietly(() => read([text], text));
      }),
    ).toEqual([]);
  });

  it.each(Object.entries(READERS))("%s", (_name, read) => {
    expect(superlinear(MEMBER_SIZES, families([], 2), read)).toEqual([]);
  });

  it.each(Object.entries(STREAM_READERS))("%s, piece by piece", (_name, begin) => {
    expect(
      superlinear(ANSWER_SIZES, repetitions(), (text) => {
        const take = begin();
        for (const piece of text) take(piece);
      }),
    ).toEqual([]);
  });
});
