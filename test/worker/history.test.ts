import { describe, expect, it } from "vitest";
import type { Credits } from "../../domain/credits.ts";
import type { DayUsage } from "../../domain/messages.ts";
import { chat, getJson, say, WORDS } from "./support/api.ts";
import { type Member, newMember } from "./support/members.ts";
import { type ModelRequest, modelRequests, setModel } from "./support/model.ts";
import { readWords } from "./support/streams.ts";
import { eventually, query } from "./support/supabase.ts";

/** Some 1,750 tokens: two of them are more than the history may take in full. */
const long = (name: string) => `${name} ${"river ".repeat(1_160)}`.trim();

const isSummary = ({ body }: ModelRequest) =>
  body.messages[0]?.content.startsWith("You keep the notes") ?? false;

const summaries = async (member: Member) => (await modelRequests(member.id)).filter(isSummary);
const newestTurn = async (member: Member) =>
  (await modelRequests(member.id)).filter((request) => !isSummary(request)).at(-1)?.body.messages;

/** A conversation of three long messages, of which the older ones have been summed up. */
async function longTalk(): Promise<Member> {
  const member = await newMember();
  await setModel({ tokens: 8 });
  for (const id of ["m-1", "m-2"]) {
    await readWords(await chat(member, say(long(id), { id: "talk" }, id), WORDS));
  }
  await eventually(async () => {
    const [summary] = await summaries(member);
    expect(summary?.outcome).toBe("stop");
  });
  // Its row in the books is written with it.
  await eventually(async () => {
    const rows = await query("select id from token_usage where user_id = $1", [member.id]);
    expect(rows).toHaveLength(3);
  });
  return member;
}

describe("a long conversation", () => {
  it("is summed up after a turn, and goes on from the summary", async () => {
    const member = await longTalk();
    const [summary] = await summaries(member);
    const [instruction, material] = summary?.body.messages ?? [];
    expect(instruction?.role).toBe("system");
    expect(material?.content).toContain("MEMBER: m-1 river");
    expect(material?.content).toContain("VIVA: w1 w2");

    await readWords(await chat(member, say("And the sea?", { id: "talk" }, "m-3"), WORDS));
    const prompt = (await newestTurn(member)) ?? [];
    expect(prompt[2]?.content).toBe("EARLIER\nw1 w2 w3 w4 w5 w6 w7 w8");
    expect(prompt.filter(({ content }) => content.startsWith("m-1"))).toEqual([]);
    const size = prompt.reduce((sum, { content }) => sum + content.length, 0);
    // Persona and data, at most 3,000 tokens of history, the message.
    expect(size / 4).toBeLessThan(1_500 + 3_000);
  });

  it("is summed up for credits, like everything that asks a model", async () => {
    const member = await longTalk();
    await readWords(await chat(member, say("More", { id: "talk" }), WORDS));
    await eventually(async () => {
      const rows = await query<{ metadata: { kind: string; credits: number } }>(
        "select metadata from token_usage where user_id = $1",
        [member.id],
      );
      expect(rows.length).toBeGreaterThanOrEqual(4);
      expect(rows.map(({ metadata }) => metadata.kind)).toContain("summary");
      for (const { metadata } of rows) expect(metadata.credits).toBeGreaterThan(0);
      const charged = rows.reduce((sum, { metadata }) => sum + metadata.credits, 0);
      const { credits, days } = await getJson<{
        readonly credits: Credits;
        readonly days: readonly DayUsage[];
      }>(member, "/api/usage");
      expect(credits.left).toBe(credits.limit - charged);
      expect(days.map((day) => day.credits)).toEqual([charged]);
    });
  });

  it("whose beginning is edited forgets the summary of what is gone", async () => {
    const member = await longTalk();
    const edited = { id: "m-1", role: "user", parts: [{ type: "text", text: "Rather snow." }] };
    const body = { id: "talk", messageId: "m-1", messages: [edited] };
    await readWords(await chat(member, body, WORDS));
    const prompt = (await newestTurn(member)) ?? [];
    expect(prompt.map(({ role }) => role)).toEqual(["system", "user", "system", "user"]);
    expect(JSON.stringify(prompt)).not.toMatch(/EARLIER\\n|river/);
    await readWords(await chat(member, say("More", { id: "talk" }), WORDS));
    expect(JSON.stringify(await newestTurn(member))).not.toMatch(/EARLIER\\n|river/);
  });
});

describe("the history of a prompt", () => {
  it("is the newest messages, not the oldest", async () => {
    const member = await newMember();
    await setModel({ tokens: 2 });
    for (let n = 1; n <= 12; n += 1) {
      const text = `Message ${n}: ${"blue ".repeat(120)}`;
      await readWords(await chat(member, say(text, { id: "talk" }), WORDS));
    }
    const prompt = (await newestTurn(member)) ?? [];
    const spoken = prompt.filter(({ content }) => /^Message \d+:/.test(content));
    expect(spoken.at(-1)?.content).toMatch(/^Message 12:/);
    expect(spoken.at(-2)?.content).toMatch(/^Message 11:/);
    const numbers = spoken.map(({ content }) => Number(/\d+/.exec(content)?.[0]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it("has what the member said even where its answer failed", async () => {
    const member = await newMember();
    await setModel({ fault: "401" });
    await (await chat(member, say("My first words", { id: "talk" }, "m-1"), WORDS)).text();
    await setModel({ fault: null, tokens: 2 });
    await readWords(await chat(member, say("My next words", { id: "talk" }, "m-2"), WORDS));
    const prompt = (await newestTurn(member)) ?? [];
    expect(prompt.filter(({ content }) => content === "My first words")).toHaveLength(1);
  });
});
