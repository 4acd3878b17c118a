import { beforeAll, describe, expect, it } from "vitest";
import type { Turn } from "../../../domain/messages.ts";
import { call, chat, EVENTS, getJson, say, WORDS } from "../support/api.ts";
import { type ApiDocument, Contract } from "../support/contract.ts";
import { readyMember } from "../support/journey.ts";
import type { Member } from "../support/members.ts";
import { modelRequests, setModel } from "../support/model.ts";
import { StreamReader } from "../support/streams.ts";
import { everythingOf, newVictim, SECRET, type Victim } from "./victim.ts";

let document: ApiDocument;
let victim: Victim;
beforeAll(async () => {
  document = (await Contract.read()).document;
  victim = await newVictim();
}, 30_000);

/** What stands for `{id}` in a path: whatever of the victim's such a path could name. */
function idsFor(path: string): string[] {
  if (path.startsWith("/api/visions/")) return [victim.active.id, victim.draft.id];
  if (path.startsWith("/api/turns/")) return [victim.turn];
  return [victim.conversation, `vision:${victim.draft.id}:fun`, victim.id];
}

/** Bodies that name what is the victim's, by route; every other route gets the last. */
function bodiesFor(route: string): unknown[] {
  const { conversation: id, messages, turn, active, draft, assessment } = victim;
  const [asked, answer] = messages;
  switch (route) {
    case "POST /api/viva/chat":
      return [
        say("What did I say before?", { id }),
        say("Instead", { id, messageId: asked }, asked),
        { id, messages: [], trigger: "regenerate-message", messageId: answer },
        { id, messages: [], trigger: "submit-message", messageId: answer },
        { ...say("Mine", { id }), userId: victim.id, user_id: victim.id, memberId: victim.id },
      ];
    case "POST /api/viva/chat/{id}/stop":
      return [{ turnId: turn }, undefined];
    case "POST /api/conversations/{id}/draft":
      return [undefined, { second: true }];
    case "PATCH /api/conversations/{id}":
      return [{ title: "Taken over" }];
    case "PATCH /api/assessment":
      return [{ id: assessment, responses: { fun_1: 1 } }];
    case "POST /api/assessment/complete":
      return [{ id: assessment }];
    case "POST /api/visions":
      return [{ from: active.id }, { from: draft.id }];
    case "PATCH /api/visions/{id}":
      return [{ sections: { fun: "Taken over" } }];
    case "POST /api/vision/chat":
      return [
        { visionId: draft.id, category: "fun", action: "start" },
        { visionId: draft.id, category: "fun", action: "submit_step_3", selections: ["daily"] },
      ];
    case "POST /api/visions/{id}/sections/{key}/refine":
      return [{ instructions: "Make it mine" }];
    default:
      return [undefined, { user_id: victim.id, userId: victim.id, id: victim.id }];
  }
}

/** Headers that would name the victim if anything read them. */
const smuggled = () => ({
  "x-viva-member": JSON.stringify({ id: victim.id, issuedAt: 0, expiresAt: 4e9, signedInAt: 4e9 }),
  "x-viva-place": JSON.stringify({ colo: "EVIL", country: "XX", region: "elsewhere" }),
  "x-viva-user": victim.id,
  "x-member-id": victim.id,
  "x-user-id": victim.id,
  "x-forwarded-user": victim.id,
  "x-forwarded-for": "127.0.0.1",
  "x-forwarded-host": "localhost",
  "x-original-url": "/api/sync",
  "x-rewrite-url": "/api/sync",
  "x-http-method-override": "DELETE",
  "x-supabase-user": victim.id,
  "x-ops-secret": "a guess",
  apikey: "a guess",
});

