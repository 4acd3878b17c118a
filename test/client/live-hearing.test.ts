import { describe, expect, it, vi } from "vitest";
import type { Api } from "../../client/api/http.ts";
import { type ClientProblem, localProblem, toProblem } from "../../client/api/problem.ts";
import { createConversations } from "../../client/conversations/conversations.ts";
import { createResource } from "../../client/data/resource.ts";
import { createVisionsStore } from "../../client/data/visions.ts";
import { createHearing } from "../../client/live/apply-changes.ts";
import type { Credits } from "../../domain/credits.ts";
import type { ConversationSummary, Page } from "../../domain/messages.ts";
import { writingConversation } from "../../domain/writing-conversation.ts";

/** An API of which only `json` is asked. */
function apiOf(answer: (path: string) => unknown) {
  const json = vi.fn(async (path: string) => answer(path));
  return { api: { json } as unknown as Api, json };
}

describe("a resource that changed elsewhere", () => {
  it("is read again at once, but only where it was read before", async () => {
    const read = vi.fn(async () => read.mock.calls.length);
    const resource = createResource(read);
    await resource.changed();
    expect(read).not.toHaveBeenCalled();
    await resource.refresh();
    await resource.refresh();
    expect(read).toHaveBeenCalledTimes(1);
    await resource.changed();
    expect(resource.value.value).toBe(2);
  });

  it("is read once more where it changed while it was being read", async () => {
    const answers = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const read = vi.fn(() => answers[read.mock.calls.length - 1]?.promise ?? Promise.resolve("?"));
    const resource = createResource(read);
    const first = resource.refresh();
    const second = resource.changed();
    void resource.changed();
    answers[0]?.resolve("before");
    answers[1]?.resolve("after");
    await Promise.all([first, second]);
    expect(resource.value.value).toBe("after");
    expect(read).toHaveBeenCalledTimes(2);
  });
});

function summary(id: string, minute: number): ConversationSummary {
  const at = new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString();
  return { id, title: id, category: "fun", phase: "peak", createdAt: at, updatedAt: at };
}

describe("conversations that changed elsewhere", () => {
  it("are the newest ones anew, before those that were loaded behind them", async () => {
    const pages: Record<string, Page<ConversationSummary>> = {
      "/api/conversations?limit=30": {
        items: [summary("c", 30), summary("b", 20)],
        nextCursor: "2",
      },
      "/api/conversations?limit=30&cursor=2": { items: [summary("a", 10)], nextCursor: null },
    };
    const { api, json } = apiOf((path) => pages[path]);
    const conversations = createConversations(api);
    await conversations.changed();
    expect(json).not.toHaveBeenCalled();
    await conversations.refresh();
    await conversations.more();
    // One is new, and one of the first page is gone.
    pages["/api/conversations?limit=30"] = {
      items: [summary("d", 40), summary("b", 20)],
      nextCursor: "2",
    };
    await conversations.changed();
    expect(conversations.items.value?.map(({ id }) => id)).toEqual(["d", "b", "a"]);
    expect(conversations.hasMore.value).toBe(false);
  });
});

describe("visions that changed elsewhere", () => {
  it("are read again where they were read before, and their editors are told", async () => {
    const { api, json } = apiOf((path) =>
      path.includes("limit") ? { items: [] } : { revision: 1 },
    );
    const visions = createVisionsStore(api);
    const listener = vi.fn();
    const stop = visions.onChange(listener);
    await visions.changed("v1");
    expect(json).not.toHaveBeenCalled();
    await visions.refresh();
    await visions.open("v1").refresh();
    visions.open("v2");
    json.mockClear();
    await visions.changed("v1");
    expect(json.mock.calls.flat()).toEqual(["/api/visions?limit=100", "/api/visions/v1"]);
    stop();
    await visions.changed("v1");
    expect(listener.mock.calls).toEqual([["v1"], ["v1"]]);
  });
});

