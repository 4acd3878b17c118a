import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Turn } from "../../domain/messages.ts";
import { chat, EVENTS, getJson, say, WORDS } from "./support/api.ts";
import { READY, sendJson } from "./support/journey.ts";
import { type Member, newMember, objectOf } from "./support/members.ts";
import { type ModelRequest, modelRequests, setModel } from "./support/model.ts";
import { partOf, readEvents, readWords } from "./support/streams.ts";
import { eventually, query } from "./support/supabase.ts";

/**
 * What the provider's cache serves: the beginning that two requests in a row have in common, byte for
 * byte, as they arrived there. The order of a prompt is persona, member data, summary, history, phase
 * note, message: of the turn before, all but the last two can come again, and then its message and answer.
 */

const STEPS = [
  "I love rivers, and the smell of rain.",
  "Mostly in the morning, alone. “Schön” 💃",
  "With Ada, last spring.",
];

const isTurn = ({ body }: ModelRequest) => body.messages[0]?.content.startsWith("You are VIVA");

/** The requests of turns that reached the model, oldest first. */
async function turnsOf(member: Member): Promise<ModelRequest[]> {
  return (await modelRequests(member.id)).filter(isTurn);
}

const bytesOf = (messages: readonly unknown[]) =>
  new TextEncoder().encode(messages.map((one) => JSON.stringify(one)).join("\n"));

/** How many bytes two prompts have in common from their beginning. */
function shared(a: ModelRequest, b: ModelRequest): number {
  const [one, two] = [bytesOf(a.body.messages), bytesOf(b.body.messages)];
  const differs = one.findIndex((byte, index) => byte !== two[index]);
  return differs < 0 ? one.length : differs;
}

/** Expects that a turn begins as the one before it did, as far as that is possible at all. */
function expectLongest(before: ModelRequest, after: ModelRequest): void {
  // Behind persona, data and history stand the note of the phase and the message.
  const stable = before.body.messages.slice(0, -2);
  const asked = before.body.messages.at(-1);
  expect(shared(before, after)).toBeGreaterThanOrEqual(bytesOf(stable).length);
  expect(after.body.messages.slice(0, stable.length)).toEqual(stable);
  // What follows is what was said since, and then again the note and a message, nothing else.
  const since = after.body.messages.slice(stable.length);
  expect(since.map(({ role }) => role)).toEqual(["user", "assistant", "system", "user"]);
  expect(since[0]).toEqual(asked);
  // All that is no message is the same as well: another model or key is another cache.
  const { messages: _before, ...one } = before.body;
  const { messages: _after, ...two } = after.body;
  expect(two).toEqual(one);
  expect(one.prompt_cache_key).toEqual(expect.any(String));
}

async function turn(member: Member, text: string, more: object = {}): Promise<void> {
  await readWords(await chat(member, say(text, { id: "talk", ...more }), WORDS));
}

const member = () =>
  newMember({ ...READY, fun_story: `We play by the sea. ${"Waves. ".repeat(60)}` });

