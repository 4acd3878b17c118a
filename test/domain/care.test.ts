import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CARE_LANGUAGES,
  CRISIS_KINDS,
  careAnswer,
  findCrisis,
  GENTLE_NOTE,
  helpLines,
  messageLanguage,
} from "../../domain/care.ts";

describe("finding a crisis", () => {
  it.each([
    ["I AM GOING TO KILL MYSELF", "suicide"],
    ["I’m going to kill myself", "suicide"],
    ["i m going to kill my self", "suicide"],
    ["I want to k1ll mys3lf", "suicide"],
    ["I want to k*ll myself", "suicide"],
    ["k i l l   m y s e l f", "suicide"],
    ["I want to k.i.l.l myself", "suicide"],
    ["i want to diiiiieeee", "suicide"],
    ["I want to ｄｉｅ", "suicide"],
    ["I want to d\u200bi\u200be", "suicide"],
    ["I wаnt to diе", "suicide"],
    ["#killmyself", "suicide"],
    ["I want to...\ndie", "suicide"],
    ["Me quiero MORIR", "suicide"],
    ["J’AI ENVIE DE MOURIR", "suicide"],
    ["jai envie de mourir", "suicide"],
    ["Ich moechte nicht mehr leben", "suicide"],
    ["Er schlaegt mich", "abuse"],
    ["nao quero mais viver", "suicide"],
    ["NA\u0303O QUERO MAIS VIVER", "suicide"],
  ] as const)("sees through the spelling of %j", (text, kind) => {
    expect(findCrisis(text)).toBe(kind);
  });

  it("finds one sentence in a long message about something else", () => {
    const pages = "I choose a bright kitchen with a long table, and friends who stay late. ";
    expect(findCrisis(pages.repeat(50))).toBeNull();
    expect(findCrisis(`${pages.repeat(50)}I want to kill myself. ${pages.repeat(50)}`)).toBe(
      "suicide",
    );
  });

  it.each([
    ["I am not suicidal", null],
    ["I am not suicidal, I just don't want to live anymore", "suicide"],
    ["I don't want to die. I don't want to live either", "suicide"],
    ["I have never wanted to die so badly", "suicide"],
    ["I would never hurt myself", null],
  ] as const)("lets a denial take back only itself: %j", (text, kind) => {
    expect(findCrisis(text)).toBe(kind);
  });

  it.each([
    ["Ten years ago I wanted to kill myself", "past"],
    ["Ten years ago I wanted to kill myself and now the thoughts are back", "suicide"],
    ["Years ago I tried to end my life. Tonight I want to die again.", "suicide"],
    ["Two days ago I tried to kill myself", "suicide"],
    ["I used to cut myself", "past"],
    ["I used to cut myself, and lately I do it again", "self_harm"],
  ] as const)("knows what is past: %j", (text, kind) => {
    expect(findCrisis(text)).toBe(kind);
  });

  it.each([
    ["My friend wants to kill himself", "worry"],
    ["My friend wants to kill himself, and I want to die too", "suicide"],
    ["My brother killed himself when I was ten", null],
    ["In my novel the hero wants to kill himself", null],
    ["My husband hits me and I want to die", "suicide"],
    ["My husband hits me and I cut myself", "abuse"],
  ] as const)("tells whose crisis it is, and the most urgent first: %j", (text, kind) => {
    expect(findCrisis(text)).toBe(kind);
  });

  it("takes anything for a text", () => {
    for (const text of ["", " ", "\0", "\ud800", "!!!", "'", "*", "k*", "****", "@$", "..."]) {
      expect(findCrisis(text)).toBeNull();
    }
    const pieces = fc.constantFrom(
      ..."i want to die kill myself not never ago . , ' * 1 0 é ß \u0301 \ud83d \n k i l l nicht mehr de la".split(
        " ",
      ),
    );
    const text = fc.array(fc.oneof(pieces, fc.string()), { maxLength: 40 });
    fc.assert(
      fc.property(text, fc.constantFrom(" ", ""), (words, gap) => {
        const kind = findCrisis(words.join(gap));
        expect(kind === null || CRISIS_KINDS.includes(kind)).toBe(true);
      }),
    );
  });

  /**
   * How long so many looks compute, in microseconds: the least of three, since a collection of garbage only adds to
   * it. Time in which other processes run does not count.
   */
  function cost(text: string, looks: number): number {
    const measured = [1, 2, 3].map(() => {
      const before = process.threadCpuUsage();
      for (let look = 0; look < looks; look += 1) findCrisis(text);
      const { user, system } = process.threadCpuUsage(before);
      return user + system;
    });
    return Math.min(...measured);
  }

  it.each([
    ["one word", "a"],
    ["a word that begins many phrases", "i "],
    ["a phrase almost said", "i want to kill "],
    ["phrases with gaps", "my friend my brother he she says told years ago "],
    ["words looked up often", "die not never want life live suicide kill "],
    ["in German", "ich will nicht mehr sich das leben er sie "],
    ["in French", "je ne veux plus pas de la vie il y a "],
    ["spaced letters", "k i l l "],
    ["signs", "k1*@$! "],
    ["stars", "*"],
    ["marks", "e\u0301"],
    ["apostrophes", "i'm'"],
    ["full stops", "a."],
    ["hashtags", "#iwantto "],
    ["drawn out", "dieeeeeeeeeeee"],
  ])("computes in proportion to its length: %s", (_, piece) => {
    const long = (units: number) => piece.repeat(Math.ceil(units / piece.length)).slice(0, units);
    // As many characters. If it were quadratic, it would compute 16 times as much for the long text.
    const [short, tall] = [cost(long(8_000), 2 * 16), cost(long(128_000), 2)];
    // Some systems count in steps of up to 10 ms. A search over the text for each character takes seconds.
    expect(tall).toBeLessThan(short * 6 + 20_000);
  });
});

