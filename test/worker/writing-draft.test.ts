import { describe, expect, it } from "vitest";
import { call, chat, EVENTS, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { readyMember, refusal } from "./support/journey.ts";
import { type Member, newMember } from "./support/members.ts";
import { mendModel, setModel } from "./support/model.ts";
import { readEvents, readWords, textOf } from "./support/streams.ts";
import { setSupabase } from "./support/supabase.ts";
import {
  BEFORE,
  booked,
  materialOf,
  suggestions,
  textRequests,
  texts,
  withText,
  writtenOf,
} from "./support/writing.ts";

const draft = (member: Member, id: string, headers: Record<string, string> = EVENTS) =>
  call(`/api/conversations/${encodeURIComponent(id)}/draft`, {
    method: "POST",
    headers: { authorization: `Bearer ${member.token}`, ...headers },
  });

const talk = async (member: Member, words: string, more: object) =>
  readWords(await chat(member, say(words, more), WORDS));

describe("a talk turned into text", () => {
  it("is written from what the member said, beside the text there was", async () => {
    const { member, vision } = await withText();
    const place = { id: "talk 1/ä", context: { category: "fun" } };
    await talk(member, "I sing in the choir on Tuesdays and come home glowing.", place);
    await talk(member, "My brother Tom plays the drums.", place);
    const events = await readEvents(await draft(member, "talk 1/ä"));
    expect(writtenOf(events)).toMatchObject({
      visionId: vision.id,
      category: "fun",
      refinementId: null,
      findings: [],
    });
    expect(textOf(events)).toContain("I sing in the choir on Tuesdays and come home glowing.");
    const request = (await textRequests(member)).at(-1);
    expect(request && materialOf(request)).toMatchObject({
      what_the_member_said: [
        "I sing in the choir on Tuesdays and come home glowing.",
        "My brother Tom plays the drums.",
      ],
      section_so_far: BEFORE,
    });
    // The talk itself is as it was.
    const list = await getJson<{ items: { id: string }[] }>(member, "/api/conversations");
    expect(list.items.map(({ id }) => id)).toEqual(["talk 1/ä"]);
    expect((await texts(member, vision)).messages.at(-1)?.parts[0]?.text).toBe(textOf(events));
    expect((await booked(member)).map(({ action_type }) => action_type).sort()).toEqual([
      "chat_conversation",
      "chat_conversation",
      "vision_generation",
    ]);
    expect(await suggestions(member)).toEqual([]);
  });

  it("is one text for one Idempotency-Key", async () => {
    const { member } = await withText();
    await talk(member, "I sing in the choir.", { id: "talk", context: { category: "fun" } });
    const key = { ...WORDS, "idempotency-key": "draft-1" };
    const once = await readWords(await draft(member, "talk", key));
    expect(await readWords(await draft(member, "talk", key))).toBe(once);
    expect(await textRequests(member)).toHaveLength(1);
  });

  it("is refused where there is no talk, no area, no draft, or nothing said", async () => {
    const { member } = await withText();
    const brief = async (who: Member, id: string) => (await refusal(draft(who, id))).brief;
    await talk(member, "I sing.", { id: "alone" });
    await talk(member, "I sing.", { id: "fun", context: { category: "fun" } });
    expect(await brief(member, "none")).toEqual([404, "not_found", []]);
    expect(await brief(await readyMember(), "fun")).toEqual([404, "not_found", []]);
    expect(await brief(member, "alone")).toEqual([409, "conflict", []]);
    const greeting = {
      messages: [],
      id: "hi",
      context: { category: "love", isInitialGreeting: true },
    };
    await readWords(await chat(member, greeting, WORDS));
    expect(await brief(member, "hi")).toEqual([409, "conflict", []]);

    const none = await newMember();
    await talk(none, "I sing.", { id: "fun", context: { category: "fun" } });
    const { problem } = await refusal(draft(none, "fun"));
    expect([problem.status, problem.detail]).toEqual([
      409,
      "Begin a draft of your Life Vision first.",
    ]);
    for (const who of [member, none]) expect(await textRequests(who)).toEqual([]);
    const html = await refusal(draft(member, "fun", { accept: "text/html" }));
    expect(html.brief[0]).toBe(406);
  });

  it("is written from what is known where Postgres does not answer", async () => {
    const { member, vision } = await withText();
    await talk(member, "I sing in the choir.", { id: "talk", context: { category: "fun" } });
    await setSupabase({ down: true });
    const events = await readEvents(await draft(member, "talk"));
    expect(writtenOf(events).visionId).toBe(vision.id);
    expect(textOf(events)).toContain("I sing in the choir.");
  });

  it("fails like any turn where the model does", async () => {
    const { member } = await withText();
    await talk(member, "I sing in the choir.", { id: "talk", context: { category: "fun" } });
    await setModel({ fault: "429", retryAfter: 60 });
    const busy = await problemOf(await draft(member, "talk", WORDS));
    expect([busy.status, busy.code]).toEqual([503, "provider_busy"]);
    await mendModel();
    expect(await readWords(await draft(member, "talk", WORDS))).toContain("I sing in the choir.");
  });
});
