import { describe, expect, it } from "vitest";
import { createErasure } from "../../client/account/erasure.ts";
import { ApiError, localProblem, toProblem } from "../../client/api/problem.ts";

const REVOKED = new ApiError(toProblem({ code: "session_revoked" }, 401));
const EXPIRED = new ApiError(toProblem({ code: "token_expired" }, 401));
const UNREACHABLE = new ApiError(localProblem("unreachable"));

/** A browser's storage that outlives a page. */
function shelf() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

type Answer = string | ApiError;

/**
 * A page of a browser: `sync` and `erase` answer one after the other, the last one for good. Time goes
 * on by a step with every pause; null: the page is gone before the first one ends.
 */
function page(
  answers: { sync?: readonly Answer[]; erase: readonly Answer[] },
  storage = shelf(),
  step: number | null = 1_000,
) {
  const left = { sync: [...(answers.sync ?? [])], erase: [...answers.erase] };
  const asked: string[] = [];
  const pauses: number[] = [];
  let time = 0;
  const erasure = createErasure({
    storage,
    token: async () => "first",
    apiOf: (token) => ({
      async json<T>(path: string, { method = "GET" }: { method?: string } = {}) {
        asked.push(`${token} ${method} ${path}`);
        const list = method === "DELETE" ? left.erase : left.sync;
        const answer = (list.length > 1 ? list.shift() : list[0]) ?? UNREACHABLE;
        if (answer instanceof ApiError) throw answer;
        return { state: answer } as T;
      },
    }),
    async pause(ms) {
      pauses.push(ms);
      if (step === null) return new Promise(() => {});
      time += step;
    },
    now: () => time,
  });
  const kinds: string[] = [];
  erasure.state.subscribe((state) => {
    const { kind } = state;
    const told = kind === "erasing" && state.late ? "late" : kind;
    if (kinds.at(-1) !== told) kinds.push(told);
  });
  return { erasure, asked, pauses, storage, kinds };
}

const DELETE = "first DELETE /api/account-data";
const SYNC = "first GET /api/sync";

describe("erasing everything", () => {
  it("asks with the same token until it is done, and waits a second before it looks", async () => {
    const { erasure, asked, pauses, storage, kinds } = page({
      erase: ["erasing", "erasing", "done"],
    });
    await erasure.begin();
    expect(erasure.state.value).toMatchObject({ kind: "erasing", late: false });
    await expect.poll(() => erasure.state.value.kind).toBe("done");
    expect(asked).toEqual([DELETE, DELETE, DELETE]);
    expect(pauses[0]).toBe(1_000);
    expect(storage.items.size).toBe(0);
    expect(kinds).toEqual(["none", "erasing", "done"]);
    erasure.seen();
    expect(erasure.state.value.kind).toBe("none");
  });

  it("goes on in the next page, and says when it takes long or cannot be seen", async () => {
    const storage = shelf();
    await page({ erase: ["erasing"] }, storage, null).erasure.begin();
    const { erasure, asked, kinds } = page(
      { erase: ["erasing", UNREACHABLE, "erasing", "done"] },
      storage,
      6_000,
    );
    erasure.resume();
    await expect.poll(() => erasure.state.value.kind).toBe("done");
    expect(asked).toEqual([DELETE, DELETE, DELETE, DELETE]);
    expect(kinds).toEqual(["none", "erasing", "late", "done"]);
  });

  it("is not begun by a page that comes later, where it never was", async () => {
    const storage = shelf();
    const lost = page({ erase: [UNREACHABLE] }, storage);
    await expect(lost.erasure.begin()).rejects.toBe(UNREACHABLE);
    const { erasure, asked } = page({ sync: ["ok"], erase: ["erasing"] }, storage);
    erasure.resume();
    await expect.poll(() => storage.items.size).toBe(0);
    expect(asked).toEqual([SYNC]);
    expect(erasure.state.value.kind).toBe("none");
  });

  it("is found to have begun where its answer was lost", async () => {
    const storage = shelf();
    const lost = page({ erase: [UNREACHABLE] }, storage);
    await expect(lost.erasure.begin()).rejects.toBe(UNREACHABLE);
    const { erasure, asked } = page({ sync: [REVOKED], erase: ["done"] }, storage);
    erasure.resume();
    await expect.poll(() => erasure.state.value.kind).toBe("done");
    expect(asked).toEqual([SYNC, DELETE]);
  });

  it("is left to itself once the token has run out, and forgotten where it was refused", async () => {
    const storage = shelf();
    await page({ erase: ["erasing"] }, storage, null).erasure.begin();
    const { erasure } = page({ erase: [EXPIRED] }, storage);
    erasure.resume();
    await expect.poll(() => erasure.state.value.kind).toBe("unseen");
    expect(storage.items.size).toBe(0);

    const refused = page({ erase: [EXPIRED] });
    await expect(refused.erasure.begin()).rejects.toBe(EXPIRED);
    expect(refused.storage.items.size).toBe(0);
    expect(refused.erasure.state.value.kind).toBe("none");
  });

  it("takes what is no note for none", () => {
    const storage = shelf();
    storage.setItem("viva.erasing", '{"token":7}');
    const { erasure, asked } = page({ erase: ["done"] }, storage);
    erasure.resume();
    expect([erasure.state.value.kind, asked]).toEqual(["none", []]);
  });
});
