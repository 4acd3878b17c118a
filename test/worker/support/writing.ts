import { runInDurableObject } from "cloudflare:test";
import { expect, vi } from "vitest";
import { creditMonth } from "../../../domain/credits.ts";
import type { Vision } from "../../../domain/journey.ts";
import type { Conversation, SyncState } from "../../../domain/messages.ts";
import type { DiscoveryAnswer, WrittenText } from "../../../domain/writing.ts";
import { call, EVENTS, get, getJson } from "./api.ts";
import { draftOf, readyMember, sendJson } from "./journey.ts";
import { forgetMemory, type Member, objectOf } from "./members.ts";
import { type ModelRequest, modelRequests } from "./model.ts";
import { partOf, type StreamEvent } from "./streams.ts";
import { query } from "./supabase.ts";

/** Where discovery is. */
export const DISCOVERY = "/api/vision/chat";

/** What the member of these tests writes beside the tiles. */
export const OWN = "Board games with my sister on rainy Sundays";

/** The conversation that a section's texts are written in, as it stands in a path. */
export const hidden = ({ id }: Vision, category = "fun") =>
  encodeURIComponent(`vision:${id}:${category}`);

/** A request of discovery for Fun. */
export const ask = (
  member: Member,
  { id }: Vision,
  action: string,
  more: object = {},
  headers: Record<string, string> = {},
  signal?: AbortSignal,
) =>
  call(DISCOVERY, {
    method: "POST",
    headers: { authorization: `Bearer ${member.token}`, ...headers },
    body: JSON.stringify({ visionId: id, category: "fun", action, ...more }),
    ...(signal && { signal }),
  });

/** A step of discovery that must go well. */
export function step(
  member: Member,
  { id }: Vision,
  action: string,
  more: object = {},
): Promise<DiscoveryAnswer> {
  return sendJson(member, "POST", DISCOVERY, { visionId: id, category: "fun", action, ...more });
}

/** Discovery of Fun up to its third step. */
export async function discovered(member: Member, vision: Vision, own = OWN) {
  const first = await step(member, vision, "start");
  const picks = first.tiles.slice(0, 3).map(({ id }) => id);
  const second = await step(member, vision, "submit_step_1", {
    selections: picks,
    customInput: own,
  });
  const third = await step(member, vision, "submit_step_2", {
    selections: second.tiles.slice(0, 2).map(({ id }) => id),
  });
  return { first, second, third };
}

/** Asks for the text of Fun. */
export const text = (
  member: Member,
  vision: Vision,
  more: object = {},
  headers: Record<string, string> = EVENTS,
) => ask(member, vision, "submit_step_3", { selections: ["daily"], ...more }, headers);

/** What the end of a stream tells of its text. */
export function writtenOf(events: readonly StreamEvent[], type = "finish"): WrittenText {
  return partOf(events, type).messageMetadata.vision;
}

/** Reads a section's texts. */
export const texts = (member: Member, vision: Vision) =>
  getJson<Conversation>(member, `/api/conversations/${hidden(vision)}`);

/** Reads on in a section's text, or reads it again. */
export const resume = (member: Member, vision: Vision) =>
  call(`/api/viva/chat/${hidden(vision)}/stream`, {
    headers: { authorization: `Bearer ${member.token}`, ...EVENTS },
  });

/** The requests for a text that reached the model, oldest first. */
export async function textRequests(member: Member): Promise<ModelRequest[]> {
  const requests = await modelRequests(member.id);
  return requests.filter(({ body }) =>
    body.messages[0]?.content.startsWith("You write one section"),
  );
}

/** The material of a request for a text. */
export function materialOf({ body }: ModelRequest): Record<string, unknown> {
  return JSON.parse(body.messages[2]?.content.replace("MATERIAL\n", "") ?? "");
}

/** The note at the end of a request. */
export const noteOf = ({ body }: ModelRequest) => body.messages.at(-1)?.content ?? "";

/** Waits until Postgres has all that the object has, and nothing was refused. */
export const copied = (member: Member) =>
  vi.waitFor(
    async () =>
      expect(await getJson<SyncState>(member, "/api/sync")).toMatchObject({
        pending: 0,
        failed: 0,
      }),
    // Not as often as the limit of requests would notice.
    { timeout: 8_000, interval: 100 },
  );

/** What the books say of a member. */
export async function booked(member: Member) {
  await copied(member);
  return query<Record<string, unknown>>(
    "select * from token_usage where user_id = $1 order by created_at, action_type",
    [member.id],
  );
}

/** The suggestions that are kept of a member, oldest first. */
export async function suggestions(member: Member) {
  await copied(member);
  return query("select * from vision_refinements where user_id = $1 order by created_at", [
    member.id,
  ]);
}

/** How far discovery has come, as Postgres has it. */
export const discoveries = (member: Member) =>
  query("select category, state from discovery_sessions where user_id = $1", [member.id]);

/** Has the member used this many credits this month. */
export async function spend(member: Member, credits: number): Promise<void> {
  await (await get(member, "/api/sync")).body?.cancel(); // the object exists
  await runInDurableObject(objectOf(member), async (_object, { storage }) => {
    storage.sql.exec(
      "INSERT OR REPLACE INTO spending VALUES (?, ?)",
      creditMonth(Date.now()),
      credits,
    );
    await storage.sync();
  });
  // What the object keeps in memory knows nothing of it.
  await forgetMemory();
}

/** A member with a draft. */
export async function withDraft(): Promise<{ member: Member; vision: Vision }> {
  const member = await readyMember();
  return { member, vision: await draftOf(member) };
}

/** The kinds of structured answers that the model was asked for. */
export async function looks(member: Member): Promise<unknown[]> {
  const formats = (await modelRequests(member.id)).map(({ body }) => body.response_format);
  return formats.flatMap((format) => {
    const { json_schema: schema } = Object(format) as { json_schema?: { name: unknown } };
    return schema ? [schema.name] : [];
  });
}

/** A section's text. */
export const BEFORE = [
  "I dance in the kitchen on Fridays. My sister sings along, and the neighbours clap.",
  "I enjoy board games on rainy Sundays. The table is full of tea and cake.",
].join("\n\n");

/** A member with a draft that has a text for Fun. */
export async function withText(): Promise<{ member: Member; vision: Vision }> {
  const member = await readyMember();
  return { member, vision: await draftOf(member, { fun: BEFORE }) };
}
