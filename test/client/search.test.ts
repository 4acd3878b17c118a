import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import type { Api, RequestOptions } from "../../client/api/http.ts";
import { ApiError, localProblem } from "../../client/api/problem.ts";
import { marksOf } from "../../client/conversations/marks.ts";
import { createSearch, REST_MS } from "../../client/conversations/search.ts";
import type { FoundConversation, Page } from "../../domain/messages.ts";
import { searchWords } from "../../domain/search.ts";

const PATH = "/api/conversations/search";

type Asked = { readonly q: string; readonly cursor: string | null };

function hit(id: string): FoundConversation {
  const at = "2026-11-22T10:00:00Z";
  const about = { title: id, category: null, phase: "peak", createdAt: at, updatedAt: at } as const;
  return { id, ...about, match: null };
}

/** A search whose server and clock are the test. */
function world() {
  const asked: { path: string; body: Asked; signal: AbortSignal | undefined }[] = [];
  const answers: PromiseWithResolvers<Page<FoundConversation>>[] = [];
  const timers = new Map<object, { ms: number; run(): void }>();
  const follows = signal(0);
  const api: Pick<Api, "json"> = {
    json<T>(path: string, options: RequestOptions = {}) {
      asked.push({ path, body: options.body as Asked, signal: options.signal });
      const answer = Promise.withResolvers<Page<FoundConversation>>();
      answers.push(answer);
      return answer.promise as Promise<T>;
    },
  };
  const search = createSearch({
    api: api as Api,
    follows,
    later(ms, run) {
      const key = {};
      timers.set(key, { ms, run });
      return () => timers.delete(key);
    },
  });
  return {
    ...{ search, asked, answers, follows, timers },
    rest() {
      for (const [key, { run }] of timers) {
        timers.delete(key);
        run();
      }
    },
    found: () => search.results.value?.items.map(({ id }) => id),
  };
}

describe("a search", () => {
  it("asks once the member rests, and no longer awaits what was asked before", async () => {
    const { search, asked, answers, timers, rest, found } = world();
    search.ask("ri");
    search.ask("riv");
    expect([...timers.values()].map(({ ms }) => ms)).toEqual([REST_MS]);
    expect(asked).toHaveLength(0);
    rest();
    search.ask("river");
    expect(asked[0]?.signal?.aborted).toBe(true);
    rest();
    expect(asked.map(({ body }) => body.q)).toEqual(["riv", "river"]);
    // No word of the member's stands in an address.
    expect(asked.map(({ path }) => path)).toEqual([PATH, PATH]);
    // The older answer comes last all the same.
    answers[1]?.resolve({ items: [hit("new")], nextCursor: null });
    answers[0]?.resolve({ items: [hit("old")], nextCursor: null });
    await expect.poll(found).toEqual(["new"]);
    expect(search.busy.value).toBe(false);
    expect(search.results.value?.words).toEqual(["river"]);
  });

  it("asks nothing for a blank question, nor twice for the same one", () => {
    const { search, asked, rest } = world();
    search.ask("   ");
    rest();
    expect(asked).toHaveLength(0);
    search.ask("river");
    rest();
    search.ask("river ");
    rest();
    expect(asked).toHaveLength(1);
    search.ask("");
    expect(asked[0]?.signal?.aborted).toBe(true);
    expect(search.results.value).toBeNull();
  });

  it("goes over empty pages, and page by page where asked", async () => {
    const { search, asked, answers, rest, found } = world();
    search.ask("river");
    rest();
    answers[0]?.resolve({ items: [], nextCursor: "7" });
    await expect.poll(() => asked.length).toBe(2);
    expect(asked[1]?.body.cursor).toBe("7");
    answers[1]?.resolve({ items: [hit("b")], nextCursor: "3" });
    await expect.poll(found).toEqual(["b"]);
    expect(search.results.value?.hasMore).toBe(true);
    search.more();
    answers[2]?.resolve({ items: [hit("b"), hit("a")], nextCursor: null });
    await expect.poll(found).toEqual(["b", "a"]);
    expect(asked[2]?.body.cursor).toBe("3");
    search.more();
    expect(asked).toHaveLength(3);
  });

  it("keeps what was found where the next request fails, and can be asked again", async () => {
    const { search, answers, rest, found, follows, asked } = world();
    search.ask("river");
    rest();
    answers[0]?.resolve({ items: [hit("a")], nextCursor: null });
    await expect.poll(found).toEqual(["a"]);
    // The conversations have changed.
    follows.value = 1;
    rest();
    answers[1]?.reject(new ApiError(localProblem("unreachable")));
    await expect.poll(() => search.problem.value?.code).toBe("unreachable");
    expect(found()).toEqual(["a"]);
    search.again();
    answers[2]?.resolve({ items: [], nextCursor: null });
    await expect.poll(found).toEqual([]);
    expect(search.problem.value).toBeNull();
    search.close();
    follows.value = 2;
    rest();
    expect(asked).toHaveLength(3);
  });
});

describe("the words that were found", () => {
  const marked = (text: string, question: string) =>
    marksOf(text, searchWords(question))
      .map((part) => (part.found ? `[${part.text}]` : part.text))
      .join("");

  it.each([
    ["By the river", "RIVER", "By the [river]"],
    ["A Café with Zoë", "cafe zoe", "A [Café] with [Zoë]"],
    ["Cafe\u0301s", "café", "[Cafe\u0301]s"],
    ["riverrun river", "river run", "[riverrun] [river]"],
    ["ﬁne ﬁsh", "fish", "ﬁne [ﬁsh]"],
    ["<b>bold</b>", "<b>", "[<b>]bold</b>"],
    ["🌊 wave 🌊", "🌊", "[🌊] wave [🌊]"],
    ["nothing", "river", "nothing"],
  ])("in “%s” by “%s” are marked", (text, question, expected) => {
    expect(marked(text, question)).toBe(expected);
  });

  it("are parts that make the text together, whatever it is", () => {
    const text = "Ünder the 🌉, İstanbul ſhines: e\u0301\u0302 – ﬃ";
    for (const question of ["u i s", "e", "ffi f", "istanbul", "n d e r"]) {
      const parts = marksOf(text, searchWords(question));
      expect(parts.map((part) => part.text).join("")).toBe(text);
    }
  });
});
