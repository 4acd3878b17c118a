/** @jsxImportSource react */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Conversation, ConversationSummary, Page } from "../../domain/messages.ts";
import { AssistantApp } from "./assistant-ui/AssistantApp.tsx";
import { open } from "./support/screen.ts";
import { type ClientWorld, startClientWorld } from "./support/world.ts";

let world: ClientWorld;
beforeAll(async () => {
  world = await startClientWorld();
});
afterAll(() => world?.close());

const words = (count: number) => Array.from({ length: count }, (_, i) => `w${i + 1}`).join(" ");

/** What the product holds of the member's only conversation. */
async function kept(token: string): Promise<Conversation | null> {
  const response = await fetch(`${world.origin}/api/conversations`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { items } = (await response.json()) as Page<ConversationSummary>;
  expect(items).toHaveLength(1);
  return world.conversation(token, items[0]?.id ?? "");
}

describe("assistant-ui", () => {
  it("talks, goes on in the same conversation, and regenerates", async () => {
    const token = await world.newMember();
    const screen = await open(<AssistantApp origin={world.origin} token={token} />);
    const shown = () => screen.texts("[data-role]").map((text) => text.replace("Regenerate", ""));
    const quiet = () => screen.texts('[role="status"]').length === 0;

    await world.model({ tokens: 12, gapMs: 5 });
    await screen.send("Hello");
    await screen.until(() => quiet() && shown()[1] === words(12));
    await world.model({ tokens: 3 });
    await screen.send("And then?");
    await screen.until(() => quiet() && shown()[3] === words(3));
    await world.model({ tokens: 5 });
    screen.press("Regenerate", '[data-role="assistant"]');
    await screen.until(() => quiet() && shown()[3] === words(5));

    const texts = ["Hello", words(12), "And then?", words(5)];
    expect(shown()).toEqual(texts);
    const conversation = await kept(token);
    expect(conversation?.messages.map(({ parts }) => parts[0]?.text)).toEqual(texts);
    screen.leave();
  });
});
