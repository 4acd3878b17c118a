import { describe, expect, it } from "vitest";
import type { Api, RequestOptions } from "../../client/api/http.ts";
import { ApiError, localProblem, toProblem } from "../../client/api/problem.ts";
import { createConversations } from "../../client/conversations/conversations.ts";
import type { ConversationSummary } from "../../domain/messages.ts";
import { NOT_FOUND } from "./chat-world.ts";

function summary(id: string, minute: number): ConversationSummary {
  const at = new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString();
  return { id, title: `About ${id}`, category: "fun", phase: "peak", createdAt: at, updatedAt: at };
}

/** A server with these conversations, whose answers to changes are given by hand. */
function world(...items: ConversationSummary[]) {
  /** `unlisted`: there, but in no list yet. */
  const server = { items, unlisted: [] as ConversationSummary[] };
  const asked: string[] = [];
  const changes: { resolve(): void; reject(error: ApiError): void }[] = [];
  async function answer(path: string, { method = "GET", body }: RequestOptions = {}) {
    asked.push(`${method} ${path}`);
    const id = path.split("?")[0]?.split("/")[3];
    const found = [...server.items, ...server.unlisted].find((item) => item.id === id);
    if (method === "GET") {
      if (id === undefined) return { items: server.items, nextCursor: null };
      if (!found) throw new ApiError(NOT_FOUND);
      return found;
    }
    const decided = Promise.withResolvers<void>();
    changes.push(decided);
    await decided.promise;
    if (!found) throw new ApiError(NOT_FOUND);
    const title = (body as { title: string } | undefined)?.title.trim() ?? "";
    const changed = method === "PATCH" ? [{ ...found, title }] : [];
    server.items = server.items.flatMap((item) => (item.id === id ? changed : [item]));
    return changed[0];
  }
  const api: Api = {
    json: async <T>(path: string, options?: RequestOptions) => (await answer(path, options)) as T,
    async open(path, options) {
      await answer(path, options);
      return new Response(null, { status: 204 });
    },
  };
  const conversations = createConversations(api);
  const titles = () => conversations.items.value?.map(({ title }) => title);
  /** Lets the next change be done, or refused. */
  async function decide(problem?: ApiError): Promise<void> {
    await expect.poll(() => changes.length).toBeGreaterThan(0);
    const next = changes.shift();
    if (problem) next?.reject(problem);
    else next?.resolve();
  }
  return { server, asked, conversations, titles, decide };
}

describe("renaming a conversation", () => {
  it("shows the title at once, then as the server took it", async () => {
    const { conversations, titles, decide } = world(summary("b", 2), summary("a", 1));
    await conversations.refresh();
    const renamed = conversations.rename("a", "Rivers  ");
    expect(titles()).toEqual(["About b", "Rivers  "]);
    await decide();
    await renamed;
    expect(titles()).toEqual(["About b", "Rivers"]);
  });

  it("takes it back with the reason where the server refuses", async () => {
    const { conversations, titles, decide } = world(summary("a", 1));
    await conversations.refresh();
    const renamed = conversations.rename("a", "Rivers");
    await decide(new ApiError(localProblem("unreachable")));
    await expect(renamed).rejects.toMatchObject({ problem: { code: "unreachable" } });
    expect(titles()).toEqual(["About a"]);
  });

  it("stays over a list that was read meanwhile, and keeps the last of two titles", async () => {
    const { conversations, titles, decide, server } = world(summary("a", 1));
    await conversations.refresh();
    const first = conversations.rename("a", "One");
    const second = conversations.rename("a", "Two");
    await conversations.changed();
    expect(titles()).toEqual(["Two"]);
    await decide();
    await first;
    expect(titles()).toEqual(["Two"]);
    await decide();
    await second;
    expect(titles()).toEqual(["Two"]);
    expect(server.items[0]?.title).toBe("Two");
  });

  it("is shown in other lists as well", async () => {
    const { conversations, decide } = world(summary("a", 1));
    await conversations.refresh();
    const renamed = conversations.rename("old", "Rivers");
    expect(conversations.shown([summary("old", 0)]).map(({ title }) => title)).toEqual(["Rivers"]);
    await decide();
    await expect(renamed).rejects.toMatchObject({ problem: { code: "not_found" } });
    expect(conversations.shown([summary("old", 0)]).map(({ title }) => title)).toEqual([
      "About old",
    ]);
  });
});

describe("deleting a conversation", () => {
  it("takes it from every list once it is gone, and not before", async () => {
    const { conversations, titles, decide } = world(summary("b", 2), summary("a", 1));
    await conversations.refresh();
    const removed = conversations.remove("b");
    expect(titles()).toEqual(["About b", "About a"]);
    await decide();
    await removed;
    expect(titles()).toEqual(["About a"]);
    expect(conversations.gone.value.has("b")).toBe(true);
    expect(conversations.shown([summary("b", 2), summary("a", 1)])).toHaveLength(1);
  });

  it("changes nothing where it fails, and counts as done where another device was faster", async () => {
    const { conversations, titles, decide, server } = world(summary("b", 2), summary("a", 1));
    await conversations.refresh();
    const refused = conversations.remove("b");
    await decide(new ApiError(toProblem({ code: "database_unavailable" }, 503)));
    await expect(refused).rejects.toBeInstanceOf(ApiError);
    expect(titles()).toEqual(["About b", "About a"]);
    server.items = server.items.filter(({ id }) => id !== "b");
    const removed = conversations.remove("b");
    await decide();
    await removed;
    expect(titles()).toEqual(["About a"]);
  });

  it("is noticed where another device did it, and what is only missing in a list is not gone", async () => {
    const { conversations, titles, server, asked } = world(summary("b", 2), summary("a", 1));
    await conversations.refresh();
    server.items = [summary("a", 1)];
    await conversations.changed();
    expect(titles()).toEqual(["About a"]);
    expect([...conversations.gone.value]).toEqual(["b"]);
    expect(asked.filter((path) => path === "GET /api/conversations/b")).toHaveLength(1);

    server.unlisted = [summary("c", 3)];
    conversations.touch("c", { category: null, phase: "peak" }, "Hello", "2026-11-22T11:00:00Z");
    await conversations.changed();
    expect(conversations.gone.value.has("c")).toBe(false);
  });
});
