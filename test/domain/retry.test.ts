import { describe, expect, it } from "vitest";
import { PROBLEMS } from "../../domain/problems.ts";
import { isRefused, mayPass, pauseMs } from "../../domain/retry.ts";

describe("the pause before another attempt", () => {
  it("grows with each failure up to its longest, and is never shorter than the server asks for", () => {
    for (const what of ["turn", "save", "section", "live"] as const) {
      const pauses = Array.from({ length: 40 }, (_, failures) => pauseMs(what, failures));
      expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
      expect(pauses[0]).toBeGreaterThan(0);
      expect(pauses[39]).toBeLessThanOrEqual(60_000);
      expect(pauseMs(what, 3, { retryAfter: 90 })).toBe(90_000);
      expect(pauseMs(what, 39, { retryAfter: 1 })).toBe(pauses[39]);
    }
  });

  it("is another one for each client, and at least half of its length", () => {
    expect(pauseMs("live", 2, { random: 0 })).toBe(pauseMs("live", 2) / 2);
    expect(pauseMs("live", 2, { random: 0.5 })).toBe(pauseMs("live", 2) * 0.75);
  });
});

describe("a failed request", () => {
  it("is sent again by itself only if the table says that the same request may succeed", () => {
    for (const row of Object.values(PROBLEMS)) expect(mayPass(row)).toBe(row.retryable);
    expect(mayPass({ status: 0, retryable: false })).toBe(true);
    // A page of a proxy's, with a status that says nothing about the service.
    expect(mayPass({ status: 403, retryable: true })).toBe(false);
  });

  it("takes a change back only if the server itself refused it", () => {
    for (const status of [400, 403, 404, 409, 412, 422]) {
      expect(isRefused({ status, retryable: false })).toBe(true);
      expect(isRefused({ status, retryable: true })).toBe(false);
    }
    for (const status of [0, 500, 502, 503]) {
      expect(isRefused({ status, retryable: false })).toBe(false);
    }
  });
});
