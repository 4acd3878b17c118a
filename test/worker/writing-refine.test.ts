import { describe, expect, it } from "vitest";
import type { Vision } from "../../domain/journey.ts";
import { checkVoice } from "../../domain/voice.ts";
import { EVENTS, getJson, WORDS } from "./support/api.ts";
import {
  at,
  commit,
  draftOf,
  readyMember,
  refusal,
  send,
  stored,
  writeSections,
} from "./support/journey.ts";
import type { Member } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { useSettings } from "./support/settings.ts";
import { parseEvents, readEvents, readWords, StreamReader, textOf } from "./support/streams.ts";
import { setSupabase } from "./support/supabase.ts";
import {
  BEFORE,
  booked,
  discovered,
  hidden,
  materialOf,
  noteOf,
  resume,
  suggestions,
  textRequests,
  withText,
  writtenOf,
} from "./support/writing.ts";

const refine = (
  member: Member,
  { id, revision }: Pick<Vision, "id" | "revision">,
  body?: unknown,
  headers: Record<string, string> = {},
  section = "fun",
) =>
  send(member, "POST", `/api/visions/${id}/sections/${section}/refine`, body, {
    ...at(revision),
    ...EVENTS,
    ...headers,
  });

/** Takes a suggestion over. */
const accept = (member: Member, { id, revision }: Vision, fun: string, refinementId: unknown) =>
  send(member, "PATCH", `/api/visions/${id}`, { sections: { fun }, refinementId }, at(revision));

