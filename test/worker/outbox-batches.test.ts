import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { DatabaseError } from "../../worker/db/supabase.ts";
import { Outbox, type OutboxPorts } from "../../worker/member/sync/outbox.ts";
import { objectOf } from "./support/members.ts";

type Sent = { seq: number; n: number; text?: string };

/** Runs a test with an outbox of its own, on the storage of an object that nobody else uses. */
function withOutbox(
  apply: (rows: readonly Sent[], outbox: Outbox) => Awaited<ReturnType<OutboxPorts["apply"]>>,
  test: (outbox: Outbox, clock: { now: number; random: number }) => Promise<void>,
): Promise<void> {
  const object = objectOf({ id: crypto.randomUUID(), token: "" });
  return runInDurableObject(object, async (_object, { storage }) => {
    const clock = { now: 1_000_000, random: 0 };
    const outbox: Outbox = new Outbox(
      {
        sql: storage.sql,
        materialise: (row) => {
          const made = JSON.parse(row.payload);
          return made.gone ? null : made;
        },
        parents: () => [],
        apply: async (rows) => apply(rows as readonly Sent[], outbox),
        now: () => clock.now,
        random: () => clock.random,
      },
      { first: 1_000, longest: 8_000 },
    );
    await test(outbox, clock);
  });
}

const accept = (rows: readonly Sent[]) => rows.map(({ seq }) => ({ seq, ok: true }));

/** Notes the rows of each batch that is sent. */
const noting =
  (batches: number[][], answer = accept) =>
  (rows: readonly Sent[]) => {
    batches.push(rows.map(({ n }) => n));
    return answer(rows);
  };

const lengthOf = (rows: readonly Sent[]) =>
  rows.reduce((sum, { text = "" }) => sum + text.length, 0);

