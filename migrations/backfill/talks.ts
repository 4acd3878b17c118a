import { createHash } from "node:crypto";
import type { CategoryKey } from "../../domain/categories.ts";
import { START_SESSION } from "../../domain/chat-request.ts";
import { isPhase, type PhaseKey } from "../../domain/phases.ts";
import { storable, truncate } from "../../domain/text.ts";
import {
  categoryOf,
  type OlderRow,
  objectIn,
  type Refuse,
  textIn,
  timeIn,
  uuidIn,
} from "./older.ts";

/** A conversation in the form of now. */
export interface PlannedTalk {
  readonly id: string;
  readonly user_id: string;
  readonly client_id: string;
  readonly category: CategoryKey | null;
  readonly phase: PhaseKey | null;
  readonly title: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly messages: readonly PlannedMessage[];
}

/** A message in the form of now. */
export interface PlannedMessage {
  readonly id: string;
  readonly user_id: string;
  readonly conversation_id: string;
  readonly client_id: string;
  readonly role: "user" | "assistant";
  readonly message: string;
  readonly status: string;
  readonly position: number;
  readonly context: object;
  readonly created_at: string;
}

/** What is there of one conversation: by its client id. */
export interface TalkThere {
  readonly deleted: boolean;
  readonly nextPosition: number;
  readonly messages: ReadonlySet<string>;
}

const TITLE_UNITS = 60;
/** The client id of talks that were in no conversation and about no section. */
const OLDER_TALK = "older-talk";
const ROLES: Readonly<Record<string, "user" | "assistant">> = {
  ...{ user: "user", member: "user", human: "user" },
  ...{ assistant: "assistant", viva: "assistant", ai: "assistant", bot: "assistant" },
};
const STATUSES = new Set([
  "complete",
  "stopped",
  "interrupted",
  "superseded",
  "failed",
  "replaced",
]);

/** The id that `viva_uuid` derives in the database. */
export function derivedId(...parts: string[]): string {
  const bytes = createHash("sha256").update(parts.join("\x1f")).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

interface Said {
  readonly row: OlderRow;
  readonly id: string;
  readonly role: "user" | "assistant";
  readonly text: string;
  readonly at: string;
  readonly talk: string;
  readonly category: CategoryKey | null;
  readonly phase: PhaseKey | null;
}

/**
 * A member's older messages as conversations: by their conversation where they name one, else by
 * category and phase, else all in one. Their order is that of their times. Messages that are there
 * already are left out, and so is what was added to a conversation that the member has deleted.
 */
export function planTalks(
  userId: string,
  rows: readonly OlderRow[],
  there: ReadonlyMap<string, TalkThere>,
  refuse: Refuse,
): PlannedTalk[] {
  const said = rows.map((row) => saidIn(row, refuse)).filter((one) => one !== null);
  const talks = Map.groupBy(said, ({ talk }) => talk);
  return [...talks].flatMap(([talk, messages]) => {
    const known = there.get(talk);
    if (known?.deleted) return [];
    return [planTalk(userId, talk, messages.sort(inOrder), known)];
  });
}

function inOrder(a: Said, b: Said): number {
  const [one, two] = [Date.parse(a.at), Date.parse(b.at)];
  if (one !== two) return one - two;
  // A question and its answer that were stored in one go: the question came first.
  if (a.role !== b.role) return a.role === "user" ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function planTalk(
  userId: string,
  talk: string,
  said: readonly Said[],
  there: TalkThere | undefined,
): PlannedTalk {
  const id = derivedId("conversation", userId, talk);
  const fresh = said.filter((one) => there?.messages.has(one.id) !== true);
  const first = there?.nextPosition ?? 0;
  const asked = said.find(({ role }) => role === "user");
  return {
    id,
    user_id: userId,
    client_id: talk,
    category: said.find(({ category }) => category)?.category ?? null,
    phase: said.find(({ phase }) => phase)?.phase ?? null,
    title: asked ? truncate(asked.text.trim(), TITLE_UNITS) : "",
    created_at: said[0]?.at ?? "",
    updated_at: said.at(-1)?.at ?? "",
    messages: fresh.map((one, index) => ({
      id: derivedId("message", userId, talk, one.id, String(first + index)),
      user_id: userId,
      conversation_id: id,
      client_id: one.id,
      role: one.role,
      message: one.text,
      status: statusOf(one.row),
      position: first + index,
      context: { ...(one.phase && { phase: one.phase }), backfilled: true },
      created_at: one.at,
    })),
  };
}

function statusOf(row: OlderRow): string {
  const status = textIn(row, "status")?.trim().toLowerCase() ?? "complete";
  if (STATUSES.has(status)) return status;
  // What was being written then was cut off; any other word meant that it had been said.
  return status === "streaming" || status === "pending" ? "interrupted" : "complete";
}

function saidIn(row: OlderRow, refuse: Refuse): Said | null {
  const id = clientIdOf(textIn(row, "client_id", "id"));
  const role = ROLES[textIn(row, "role", "sender")?.trim().toLowerCase() ?? ""];
  const text = textIn(row, "message", "content", "text");
  const at = timeIn(row, "created_at", "timestamp");
  const because = !id
    ? "its id is none that a message can have"
    : !role
      ? "nobody said it: its role is neither the member's nor VIVA's"
      : !text
        ? "it is empty"
        : text.trim() === START_SESSION
          ? "it asked for a greeting, and nobody said it"
          : !at
            ? "it has no time"
            : null;
  if (because !== null || !id || !role || !text || !at) {
    refuse({ table: "ai_conversations", id: id ?? "?", field: "", reason: because ?? "" });
    return null;
  }
  const context = { ...objectIn(row, "metadata"), ...objectIn(row, "context") };
  const named = textIn({ ...context, ...row }, "category", "currentCategory", "life_category");
  const category = named === null ? null : (categoryOf(named) ?? null);
  if (named !== null && category === null) {
    const reason = "its category is unknown: taken over without one";
    refuse({ table: "ai_conversations", id, field: "category", reason });
  }
  const step = textIn({ ...context, ...row }, "phase", "visionBuildPhase", "vision_build_phase");
  const phase =
    step !== null && isPhase(step.toLowerCase()) ? (step.toLowerCase() as PhaseKey) : null;
  const own = textIn(row, "conversation_id", "session_id", "thread_id");
  const place = category || phase ? `older-${category ?? "all"}-${phase ?? "talk"}` : OLDER_TALK;
  const talk = clientIdOf(own) ?? place;
  return { row, id, role, text: storable(text), at, talk, category, phase };
}

/** An id as clients may give them: 1-128 characters, none of them a control character. */
function clientIdOf(id: string | null): string | null {
  return id !== null && /^[^\p{Cc}\p{Cs}]{1,128}$/u.test(id) ? (uuidIn({ id }, "id") ?? id) : null;
}
