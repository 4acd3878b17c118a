import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ending } from "../../worker/member/stream/answer-log.ts";
import type { StreamHead } from "../../worker/member/stream/encoders.ts";
import { logName } from "../../worker/member/stream/encoders.ts";
import { RunningTurn } from "../../worker/member/turns/turn.ts";
import type { ModelEvents, TurnPorts, TurnResult } from "../../worker/member/turns/turn-ports.ts";
import type { Answer, EndReason } from "../../worker/model/answer.ts";
import { ProviderError, type SecondChance, timeout } from "../../worker/model/provider-error.ts";

const LATE_MS = 300;
const HEAD: StreamHead = { turnId: "t", conversationId: "c", messageId: "m", model: "gpt" };

/** One request to a model whose every move the test makes. */
interface Asked {
  readonly after: SecondChance | null;
  readonly waitedMs: number;
  readonly signal: AbortSignal;
  say(text: string): void;
  end(finishReason?: EndReason): void;
  fail(error: unknown): void;
}

/**
 * A turn that may be hedged, with everything it asked and wrote.
 * @param deaf whether its requests go on when they are aborted, as one does whose last words have arrived
 */
function raceable(budget = true, deaf = false) {
  const asked: Asked[] = [];
  const written: string[] = [];
  let result: TurnResult | undefined;
  const ports: TurnPorts = {
    prepare: async () => ({
      request: (after, waitedMs = 0) => ({
        model: "gpt",
        ask: (events: ModelEvents, signal: AbortSignal, answer: Answer) =>
          new Promise((resolve, reject) => {
            if (!deaf) signal.addEventListener("abort", () => reject(signal.reason));
            asked.push({
              after,
              waitedMs,
              signal,
              say: (text) => events.onText(text),
              end: (finishReason: EndReason = "stop") => {
                answer.finishReason = finishReason;
                resolve();
              },
              fail: reject,
            });
            events.onDispatch(100);
          }),
      }),
    }),
    begin: () => written.push("begin"),
    retry: (_failed, attempt) => written.push(`retry ${attempt}`),
    hedge: budget
      ? {
          afterMs: LATE_MS,
          take: () => true,
          write: (attempt) => written.push(`hedge ${attempt}`),
        }
      : null,
    keep: () => {},
    forget: () => {},
    settle: (settled) => {
      result = settled;
      const { outcome, timings } = settled;
      return { ...outcome, usage: null, timings, credits: null } as Ending;
    },
    now: () => Date.now(),
    arrivedAt: Date.now(),
  };
  const turn = new RunningTurn(HEAD, ports);
  const settled = async () => {
    await vi.advanceTimersByTimeAsync(10);
    await turn.ended;
    if (!result) throw new Error("nothing was settled");
    return result;
  };
  return { turn, asked, written, settled };
}