describe("the outbox", () => {
  it("sends in order, in batches of at most 50 rows", async () => {
    const batches: number[][] = [];
    await withOutbox(noting(batches), async (outbox) => {
      for (let n = 0; n < 120; n += 1) outbox.add("usage", { n });
      await outbox.flush();
      expect(batches.map(({ length }) => length)).toEqual([50, 50, 20]);
      expect(batches.flat()).toEqual(Array.from({ length: 120 }, (_, n) => n));
      expect(outbox.state()).toEqual({ pending: 0, oldestAgeMs: 0, failed: 0 });
    });
  });

  it("sends no more than 256 Ki of text at once, and a row that is longer alone", async () => {
    const batches: number[][] = [];
    await withOutbox(noting(batches), async (outbox) => {
      const text = "x".repeat(100 * 1024);
      for (const n of [0, 1, 2]) outbox.add("usage", { n, text });
      outbox.add("usage", { n: 3, text: "x".repeat(300 * 1024) });
      outbox.add("usage", { n: 4 });
      await outbox.flush();
      expect(batches).toEqual([[0, 1], [2], [3], [4]]);
    });
  });

  it("sends again what nothing was said of", async () => {
    const batches: number[][] = [];
    await withOutbox(
      noting(batches, (rows) => accept(rows.slice(0, 2))),
      async (outbox) => {
        for (const n of [0, 1, 2]) outbox.add("usage", { n });
        await outbox.flush();
        expect(batches).toEqual([[0, 1, 2], [2]]);
        expect(outbox.state().pending).toBe(0);
      },
    );
  });

  it("finds what stands behind many rows that no longer exist", async () => {
    const batches: number[][] = [];
    await withOutbox(noting(batches), async (outbox) => {
      for (let n = 0; n < 60; n += 1) outbox.add("usage", { n, gone: n < 55 });
      await outbox.flush();
      expect(batches).toEqual([[55, 56, 57, 58, 59]]);
      expect(outbox.state().pending).toBe(0);
    });
  });

  it("sends what was added while it was sending, and is not run twice at once", async () => {
    const batches: number[][] = [];
    await withOutbox(
      (rows, outbox) => {
        batches.push(rows.map(({ n }) => n));
        if (batches.length === 1) {
          outbox.add("usage", { n: 1 });
          void outbox.flush();
        }
        return accept(rows);
      },
      async (outbox) => {
        outbox.add("usage", { n: 0 });
        await Promise.all([outbox.flush(), outbox.flush()]);
        expect(batches).toEqual([[0], [1]]);
      },
    );
  });

  it("stops at the first row that may pass later, and takes it up there", async () => {
    const batches: number[][] = [];
    let locked = true;
    await withOutbox(
      (rows) => {
        batches.push(rows.map(({ n }) => n));
        const results = [];
        for (const { seq, n } of rows) {
          if (n === 2 && locked) return [...results, { seq, ok: false, sqlstate: "23503" }];
          results.push({ seq, ok: true });
        }
        return results;
      },
      async (outbox, clock) => {
        for (let n = 0; n < 4; n += 1) outbox.add("usage", { n });
        await outbox.flush();
        clock.now += 500;
        expect(outbox.state()).toEqual({ pending: 2, oldestAgeMs: 500, failed: 0 });
        locked = false;
        await outbox.flush();
        expect(batches).toEqual([
          [0, 1, 2, 3],
          [2, 3],
        ]);
        expect(outbox.retryAt).toBeNull();
      },
    );
  });

  it("waits longer each time, up to a limit, with half of it left to chance", async () => {
    await withOutbox(
      () => {
        throw new DatabaseError("", 0, "no answer");
      },
      async (outbox, clock) => {
        outbox.add("usage", { n: 0 });
        const pauses: number[] = [];
        for (const random of [0, 0, 0.5, 0, 0, 0.999]) {
          clock.random = random;
          await outbox.flush();
          pauses.push((outbox.retryAt ?? 0) - clock.now);
        }
        expect(pauses).toEqual([500, 1_000, 3_000, 4_000, 4_000, 7_996]);
      },
    );
  });

  it("begins with the short pause again once something got through", async () => {
    let down = true;
    await withOutbox(
      (rows) => {
        if (down) throw new DatabaseError("", 503, "down");
        return accept(rows);
      },
      async (outbox, clock) => {
        outbox.add("usage", { n: 0 });
        for (let n = 0; n < 4; n += 1) await outbox.flush();
        down = false;
        await outbox.flush();
        down = true;
        outbox.add("usage", { n: 1 });
        await outbox.flush();
        expect((outbox.retryAt ?? 0) - clock.now).toBe(500);
      },
    );
  });

  it.each([
    ["more rows than a statement has time for", 10, (rows: readonly Sent[]) => rows.length > 3],
    [
      "more text than a gateway lets through",
      20_000,
      (rows: readonly Sent[]) => lengthOf(rows) > 50_000,
    ],
    ["more than one row", 10, (rows: readonly Sent[]) => rows.length > 1],
  ])("gets through where %s fail together, in order", async (_, length, tooMuch) => {
    const applied: number[] = [];
    await withOutbox(
      (rows) => {
        if (tooMuch(rows)) throw new DatabaseError("57014", 500, "statement timeout");
        applied.push(...rows.map(({ n }) => n));
        return accept(rows);
      },
      async (outbox) => {
        for (let n = 0; n < 120; n += 1) outbox.add("usage", { n, text: "x".repeat(length) });
        // Each failure is an attempt of the alarm's: hardly more than there are rows.
        for (let n = 0; n < 140 && outbox.pending; n += 1) await outbox.flush();
        expect(applied).toEqual(Array.from({ length: 120 }, (_row, n) => n));
        expect(outbox.retryAt).toBeNull();
      },
    );
  });

  it("sends whole batches again once nothing is too much any more", async () => {
    let down = true;
    const batches: number[][] = [];
    await withOutbox(
      (rows) => {
        if (down) throw new DatabaseError("", 503, "down");
        return noting(batches)(rows);
      },
      async (outbox) => {
        for (let n = 0; n < 200; n += 1) outbox.add("usage", { n });
        for (let n = 0; n < 9; n += 1) await outbox.flush();
        down = false;
        await outbox.flush();
        expect(batches[0]).toEqual([0]);
        expect(Math.max(...batches.map(({ length }) => length))).toBe(50);
      },
    );
  });

  it("takes an answer about no row for a failure: nothing is lost", async () => {
    await withOutbox(
      () => [],
      async (outbox) => {
        outbox.add("usage", { n: 0 });
        await outbox.flush();
        expect(outbox.state().pending).toBe(1);
        expect(outbox.retryAt).not.toBeNull();
      },
    );
  });
});
