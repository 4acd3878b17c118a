import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AnswerLog } from "../../worker/member/stream/answer-log.ts";
import { eventEncoder, wordEncoder } from "../../worker/member/stream/encoders.ts";
import { openReader } from "../../worker/member/stream/reader.ts";
import { silenceTimer } from "../../worker/platform/idle-timer.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const now = () => Date.now();

describe("the silence timer", () => {
  it("goes off once, when nothing was heard for as long as it was given", () => {
    const silent = vi.fn();
    silenceTimer(now, 1_000, silent);
    vi.advanceTimersByTime(999);
    expect(silent).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(silent).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(60_000);
    expect(silent).toHaveBeenCalledTimes(1);
  });

  it("begins anew with everything that is heard", () => {
    const silent = vi.fn();
    const timer = silenceTimer(now, 1_000, silent);
    for (let n = 0; n < 50; n += 1) {
      vi.advanceTimersByTime(900);
      timer.heard(1_000);
    }
    expect(silent).not.toHaveBeenCalled();
    vi.advanceTimersByTime(999);
    expect(silent).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(silent).toHaveBeenCalledTimes(1);
  });

  it("takes a shorter time from then on, and a longer one", () => {
    const silent = vi.fn();
    const timer = silenceTimer(now, 20_000, silent);
    vi.advanceTimersByTime(5_000);
    timer.heard(400);
    vi.advanceTimersByTime(399);
    timer.heard(10_000);
    vi.advanceTimersByTime(9_999);
    expect(silent).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(silent).toHaveBeenCalledTimes(1);
  });

  it("is off once it is ended", () => {
    const silent = vi.fn();
    const timer = silenceTimer(now, 1_000, silent);
    timer.end();
    vi.advanceTimersByTime(5_000);
    expect(silent).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("costs no timer of its own for each token", () => {
    const set = vi.spyOn(globalThis, "setTimeout");
    const timer = silenceTimer(now, 15_000, () => {});
    for (let n = 0; n < 1_000; n += 1) {
      vi.advanceTimersByTime(20);
      timer.heard(15_000);
    }
    // 20 seconds of tokens: set once, and again about each time the first one would go off.
    expect(set.mock.calls.length).toBeLessThan(5);
  });
});

describe("a reader in silence", () => {
  const HEAD = { turnId: "t", conversationId: "c", messageId: "a", model: "m" };
  const pipe = () => new TransformStream<Uint8Array, Uint8Array>();
  const options = { from: 0, pingMs: 15_000, now, pipe };

  it("is kept alive by a comment after 15 s, and again after as long", async () => {
    const log = new AnswerLog();
    const reader = openReader(log, eventEncoder(HEAD), options).getReader();
    const decoder = new TextDecoder();
    const read = async () => decoder.decode((await reader.read()).value);
    expect(await read()).toContain('"start"');
    for (let n = 0; n < 3; n += 1) {
      const next = read();
      await vi.advanceTimersByTimeAsync(14_900);
      log.append("");
      await vi.advanceTimersByTimeAsync(100);
      expect(await next).toBe(": ping\n\n");
    }
    const word = read();
    log.append("Hello");
    expect(await word).toContain('"delta":"Hello"');
    await reader.cancel();
    // It notices that its client has left with the next word, and leaves no timer behind.
    log.append("there");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("of words hears nothing", async () => {
    const log = new AnswerLog();
    const reader = openReader(log, wordEncoder(), options).getReader();
    const next = reader.read();
    await vi.advanceTimersByTimeAsync(120_000);
    log.append("Hello");
    expect(new TextDecoder().decode((await next).value)).toBe("Hello");
    await reader.cancel();
  });
});