/** The same, with both requests under way. */
async function racing(deaf = false) {
  const race = raceable(true, deaf);
  await vi.advanceTimersByTimeAsync(LATE_MS + 10);
  const [first, second] = race.asked;
  if (!first || !second) throw new Error("nothing races");
  return { ...race, first, second };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a turn whose first word is late", () => {
  it("sends a second request at that time, and writes that it has left", async () => {
    const { asked, written } = raceable();
    await vi.advanceTimersByTimeAsync(LATE_MS - 1);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(5);
    expect(asked.map(({ after }) => after)).toEqual([null, null]);
    // The first word is awaited no longer than without a hedge.
    expect(asked[1]?.waitedMs).toBe(LATE_MS);
    expect(written).toEqual(["begin", "hedge 2"]);
    await vi.advanceTimersByTimeAsync(10 * LATE_MS);
    expect(asked).toHaveLength(2);
  });

  it("sends none where there is a word in time, or the operator wants none", async () => {
    const quick = raceable();
    await vi.advanceTimersByTimeAsync(LATE_MS - 10);
    quick.asked[0]?.say("Hello");
    const off = raceable(false);
    await vi.advanceTimersByTimeAsync(10 * LATE_MS);
    expect(quick.asked).toHaveLength(1);
    expect(off.asked).toHaveLength(1);
    quick.asked[0]?.end();
    expect(await quick.settled()).toMatchObject({ race: null, text: "Hello" });
  });

  it("without a hedge sets no timer of its own", async () => {
    const { asked } = raceable(false);
    await vi.advanceTimersByTimeAsync(10);
    expect(asked).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is answered by the second where that is faster; the first is aborted at once", async () => {
    const { turn, first, second, settled } = await racing();
    expect(logName(turn.head)).toBe("t");
    await vi.advanceTimersByTimeAsync(40);
    second.say("w1");
    expect([first.signal.aborted, second.signal.aborted]).toEqual([true, false]);
    expect(logName(turn.head)).toBe("t.2");
    second.say(" w2");
    second.end();
    const { outcome, text, request, race, timings } = await settled();
    expect(outcome).toEqual({ state: "complete", finishReason: "stop" });
    expect(text).toBe("w1 w2");
    expect([request?.attempt, race?.loser.attempt, race?.afterMs]).toEqual([2, 1, LATE_MS]);
    // As the member felt it: from the first dispatch on.
    expect(request?.firstWordMs).toBe(LATE_MS + 50);
    expect(timings.upstreamMs).toBe(LATE_MS + 50);
  });

  it("is answered by the first where that is faster after all", async () => {
    const { turn, first, second, settled } = await racing();
    first.say("w1");
    expect([first.signal.aborted, second.signal.aborted]).toEqual([false, true]);
    first.say(" w2");
    first.end();
    const { text, request, race } = await settled();
    expect([text, request?.attempt, race?.loser.attempt]).toEqual(["w1 w2", 1, 2]);
    expect(logName(turn.head)).toBe("t");
  });

  it("takes no word and no end of the one that was beaten", async () => {
    const { turn, first, second, settled } = await racing(true);
    second.say("right");
    first.say("wrong");
    first.end("length");
    await vi.advanceTimersByTimeAsync(10);
    expect(turn.log.ending).toBeNull();
    second.end();
    await vi.advanceTimersByTimeAsync(10);
    const { text, race, outcome } = await settled();
    expect(text).toBe("right");
    expect(race?.unheard).toBe("wrong");
    expect(outcome).toEqual({ state: "complete", finishReason: "stop" });
  });

  it.each([
    ["first", 0],
    ["second", 1],
  ])("goes on with the other one where the %s fails", async (_name, failing) => {
    const { asked, settled } = await racing();
    const [bad, good] = [asked[failing], asked[1 - failing]];
    bad?.fail(
      new ProviderError("provider_busy", { secondChance: { afterMs: 0, otherModel: true } }),
    );
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(2);
    good?.say("there");
    good?.end();
    const { outcome, text, request, race } = await settled();
    expect([outcome.state, text]).toEqual(["complete", "there"]);
    expect([request?.attempt, race?.loser.attempt]).toEqual([2 - failing, failing + 1]);
    expect(race?.loser.error).toBeInstanceOf(ProviderError);
  });

  it.each([
    ["first", 0],
    ["second", 1],
  ])("fails when both have, the %s one first, and asks no third time", async (_name, earlier) => {
    const { asked, settled } = await racing();
    asked[earlier]?.end();
    await vi.advanceTimersByTimeAsync(10);
    asked[1 - earlier]?.fail(timeout());
    const { outcome, request, race } = await settled();
    expect(outcome).toEqual({ state: "failed", errorCode: "provider_timeout" });
    expect(asked).toHaveLength(2);
    expect([request?.attempt, race?.loser.attempt]).toEqual([2 - earlier, earlier + 1]);
  });

  it("is interrupted where the winner breaks off, and asks nobody else", async () => {
    const { asked, second, settled } = await racing();
    second.say("half");
    second.fail(timeout());
    const { outcome, text } = await settled();
    expect(outcome).toEqual({ state: "interrupted", errorCode: "provider_timeout" });
    expect(text).toBe("half");
    expect(asked).toHaveLength(2);
  });

  it.each(["stopped", "superseded"] as const)("when it is %s ends both", async (reason) => {
    const { turn, asked, settled } = await racing();
    turn.abort(reason);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    const { outcome, request, race } = await settled();
    expect(outcome).toEqual({ state: reason });
    expect([request?.attempt, race?.loser.attempt]).toEqual([1, 2]);
  });

  it("is not hedged where it has used its second request already", async () => {
    const { asked } = raceable();
    await vi.advanceTimersByTimeAsync(10);
    asked[0]?.fail(
      new ProviderError("provider_busy", { secondChance: { afterMs: 0, otherModel: false } }),
    );
    await vi.advanceTimersByTimeAsync(10 * LATE_MS);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatchObject({ after: { afterMs: 0 }, waitedMs: 0 });
    expect(asked[0]?.signal.aborted).toBe(false);
  });
});
