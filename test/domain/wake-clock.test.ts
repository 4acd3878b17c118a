import { describe, expect, it } from "vitest";
import { WakeClock } from "../../worker/member/alarm.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

/** A clock over a storage that holds this alarm, and the alarms that were set. */
function clockWith(standing: number | null) {
  const set: number[] = [];
  const storage = {
    getAlarm: async () => standing,
    setAlarm: async (time: number | Date) => void set.push(Number(time)),
  };
  return { set, clock: new WakeClock({ storage, now: () => NOW }) };
}

describe("the object's alarm", () => {
  it("is left alone if an earlier one stands", async () => {
    const { clock, set } = clockWith(NOW + MINUTE);
    await clock.wakeToo(NOW + 2 * MINUTE);
    clock.wakeBy(NOW + 3 * MINUTE);
    expect(set).toEqual([]);
  });

  it("is set to what has to happen earlier", async () => {
    const { clock, set } = clockWith(NOW + 3 * MINUTE);
    await clock.wakeToo(NOW + 2 * MINUTE);
    clock.wakeBy(NOW + MINUTE);
    clock.wakeBy(NOW + MINUTE);
    expect(set).toEqual([NOW + 2 * MINUTE, NOW + MINUTE]);
  });

  it("is left alone while it is merely late", async () => {
    const { clock, set } = clockWith(NOW - MINUTE);
    await clock.wakeToo(NOW + MINUTE);
    clock.wakeBy(NOW + MINUTE);
    expect(set).toEqual([]);
  });

  it.each([3, 60, 3 * 24 * 60])(
    "that is %i minutes late was lost: it is set anew, once",
    async (minutes) => {
      const { clock, set } = clockWith(NOW - minutes * MINUTE);
      await clock.wakeToo(NOW + 5 * MINUTE);
      clock.wakeBy(NOW + 10 * MINUTE);
      expect(set).toHaveLength(1);
      expect(set[0]).toBeGreaterThan(NOW);
      expect(set[0]).toBeLessThanOrEqual(NOW + 5 * MINUTE);
    },
  );

  it.each([0, 1, MINUTE])(
    "for what was due %i ms ago is set to the future: the past may never come",
    (ago) => {
      const { clock, set } = clockWith(null);
      clock.wentOff();
      clock.wakeBy(NOW - ago);
      expect(set).toEqual([NOW + 1]);
    },
  );

  it("that could not be set is set by what comes next", async () => {
    const set: number[] = [];
    const storage = {
      getAlarm: async () => null,
      setAlarm: async (time: number | Date) => {
        set.push(Number(time));
        if (set.length === 1) throw new Error("storage is away");
      },
    };
    const clock = new WakeClock({ storage, now: () => NOW });
    clock.wakeBy(NOW + MINUTE);
    await Promise.resolve();
    await Promise.resolve();
    clock.wakeBy(NOW + 2 * MINUTE);
    expect(set).toEqual([NOW + MINUTE, NOW + 2 * MINUTE]);
  });
});
