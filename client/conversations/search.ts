import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { FoundConversation, Page } from "../../domain/messages.ts";
import { searchWords } from "../../domain/search.ts";
import type { Api } from "../api/http.ts";
import { type ClientProblem, problemOf } from "../api/problem.ts";

const PAGE = 20;
/** How long the member may rest in writing before it is looked for, in milliseconds. */
export const REST_MS = 250;
/** The most characters of a question. */
export const QUESTION_CHARACTERS = 200;

/** What came of a question. */
export interface Results {
  /** The words that were looked for. */
  readonly words: readonly string[];
  readonly items: readonly FoundConversation[];
  /** Whether there may be more. */
  readonly hasMore: boolean;
}

/** Looks for words in everything the member and VIVA have said. */
export interface Search {
  /** As the member writes it; blank where nothing is looked for. */
  readonly question: ReadonlySignal<string>;
  /** What was found the last time; null before, and where nothing is looked for. */
  readonly results: ReadonlySignal<Results | null>;
  /** Whether an answer is awaited: what is shown meanwhile belongs to the question before. */
  readonly busy: ReadonlySignal<boolean>;
  readonly problem: ReadonlySignal<ClientProblem | null>;
  /** Looks for something else, once the member rests; what was asked before is no longer awaited. */
  ask(question: string): void;
  /** Asks the same again, at once: after a failure, or when conversations have changed. */
  again(): void;
  /** Looks further back. */
  more(): void;
  /** Asks for nothing any more. */
  close(): void;
}

interface SearchDeps {
  readonly api: Api;
  /** Calls back after the time; the returned function calls that off. */
  later(ms: number, run: () => void): () => void;
  /** Whatever changes with the conversations: it is then looked again. */
  readonly follows: ReadonlySignal<unknown>;
}

/** The store of a search. */
export function createSearch({ api, later, follows }: SearchDeps): Search {
  const question = signal("");
  const results = signal<Results | null>(null);
  const busy = signal(false);
  const problem = signal<ClientProblem | null>(null);
  let cursor: string | null = null;
  let asked: AbortController | null = null;
  let wait = () => {};

  /** Calls off what was asked before. */
  function drop(): void {
    wait();
    asked?.abort();
    asked = null;
    busy.value = false;
  }

  /** One page with something on it, or the end: an empty page only says that there may be more. */
  async function read(after: string | null, signal: AbortSignal) {
    let next = after;
    for (;;) {
      const page = await api.json<Page<FoundConversation>>("/api/conversations/search", {
        method: "POST",
        body: { q: question.peek().trim(), limit: PAGE, cursor: next },
        signal,
      });
      if (page.items.length > 0 || page.nextCursor === null) return page;
      next = page.nextCursor;
    }
  }

  async function look(after: string | null): Promise<void> {
    drop();
    const words = searchWords(question.peek());
    if (words.length === 0) return;
    const mine = new AbortController();
    asked = mine;
    busy.value = true;
    try {
      const { items, nextCursor } = await read(after, mine.signal);
      if (asked !== mine) return;
      const before = after === null ? [] : (results.peek()?.items ?? []);
      const known = new Set(before.map(({ id }) => id));
      cursor = nextCursor;
      problem.value = null;
      results.value = {
        words,
        items: [...before, ...items.filter(({ id }) => !known.has(id))],
        hasMore: nextCursor !== null,
      };
    } catch (error) {
      if (asked === mine) problem.value = problemOf(error);
    } finally {
      if (asked === mine) {
        asked = null;
        busy.value = false;
      }
    }
  }

  function lookSoon(): void {
    drop();
    busy.value = true;
    wait = later(REST_MS, () => void look(null));
  }

  let first = true;
  const stop = effect(() => {
    void follows.value;
    if (!first && searchWords(question.peek()).length > 0) lookSoon();
    first = false;
  });

  return {
    question,
    results,
    busy,
    problem,
    ask(next) {
      const same = next.trim() === question.peek().trim();
      question.value = next;
      if (same) return;
      if (searchWords(next).length > 0) return lookSoon();
      drop();
      cursor = null;
      results.value = null;
      problem.value = null;
    },
    again: () => void look(null),
    more: () => void (cursor === null || look(cursor)),
    close() {
      stop();
      drop();
    },
  };
}
