import { describe, expect, it } from "vitest";
import { crisisIn } from "../../domain/care/find.ts";
import { findCrisis, messageLanguage } from "../../domain/care.ts";
import { CRISIS } from "./care-set/crisis.ts";
import { HARMLESS } from "./care-set/harmless.ts";
import { HELD_OUT_CRISIS, HELD_OUT_HARMLESS } from "./care-set/held-out.ts";
import type { CrisisMessage, HarmlessMessage } from "./care-set/messages.ts";

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
    const texts = [...CRISIS, ...HELD_OUT_CRISIS].map(([, , text]) => text);
    texts.push(...[...HARMLESS, ...HELD_OUT_HARMLESS].map(([, text]) => text));
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

  it("is told apart in the part held out, as well as when it was first measured", () => {
    // What fails is not named, lest the patterns be tuned on it.
    const { recall, falsePositives } = measure("held out", HELD_OUT_CRISIS, HELD_OUT_HARMLESS);
    expect(recall).toBeGreaterThanOrEqual(0.95);
    expect(falsePositives).toBeLessThanOrEqual(0.03);
  });

  it("is answered in its language", () => {
    const others = CRISIS.filter(([, language, text]) => messageLanguage(text) !== language);
    expect(others).toEqual([]);
    expect(CRISIS.every(([, , text]) => crisisIn(text) !== null)).toBe(true);
  });
});