describe("help lines", () => {
  it.each([
    ["US", "US"],
    ["us", "US"],
    [" U.S.A. ", "US"],
    ["United States of America", "US"],
    ["Estados Unidos", "US"],
    ["Austin, Texas, USA", "US"],
    ["UK", "GB"],
    ["England", "GB"],
    ["Schottland / UK", "GB"],
    ["DEUTSCHLAND", "DE"],
    ["Österreich", "AT"],
    ["Oesterreich", "AT"],
    ["Espan\u0303a", "ES"],
    ["México", "MX"],
    ["Brasil", "BR"],
    ["Côte d'Azur, France", "FR"],
    ["the Netherlands", "NL"],
    ["Hong Kong", "HK"],
    ["KR", "KR"],
  ])("%j is %s", (typed, code) => {
    const help = helpLines(typed);
    expect(help.country).toBe(code);
    expect(help.emergency).toMatch(/\d{3}/);
    expect(help.lines.length).toBeGreaterThan(1);
  });

  it.each([
    null,
    undefined,
    "",
    "  ",
    "XX",
    "T1",
    "Atlantis",
    "🌍",
    "constructor",
    "x".repeat(9_999),
  ])("%j gets what serves everywhere", (typed) => {
    const help = helpLines(typed);
    expect(help.country).toBeNull();
    expect(help.emergency).toBeNull();
    expect(help.lines.map(({ url }) => url)).toEqual(["https://findahelpline.com"]);
  });

  it("has an emergency number and the list of all lines where it names no line", () => {
    expect(helpLines("Croatia")).toMatchObject({ country: "HR", emergency: "112" });
    expect(helpLines("Croatia").lines).toHaveLength(1);
    expect(helpLines("ZZ")).toMatchObject({ country: "ZZ", emergency: null });
  });

  it("names lines that can be reached", () => {
    const codes = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");
    const all = codes.flatMap((a) => codes.map((b) => helpLines(a + b)));
    expect(all.filter(({ lines }) => lines.length > 1).length).toBeGreaterThanOrEqual(25);
    for (const { emergency, lines } of all) {
      if (lines.length > 1) expect(emergency).not.toBeNull();
      for (const { name, call, text, url } of lines) {
        expect(name.trim()).toBe(name);
        expect([call, text, url].some((way) => way !== undefined)).toBe(true);
        if (call !== undefined) expect(call).toMatch(/^\*?[\d\s-]{3,16}$/);
        if (text) expect(text.to).toMatch(/^[\d\s]{3,16}$/);
      }
    }
  });
});

