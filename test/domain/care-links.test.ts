import { describe, expect, it } from "vitest";
import { COUNTRY_HELP, EMERGENCY } from "../../domain/care/help-lines.ts";
import { type CareLink, careLine } from "../../domain/care/links.ts";
import { CARE_LANGUAGES, CRISIS_KINDS, careAnswer, helpLines } from "../../domain/care.ts";

const COUNTRIES = [...Object.keys(COUNTRY_HELP), ...Object.keys(EMERGENCY), null];
const linksIn = (text: string) =>
  text
    .split("\n")
    .flatMap((line) => careLine(line).filter((part): part is CareLink => typeof part !== "string"));
const dialled = (number: string) => number.replace(/[ -]/g, "");

describe("the links of a caring answer", () => {
  it.each(COUNTRIES)("reach everyone that the answer names (%s)", (country) => {
    const { lines, emergency } = helpLines(country);
    for (const language of CARE_LANGUAGES) {
      for (const kind of CRISIS_KINDS) {
        const text = careAnswer({ kind, country, language, name: "Mia" });
        const links = linksIn(text);
        const hrefs = links.map(({ href }) => href);
        const named = lines.filter(
          ({ name }) => text.includes(`- ${name}: `) || text.includes(`- ${name} (`),
        );
        const wanted = [
          ...named.flatMap(({ call, text: sms, url }) => [
            ...(call ? [`tel:${dialled(call)}`] : []),
            ...(sms
              ? [
                  `sms:${dialled(sms.to)}${sms.word ? `?&body=${encodeURIComponent(sms.word)}` : ""}`,
                ]
              : []),
            ...(url ? [url] : []),
          ]),
          ...(emergency?.split(" / ").map((number) => `tel:${number}`) ?? []),
        ];
        // Abuse lines come first where they are made for it.
        expect(hrefs.toSorted()).toEqual(wanted.toSorted());
        // Nothing of the words is changed.
        const shown = text
          .split("\n")
          .map((line) =>
            careLine(line)
              .map((part) => (typeof part === "string" ? part : part.text))
              .join(""),
          )
          .join("\n");
        expect(shown).toBe(text);
        // Every number that is seen can be pressed, but for those in a name.
        for (const { label, text: number } of links) expect(label).toContain(number);
      }
    }
  });

  it("leave a number alone that no help line has", () => {
    expect(careLine("- Some other line: call 555 0100")).toEqual([
      "- Some other line: call 555 0100",
    ]);
    expect(careLine("I am 35 and it is 2026.")).toEqual(["I am 35 and it is 2026."]);
  });
});
