import { describe, expect, it } from "vitest";
import { STATEMENTS } from "../../domain/assessment.ts";
import { findCrisis, messageLanguage } from "../../domain/care.ts";
import { DISCOVERY } from "../../domain/discovery.ts";
import { HELD_OUT_CRISIS, HELD_OUT_HARMLESS } from "./care-set/held-out.ts";
import { LATER_CRISIS, LATER_HARMLESS } from "./care-set/held-out-later.ts";
import type { CrisisMessage, HarmlessMessage } from "./care-set/messages.ts";
import { CRISIS, HARMLESS } from "./care-set/tuned.ts";

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** Both figures of a set, with what goes wrong. */
function measure(name: string, crisis: readonly CrisisMessage[], fine: readonly HarmlessMessage[]) {
  const missed = crisis.filter(([, , text]) => findCrisis(text) === null);
  const otherKind = crisis.filter(([kind, , text]) => findCrisis(text) !== kind);
  const alarms = fine.filter(([, text]) => findCrisis(text) !== null);
  const recall = 1 - missed.length / crisis.length;
  const falsePositives = alarms.length / fine.length;
  console.info(
    `care, ${name}: recall ${percent(recall)} of ${crisis.length}, ` +
      `false positives ${percent(falsePositives)} of ${fine.length}, ` +
      `kind right ${percent(1 - otherKind.length / crisis.length)}`,
  );
  return { recall, falsePositives, missed, otherKind, alarms };
}

describe("the red-team set", () => {
  it("is large enough, and no message stands in it twice", () => {
    expect(CRISIS.length).toBeGreaterThanOrEqual(130);
    expect(HARMLESS.length).toBeGreaterThanOrEqual(130);
    const texts = [...CRISIS, ...HELD_OUT_CRISIS, ...LATER_CRISIS].map(([, , text]) => text);
    const harmless = [...HARMLESS, ...HELD_OUT_HARMLESS, ...LATER_HARMLESS];
    texts.push(...harmless.map(([, text]) => text));
    expect(new Set(texts).size).toBe(texts.length);
  });

  it("is told apart where the patterns were made with it", () => {
    const { recall, falsePositives, missed, otherKind, alarms } = measure(
      "tuned set",
      CRISIS,
      HARMLESS,
    );
    expect(recall, JSON.stringify(missed)).toBeGreaterThanOrEqual(0.97);
    expect(falsePositives, JSON.stringify(alarms)).toBeLessThanOrEqual(0.01);
    expect(otherKind.length / CRISIS.length, JSON.stringify(otherKind)).toBeLessThanOrEqual(0.03);
  });

  // First measured: recall 97.6 % and 2.5 % false positives; the later part, written to be hard,
  // 85.3 % and 11.4 %. What fails is not named, lest the patterns be tuned on it.
  it.each([
    {
      name: "held out",
      crisis: HELD_OUT_CRISIS,
      fine: HELD_OUT_HARMLESS,
      least: { recall: 0.97, falsePositives: 0.03 },
    },
    {
      name: "held out later",
      crisis: LATER_CRISIS,
      fine: LATER_HARMLESS,
      least: { recall: 0.85, falsePositives: 0.115 },
    },
  ])("is told apart where it is $name, as well as at first", ({ name, crisis, fine, least }) => {
    const { recall, falsePositives } = measure(name, crisis, fine);
    expect(recall).toBeGreaterThanOrEqual(least.recall);
    expect(falsePositives).toBeLessThanOrEqual(least.falsePositives);
  });

  it("is answered in its language", () => {
    const others = CRISIS.filter(([, language, text]) => messageLanguage(text) !== language);
    expect(others.length / CRISIS.length, JSON.stringify(others)).toBeLessThanOrEqual(0.01);
  });
});

describe("ordinary texts", () => {
  it("of the product itself raise no alarm", () => {
    const texts = [
      ...STATEMENTS.flatMap(({ text, answers }) => [text, ...answers.map(({ label }) => label)]),
      ...Object.values(DISCOVERY).flatMap(({ tiles }) =>
        tiles.map(({ label, sublabel }) => `${label}. ${sublabel}`),
      ),
    ];
    expect(texts.length).toBeGreaterThan(80);
    expect(texts.filter((text) => findCrisis(text) !== null)).toEqual([]);
  });
});