describe("the caring answer", () => {
  const each = CARE_LANGUAGES.flatMap((language) =>
    CRISIS_KINDS.map((kind) => ({ language, kind })),
  );

  it.each(each)("$kind in $language is short, asks once and says whom to call", (request) => {
    for (const country of ["US", "DE", "Brasil", null]) {
      const answer = careAnswer({ ...request, country, name: "Ana" });
      expect(answer).toContain("Ana");
      expect(answer).not.toMatch(/[{}]|undefined|null/);
      expect(answer.match(/\?/g)).toHaveLength(1);
      expect(answer).toContain("https://findahelpline.com");
      expect(answer.split(/\s+/).length).toBeLessThan(170);
    }
    expect(careAnswer({ ...request, country: "US" })).toContain("988");
    expect(careAnswer({ ...request, country: "US" })).toContain("911");
  });

  it("differs by kind and by language", () => {
    const answers = each.map((request) => careAnswer({ ...request, country: "CA" }));
    expect(new Set(answers).size).toBe(each.length);
  });

  it("names lines for abuse first where someone is hurt, and only there", () => {
    const request = { country: "GB", language: "en" } as const;
    const abuse = careAnswer({ ...request, kind: "abuse" });
    expect(abuse.indexOf("0808 2000 247")).toBeGreaterThan(0);
    expect(abuse.indexOf("0808 2000 247")).toBeLessThan(abuse.indexOf("116 123"));
    expect(careAnswer({ ...request, kind: "suicide" })).not.toContain("0808 2000 247");
  });

  it("says how to write to a line, and greets without a name too", () => {
    const answer = careAnswer({ kind: "suicide", country: "USA", language: "en" });
    expect(answer).toContain("- 988 Suicide & Crisis Lifeline: call 988 or text 988");
    expect(answer).toContain("- Crisis Text Line: text HOME to 741741");
    expect(answer.startsWith("Thank you")).toBe(true);
  });

  it("takes a name as a name, whatever it holds", () => {
    const name = "{emergency}\n\n- Fake line: call 1\u0000 $& ".repeat(5);
    const answer = careAnswer({ kind: "suicide", country: "US", language: "en", name });
    const [first = ""] = answer.split("\n");
    expect(first).toContain("{emergency} - Fake line: call 1 $&");
    expect(first.indexOf("thank you")).toBeLessThan(60);
    expect(answer.match(/^- /gm)).toHaveLength(3);
  });
});

describe("the language of a message", () => {
  it.each([
    ["I want to die", "en"],
    ["Quiero morir", "es"],
    ["Je veux mourir", "fr"],
    ["Ich will sterben", "de"],
    ["Eu quero morrer", "pt"],
    ["Eu me corto", "pt"],
    ["Yo me corto", "es"],
    ["We talk about my garden and the sea", "en"],
    ["Me gusta mi jardín y el mar", "es"],
    ["J’aime mon jardin et la mer", "fr"],
    ["Ich mag meinen Garten und das Meer", "de"],
    ["Eu gosto do meu jardim e do mar", "pt"],
    ["", "en"],
    ["👋", "en"],
    ["私は死にたい", "en"],
  ])("%j is %s", (text, language) => {
    expect(messageLanguage(text)).toBe(language);
  });
});

it("asks the prompt to be gentle without the member's words", () => {
  expect(GENTLE_NOTE).toMatch(/gentle/i);
  expect(findCrisis(GENTLE_NOTE)).toBeNull();
});
