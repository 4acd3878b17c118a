import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ClientWorld, startClientWorld } from "./support/world.ts";

/** What a platform could store of one invocation. */
interface Stored {
  readonly request?: { readonly url: string; readonly headers: readonly [string, string][] };
  readonly logs: readonly { readonly message: unknown }[];
  readonly exceptions: readonly unknown[];
}

/** Stands in all that the member of this test says, is called, chooses in words, and looks for. */
const OWN = "Quixotic-Marmalade";

const stored: Stored[] = [];
const platform = createServer(async (incoming, answer) => {
  stored.push(...JSON.parse(await text(incoming)));
  answer.end();
});
let world: ClientWorld;

beforeAll(async () => {
  await new Promise<void>((done) => platform.listen(0, "127.0.0.1", done));
  const { port } = platform.address() as AddressInfo;
  world = await startClientWorld(`http://127.0.0.1:${port}/`);
});
afterAll(async () => {
  await world?.close();
  platform.close();
});

/** Calls the API as our own pages do, and reads all of the answer. */
async function ask(token: string, method: string, path: string, body?: unknown, more = {}) {
  const response = await fetch(world.origin + path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...more },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  return { status: response.status, answer, json: answer.startsWith("{") && JSON.parse(answer) };
}

/** Opens a live connection with these subprotocols. @returns the status that it is answered with */
function openLive(protocols: string): Promise<number> {
  return new Promise((done, fail) => {
    const asked = request(`${world.origin}/api/viva/live`, {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-protocol": protocols,
      },
    });
    asked.once("upgrade", (answer, socket) => {
      socket.destroy();
      done(answer.statusCode ?? 0);
    });
    asked.once("response", (answer) => done(answer.statusCode ?? 0));
    asked.once("error", fail);
    asked.end();
  });
}

const PROFILE = {
  ...{ first_name: OWN, last_name: OWN, phone: "1", date_of_birth: "1990-02-28", gender: OWN },
  ...{ relationship_status: "Single", has_children: false, exercise_frequency: "3-4x" },
  ...{ living_situation: "Own", time_at_location: OWN, city: OWN, state: OWN, country: OWN },
  ...{ employment_type: "Employee", hobbies: [OWN], fun_story: OWN },
};

it("a platform that stores all it hears of a member's day has no token and none of their words", async () => {
  const token = await world.newMember();
  const as = (method: string, path: string, body?: unknown, more = {}) =>
    ask(token, method, path, body, more);
  const EVENTS = { accept: "text/event-stream" };
  const category = "fun";
  await as("POST", "/api/viva/warm", { category });
  expect((await as("PATCH", "/api/profile", PROFILE)).status).toBe(200);
  await as("PATCH", "/api/assessment", { responses: { fun_1: 4 } });
  const { json: vision } = await as("POST", "/api/visions");
  const discover = (action: string, more: object) =>
    as("POST", "/api/vision/chat", { visionId: vision.id, category, action, ...more }, EVENTS);
  const { json: first } = await discover("start", {});
  const selections = first.tiles.slice(0, 2).map(({ id }: { id: string }) => id);
  await discover("submit_step_1", { selections, customInput: OWN });
  await discover("submit_step_2", { selections: [], customInput: OWN });
  await discover("submit_step_3", { selections: ["daily"] });
  const path = `/api/visions/${vision.id}`;
  const sections = { fun: `I love ${OWN} by the river, and I laugh a lot.` };
  const at = (revision: number) => ({ "if-match": `"v${revision}"` });
  const { json: saved } = await as("PATCH", path, { sections }, at(vision.revision));
  await as(
    "POST",
    `${path}/sections/fun/refine`,
    { instructions: OWN },
    { ...at(saved.revision), ...EVENTS },
  );
  const talk = crypto.randomUUID();
  const say = (content: string) => ({
    ...{ id: talk, context: { category }, messages: [{ role: "user", content }] },
  });
  await as("POST", "/api/viva/chat", say(`I love ${OWN}`), EVENTS);
  await as("POST", "/api/viva/chat", say(`${OWN}, I want to kill myself tonight.`), EVENTS);
  await as("POST", `/api/conversations/${talk}/draft`, {}, EVENTS);
  await as("PATCH", `/api/conversations/${talk}`, { title: OWN });
  const found = await as("POST", "/api/conversations/search", { q: OWN });
  expect(found.json.items).toHaveLength(1);
  const { json: given } = await as("POST", "/api/viva/live/ticket");
  expect(await openLive(`viva, ticket.${given.ticket}, tab.one`)).toBe(101);
  expect(await openLive(`viva, ticket.${given.ticket}`)).toBe(401);
  // What goes wrong says no more.
  await as("POST", "/api/viva/chat", { messages: [{ role: OWN }] });
  await as("POST", "/api/vision/chat", { [OWN]: OWN });
  await world.model({ fault: "500" });
  await as("POST", "/api/viva/chat", say(`${OWN} once more`), EVENTS);
  await world.model({});
  for (const format of ["json", "html"]) await as("GET", `/api/export?format=${format}`);
  await as("DELETE", `/api/conversations/${talk}`);
  await as("DELETE", path, undefined, at(saved.revision));
  await ask(await world.newMember(), "POST", "/api/sessions/revoke");
  await as("DELETE", "/api/account-data");

  // It hears of an invocation once that has ended: of this one after all others.
  await fetch(`${world.origin}/api/health?challenge=the-last`);
  await expect
    .poll(() => stored.some((one) => one.request?.url.includes("the-last")), { timeout: 30_000 })
    .toBe(true);
  const texts = stored.map((one) => JSON.stringify(one));
  const seen = texts.join("\n");
  for (const expected of ["/api/conversations/search", "sec-websocket-protocol", "turn"]) {
    expect(seen).toContain(expected);
  }
  const secrets = [OWN, token, token.split(".")[2] ?? token, "@viva.local", "kill myself"];
  const telling = texts.filter((one) =>
    secrets.some((secret) => one.toLowerCase().includes(secret.toLowerCase())),
  );
  expect(telling).toEqual([]);
  // What is stored in fact: the console and exceptions, no invocation.
  const settings = readFileSync(new URL("../../wrangler.toml", import.meta.url), "utf8");
  expect(settings).toMatch(/\[observability\.logs\][^[]*invocation_logs = false/);
});
