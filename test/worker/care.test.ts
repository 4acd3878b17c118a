import { describe, expect, it } from "vitest";
import { GENTLE_NOTE } from "../../domain/care.ts";
import type { Conversation, ConversationSummary, Page } from "../../domain/messages.ts";
import type { DiscoveryAnswer } from "../../domain/writing.ts";
import { chat, EVENTS, getJson, say, WORDS } from "./support/api.ts";
import { at, draftOf, READY, readyMember, send, sendJson } from "./support/journey.ts";
import { newMember } from "./support/members.ts";
import { modelRequests } from "./support/model.ts";
import { partOf, readEvents, readWords, shapeOf, textOf } from "./support/streams.ts";

const CRISIS = "I can't go on. I want to kill myself tonight.";

describe("a member in crisis", () => {
  it("is met with care and help lines of their country: no model, no credits", async () => {
    const member = await newMember({ ...READY, country: "Sweden" });
    const events = await readEvents(await chat(member, say(CRISIS, { id: "dark" }), EVENTS));
    expect(shapeOf(events)).toEqual([
      "start",
      "text-start",
      "text-delta",
      "text-end",
      "finish",
      "[DONE]",
    ]);
    expect(textOf(events)).toContain("Mia");
    expect(textOf(events)).toMatch(/90101|112/);
    const { care, usage, credits } = partOf(events, "finish").messageMetadata;
    expect(care).toBe(true);
    expect(usage).toBeNull();
    expect(credits.left).toBe(credits.limit);
    expect(await modelRequests(member.id)).toEqual([]);
  });

  it("stays out of later prompts, which only say to be gentle", async () => {
    const member = await readyMember();
    await readWords(await chat(member, say(CRISIS, { id: "dark" }), WORDS));
    await readWords(await chat(member, say("I slept a little.", { id: "dark" }), WORDS));
    await readWords(await chat(member, say("Hello", { id: "other" }), WORDS));
    const requests = await modelRequests(member.id);
    expect(requests).toHaveLength(2);
    for (const { body } of requests) {
      const prompt = JSON.stringify(body.messages);
      expect(prompt).not.toContain("kill myself");
      expect(prompt).not.toContain("help line for");
      expect(prompt).toContain(GENTLE_NOTE.slice(0, 60));
    }
    const list = await getJson<Page<ConversationSummary>>(member, "/api/conversations");
    expect(JSON.stringify(list)).not.toContain("kill");
    const talk = await getJson<Conversation>(member, "/api/conversations/dark");
    expect(talk.messages.map(({ role }) => role)).toEqual([
      "user",
      "assistant",
      "user",
      "assistant",
    ]);
  });

  it("is met whatever their limits say, and at once again", async () => {
    const member = await readyMember();
    for (let i = 0; i < 25; i += 1) {
      const words = await readWords(await chat(member, say(CRISIS, { id: "dark" }), WORDS));
      expect(words).toMatch(/https:\/\//);
    }
    expect(await modelRequests(member.id)).toEqual([]);
  });

  it("is met in discovery, which stays where it was", async () => {
    const member = await readyMember();
    const vision = await draftOf(member);
    const body = { visionId: vision.id, category: "fun", action: "submit_step_1" };
    const met = await sendJson<DiscoveryAnswer>(member, "POST", "/api/vision/chat", {
      ...body,
      customInput: CRISIS,
    });
    expect(met.step).toBe(1);
    expect(met.care).toMatch(/https:\/\//);
    const later = await sendJson<DiscoveryAnswer>(member, "POST", "/api/vision/chat", {
      ...body,
      action: "start",
    });
    expect(later.step).toBe(1);
    expect(later.care).toBeUndefined();
    expect(later.chosen).toEqual({ selections: [], customInput: "" });
    expect(await modelRequests(member.id)).toEqual([]);
  });

  it("is met in a refinement, which suggests nothing", async () => {
    const member = await readyMember();
    const vision = await draftOf(member, { fun: "I dance in the kitchen." });
    const response = await send(
      member,
      "POST",
      `/api/visions/${vision.id}/sections/fun/refine`,
      { instructions: CRISIS },
      { ...at(vision.revision), ...EVENTS },
    );
    const { care, vision: written } = partOf(await readEvents(response), "finish").messageMetadata;
    expect(care).toBe(true);
    expect(written).toBeUndefined();
    expect(await modelRequests(member.id)).toEqual([]);
  });
});

it("a member who is dying to travel is coached", async () => {
  const member = await readyMember();
  await readWords(await chat(member, say("I'm dying to travel to Japan this spring!"), WORDS));
  expect(await modelRequests(member.id)).toHaveLength(1);
});
