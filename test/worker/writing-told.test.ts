import { describe, expect, it } from "vitest";
import type { Vision } from "../../domain/journey.ts";
import { PHASE_KEYS } from "../../domain/phases.ts";
import { talkId } from "../../domain/talk.ts";
import { call, chat, EVENTS, getJson, say, WORDS } from "./support/api.ts";
import { at, draftOf, readyMember, send, writeSections } from "./support/journey.ts";
import type { Member } from "./support/members.ts";
import { setModel } from "./support/model.ts";
import { readEvents, readWords, textOf } from "./support/streams.ts";
import {
  discovered,
  hidden,
  materialOf,
  noteOf,
  OWN,
  text,
  textRequests,
  withText,
  writtenOf,
} from "./support/writing.ts";

const SAID = {
  contrast: "I am done with evenings of scrolling",
  peak: "That night I swam under the stars with Ines",
  specific: "I paint boats on Thursdays in the old harbor",
};
const WISH = "Bring in my brother Tom";

/** Talks about Fun in every phase. */
async function talkItThrough(member: Member, vision: Vision): Promise<void> {
  for (const phase of PHASE_KEYS) {
    const place = {
      ...{ id: talkId(vision.id, "fun", phase), visionBuildPhase: phase },
      context: { category: "fun" },
    };
    await readWords(await chat(member, say(SAID[phase], place), WORDS));
  }
}

const draft = (member: Member, vision: Vision, body?: object) =>
  call(`/api/conversations/${encodeURIComponent(talkId(vision.id, "fun", "peak"))}/draft`, {
    method: "POST",
    headers: { authorization: `Bearer ${member.token}`, ...EVENTS },
    ...(body && { body: JSON.stringify(body) }),
  });

const refine = async (member: Member, { id }: Vision, body: object) => {
  const { revision } = await getJson<Vision>(member, `/api/visions/${id}`);
  const path = `/api/visions/${id}/sections/fun/refine`;
  return send(member, "POST", path, body, { ...at(revision), ...EVENTS });
};

async function lastMaterial(member: Member) {
  const request = (await textRequests(member)).at(-1);
  if (!request) throw new Error("no request");
  return materialOf(request);
}

/** A member who went through discovery, got a text, wished for something, and talked it through. */
async function toldAll() {
  const member = await readyMember();
  const vision = await draftOf(member);
  await discovered(member, vision);
  await readEvents(await text(member, vision));
  await readEvents(await text(member, vision, { mode: "better", customInput: WISH }));
  await talkItThrough(member, vision);
  return { member, vision };
}

describe("every way of asking for a text knows all that the member has told", () => {
  it("in discovery, in the talk of every phase, and in earlier wishes", async () => {
    const { member, vision } = await toldAll();
    await writeSections(member, vision, { fun: "I row at dawn.", health: "I run by the river." });
    const ways: Record<string, () => Promise<Response>> = {
      regenerate: () => text(member, vision),
      better: () => text(member, vision, { mode: "better", customInput: "Shorter" }),
      voice: () => text(member, vision, { mode: "voice" }),
      talk: () => draft(member, vision),
      "second after a talk": () => draft(member, vision, { second: true }),
      refine: () => refine(member, vision, { instructions: "Calmer" }),
      "second after a refinement": () =>
        refine(member, vision, { instructions: "Calmer", second: true }),
    };
    for (const [way, ask] of Object.entries(ways)) {
      await readEvents(await ask());
      const material = await lastMaterial(member);
      expect([way, material.what_the_member_chose]).toEqual([way, expect.arrayContaining([OWN])]);
      expect([way, material.what_the_member_said]).toEqual([
        way,
        [SAID.contrast, SAID.peak, SAID.specific],
      ]);
      expect([way, material.what_the_member_asked_before]).toEqual([
        way,
        expect.arrayContaining([WISH]),
      ]);
      expect([way, material.theme]).toEqual([way, expect.stringMatching(/./)]);
      expect([way, material.other_sections]).toEqual([way, ["Health: I run by the river."]]);
    }
  });

  it("after a failure, and after the talk has gone on", async () => {
    const { member, vision } = await toldAll();
    await setModel({ fault: "500" });
    await readEvents(await text(member, vision)).catch(() => {});
    await setModel({ fault: null });
    const place = { id: talkId(vision.id, "fun", "specific") };
    await readWords(await chat(member, say("My daughter June steers", place), WORDS));
    await readEvents(await text(member, vision));
    expect((await lastMaterial(member)).what_the_member_said).toEqual([
      SAID.contrast,
      SAID.peak,
      SAID.specific,
      "My daughter June steers",
    ]);
  });

  it("and not what belongs to another section, another draft, or was deleted", async () => {
    const { member, vision } = await toldAll();
    const love = { id: "elsewhere", context: { category: "love" } };
    await readWords(await chat(member, say("I adore Sam", love), WORDS));
    const gone = `/api/conversations/${encodeURIComponent(talkId(vision.id, "fun", "peak"))}`;
    await send(member, "DELETE", gone);
    await readEvents(await text(member, vision));
    expect((await lastMaterial(member)).what_the_member_said).toEqual([
      SAID.contrast,
      SAID.specific,
    ]);
  });

  it("a talk of any name, begun elsewhere", async () => {
    const { member, vision } = await withText();
    const place = { id: "from the phone", context: { category: "fun" } };
    await readWords(await chat(member, say("I juggle oranges", place), WORDS));
    await readEvents(await refine(member, vision, {}));
    expect((await lastMaterial(member)).what_the_member_said).toEqual(["I juggle oranges"]);
  });
});

describe("a text from a talk", () => {
  it("knows VIVA's newest text where that is not saved", async () => {
    const member = await readyMember();
    const vision = await draftOf(member);
    await discovered(member, vision);
    const first = textOf(await readEvents(await text(member, vision)));
    await talkItThrough(member, vision);
    await readEvents(await draft(member, vision));
    const material = await lastMaterial(member);
    expect(material.newest_version_not_saved).toBe(first);
    expect(material).not.toHaveProperty("section_so_far");
  });

  it("is mended with what the first one missed", async () => {
    const { member, vision } = await withText();
    await talkItThrough(member, vision);
    await setModel({ tokens: 24 });
    const first = await readEvents(await draft(member, vision));
    const { findings } = writtenOf(first);
    expect(findings.length).toBeGreaterThan(0);
    await readEvents(await draft(member, vision, { second: true }));
    const request = (await textRequests(member)).at(-1);
    if (!request) throw new Error("no request");
    expect(materialOf(request).section_so_far).toBe(textOf(first));
    for (const { message } of findings) expect(noteOf(request)).toContain(message);
  });

  it("is refused with a body that says something else", async () => {
    const { member, vision } = await withText();
    await talkItThrough(member, vision);
    expect((await draft(member, vision, { third: true })).status).toBe(400);
  });
});

it("is one conversation of texts, whichever way they were asked for", async () => {
  const { member, vision } = await toldAll();
  await readEvents(await draft(member, vision));
  const { messages } = await getJson<{ messages: { role: string }[] }>(
    member,
    `/api/conversations/${hidden(vision)}`,
  );
  expect(messages.filter(({ role }) => role === "assistant")).toHaveLength(3);
});
