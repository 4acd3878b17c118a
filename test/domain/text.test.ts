import { describe, expect, it } from "vitest";
import { storable, stripControls, truncate, utf8Length } from "../../domain/text.ts";

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

describe("stripControls", () => {
  it("keeps line breaks and tabs, and all that can be read", () => {
    expect(stripControls("a\tb\nc 🌊 é\u00a0д")).toBe("a\tb\nc 🌊 é\u00a0д");
  });

  it("removes what a terminal or a parser might act on", () => {
    expect(stripControls("a\u0000b\u0007c\u001b[31md\re\u007ff\u0085g\u2028h\u2029i")).toBe(
      "abc[31mdefghi",
    );
  });
});

describe("storable", () => {
  it("leaves out null characters and mends half pairs, and touches nothing else", () => {
    expect(storable("a\u0000b\u0001🌊\n")).toBe("ab\u0001🌊\n");
    expect(storable("\ud83c x \udf0a")).toBe("\ufffd x \ufffd");
    expect(storable("\u0000")).toBe("");
  });
});
