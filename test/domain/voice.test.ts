import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkVoice, OWN_WORDS_SHARE, ownWords, type VoiceRule } from "../../domain/voice.ts";

/** Whole sections as they should be. */
const WHOLE = {
  fun: `I choose a life with play in every week. On Thursday evenings I walk down to the harbour hall with Will and Ana, and we dance salsa until our shirts stick to our backs. I laugh loudly, I miss a step, and I love it.

I keep a red notebook of small adventures beside my bed. Each Sunday over coffee I pick one page and live it: a new trail, a pottery bowl, a song on the ukulele. My body feels warm and light, and I carry that ease into my work on Monday.

Play is how I say yes to being alive.`,
  home: `I live in a bright flat above the bakery, and the smell of warm bread wakes me. I open the tall windows, and the light falls on my grandmother’s oak table, where Hope paints after school and I write.

Everything here has its place. I enjoy the linen curtains, the shelf of travel books, the chair that is all mine. Every evening I light one candle and put the day to rest. Friends come by on Fridays; I cook dal with coriander, and we talk until the candle is low.

I notice my shoulders soften as I turn the key. My home holds me, and I am at peace in it.`,
  money: `I enjoy looking at my accounts on the first of the month, tea in hand, the radio playing softly. I see what comes in, I see what goes out, and I feel calm and generous. Seven hundred a month flows into my house fund by itself.

My work is worth what I ask for it, and my clients pay gladly. I pay for my sister’s ticket so that we spend a week by the sea together, barefoot and well fed. I give to the food bank on our street every Friday.

Money moves through my hands like water through a garden, and everything grows.`,
};

/** The rules that a short text breaks, apart from being short. */
const broken = (text: string, names: readonly string[] = []) =>
  checkVoice(text, { names }).filter(({ rule }) => rule !== "length");

describe("a text in the voice", () => {
  it.each(Object.entries(WHOLE))("about %s has no findings", (_, text) => {
    expect(checkVoice(text)).toEqual([]);
  });

  it.each([
    "I choose mornings by the river, and I notice how my breath slows.",
    "We dance in the kitchen, my daughter and I.",
    "My friend Will cooks with me on Sundays. Will laughs first, I laugh second.",
    "I walk with Hope, Jo and Will’s brother.",
    "At dusk I sit with Grandma Hope’s quilt on my knees.",
    "Now that Will is here, I feel safe.",
    "I trust my doctor, Dr. Hope.",
    "I am used to quiet mornings, and I treasure them.",
    "I get used to the cold water, and I love it.",
    "I take one day a week for myself.",
    "I live one day at a time.",
    "I notice knots come undone in my shoulders.",
    "My notebook, my butter dish, my nothings-and-somethings drawer: I love them all.",
    "I write my willpower a letter and enjoy the trying-out corner of my studio.",
    "I say “I love you” to my partner each night, and I am held.",
    "I earn 3 * 4 thousand and my e-mail is jo_b_c@example.org.",
    "I feel it - my whole body hums.",
    "I stretch before breakfast and rest after lunch.",
    "I wantonly, hopefulness aside, enjoy the wishbone in my soup.",
  ])("%j has none but its length", (text) => {
    expect(broken(text)).toEqual([]);
  });

  it("may name a person who is known, also where a sentence begins", () => {
    const text = "Will and I cook. Hope sings to me.";
    expect(broken(text).map(({ rule }) => rule)).toEqual(["wishing"]);
    expect(broken(text, ["Will Smith"])[0]?.words).toEqual(["Hope"]);
    expect(broken(text, ["Will Smith", "Hope"])).toEqual([]);
    expect(broken("But I dance with But.", ["But"])).toEqual([]);
  });
});

const BAD: [string, VoiceRule, string[]][] = [
  ["I do not rush.", "negation", ["not"]],
  ["I have no debts.", "negation", ["no"]],
  ["I am never late for my walk.", "negation", ["never"]],
  ["I sleep without worry.", "negation", ["without"]],
  ["I can't stop smiling.", "negation", ["can't"]],
  ["I can’t stop smiling.", "negation", ["can’t"]],
  ["I CAN’T stop smiling.", "negation", ["CAN’T"]],
  ["I cannot stop smiling.", "negation", ["cannot"]],
  ["I am no longer tired.", "negation", ["no longer"]],
  ["I’m no\nlonger tired.", "negation", ["no longer"]],
  ["My days aren’t rushed, and I don’t hurry, I DON'T.", "negation", ["aren’t", "don’t"]],
  ["I shouldn’t’ve hurried.", "negation", ["shouldn’t’ve"]],
  ["I dont hurry.", "negation", ["dont"]],
  ["Nothing is in my way.", "negation", ["Nothing"]],
  ["Not one of my days is grey.", "negation", ["Not"]],
  ["I lack little.", "lack", ["lack"]],
  ["Joy is missing from my mornings.", "lack", ["missing"]],
  ["I want a house by the sea.", "wishing", ["want"]],
  ["I will live by the sea.", "wishing", ["will"]],
  ["I Will live by the sea.", "wishing", ["Will"]],
  ["I’ll live by the sea.", "wishing", ["I’ll"]],
  ["Will I live by the sea? I say yes.", "wishing", ["Will"]],
  ["My sea house: “Will it be blue?” I ask.", "wishing", ["Will"]],
  ["I hope for rain and wish for sun.", "wishing", ["hope", "wish"]],
  ["Hope fills me.", "wishing", ["Hope"]],
  ["I am trying to rest; I tried.", "wishing", ["trying", "tried"]],
  ["Someday I sail.", "wishing", ["Someday"]],
  ["I rest, but I also dance.", "turning", ["but"]],
  ["However, I dance.", "turning", ["However"]],
  ["I dance even though my knees creak.", "turning", ["even though"]],
  ["I used to hurry.", "comparison", ["used to"]],
  ["I walk instead of hurrying.", "comparison", ["instead of"]],
  ["I am happier than before.", "comparison", ["than before"]],
  ["I worry little anymore.", "comparison", ["anymore"]],
  ["I would love to sail.", "tense", ["would"]],
  ["I’d love to sail.", "tense", ["I’d"]],
  ["One day, I sail.", "tense", ["One day"]],
  ["I was afraid of the sea.", "tense", ["I was"]],
  ["My scores are above the Green Line.", "coaching", ["My scores", "Green Line"]],
  ["I shed my limiting beliefs.", "coaching", ["limiting beliefs"]],
  ["# My home\nI rest.", "markdown", ["# My home"]],
  ["I **love** my *quiet* home.", "markdown", ["**love**", "*quiet*"]],
  ["I choose:\n- rest\n- play", "markdown", ["- rest", "- play"]],
  ["I choose:\n1. rest\n2) play", "markdown", ["1. rest", "2) play"]],
  ["I rest.\n\n---\n\nI play.", "markdown", ["---"]],
  [
    "I read [my page](https://example.org) and `rest`.",
    "markdown",
    ["[my page](https://example.org)", "`rest`"],
  ],
  ["I rest.<br>I _really_ play.", "markdown", ["<br>", "_really_"]],
  ["> I rest.", "markdown", ["> I rest."]],
  ["You live by the sea, and your house is blue.", "person", ["You", "your"]],
  ["The sea is blue.", "person", []],
];

