import { describe, expect, it } from "vitest";
import type { Api } from "../../client/api/http.ts";
import { createWarmer } from "../../client/api/warm.ts";

function setUp() {
  const asked: string[] = [];
  const state = { now: 0, fails: false };
  const api: Pick<Api, "open"> = {
    async open(path, options) {
      asked.push(`${options?.method} ${path}`);
      if (state.fails) throw new Error("offline");
      return new Response(null, { status: 202 });
    },
  };
  return { asked, state, warm: createWarmer(api as Api, () => state.now) };
}

describe("warming", () => {
  it("is asked for once a minute, however often someone is about to write", () => {
    const { asked, state, warm } = setUp();
    for (const now of [0, 10, 59_999]) {
      state.now = now;
      warm();
    }
    expect(asked).toEqual(["POST /api/viva/warm"]);
    state.now = 60_000;
    warm();
    expect(asked).toHaveLength(2);
  });

  it("that failed is tried again at the next occasion", async () => {
    const { asked, state, warm } = setUp();
    state.fails = true;
    warm();
    await Promise.resolve();
    await Promise.resolve();
    state.fails = false;
    warm();
    expect(asked).toHaveLength(2);
  });
});
