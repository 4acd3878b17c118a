import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PROBLEMS, type ProblemCode } from "../../domain/problems.ts";
import {
  ADMITTED,
  type Outcome,
  REQUESTS_MAX,
  step,
  type TurnEvent,
  type TurnPhase,
} from "../../worker/member/turns/state-machine.ts";

const codes = Object.keys(PROBLEMS) as ProblemCode[];

const failure: fc.Arbitrary<TurnEvent> = fc
  .record({
    code: fc.constantFrom(...codes),
    retry: fc.boolean(),
    retryAfter: fc.option(fc.nat(300), { nil: undefined }),
  })
  .map(({ code, retry, retryAfter }) => ({
    name: "failed",
    code,
    retry,
    ...(retryAfter !== undefined && { retryAfter }),
  }));

/** Anything that can happen, in any order, also such as no provider would send. */
const anyEvent: fc.Arbitrary<TurnEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<TurnEvent>({ name: "dispatched" }) },
  { weight: 3, arbitrary: fc.constant<TurnEvent>({ name: "hedged" }) },
  { weight: 3, arbitrary: fc.constant<TurnEvent>({ name: "text" }) },
  { weight: 3, arbitrary: failure },
  { weight: 3, arbitrary: fc.constant<TurnEvent>({ name: "woken" }) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc
        .constantFrom("stop", "length", "content-filter", "other")
        .map((finishReason) => ({ name: "answered", finishReason }) as TurnEvent),
      fc.constantFrom<TurnEvent>({ name: "stopped" }, { name: "superseded" }),
    ),
  },
);
const anyEvents = fc.array(anyEvent, { maxLength: 30 });

/** Where a turn stood before and after an event. */
interface Move {
  readonly before: TurnPhase;
  readonly event: TurnEvent;
  readonly after: TurnPhase;
}

function moves(events: readonly TurnEvent[]): Move[] {
  let before = ADMITTED;
  return events.map((event) => {
    const after = step(before, event);
    const move = { before, event, after };
    before = after;
    return move;
  });
}

const outcomeOf = (phase: TurnPhase): Outcome | null =>
  phase.name === "ended" ? phase.outcome : null;

/** Holds a property of every move of every turn. */
function always(holds: (move: Move, earlier: readonly Move[]) => void): void {
  fc.assert(
    fc.property(anyEvents, (events) => {
      const all = moves(events);
      for (const [index, move] of all.entries()) holds(move, all.slice(0, index));
    }),
    { numRuns: 2_000 },
  );
}

const raced = (earlier: readonly Move[]) => earlier.some(({ after }) => after.name === "racing");
const spoke = (earlier: readonly Move[]) => earlier.some(({ after }) => after.name === "speaking");

describe("a turn, whatever happens to it in whatever order", () => {
  it("stays as it ended", () => {
    always(({ before, after }) => {
      if (before.name === "ended") expect(after).toBe(before);
    });
  });

  it(`sends at most ${REQUESTS_MAX} requests, and counts each that leaves once`, () => {
    always(({ before, event, after }) => {
      expect(after.requests).toBeLessThanOrEqual(REQUESTS_MAX);
      const asked = before.name === "asking" && event.name === "dispatched";
      const raced = before.name === "waiting" && event.name === "hedged" && before.requests === 1;
      expect(after.requests - before.requests).toBe(asked || raced ? 1 : 0);
    });
  });

  it("asks only while another request may leave", () => {
    always(({ after }) => {
      if (after.name === "asking") expect(after.requests).toBeLessThan(REQUESTS_MAX);
      if (after.name === "waiting") expect(after.requests).toBeGreaterThan(0);
    });
  });

  it("races only with a second request beside the first, and then asks no third", () => {
    always(({ after }, earlier) => {
      if (after.name === "racing") expect(after.requests).toBe(REQUESTS_MAX);
      if (raced(earlier)) expect(after.name).not.toBe("asking");
    });
  });

  it("goes on with the other one where one of two ends without a word, and fails when both have", () => {
    always(({ before, event, after }) => {
      if (event.name !== "failed" && event.name !== "answered") return;
      if (before.name === "racing") expect(after.name).toBe("waiting");
      if (before.name === "waiting" && before.requests === REQUESTS_MAX) {
        expect(outcomeOf(after)?.state).toBe("failed");
      }
    });
  });

  it("asks nothing any more once words were shown", () => {
    always(({ after }, earlier) => {
      if (spoke(earlier)) expect(["speaking", "ended"]).toContain(after.name);
    });
  });

  it("ends as interrupted only with words, and as failed only without", () => {
    always(({ before, after }, earlier) => {
      const outcome = outcomeOf(after);
      if (before.name === "ended" || !outcome) return;
      if (outcome.state === "interrupted" || outcome.state === "complete") {
        expect(spoke(earlier)).toBe(true);
      }
      if (outcome.state === "failed") expect(spoke(earlier)).toBe(false);
    });
  });

  it("is stopped or superseded by nothing but a stop or something newer, and at once", () => {
    always(({ before, event, after }) => {
      if (before.name === "ended") return;
      const said = event.name === "stopped" || event.name === "superseded" ? event.name : null;
      const state = outcomeOf(after)?.state;
      if (said) expect(state).toBe(said);
      else expect(["stopped", "superseded"]).not.toContain(state);
    });
  });

  it("asks again or ends when its object wakes: it waits for nobody who is gone", () => {
    always(({ before, event, after }) => {
      if (event.name !== "woken" || before.name === "ended") return;
      expect(["asking", "ended"]).toContain(after.name);
      const asks = before.name !== "speaking" && before.requests < REQUESTS_MAX;
      expect(after.name).toBe(asks ? "asking" : "ended");
    });
  });

  it("ends after at most two deaths of its object, however they fall", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 4, maxLength: 8 }), (words) => {
        let phase: TurnPhase = ADMITTED;
        for (const spoken of words) {
          phase = step(phase, { name: "dispatched" });
          if (spoken) phase = step(phase, { name: "text" });
          phase = step(phase, { name: "woken" });
        }
        expect(phase.name).toBe("ended");
      }),
    );
  });

  it("asks again only where that could help, and then exactly where it had no word", () => {
    always(({ before, event, after }) => {
      if (event.name !== "failed" || before.name === "ended" || before.name === "racing") return;
      const again =
        event.retry &&
        before.name !== "speaking" &&
        before.requests > 0 &&
        before.requests < REQUESTS_MAX;
      expect(after.name).toBe(again ? "asking" : "ended");
    });
  });

  it("tells a code of the table for each failure, and a wait only where trying again may help", () => {
    always(({ after }) => {
      const outcome = outcomeOf(after);
      if (!outcome || !("errorCode" in outcome)) return;
      const row = PROBLEMS[outcome.errorCode];
      expect(row).toBeDefined();
      if (outcome.retryAfter !== undefined) expect(row.retryable).toBe(true);
      // A cut is something a member has seen: without a word there was nothing to cut.
      if (outcome.state === "failed") expect(outcome.errorCode).not.toBe("answer_cut");
    });
  });

  it("takes an end without a word for a failure, not for an answer", () => {
    always(({ before, event, after }) => {
      if (event.name !== "answered" || before.name === "ended" || before.name === "racing") return;
      const expected = before.name === "speaking" ? "complete" : "failed";
      expect(outcomeOf(after)?.state).toBe(expected);
    });
  });

  it("can always be ended: whatever came before, a stop ends it", () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const last = moves([...events, { name: "stopped" }]).at(-1);
        expect(last?.after.name).toBe("ended");
      }),
    );
  });
});