interface Attack {
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** Every route of the API with everything of the victim's that it could be pointed at. */
function attacks(): Attack[] {
  return Object.entries(document.paths).flatMap(([template, operations]) =>
    Object.keys(operations).flatMap((name) => {
      const method = name.toUpperCase();
      const route = `${method} ${template}`;
      const ids = template.includes("{id}") ? idsFor(template) : [""];
      const bodies = method === "GET" ? [undefined] : bodiesFor(route);
      return ids.flatMap((id) => {
        const filled = template.replace("{id}", encodeURIComponent(id)).replace("{key}", "fun");
        const path = `${filled}?user_id=${victim.id}&userId=${victim.id}&member=${victim.id}`;
        return bodies.map((body) => ({ route, method, path, body }));
      });
    }),
  );
}

function send(attacker: Member, { method, path, body }: Attack, more: object): Promise<Response> {
  return call(path, {
    method,
    headers: {
      ...smuggled(),
      authorization: `Bearer ${attacker.token}`,
      ...EVENTS,
      "content-type": "application/json",
      ...more,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

describe("what belongs to another member", () => {
  it("is neither shown nor changed by any route, whatever is sent with it", async () => {
    const before = await everythingOf(victim);
    const open: string[] = [];
    const all = attacks();
    expect(all.length).toBeGreaterThan(35);
    for (const attack of all) {
      // One of its own for each: a route may erase, or sign out, whoever calls it.
      const attacker = await readyMember();
      const revisions = attack.path.startsWith("/api/visions/")
        ? [victim.active.revision, victim.draft.revision].map((n) => ({ "if-match": `"v${n}"` }))
        : [{}];
      for (const more of revisions) {
        const response = await send(attacker, attack, more);
        const text = await response.text();
        const told = [...response.headers].join("\n") + text;
        if (told.includes(SECRET) || told.includes(victim.id.toUpperCase())) {
          open.push(`${attack.route} shows it: ${text.slice(0, 200)}`);
        }
        const named = attack.route.includes("{id}");
        // 204: no such stream. All that has an id in its path is simply not there.
        if (named && ![404, 204].includes(response.status)) {
          open.push(`${attack.route} answers ${response.status}: ${text.slice(0, 200)}`);
        }
      }
      for (const { body } of await modelRequests(attacker.id)) {
        if (JSON.stringify(body).includes(SECRET)) open.push(`${attack.route} tells VIVA`);
      }
    }
    expect(open).toEqual([]);
    expect(await everythingOf(victim)).toEqual(before);
  }, 120_000);

  it("goes on running when another member stops, follows or supersedes what has its name", async () => {
    await setModel({ tokens: 40, gapMs: 25 });
    const { conversation: id } = victim;
    const response = await chat(victim, say("Go on", { id }), EVENTS);
    const reader = new StreamReader(response);
    await reader.until((text) => text.includes("w2"));
    const turn = response.headers.get("x-turn-id") ?? "";
    const attacker = await readyMember();
    const as = (method: string, path: string, body?: unknown) =>
      send(attacker, { route: "", method, path, body }, {});
    expect((await as("GET", `/api/viva/chat/${id}/stream`)).status).toBe(204);
    expect((await as("GET", `/api/turns/${turn}`)).status).toBe(404);
    expect((await as("POST", `/api/viva/chat/${id}/stop`, { turnId: turn })).status).toBe(404);
    const own = await chat(attacker, say("Mine", { id }), WORDS);
    expect(own.status).toBe(200);
    expect(await own.text()).not.toContain(SECRET);
    await reader.rest();
    expect((await getJson<Turn>(victim, `/api/turns/${turn}`)).state).toBe("complete");
  });

  it("cannot be reached by a path that climbs", async () => {
    const attacker = await readyMember();
    for (const path of [
      `/api/conversations/../../${victim.id}`,
      `/api/conversations/..%2f..%2f${victim.id}`,
      `/api/conversations/%2e%2e/${victim.conversation}`,
      `/api//conversations/${victim.conversation}`,
      `/api/visions/${victim.active.id}%00`,
      `/api/visions/${victim.active.id}%0d%0aX-Viva-Member:%20${victim.id}`,
      `/api/visions/${victim.active.id}?select=*`,
      `/api/visions/eq.${victim.active.id}`,
      `/api/visions/${victim.active.id},${victim.draft.id}`,
      `/api/visions/*`,
      "/api/visions/not.is.null",
    ]) {
      const response = await send(
        attacker,
        { route: "", method: "GET", path, body: undefined },
        {},
      );
      expect([path, response.status]).toEqual([path, 404]);
    }
  });
});

describe("the operator's routes", () => {
  it("are closed to members, whatever they say they are", async () => {
    const attacker = await readyMember();
    const routes = Object.entries(document.paths).filter(([path]) => path.startsWith("/api/ops/"));
    expect(routes.length).toBeGreaterThan(0);
    for (const [path, operations] of routes) {
      for (const method of Object.keys(operations)) {
        for (const secret of [
          "",
          " ",
          "the operator's",
          "the operator's own, of 32 characters ,",
          "undefined",
        ]) {
          const response = await call(path, {
            method: method.toUpperCase(),
            headers: { authorization: `Bearer ${attacker.token}`, "x-ops-secret": secret },
            ...(method !== "get" && { body: JSON.stringify({ memberId: victim.id }) }),
          });
          expect([path, secret, response.status]).toEqual([path, secret, 403]);
        }
      }
    }
  });
});
