/** @jsxImportSource react */

import type { UIMessage } from "ai";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { open, type Screen } from "./support/screen.ts";
import { type ClientWorld, startClientWorld } from "./support/world.ts";
import { TextApp } from "./text-stream/TextApp.tsx";
import { ChatApp } from "./use-chat/ChatApp.tsx";

let world: ClientWorld;
beforeAll(async () => {
  world = await startClientWorld();
});
afterAll(() => world?.close());

const screens: Screen[] = [];
afterEach(() => {
  for (const screen of screens.splice(0)) screen.leave();
});

const words = (count: number) => Array.from({ length: count }, (_, i) => `w${i + 1}`).join(" ");
const ANSWER = '[data-role="assistant"] p';
const answerOf = (screen: Screen) => screen.texts(ANSWER).at(-1) ?? "";
const isReady = (screen: Screen) => screen.texts('[data-status="ready"]').length === 1;

/** A member's page with the conversation `talk`, as it is when the page is loaded. */
async function visit(token: string): Promise<Screen> {
  const before = (await world.conversation(token, "talk"))?.messages as UIMessage[] | undefined;
  const app = (
    <ChatApp {...{ origin: world.origin, token, chatId: "talk" }} before={before ?? []} />
  );
  const screen = await open(app);
  screens.push(screen);
  await screen.until(() => isReady(screen) || screen.texts('[data-role="assistant"]').length > 0);
  return screen;
}

/** Says something, and waits for the whole answer. */
async function talk(screen: Screen, text: string): Promise<string> {
  const answers = screen.texts(ANSWER).length;
  await screen.send(text);
  await screen.until(() => screen.texts(ANSWER).length > answers && isReady(screen));
  return answerOf(screen);
}

/** Role, text and status of what the product holds of the conversation. */
async function kept(token: string) {
  const conversation = await world.conversation(token, "talk");
  return (conversation?.messages ?? []).map(({ role, parts, metadata }) => [
    role,
    parts[0]?.text,
    metadata.status,
  ]);
}

