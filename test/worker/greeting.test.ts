import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Conversation, ConversationSummary, Page } from "../../domain/messages.ts";
import { chat, EVENTS, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { contextKept, type Member, newMember, objectOf, setProfile } from "./support/members.ts";
import { mendModel, modelRequests, setModel } from "./support/model.ts";
import { partOf, readEvents, readWords, textOf } from "./support/streams.ts";
import { eventually, mendSupabase, query, setSupabase } from "./support/supabase.ts";

const greet = (more: object = {}) => ({
  messages: [],
  ...more,
  context: { isInitialGreeting: true, ...("context" in more ? (more.context as object) : {}) },
});
const FUN = { context: { category: "fun" } };

const DAY_MS = 24 * 60 * 60 * 1000;

/** Lets the member's kept greetings look as old as given. */
const ageGreetings = (member: Member, days: number) =>
  runInDurableObject(objectOf(member), (_object, state) => {
    state.storage.sql.exec("UPDATE greetings SET made_at = made_at - ?", days * DAY_MS);
  });

/** Has the member's object learn of the newest context in Postgres, as it does after any turn. */
async function refreshContext(member: Member): Promise<void> {
  const [row] = await query<{ version: string }>(
    "select version from member_context_versions where user_id = $1",
    [member.id],
  );
  await readWords(await chat(member, say("Hello", { id: "elsewhere" }), WORDS));
  await eventually(async () => {
    expect((await contextKept(member))?.context.version).toBe(Number(row?.version));
  });
}

const requestsFor = async (member: Member) => (await modelRequests(member.id)).length;

describe("the initial greeting", () => {
  it("calls the member by their first name and knows what they do", async () => {
    const member = await newMember({ first_name: "Mia", hobbies: ["salsa", "sailing"] });
    const words = await readWords(await chat(member, greet({ id: "talk", ...FUN }), WORDS));
    expect(words).toContain("Hi Mia, I'm VIVA");
    expect(words).toContain("salsa and sailing");
    const [request] = await modelRequests(member.id);
    const [, data, note, opening] = request?.body.messages ?? [];
    expect(data?.content).toContain('"name":"Mia"');
    expect(note?.role).toBe("system");
    expect(note?.content).toContain("has just opened this conversation");
    expect(note?.content).toContain("Fun (hobbies, play, joy)");
    expect(opening?.role).toBe("user");
    expect(opening?.content).not.toContain("START_SESSION");
  });

  it("uses the full name where there is no first name, and friend where there is none", async () => {
    const full = await newMember({ full_name: "Mia Maria Moreau" });
    await readWords(await chat(full, greet(), WORDS));
    const [request] = await modelRequests(full.id);
    expect(request?.body.messages[1]?.content).toContain('"name":"Mia Maria Moreau"');
    const nameless = await newMember();
    expect(await readWords(await chat(nameless, greet(), WORDS))).toContain("Hi friend, I'm VIVA");
  });

  it("is what START_SESSION asks for, which is stored and sent nowhere", async () => {
    const member = await newMember({ first_name: "Mia" });
    const words = await readWords(await chat(member, say("START_SESSION", { id: "talk" }), WORDS));
    expect(words).toContain("Hi Mia");
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.messages.map(({ role }) => role)).toEqual(["assistant"]);
    expect(JSON.stringify(await modelRequests(member.id))).not.toContain("START_SESSION");
    await eventually(async () => {
      const rows = await query("select role from ai_conversations where user_id = $1", [member.id]);
      expect(rows).toEqual([{ role: "assistant" }]);
    });
  });

  it("costs one request per member, category and phase, however often the page is viewed", async () => {
    const member = await newMember({ first_name: "Mia" });
    const first = await readEvents(await chat(member, greet({ id: "talk-1", ...FUN }), EVENTS));
    const charged = partOf(first, "finish").messageMetadata;
    expect(charged.usage.credits).toBeGreaterThan(0);
    expect(charged.credits.left).toBe(10_000 - charged.usage.credits);
    for (const id of ["talk-2", "talk-3", undefined]) {
      const again = await readEvents(await chat(member, greet({ id, ...FUN }), EVENTS));
      expect(textOf(again)).toBe(textOf(first));
    }
    const shown = await readEvents(await chat(member, greet({ id: "talk-4", ...FUN }), EVENTS));
    const free = partOf(shown, "finish").messageMetadata;
    expect(free.usage).toBeNull();
    expect(free.credits).toEqual(charged.credits);
    expect(await requestsFor(member)).toBe(1);

    await readWords(await chat(member, greet({ ...FUN, visionBuildPhase: "peak" }), WORDS));
    expect(await requestsFor(member)).toBe(2);
    await readWords(await chat(member, greet({ context: { category: "health" } }), WORDS));
    expect(await requestsFor(member)).toBe(3);
    await readWords(await chat(member, greet(), WORDS));
    expect(await requestsFor(member)).toBe(4);
    await eventually(async () => {
      const rows = await query("select id from token_usage where user_id = $1", [member.id]);
      expect(rows).toHaveLength(4);
    });
  });

  it("without an id finds its conversation again, with the same message in it", async () => {
    const member = await newMember();
    const one = await chat(member, greet(FUN), EVENTS);
    const first = await readEvents(one);
    const two = await chat(member, greet(FUN), EVENTS);
    const again = await readEvents(two);
    expect(two.headers.get("x-conversation-id")).toBe(one.headers.get("x-conversation-id"));
    expect(partOf(again, "start").messageId).toBe(partOf(first, "start").messageId);
  });

  it.each([
    ["tabs of one conversation", ["talk", "talk", "talk"]],
    ["tabs of their own", ["talk-1", "talk-2", undefined]],
  ])("is written once for %s that open together", async (_name, ids) => {
    const member = await newMember({ first_name: "Mia" });
    await setModel({ ttftMs: 200 });
    const answers = await Promise.all(
      ids.map(async (id) => readWords(await chat(member, greet({ id, ...FUN }), WORDS))),
    );
    expect(answers[0]).toContain("Hi Mia");
    expect(new Set(answers).size).toBe(1);
    expect(await requestsFor(member)).toBe(1);
  });

  it("is written anew only when something changed and the last is over 30 days old", async () => {
    const member = await newMember({ first_name: "Mia" });
    const again = async (id: string) => {
      await readWords(await chat(member, greet({ id, ...FUN }), WORDS));
      const requests = await modelRequests(member.id);
      return requests.filter(({ body }) => body.messages.at(-1)?.content.startsWith("(")).length;
    };
    expect(await again("talk-1")).toBe(1);
    await ageGreetings(member, 31);
    await refreshContext(member);
    expect(await again("talk-2")).toBe(1); // old, but nothing changed

    await ageGreetings(member, -31);
    await setProfile(member.id, { city: "Lisbon" });
    await refreshContext(member);
    expect(await again("talk-3")).toBe(1); // changed, but not old

    await ageGreetings(member, 31);
    expect(await again("talk-4")).toBe(2);
    expect(await again("talk-5")).toBe(2); // and that one is kept in its place
  });

  it("is not kept where nothing was known of the member", async () => {
    const member = await newMember({ first_name: "Mia" });
    await setSupabase({ down: true });
    const blind = await readWords(await chat(member, greet({ id: "talk-1" }), WORDS));
    expect(blind).not.toContain("Mia");
    await mendSupabase();
    expect(await readWords(await chat(member, greet({ id: "talk-2" }), WORDS))).toContain("Hi Mia");
  });

  it("that failed leaves nothing behind, and works the next time", async () => {
    const member = await newMember({ first_name: "Mia" });
    await setModel({ fault: "500" });
    const failed = await chat(member, greet({ id: "talk" }), WORDS);
    expect((await problemOf(failed)).code).toBe("provider_unavailable");
    await mendModel();
    expect(await readWords(await chat(member, greet({ id: "talk" }), WORDS))).toContain("Hi Mia");
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.messages).toHaveLength(1);
  });

  it("is refused in a conversation that the member has begun", async () => {
    const member = await newMember();
    await readWords(await chat(member, say("Hello", { id: "talk" }), WORDS));
    const response = await chat(member, greet({ id: "talk" }), WORDS);
    expect([response.status, (await problemOf(response)).code]).toEqual([409, "conflict"]);
  });

  it("fills no history until the member answers it", async () => {
    const member = await newMember();
    const list = () => getJson<Page<ConversationSummary>>(member, "/api/conversations");
    await readWords(await chat(member, greet({ id: "talk" }), WORDS));
    expect((await list()).items).toEqual([]);
    await readWords(await chat(member, say("I love rivers.", { id: "talk" }), WORDS));
    expect((await list()).items).toMatchObject([{ id: "talk", title: "I love rivers." }]);
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.messages.map(({ role }) => role)).toEqual(["assistant", "user", "assistant"]);
    expect(talk.messages.map(({ metadata }) => metadata.position)).toEqual([0, 1, 2]);
  });
});