describe("refining a section", () => {
  it("gives a text, notes, and the record of it; nothing is changed by it", async () => {
    const { member, vision } = await withText();
    const asked = { instructions: "Mention the sea", amount: 30, tone: "celebratory" };
    const events = await readEvents(await refine(member, vision, asked));
    const written = writtenOf(events);
    expect(written).toMatchObject({ visionId: vision.id, category: "fun", findings: [] });
    expect(textOf(events)).not.toContain("===");
    expect(textOf(events)).not.toContain(written.notes);
    expect(written.notes).toMatch(/^You asked: “Mention the sea”/);
    expect(written.ownWords).toBeGreaterThan(0.3);
    expect(await suggestions(member)).toEqual([
      expect.objectContaining({
        id: written.refinementId,
        ...{ vision_id: vision.id, category: "fun", before: BEFORE, after: textOf(events) },
        ...{ ...asked, intensity: "moderate", viva_notes: written.notes, outcome: "proposed" },
      }),
    ]);
    expect(await getJson(member, `/api/visions/${vision.id}`)).toEqual(vision);
    expect((await booked(member)).map(({ action_type }) => action_type)).toEqual([
      "vision_refinement",
    ]);
  });

  it.each([
    ["=== NOTES ===", 31],
    ["**Notes:**", 32],
    ["### What I changed", 33],
    ["VIVA’s notes", 34],
    ["Notizen:", 35],
  ] as const)(
    "keeps the notes out of the text of a server without schemas: %s",
    async (notesMark, index) => {
      const { member, vision } = await withText();
      // Of its own, because what is refused is remembered by the model's name.
      await useSettings(member, { OPENAI_MODEL: `gpt-6-luna-20${index}-01-01` });
      await setModel({ unsupported: ["response_format"], notesMark });
      const events = await readEvents(
        await refine(member, vision, { instructions: "Add the sea" }),
      );
      expect(writtenOf(events)).toMatchObject({ findings: [] });
      expect(writtenOf(events).notes).toMatch(/^You asked: “Add the sea”/);
      expect(textOf(events)).not.toMatch(/notes|notizen|changed|You asked/i);
      const formats = (await textRequests(member)).map(({ body }) => body.response_format);
      expect(formats.at(-1)).toBeUndefined();
    },
  );

  it("is asked for as JSON where the model knows schemas, and streams as it is written", async () => {
    const { member, vision } = await withText();
    await setModel({ gapMs: 15 });
    const reader = new StreamReader(await refine(member, vision, {}));
    await reader.until((seen) => seen.includes("kitchen"));
    const [running] = await textRequests(member);
    expect(running?.outcome).toBe("running");
    const events = parseEvents(await reader.rest());
    expect(textOf(events)).not.toMatch(/[{}]|\\n|"text"/);
    expect(writtenOf(events).notes).toMatch(/^I looked/);
    expect(running?.body.response_format).toMatchObject({ json_schema: { name: "refined_text" } });
  });

  it("asks the model with the whole text and all that was asked for", async () => {
    const { member, vision } = await withText();
    const asked = {
      ...{ instructions: "Shorter", amount: 80, tone: "challenging", intensity: "intense" },
    };
    await readEvents(await refine(member, vision, asked));
    const [request] = await textRequests(member);
    if (!request) throw new Error("no request");
    expect(materialOf(request)).toMatchObject({
      section_so_far: BEFORE,
      what_the_member_asks: "Shorter",
    });
    expect(noteOf(request)).toContain(": 80. ");
    expect(noteOf(request)).toContain("Tone: challenging. Intensity: intense.");
  });

  it("leaves it to VIVA where nothing is said", async () => {
    const { member, vision } = await withText();
    for (const body of [
      undefined,
      {},
      { instructions: null, amount: null },
      { instructions: " " },
    ]) {
      const events = await readEvents(await refine(member, vision, body));
      expect(writtenOf(events).notes).not.toBeNull();
      expect(checkVoice(textOf(events))).toEqual([]);
    }
    expect(await suggestions(member)).toMatchObject(
      Array(4).fill({ amount: 50, tone: "balanced", intensity: "moderate", instructions: "" }),
    );
  });

  it("takes a section under any of its names, and gives words without the notes", async () => {
    const { member, vision } = await withText();
    const section = encodeURIComponent("Fun / Recreation");
    const plain = await readWords(await refine(member, vision, {}, WORDS, section));
    expect(checkVoice(plain)).toEqual([]);
    expect(plain).not.toMatch(/===|You asked|I looked/);
  });

  it("goes on where the last suggestion was not taken: each begins with what is saved", async () => {
    const { member, vision } = await withText();
    await readEvents(await refine(member, vision, { instructions: "Mention the sea" }));
    await readEvents(await refine(member, vision, { instructions: "Mention the moon" }));
    const requests = await textRequests(member);
    expect(requests.map((request) => materialOf(request).section_so_far)).toEqual([BEFORE, BEFORE]);
  });

  it("keeps the part of one that was stopped, never a part of the mark", async () => {
    const { member, vision } = await withText();
    await setModel({ gapMs: 15 });
    const reader = new StreamReader(await refine(member, vision, {}));
    await reader.until((seen) => seen.includes("kitchen"));
    const path = `/api/viva/chat/${hidden(vision)}/stop`;
    await (await send(member, "POST", path, {})).body?.cancel();
    const events = parseEvents(await reader.rest());
    const { refinementId, notes } = writtenOf(events, "message-metadata");
    expect(notes).toBeNull();
    expect(await suggestions(member)).toEqual([
      expect.objectContaining({ id: refinementId, after: textOf(events), viva_notes: null }),
    ]);
    expect(textOf(await readEvents(await resume(member, vision)))).toBe(textOf(events));
  });
});

describe("a suggestion that is accepted at once", () => {
  it("is never refused because its record is on its way", async () => {
    const { member, vision } = await withText();
    await setSupabase({ latencyMs: 120 });
    let draft = vision;
    for (const wish of ["the sea", "the moon", "the wind"]) {
      const events = await readEvents(
        await refine(member, draft, { instructions: `Mention ${wish}` }),
      );
      const { refinementId } = writtenOf(events);
      const answer = await accept(member, draft, textOf(events), refinementId);
      expect(answer.status).toBe(200);
      draft = await answer.json();
      expect(draft.sections.fun).toBe(textOf(events));
    }
    await setSupabase({ latencyMs: 0 });
    expect((await suggestions(member)).map(({ outcome }) => outcome)).toEqual(
      Array(3).fill("accepted"),
    );
    const again = await accept(member, draft, "I dance.", (await suggestions(member))[0]?.id);
    expect((await refusal(again)).brief).toEqual([409, "conflict", []]);
  });

  it("is one of discovery as well", async () => {
    const member = await readyMember();
    const vision = await draftOf(member);
    await discovered(member, vision);
    const body = { visionId: vision.id, category: "fun", action: "submit_step_3" };
    const path = "/api/vision/chat";
    const first = { ...body, selections: ["daily"] };
    await readEvents(await send(member, "POST", path, first, EVENTS));
    const better = { ...first, mode: "better", customInput: "Mention the sea" };
    const events = await readEvents(await send(member, "POST", path, better, EVENTS));
    const { refinementId } = writtenOf(events);
    expect((await accept(member, vision, textOf(events), refinementId)).status).toBe(200);
  });
});