describe("a text beside the voice", () => {
  it.each(BAD)("%j", (text, rule, words) => {
    const findings = broken(text);
    expect(findings.map((finding) => [finding.rule, finding.words])).toEqual([[rule, words]]);
    for (const word of rule === "person" || rule === "markdown" ? [] : words) {
      expect(findings[0]?.message).toContain(`“${word}”`);
    }
    expect(findings[0]?.message).toMatch(/^\p{Lu}.*\.$/u);
  });

  it("shows each broken rule once, with its words once each", () => {
    const found = broken("I don't hurry, but I want, Don't, want. **You** but your yourself.");
    expect(found.map(({ rule, words }) => [rule, words])).toEqual([
      ["negation", ["don't"]],
      ["turning", ["but"]],
      ["wishing", ["want"]],
      ["person", ["You", "your", "yourself"]],
      ["markdown", ["**You**"]],
    ]);
  });

  it("is found wherever in a good text a listed word is put", () => {
    const rules: [string, VoiceRule][] = [
      ["never", "negation"],
      ["won’t", "negation"],
      ["want", "wishing"],
      ["however", "turning"],
      ["should", "tense"],
    ];
    const sentences = WHOLE.fun.split(/(?<=\.)\s+/);
    fc.assert(
      fc.property(fc.nat(sentences.length), fc.constantFrom(...rules), (at, [word, rule]) => {
        const text = [...sentences.slice(0, at), `I ${word} dance.`, ...sentences.slice(at)].join(
          " ",
        );
        expect(broken(text).map((finding) => [finding.rule, finding.words])).toEqual([
          [rule, [word]],
        ]);
      }),
    );
  });
});

describe("the length of a section", () => {
  const ofWords = (count: number) => Array.from({ length: count }, () => "I").join(" ");

  it.each([
    [0, false],
    [79, false],
    [80, true],
    [160, true],
    [161, false],
  ])("of %i words is good: %s", (count, good) => {
    const rules = checkVoice(ofWords(count)).map(({ rule }) => rule);
    expect(rules).toEqual(good ? [] : ["length"]);
    if (!good) expect(checkVoice(ofWords(count)).at(-1)?.message).toContain(`${count} words`);
  });
});

describe("the check", () => {
  it("takes any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        for (const { message } of checkVoice(text)) expect(message).not.toBe("");
        expect(ownWords(text, [text])).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it.each(["\n", "*", "_", "<a", "[", "`", "| ", "- ", "no ", "“", "1. \n"])(
    "is done with 20,000 characters of %j in time",
    (piece) => {
      const text = `I ${piece.repeat(20_000 / piece.length)}`;
      const before = process.cpuUsage();
      checkVoice(text);
      // Microseconds of computing: a search that goes over the text once per character takes seconds.
      expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
    },
  );
});

describe("own words", () => {
  it("are the share of content words that the member said, in any form", () => {
    const said = ["we dance salsa on thursdays", "My sister’s garden; Running at dawn, families"];
    expect(ownWords("I dance. I am dancing, she dances.", said)).toBe(1);
    expect(ownWords("I run in my sister's gardens with my family on Thursday.", said)).toBe(1);
    expect(ownWords("I choose salsa, and I enjoy gliders.", said)).toBe(0.5);
    expect(ownWords("I sail.", said)).toBe(0);
    expect(ownWords("I dance.", [])).toBe(0);
    expect(ownWords("I choose and I enjoy.", said)).toBe(0);
    expect(ownWords("", said)).toBe(0);
  });

  it("count every word as often as it stands", () => {
    expect(ownWords("I sail, sail, sail and dance.", ["dance"])).toBe(0.25);
  });

  it("are all of a text that the member wrote", () => {
    for (const text of Object.values(WHOLE)) {
      expect(ownWords(text, [text])).toBe(1);
      expect(ownWords(text, text.split("\n\n"))).toBe(1);
      expect(ownWords(text, [])).toBeLessThan(OWN_WORDS_SHARE);
    }
  });
});