describe("two turns in a row share the longest possible beginning", () => {
  it("where nothing but the talk has changed", async () => {
    const mia = await member();
    await setModel({ tokens: 12 });
    for (const text of STEPS) await turn(mia, text, { context: { category: "fun" } });
    const [one, two, three] = await turnsOf(mia);
    if (!one || !two || !three) throw new Error("three turns were asked for");
    expectLongest(one, two);
    expectLongest(two, three);
  });

  const changes: [what: string, change: (mia: Member) => Promise<unknown>][] = [
    [
      "where the profile was saved as it was",
      (mia) => sendJson(mia, "PATCH", "/api/profile", { first_name: READY.first_name }),
    ],
    [
      "where the profile changed in what VIVA does not read",
      (mia) => sendJson(mia, "PATCH", "/api/profile", { phone: "+46 70 123", gender: "female" }),
    ],
    [
      "where the story of another area changed",
      (mia) => sendJson(mia, "PATCH", "/api/profile", { money_story: "We save for a boat." }),
    ],
    ["where the object was moved in between", (mia) => evictDurableObject(objectOf(mia))],
    [
      "where all that is known was read anew",
      (mia) =>
        runInDurableObject(objectOf(mia), async (_object, { storage }) => {
          storage.kv.delete("context");
          await storage.sync();
        }).then(() => evictDurableObject(objectOf(mia))),
    ],
    [
      "where another talk came in between",
      async (mia) => readWords(await chat(mia, say("And work?", { id: "other" }), WORDS)),
    ],
  ];
  it.each(changes)("%s", async (_what, change) => {
    const mia = await member();
    await setModel({ tokens: 12 });
    await turn(mia, STEPS[0] ?? "", { context: { category: "fun" } });
    const [one] = await turnsOf(mia);
    await change(mia);
    await turn(mia, STEPS[1] ?? "");
    const two = (await turnsOf(mia)).at(-1);
    if (!one || !two) throw new Error("two turns were asked for");
    expectLongest(one, two);
  });

  it("up to the member's data where those changed, and whole again after that", async () => {
    const mia = await member();
    await setModel({ tokens: 12 });
    await turn(mia, STEPS[0] ?? "", { context: { category: "fun" } });
    await sendJson(mia, "PATCH", "/api/profile", { city: "Malmö" });
    for (const text of STEPS.slice(1)) await turn(mia, text);
    const [one, two, three] = await turnsOf(mia);
    if (!one || !two || !three) throw new Error("three turns were asked for");
    const persona = bytesOf(one.body.messages.slice(0, 1)).length;
    const data = bytesOf(one.body.messages.slice(0, 2)).length;
    expect(shared(one, two)).toBeGreaterThan(persona);
    expect(shared(one, two)).toBeLessThan(data);
    expectLongest(two, three);
  });

  it("with a summary before the history, for as long as it stands", async () => {
    const mia = await member();
    await setModel({ tokens: 8 });
    for (const name of ["one", "two"]) await turn(mia, `${name} ${"river ".repeat(1_160)}`);
    await eventually(async () => {
      const rows = await query("select id from token_usage where user_id = $1", [mia.id]);
      expect(rows).toHaveLength(3);
    });
    for (const text of STEPS.slice(1)) await turn(mia, text);
    const [before, after] = (await turnsOf(mia)).slice(-2);
    if (!before || !after) throw new Error("two turns were asked for");
    expect(before.body.messages[2]?.content).toMatch(/^EARLIER\n/);
    expectLongest(before, after);
  });

  it("in another phase of the same area: all that is known of the member", async () => {
    const mia = await member();
    await setModel({ tokens: 12 });
    for (const visionBuildPhase of ["contrast", "peak"]) {
      const body = { id: visionBuildPhase, visionBuildPhase, context: { category: "fun" } };
      await readWords(await chat(mia, say("Hello", body), WORDS));
    }
    const [one, two] = await turnsOf(mia);
    if (!one || !two) throw new Error("two turns were asked for");
    const known = bytesOf(one.body.messages.slice(0, 2)).length;
    expect(shared(one, two)).toBeGreaterThanOrEqual(known);
    expect(two.body.prompt_cache_key).toBe(one.body.prompt_cache_key);
  });

  it("under a key of the member's own: another member's beginning is never theirs", async () => {
    const [mia, bo] = [await member(), await member()];
    for (const one of [mia, bo]) await turn(one, "Hello");
    const [[hers], [his]] = [await turnsOf(mia), await turnsOf(bo)];
    expect(hers?.body.prompt_cache_key).not.toBe(his?.body.prompt_cache_key);
    expect(JSON.stringify(hers?.body)).not.toContain(mia.id);
  });
});

it("what the cache served is shown: at the answer's end, of the turn, and in the books", async () => {
  const mia = await member();
  await setModel({ tokens: 12 });
  // Providers keep beginnings from 1,024 tokens on.
  await turn(mia, `I love rivers. ${"river ".repeat(700)}`);
  await turn(mia, STEPS[1] ?? "");
  const events = await readEvents(await chat(mia, say("And then?", { id: "talk" }), EVENTS));
  const { usage } = partOf(events, "finish").messageMetadata;
  const request = (await turnsOf(mia)).at(-1);
  const served = request?.usage?.prompt_tokens_details?.cached_tokens ?? 0;
  expect(served).toBeGreaterThanOrEqual(1_024);
  expect(usage).toMatchObject({
    inputTokens: request?.usage?.prompt_tokens,
    cachedInputTokens: served,
  });
  const { turnId } = partOf(events, "start").messageMetadata;
  const shown = await getJson<Turn>(mia, `/api/turns/${turnId}`);
  expect(shown.usage?.cachedInputTokens).toBe(served);
  await eventually(async () => {
    const rows = await query(
      "select cached_input_tokens as cached, cost_micro_usd::int as cost from token_usage where turn_id = $1",
      [turnId],
    );
    const { prompt_tokens: all = 0, completion_tokens: said = 0 } = request?.usage ?? {};
    const cost = Math.ceil(
      Math.round(((all - served) * 0.1 + served * 0.01 + said * 0.5) * 100) / 100,
    );
    expect(rows).toEqual([{ cached: served, cost }]);
  });
});