describe("what is heard", () => {
  function world() {
    const changed = async (): Promise<ClientProblem | null> => null;
    const credits = createResource<Credits>(async () => ({ left: 10, limit: 20, renewsAt: "" }));
    const shown = {
      conversations: { changed: vi.fn(changed) },
      journey: {
        profile: { changed: vi.fn(changed) },
        assessment: { changed: vi.fn(changed) },
        visions: { changed: vi.fn(changed), allChanged: vi.fn(changed) },
        credits,
      },
      chats: new Map([
        [
          "c1",
          { isNews: vi.fn(async (turnId: string) => turnId === "other"), catchUp: vi.fn(changed) },
        ],
      ]),
    };
    const over = new AbortController();
    const pauses: { readonly ms: number; readonly end: () => void }[] = [];
    const pause = (ms: number) => new Promise<void>((end) => void pauses.push({ ms, end }));
    const hearing = createHearing(shown, { pause, random: () => 0, over: over.signal });
    return { shown, chat: shown.chats.get("c1"), pauses, over, ...hearing };
  }
  const began = (conversationId: string, turnId: string) =>
    ({ type: "turn-began", conversationId, turnId, messageId: "m" }) as const;

  it("reads the list for another's turn, and not for this tab's own", async () => {
    const { changed, shown, chat } = world();
    changed(began("c1", "own"));
    await vi.waitFor(() => expect(chat?.isNews).toHaveBeenCalledWith("own"));
    await Promise.resolve();
    expect(shown.conversations.changed).not.toHaveBeenCalled();
    changed(began("c1", "other"));
    await vi.waitFor(() => expect(shown.conversations.changed).toHaveBeenCalledTimes(1));
    expect(chat?.catchUp).toHaveBeenCalledTimes(1);
    changed(began("not open", "t"));
    await vi.waitFor(() => expect(shown.conversations.changed).toHaveBeenCalledTimes(2));
    changed({ type: "turn-ended", conversationId: "not open", turnId: "t", state: "complete" });
    changed(began(writingConversation("v1", "fun"), "t"));
    await Promise.resolve();
    expect(shown.conversations.changed).toHaveBeenCalledTimes(2);
  });

  it("reads what is named, and takes the credits as they are told", async () => {
    const { changed, shown, chat } = world();
    changed({ type: "profile" });
    changed({ type: "assessment" });
    changed({ type: "vision", id: "v1" });
    changed({ type: "conversation", id: "c1" });
    expect(shown.journey.profile.changed).toHaveBeenCalledTimes(1);
    expect(shown.journey.assessment.changed).toHaveBeenCalledTimes(1);
    expect(shown.journey.visions.changed.mock.calls).toEqual([["v1"]]);
    expect(chat?.catchUp).toHaveBeenCalledTimes(1);
    changed({ type: "credits", left: 3 });
    expect(shown.journey.credits.value.value).toBeNull();
    await shown.journey.credits.refresh();
    changed({ type: "credits", left: 3 });
    expect(shown.journey.credits.value.value).toEqual({ left: 3, limit: 20, renewsAt: "" });
  });

  it("reads everything where something may have been missed", () => {
    const { missed, shown, chat } = world();
    missed();
    expect(shown.conversations.changed).toHaveBeenCalledTimes(1);
    expect(shown.journey.visions.allChanged).toHaveBeenCalledTimes(1);
    expect(chat?.catchUp).toHaveBeenCalledTimes(1);
  });

  describe("and cannot be read", () => {
    /** After all that promises bring about. */
    const settled = () => new Promise((done) => setTimeout(done));
    const limited = toProblem({ code: "rate_limited", retryAfter: 7 }, 429);

    it("is read again, later each time, until it could be", async () => {
      const { changed, shown, pauses } = world();
      const read = shown.journey.profile.changed;
      read.mockResolvedValueOnce(localProblem("unreachable"));
      read.mockResolvedValueOnce(localProblem("unknown", 503));
      read.mockResolvedValueOnce(limited);
      changed({ type: "profile" });
      for (const [index, ms] of [500, 1_000, 7_000].entries()) {
        await vi.waitFor(() => expect(pauses[index]?.ms).toBe(ms));
        expect(read).toHaveBeenCalledTimes(index + 1);
        pauses[index]?.end();
      }
      await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(4));
      await settled();
      expect(pauses).toHaveLength(3);
    });

    it("is left alone where another attempt is of no use", async () => {
      const { changed, chat, pauses } = world();
      chat?.catchUp.mockResolvedValueOnce(toProblem({ code: "not_found" }, 404));
      changed({ type: "conversation", id: "c1" });
      await vi.waitFor(() => expect(chat?.catchUp).toHaveBeenCalledTimes(1));
      await settled();
      expect(pauses).toEqual([]);
    });

    it("is read by the next change's own attempts alone", async () => {
      const { changed, chat, pauses } = world();
      chat?.catchUp.mockResolvedValueOnce(limited).mockResolvedValueOnce(limited);
      changed({ type: "conversation", id: "c1" });
      await vi.waitFor(() => expect(pauses).toHaveLength(1));
      changed({ type: "conversation", id: "c1" });
      await vi.waitFor(() => expect(pauses).toHaveLength(2));
      for (const { end } of pauses) end();
      await vi.waitFor(() => expect(chat?.catchUp).toHaveBeenCalledTimes(3));
      await settled();
      expect(pauses).toHaveLength(2);
    });

    it("is read no more once nothing of it is shown", async () => {
      const { missed, shown, pauses, over } = world();
      shown.conversations.changed.mockResolvedValue(limited);
      missed();
      await vi.waitFor(() => expect(pauses).toHaveLength(1));
      over.abort();
      pauses[0]?.end();
      await settled();
      expect(shown.conversations.changed).toHaveBeenCalledTimes(1);
    });
  });
});