describe("useChat with DefaultChatTransport", () => {
  it("sends, shows the words as they come, and keeps the ids that are stored", async () => {
    const token = await world.newMember();
    await world.model({ tokens: 40, gapMs: 15 });
    const screen = await visit(token);
    await screen.send("Hello");
    const lengths = new Set<number>();
    await screen.until(() => {
      lengths.add(answerOf(screen).length);
      return isReady(screen) && answerOf(screen) === words(40);
    });
    expect(lengths.size).toBeGreaterThan(5);
    const conversation = await world.conversation(token, "talk");
    const shown = Array.from(document.querySelectorAll("[data-id]"), (e) =>
      e.getAttribute("data-id"),
    );
    expect(conversation?.messages.map(({ id }) => id)).toEqual(shown);
    expect(await kept(token)).toEqual([
      ["user", "Hello", "complete"],
      ["assistant", words(40), "complete"],
    ]);
  });

  it("resumes a running answer on a page that is loaded anew, from its start and without a gap", async () => {
    const token = await world.newMember();
    await world.model({ tokens: 80, gapMs: 15 });
    const first = await visit(token);
    const requests = await world.modelRequests();
    await first.send("Hello");
    await first.until(() => answerOf(first).includes("w5"));
    first.leave();
    const second = await visit(token);
    await second.until(() => isReady(second) && answerOf(second) === words(80));
    expect(second.texts("article p")).toEqual(["Hello", words(80)]);
    expect(await world.modelRequests()).toBe(requests + 1);
  });

  it("shows an answer once on a page that is loaded anew just behind its end", async () => {
    const token = await world.newMember();
    await world.model({ tokens: 8 });
    const first = await visit(token);
    for (const text of ["One", "Two"]) await talk(first, text);
    first.leave();
    const second = await visit(token);
    await second.until(() => isReady(second));
    expect(second.texts("article p")).toEqual(["One", words(8), "Two", words(8)]);
    // Nor does it stand in what is said next.
    await world.model({ tokens: 3 });
    expect(await talk(second, "Three")).toBe(words(3));
    expect(second.texts("article p")).toEqual([
      ...["One", words(8), "Two", words(8)],
      ...["Three", words(3)],
    ]);
  });

  it("shows two tabs the same second answer, each once", async () => {
    const token = await world.newMember();
    await world.model({ tokens: 6 });
    const first = await visit(token);
    await talk(first, "One");
    await world.model({ tokens: 80, gapMs: 15 });
    await first.send("Two");
    await first.until(() => answerOf(first).includes("w9"));
    const second = await visit(token);
    for (const screen of [first, second]) {
      await screen.until(() => isReady(screen) && answerOf(screen) === words(80));
      expect(screen.texts("article p")).toEqual(["One", words(6), "Two", words(80)]);
    }
  });

  it("has nothing to resume where nothing runs", async () => {
    const screen = await visit(await world.newMember());
    await screen.until(() => isReady(screen));
    expect(screen.texts("article, [role=alert]")).toEqual([]);
  });

  it("regenerates the last answer", async () => {
    const token = await world.newMember();
    await world.model({ tokens: 3 });
    const screen = await visit(token);
    await talk(screen, "Hello");
    await world.model({ tokens: 7 });
    screen.press("Regenerate");
    await screen.until(() => isReady(screen) && answerOf(screen) === words(7));
    expect(screen.texts("article p")).toEqual(["Hello", words(7)]);
    expect((await kept(token)).map(([, text]) => text)).toEqual(["Hello", words(7)]);
  });

  it("edits a message: what came after it is replaced", async () => {
    const token = await world.newMember();
    await world.model({ tokens: 2 });
    const screen = await visit(token);
    for (const text of ["One", "Two"]) await talk(screen, text);
    await world.model({ tokens: 4 });
    const ids = (await world.conversation(token, "talk"))?.messages.map(({ id }) => id) ?? [];
    screen.press("Edit", `[data-id="${ids[0]}"]`);
    await screen.until(() => screen.texts("[data-editing]").length === 1);
    await screen.send("One, rather");
    await screen.until(() => isReady(screen) && answerOf(screen) === words(4));
    expect(screen.texts("article p")).toEqual(["One, rather", words(4)]);
    expect((await kept(token)).map(([, text]) => text)).toEqual(["One, rather", words(4)]);
    expect((await world.conversation(token, "talk"))?.messages[0]?.id).toBe(ids[0]);
  });

  it("shows that an answer was cut, and continues it under its id", async () => {
    const token = await world.newMember();
    await world.model({ fault: "drop", at: 4, tokens: 10 });
    const screen = await visit(token);
    await screen.send("Hello");
    await screen.until(() => screen.texts('[role="alert"]').length === 1);
    expect(screen.texts('[role="alert"]')).toEqual([
      "VIVA's answer broke off. What arrived is kept.",
    ]);
    expect(screen.texts("[data-problem]")).toEqual(["answer_cut"]);
    expect(answerOf(screen)).toBe(words(4));
    await world.model({ tokens: 2 });
    screen.press("Continue");
    await screen.until(() => isReady(screen) && answerOf(screen) === `${words(4)}w1 w2`);
    expect(screen.texts("article")).toHaveLength(2);
    expect(await kept(token)).toEqual([
      ["user", "Hello", "complete"],
      ["assistant", `${words(4)}w1 w2`, "complete"],
    ]);
  });

  it("stops for good with the stop of the API", async () => {
    const token = await world.newMember();
    await world.model({ tokens: 2_000, gapMs: 15 });
    const screen = await visit(token);
    await screen.send("Hello");
    await screen.until(() => answerOf(screen).includes("w5"));
    screen.press("Stop");
    await screen.until(async () => isReady(screen) && (await kept(token))[1]?.[2] === "stopped");
    const [, answer] = await kept(token);
    expect(answer?.[1]).toContain("w5");
    expect(String(answer?.[1]).startsWith(answerOf(screen))).toBe(true);
  });

  it("only leaves with stop() alone: the answer goes on, and is there later", async () => {
    const token = await world.newMember();
    await world.model({ tokens: 80, gapMs: 15 });
    const screen = await visit(token);
    await screen.send("Hello");
    await screen.until(() => answerOf(screen).includes("w5"));
    screen.press("Leave");
    await screen.until(() => isReady(screen));
    expect(answerOf(screen)).not.toContain("w80");
    expect((await kept(token))[1]?.[2]).toBe("streaming");
    const later = await visit(token);
    await later.until(() => isReady(later) && answerOf(later) === words(80));
    expect((await kept(token))[1]).toEqual(["assistant", words(80), "complete"]);
  });

  it("shows a refusal", async () => {
    const app = <ChatApp {...{ origin: world.origin, token: "none", chatId: "talk" }} />;
    const screen = await open(app);
    screens.push(screen);
    await screen.send("Hello");
    await screen.until(() => screen.texts('[data-status="error"] [data-role="user"]').length === 1);
    expect(screen.texts('[role="alert"]')).toHaveLength(1);
    expect(screen.texts('[data-role="assistant"]')).toEqual([]);
  });
});

describe("useChat with TextStreamChatTransport", () => {
  async function visitText(token: string): Promise<Screen> {
    const screen = await open(<TextApp {...{ origin: world.origin, token, chatId: "talk" }} />);
    screens.push(screen);
    return screen;
  }

  it("shows the words", async () => {
    const token = await world.newMember();
    await world.model({ tokens: 12 });
    const screen = await visitText(token);
    expect(await talk(screen, "Hello")).toBe(words(12));
    expect(await talk(screen, "And then?")).toBe(words(12));
    expect((await kept(token)).map(([role]) => role)).toEqual([
      ...["user", "assistant", "user", "assistant"],
    ]);
  });

  it("never takes a failed answer for a whole one", async () => {
    const token = await world.newMember();
    const screen = await visitText(token);
    await world.model({ fault: "drop", at: 4, tokens: 10 });
    await screen.send("Hello");
    await screen.until(() => screen.texts('[data-status="error"]').length === 1);
    expect((await kept(token))[1]).toEqual(["assistant", words(4), "interrupted"]);
    await world.model({ fault: "500" });
    const other = await visitText(await world.newMember());
    await other.send("Hello");
    await other.until(() => other.texts('[data-status="error"]').length === 1);
    expect(other.texts('[data-role="assistant"]')).toEqual([]);
  });
});
