import { describe, expect, it } from "vitest";
import type { Control } from "../../local/model/types.ts";
import { call, chat, EVENTS, say, WORDS } from "./support/api.ts";
import { type Member, newMember } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { StreamReader } from "./support/streams.ts";
import { eventually } from "./support/supabase.ts";
import { bodyOf, transcriptOf } from "./support/transcript.ts";
import { spend } from "./support/writing.ts";

/*
 * The streams as clients get them, byte for byte: status, headers, events. What changes here changes
 * for every client there is; where that is meant, `vitest run --project worker golden -u` writes anew.
 * Answers that stream have one word: how many words share an event is a matter of time.
 */

const FORMS = [
  ["events", EVENTS],
  ["words", WORDS],
] as const;
type Headers = (typeof FORMS)[number][1];

const REQUEST = { "x-request-id": "golden" };

/** Asks the message of these tests, in the conversation of these tests. */
const ask = (member: Member, headers: Headers, text = "Hello") =>
  chat(member, say(text, { id: "talk" }, `m-${text.length}`), { ...REQUEST, ...headers });

const resume = (member: Member, headers: Headers, after = "") =>
  call(`/api/viva/chat/talk/stream${after}`, {
    headers: { authorization: `Bearer ${member.token}`, ...REQUEST, ...headers },
  });

const stop = (member: Member) =>
  call("/api/viva/chat/talk/stop", {
    method: "POST",
    headers: { authorization: `Bearer ${member.token}` },
  }).then((response) => response.text());

/** Holds an answer to the transcript of a name. */
async function expectGolden(name: string, response: Response, body?: Promise<string>) {
  const transcript = await transcriptOf(response, body);
  await expect(transcript).toMatchFileSnapshot(`golden/${name}.txt`);
}

describe.each(FORMS)("in %s:", (form, headers) => {
  /** A whole answer, while the model behaves so. */
  const whole: [name: string, model: Partial<Control>][] = [
    ["complete", { tokens: 1 }],
    ["cut-by-length", { fault: "length", at: 1, tokens: 5 }],
    ["provider-busy", { fault: "429", retryAfter: 7 }],
    ["provider-down", { fault: "500" }],
    ["timeout-before-a-word", { fault: "stall", at: 0 }],
    ["timeout-after-a-word", { fault: "stall", at: 1, tokens: 5 }],
    ["connection-cut", { fault: "drop", at: 1, tokens: 5 }],
    ["filtered", { fault: "content_filter", at: 0 }],
  ];

  it.each(whole)("%s", async (name, model) => {
    const member = await newMember();
    await setModel(model);
    await expectGolden(`${name}.${form}`, await ask(member, headers));
  });

  it("stopped before the first word", async () => {
    const member = await newMember();
    await setModel({ fault: "stall", at: 0 });
    const asked = ask(member, headers);
    await eventually(async () => expect(await modelRequests(member.id)).toHaveLength(1));
    await stop(member);
    await expectGolden(`stopped-before-a-word.${form}`, await asked);
  });

  it("stopped after the first word", async () => {
    const member = await newMember();
    await setModel({ fault: "stall", at: 1, tokens: 5 });
    const response = await ask(member, headers);
    const reader = new StreamReader(response);
    await reader.until((text) => text.includes("w1"));
    await stop(member);
    await expectGolden(`stopped-after-a-word.${form}`, response, bodyOf(response, reader));
  });

  it("superseded before the first word", async () => {
    const member = await newMember();
    await setModel({ fault: "stall", at: 0 });
    const asked = ask(member, headers);
    await eventually(async () => expect(await modelRequests(member.id)).toHaveLength(1));
    await setModel({ fault: null, tokens: 1 });
    await (await ask(member, WORDS, "Rather")).text();
    await expectGolden(`superseded-before-a-word.${form}`, await asked);
  });

  it("superseded after the first word", async () => {
    const member = await newMember();
    await setModel({ fault: "stall", at: 1, tokens: 5 });
    const response = await ask(member, headers);
    const reader = new StreamReader(response);
    await reader.until((text) => text.includes("w1"));
    await setModel({ fault: null, tokens: 1 });
    await (await ask(member, WORDS, "Rather")).text();
    await expectGolden(`superseded-after-a-word.${form}`, response, bodyOf(response, reader));
  });

  it("replayed: the same message again", async () => {
    const member = await newMember();
    await setModel({ tokens: 12 });
    await (await ask(member, WORDS)).text();
    await expectGolden(`replayed.${form}`, await ask(member, headers));
  });

  it("resumed at an offset, and beyond the end", async () => {
    const member = await newMember();
    await setModel({ tokens: 12 });
    await (await ask(member, WORDS)).text();
    await expectGolden(`resumed-at-9.${form}`, await resume(member, headers, "?after=9"));
    await expectGolden(`resumed-beyond.${form}`, await resume(member, headers, "?after=999"));
  });

  it("nothing to resume", async () => {
    await expectGolden(`nothing-to-resume.${form}`, await resume(await newMember(), headers));
  });

  it("a member in crisis", async () => {
    const member = await newMember({ first_name: "Mia", country: "Sweden" });
    const crisis = "I want to kill myself tonight.";
    await expectGolden(`crisis.${form}`, await ask(member, headers, crisis));
  });

  it("credits used up", async () => {
    const member = await newMember();
    await spend(member, 10_000);
    await expectGolden(`credits-used-up.${form}`, await ask(member, headers));
  });
});