describe("refining refuses", () => {
  it("what it cannot read, and does nothing", async () => {
    const { member, vision } = await withText();
    const before = await stored(member);
    const cases: [body: unknown, paths: string[]][] = [
      [{ instructions: "a".repeat(2_001) }, ["instructions"]],
      [{ instructions: 7 }, ["instructions"]],
      [{ amount: 101 }, ["amount"]],
      [{ amount: -1 }, ["amount"]],
      [{ amount: 2.5 }, ["amount"]],
      [{ tone: "funny" }, ["tone"]],
      [{ intensity: "extreme" }, ["intensity"]],
      [{ text: BEFORE }, ["text"]],
    ];
    for (const [body, paths] of cases) {
      const { brief } = await refusal(refine(member, vision, body));
      expect(brief, JSON.stringify(body)).toEqual([400, "invalid_request", paths]);
    }
    for (const body of ["[]", "{"]) {
      expect((await refusal(refine(member, vision, body))).brief[0]).toBe(400);
    }
    const unknown = await refusal(refine(member, vision, {}, {}, "sports"));
    expect(unknown.brief).toEqual([400, "unknown_category", []]);
    const html = await refusal(refine(member, vision, {}, { accept: "text/html" }));
    expect(html.brief).toEqual([406, "not_acceptable", []]);
    expect(await stored(member)).toEqual(before);
    expect(await modelRequests(member.id)).toEqual([]);
  });

  it("without If-Match, and what has changed since: with the version as it is", async () => {
    const { member, vision } = await withText();
    const path = `/api/visions/${vision.id}/sections/fun/refine`;
    expect((await refusal(send(member, "POST", path, {}))).brief).toEqual([
      428,
      "precondition_required",
      [],
    ]);
    const now = await writeSections(member, vision, { love: "I love." });
    const { brief, problem } = await refusal(refine(member, vision, {}));
    expect(brief).toEqual([412, "precondition_failed", []]);
    expect(problem.current).toEqual(now);
    expect(await modelRequests(member.id)).toEqual([]);
    await readEvents(await refine(member, now, {}, { "if-match": `W/"v${now.revision}"` }));
  });

  it("where there is no text, no draft, or nothing of theirs", async () => {
    const { member, vision } = await withText();
    const other = await readyMember();
    const empty = await refusal(refine(member, vision, {}, {}, "love"));
    expect(empty.brief).toEqual([409, "conflict", []]);
    expect(empty.problem.current).toEqual(vision);
    for (const [who, id] of [
      [other, vision.id],
      [member, crypto.randomUUID()],
    ] as const) {
      const asked = refine(who, { id, revision: vision.revision }, {});
      expect((await refusal(asked)).brief).toEqual([404, "not_found", []]);
    }
    const active = await commit(member, vision);
    const { brief, problem } = await refusal(refine(member, active, {}));
    expect(brief).toEqual([409, "conflict", []]);
    expect(problem.current).toMatchObject({ id: vision.id, state: "active" });
    expect(await modelRequests(member.id)).toEqual([]);
    expect(await suggestions(member)).toEqual([]);
  });

  it("where Postgres does not answer", async () => {
    const { member, vision } = await withText();
    await setSupabase({ down: true });
    const { brief, problem } = await refusal(refine(member, vision, {}));
    expect(brief).toEqual([503, "database_unavailable", []]);
    expect(problem).toMatchObject({ retryable: true, retryAfter: 5 });
    expect(await modelRequests(member.id)).toEqual([]);
  });
});
