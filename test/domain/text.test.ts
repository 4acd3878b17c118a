import { describe, expect, it } from "vitest";
import {
  cleanText,
  isBlank,
  oneLine,
  storable,
  tidyText,
  truncate,
  utf8Length,
} from "../../domain/text.ts";

describe("truncate", () => {
  it("leaves what fits", () => {
    expect(truncate("rivers", 6)).toBe("rivers");
    expect(truncate("", 0)).toBe("");
  });

  it("marks the cut, within the limit, without a blank before the mark", () => {
    expect(truncate("rivers", 5)).toBe("rive…");
    expect(truncate("my rivers", 4)).toBe("my…");
  });

  it("never cuts a character in half", () => {
    const text = "🌊🏔️🌲e\u0301🌊";
    for (let units = 0; units <= text.length; units += 1) {
      const cut = truncate(text, units);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(Math.max(1, units));
    }
  });
});

describe("utf8Length", () => {
  it.each([
    "",
    "rivers",
    "Größe",
    "реки",
    "川",
    "🌊",
    "a🌊b川",
    "👩‍👩‍👧",
    "\u0000\u007f\u0080\u07ff\u0800\uffff",
  ])("of %j is what the encoder makes of it", (text) => {
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
  });

  it("counts half a surrogate pair as what it is encoded to", () => {
    expect(utf8Length("\ud83c")).toBe(new TextEncoder().encode("\ud83c").length);
  });
});

/** Every kind of line end but the line feed: VT, FF, CR, FS, GS, RS, NEL, LS, PS, CRLF. */
const LINE_ENDS = [..."\v\f\r\x1c\x1d\x1e\x85\u2028\u2029", "\r\n"];

describe("cleanText", () => {
  it("keeps line breaks and tabs, and all that can be read", () => {
    expect(cleanText("a\tb\nc 🌊 é\u00a0д")).toBe("a\tb\nc 🌊 é\u00a0д");
  });

  it.each(LINE_ENDS)("takes %j for a line break", (end) => {
    expect(cleanText(`I love hiking${end}I hate Mondays`)).toBe("I love hiking\nI hate Mondays");
    // Two of them are an empty line, also beside a line feed of its own.
    expect(cleanText(`a${end}${end}b`)).toBe("a\n\nb");
    expect(cleanText(`a\n${end}b`)).toBe("a\n\nb");
  });

  it("never runs two words together, whichever control character stood between them", () => {
    for (let code = 1; code < 0xa0; code += 1) {
      const between = String.fromCharCode(code);
      if (!/\p{Cc}/u.test(between)) continue;
      const cleaned = cleanText(`sea${between}wind`);
      expect(cleaned).toMatch(/^sea\swind$/);
      expect(cleaned.replace(/[\n\t]/g, "")).not.toMatch(/\p{Cc}/u);
    }
  });

  it("adds no space where there is one", () => {
    expect(cleanText("\x07I\x07 sing\x1b\n\x01\x02loudly\x7f\x80now\x08")).toBe(
      "I sing\nloudly now",
    );
  });

  it("removes null characters, which separate nothing, and mends half pairs", () => {
    expect(cleanText("h\0e\0l\0l\0o")).toBe("hello");
    expect(cleanText("a\ud83c")).toBe("a\ufffd");
  });

  it.each([
    ["an emoji of several people", "👩\u200d👩\u200d👧"],
    ["Persian", "می\u200cخواهم"],
    ["Hindi", "क्\u200dष"],
    ["directions", "\u2067שלום\u2069 abc\u200f"],
    ["a flag", "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}"],
  ])("leaves alone what shapes %s", (_name, text) => {
    expect(cleanText(text)).toBe(text);
  });

  it("changes nothing the second time", () => {
    const all = String.fromCharCode(...Array.from({ length: 0x3000 }, (_, code) => code));
    expect(cleanText(cleanText(all))).toBe(cleanText(all));
  });
});

describe("isBlank", () => {
  it.each([
    "",
    " \t\n\u2003\u00a0",
    "\u200b",
    "\u200b\u200c\u200d\u2060\ufeff",
    "\u00ad\u034f\u061c",
    "\u3164\u115f\uffa0",
    "\u202e\u2066\u2069",
    "\ufe0f",
    "\u2800",
    "\0\x07\x85",
    "\u{e0061}",
    ...LINE_ENDS,
  ])("is %j", (text) => {
    expect(isBlank(text)).toBe(true);
    expect(tidyText(text)).toBe("");
    expect(oneLine(text)).toBe("");
  });

  it.each(["a", ".", "👩\u200d👩\u200d👧", "❤\ufe0f", "می\u200cخواهم", "\u0301", "\ufffd", "한"])(
    "is not %j",
    (text) => expect(isBlank(text)).toBe(false),
  );
});

describe("oneLine", () => {
  it.each([...LINE_ENDS, "\n", "\t", " ", "\x1f", " \u2028\n "])(
    "makes a space of %j",
    (between) => {
      expect(oneLine(` Maria${between}Luz\n`)).toBe("Maria Luz");
    },
  );
});

describe("storable", () => {
  it("leaves out null characters and mends half pairs, and touches nothing else", () => {
    expect(storable("a\u0000b\u0001🌊\n")).toBe("ab\u0001🌊\n");
    expect(storable("\ud83c x \udf0a")).toBe("\ufffd x \ufffd");
    expect(storable("\u0000")).toBe("");
  });
});
