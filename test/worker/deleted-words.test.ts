import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Vision } from "../../domain/journey.ts";
import { emptyObject } from "../../worker/member/store/wipe-storage.ts";
import { chat, EVENTS, get, getJson, say, WORDS } from "./support/api.ts";
import { holding, placesOf, rowDeleted } from "./support/everywhere.ts";
import { at, draftOf, readyMember, send, sendJson, writeSections } from "./support/journey.ts";
import { forgetMemory, type Member, objectOf } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { readWords } from "./support/streams.ts";
import { eventually, query } from "./support/supabase.ts";
import { ask, copied, discovered, text } from "./support/writing.ts";

/** Words that stand nowhere else, one for each thing that is written. */
let made = 0;
const marker = (of: string) => {
  made += 1;
  return `${of}Zanzi${made}bel`;
};

const TALK = { context: { category: "fun" } };

/** Asks for a turn and reads all of it. */
const said = async (member: Member, words: string, more: object, headers = {}) =>
  readWords(await chat(member, say(words, more), { ...WORDS, ...headers }));

/** Asks for a text and reads all of it. */
async function written(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  const body = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${body}`);
  return body;
}

/** What the model is told in the next turn about Fun, and in the next text for it. */
async function nextPrompts(member: Member, vision: Vision | null): Promise<[string, string][]> {
  const before = (await modelRequests(member.id)).length;
  await said(member, "And what now?", { ...TALK, id: `next-${crypto.randomUUID()}` });
  if (vision) {
    const current = await getJson<Vision>(member, `/api/visions/${vision.id}`);
    await written(
      send(
        member,
        "POST",
        `/api/visions/${vision.id}/sections/fun/refine`,
        {},
        {
          ...EVENTS,
          ...at(current.revision),
        },
      ),
    );
  }
  const after = (await modelRequests(member.id)).slice(before);
  return after.map(({ body }) => ["prompt", JSON.stringify(body)]);
}

/** Where words still are once Postgres has heard of everything, and again after the object has lost its memory. */
async function stillIn(
  member: Member,
  words: readonly string[],
  vision: Vision | null,
): Promise<string[]> {
  await copied(member);
  const stored = await placesOf(words, member);
  await forgetMemory();
  return [...stored, ...holding(await nextPrompts(member, vision), words)];
}

/** The member's object as a new one that knows nothing yet: all of it is to be read from Postgres. */
async function forgetObject(member: Member): Promise<void> {
  await runInDurableObject(objectOf(member), (_object, { storage }) =>
    emptyObject(storage, Date.now(), () => {}),
  );
  await forgetMemory();
}

/** A member who has talked about Fun, had two texts written from it, and saved another one. */
async function talkedAndWritten() {
  const member = await readyMember();
  const vision = await draftOf(member, { fun: "I dance in the kitchen on Fridays." });
  const words = { said: marker("river"), title: marker("title"), own: marker("own") };
  await said(member, `I love ${words.said} mornings`, { ...TALK, id: "talk" });
  await said(
    member,
    `My ${words.said} again`,
    { ...TALK, id: "talk" },
    {
      "idempotency-key": marker("key"),
    },
  );
  await sendJson(member, "PATCH", "/api/conversations/talk", { title: words.title });
  await written(send(member, "POST", "/api/conversations/talk/draft", undefined, EVENTS));
  const refine = `/api/visions/${vision.id}/sections/fun/refine`;
  const headers = { ...EVENTS, ...at(vision.revision) };
  await written(send(member, "POST", refine, { instructions: `More of ${words.own}` }, headers));
  await copied(member);
  return { member, vision, words };
}

describe("words of a conversation that is deleted", () => {
  it("are nowhere, not in what VIVA wrote from them either", async () => {
    await setModel({ tokens: null });
    const { member, vision, words } = await talkedAndWritten();
    const gone = [words.said, words.title];
    const before = await placesOf(gone, member);
    for (const place of ["object, table messages", "Postgres, public.ai_conversations", "export"]) {
      expect(before.join("\n")).toContain(place);
    }
    expect((await send(member, "DELETE", "/api/conversations/talk")).status).toBe(204);
    expect(await stillIn(member, gone, vision)).toEqual([]);
    // What the member saved, and the other talks, stay.
    const { sections } = await getJson<Vision>(member, `/api/visions/${vision.id}`);
    expect(sections.fun).toBe("I dance in the kitchen on Fridays.");
  });

  it("are nowhere if a text was being written from them", async () => {
    await setModel({ tokens: null, ttftMs: 20, gapMs: 20 });
    const { member, words } = await talkedAndWritten();
    const draft = await send(member, "POST", "/api/conversations/talk/draft", undefined, EVENTS);
    expect((await send(member, "DELETE", "/api/conversations/talk")).status).toBe(204);
    await draft.text();
    await copied(member);
    expect(await placesOf([words.said], member)).toEqual([]);
  });

  it.each([
    ["that have been opened", true],
    ["that have not", false],
  ])("are nowhere if texts came back from Postgres, %s", async (_which, open) => {
    await setModel({ tokens: null });
    const { member, vision, words } = await talkedAndWritten();
    await forgetObject(member);
    const texts = `/api/conversations/${encodeURIComponent(`vision:${vision.id}:fun`)}`;
    if (open) await getJson(member, texts);
    expect((await send(member, "DELETE", "/api/conversations/talk")).status).toBe(204);
    expect(await stillIn(member, [words.said], null)).toEqual([]);
  });

  it("does not take the texts along that were written without it", async () => {
    await setModel({ tokens: null });
    const member = await readyMember();
    const vision = await draftOf(member);
    await discovered(member, vision, "A kite on the beach");
    await written(text(member, vision));
    await said(member, "I love rivers", { ...TALK, id: "talk" });
    const texts = `/api/conversations/${encodeURIComponent(`vision:${vision.id}:fun`)}`;
    const { messages } = await getJson<{ messages: unknown[] }>(member, texts);
    expect(messages.length).toBeGreaterThan(0);
    await send(member, "DELETE", "/api/conversations/talk");
    expect((await getJson<{ messages: unknown[] }>(member, texts)).messages).toEqual(messages);
    // What they used this month stays in sight, too.
    const { days } = await getJson<{ days: { turns: number }[] }>(member, "/api/usage");
    expect(days.reduce((sum, { turns }) => sum + turns, 0)).toBeGreaterThanOrEqual(2);
  });
});

/** A member with a draft that was discovered, written, refined and talked about. */
async function withVision() {
  const member = await readyMember();
  const vision = await draftOf(member);
  const words = { own: marker("kite"), section: marker("dance"), wish: marker("wish") };
  await discovered(member, vision, `${words.own} on the beach`);
  await written(text(member, vision));
  await written(text(member, vision, { mode: "better", customInput: `More ${words.wish}` }));
  const saved = await writeSections(member, vision, { fun: `I ${words.section} on Fridays.` });
  const refine = `/api/visions/${vision.id}/sections/fun/refine`;
  const headers = { ...EVENTS, ...at(saved.revision) };
  await written(send(member, "POST", refine, { instructions: words.wish }, headers));
  await said(member, "Hello", { ...TALK, id: "talk" });
  await copied(member);
  return { member, vision: saved, words: Object.values(words) };
}

describe("words of a version of the Life Vision that is deleted", () => {
  it("are nowhere", async () => {
    await setModel({ tokens: null });
    const { member, vision, words } = await withVision();
    const before = (await placesOf(words, member)).join("\n");
    for (const place of ["discovery:fun", "table turns", "public.vision_refinements"]) {
      expect(before).toContain(place);
    }
    await send(member, "DELETE", `/api/visions/${vision.id}`, undefined, at(vision.revision));
    // Talks are the member's own record, and stay until they are deleted.
    await send(member, "DELETE", "/api/conversations/talk");
    expect(await stillIn(member, words, null)).toEqual([]);
  });

  it("are nowhere if it was deleted past us, once the webhook says so", async () => {
    await setModel({ tokens: null });
    const { member, vision, words } = await withVision();
    await send(member, "DELETE", "/api/conversations/talk");
    await copied(member);
    await query("delete from vision_versions where id = $1", [vision.id]);
    await rowDeleted("vision_versions", "public", { id: vision.id, user_id: member.id });
    await eventually(async () => expect(await placesOf(words, member, "stored")).toEqual([]));
    expect(await stillIn(member, words, null)).toEqual([]);
  });

  it("do not come back with what was on its way, or was refused", async () => {
    await setModel({ tokens: null });
    const { member, vision, words } = await withVision();
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      const refinement = { id: crypto.randomUUID(), visionId: vision.id, after: words[0] };
      storage.sql.exec(
        "INSERT INTO outbox (kind, payload, created_at, failed) VALUES ('refinement', ?, 0, '23514')",
        JSON.stringify(refinement),
      );
    });
    await send(member, "DELETE", `/api/visions/${vision.id}`, undefined, at(vision.revision));
    await send(member, "DELETE", "/api/conversations/talk");
    expect(await stillIn(member, words, null)).toEqual([]);
  });
});

describe("a value of the profile that is cleared", () => {
  it("is nowhere, not in a greeting that VIVA kept either", async () => {
    await setModel({ tokens: null });
    const member = await readyMember();
    const [hobby, story, name] = [marker("hobby"), marker("story"), marker("Name")];
    const profile = { first_name: name, hobbies: [hobby, "chess"], fun_story: `${story} is it` };
    await sendJson(member, "PATCH", "/api/profile", profile);
    const greet = { messages: [], context: { category: "fun", isInitialGreeting: true } };
    await readWords(await chat(member, greet, WORDS));
    expect((await placesOf([hobby], member)).join("\n")).toContain("table greetings");
    const cleared = { first_name: null, hobbies: ["chess"], fun_story: null };
    await sendJson(member, "PATCH", "/api/profile", cleared);
    // The greeting was said in a conversation, which is deleted like any other.
    const talks = await query<{ id: string }>(
      "select client_id as id from conversation_sessions where user_id = $1",
      [member.id],
    );
    for (const { id } of talks) await send(member, "DELETE", `/api/conversations/${id}`);
    expect(await stillIn(member, [hobby, story, name], null)).toEqual([]);
  });
});

describe("words of a member who is gone", () => {
  /** Everything that a member can write. */
  async function withEverything() {
    const { member, vision, words } = await talkedAndWritten();
    const more = [marker("kite"), marker("City")];
    await ask(member, vision, "start");
    await discovered(member, vision, `${more[0]} on the beach`);
    await sendJson(member, "PATCH", "/api/profile", { city: more[1], work_story: `In ${more[1]}` });
    await sendJson(member, "PATCH", "/api/assessment", { responses: { fun_1: 4 } });
    await copied(member);
    const all = [...Object.values(words), ...more];
    for (const word of all) {
      expect((await placesOf([word], member)).join("\n"), word).toContain("Postgres");
    }
    return { member, all };
  }

  it("are nowhere once they have erased everything", async () => {
    await setModel({ tokens: null });
    const { member, all } = await withEverything();
    await send(member, "DELETE", "/api/account-data");
    await eventually(async () => {
      const state = await (await send(member, "DELETE", "/api/account-data")).json();
      expect(state).toEqual({ state: "done" });
    });
    expect(await placesOf(all, member, "stored")).toEqual([]);
  });

  it("are nowhere once their account was deleted, their id and address neither", async () => {
    await setModel({ tokens: null });
    const { member, all } = await withEverything();
    await query("delete from auth.users where id = $1", [member.id]);
    await rowDeleted("users", "auth", { id: member.id });
    const words = [...all, member.id, `${member.id}@example.com`];
    await eventually(async () => expect(await placesOf(words, member, "stored")).toEqual([]));
    expect((await get(member, "/api/export")).status).toBe(401);
  });
});
