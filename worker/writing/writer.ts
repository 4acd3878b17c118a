import { isCareTurn } from "../../domain/care-turn.ts";
import { category } from "../../domain/categories.ts";
import { PHASE_KEYS } from "../../domain/phases.ts";
import { ProblemError } from "../../domain/problems.ts";
import { editRefusal } from "../../domain/vision.ts";
import { isWriting, writingConversation } from "../../domain/writing.ts";
import type { Call } from "../journey/database.ts";
import { readVision } from "../journey/visions.ts";
import type { Chat } from "../session/chat.ts";
import type { SessionParts } from "../session/parts.ts";
import type { TurnOrigin } from "../session/plan.ts";
import type { Readable } from "../session/respond.ts";
import type { WritingCommand } from "./commands.ts";
import { discover } from "./discovery.ts";

/** How many of a conversation's newest messages a draft is written from. */
const TALK_MESSAGES = 80;
/** How many of a section's newest texts and wishes are looked through for the newest text. */
const RECENT_MESSAGES = 40;
/** Seconds until a database that did not answer is worth another try. */
const RETRY_AFTER = 5;

/** What a request for a text comes to: a step of discovery, or a text as it is being written. */
export type Writing = { readonly step: unknown } | { readonly text: Readable };

/** What a writer works with. */
export interface WriterPorts {
  readonly parts: SessionParts;
  readonly chat: Chat;
  /** The database as the member. */
  readonly call: Call;
  readonly origin: TurnOrigin;
}

/**
 * Answers what a member asks of VIVA as a writer.
 * @throws ProblemError what the parts throw that it is made of
 */
export function write(command: WritingCommand, ports: WriterPorts): Promise<Writing> {
  if (command.kind === "discovery") return discovery(command, ports);
  return command.kind === "draft" ? draft(command, ports) : refine(command, ports);
}

async function discovery(
  { request }: WritingCommand & { kind: "discovery" },
  { parts, chat, call, origin }: WriterPorts,
): Promise<Writing> {
  const { visionId, category: key } = request;
  const found = await discover(request, {
    call,
    ask: (question) =>
      chat.look(key, visionId, question, origin).finally(() => parts.keepAlive(sendBooks(parts))),
    newestText: () => newestText(parts, writingConversation(visionId, key), origin),
    context: parts.context.known,
    care: (text) => parts.care.answer(text, parts.context.known, origin.place),
    note: ({ selections, theme }) => parts.discoveries.keep(key, selections, theme),
    now: parts.now,
  });
  if (found.is === "step") return { step: found.answer };
  return { text: await chat.write(found.task, found.asked, origin) };
}

/** Has Postgres get what was booked beside any turn: no turn's end sends it. Never rejects. */
async function sendBooks({ outbox, wakeBy }: SessionParts): Promise<void> {
  await outbox.flush();
  if (outbox.retryAt !== null) wakeBy(outbox.retryAt);
}

/** The newest text in a conversation, also where what was asked for after it has failed; empty for none. */
async function newestText({ archive, record }: SessionParts, id: string, { database }: TurnOrigin) {
  if (!archive.holds(id)) await archive.forTurn(id, database);
  const messages = record.newestMessages(id, Number.MAX_SAFE_INTEGER, RECENT_MESSAGES);
  const written = messages.findLast(
    ({ role, turn_id }) => role === "assistant" && !isCareTurn(turn_id),
  );
  return written?.text ?? "";
}

/** The section's text from a talk about it. @throws ProblemError not_found, conflict */
async function draft(
  { conversationId }: WritingCommand & { kind: "draft" },
  { parts, chat, origin }: WriterPorts,
): Promise<Writing> {
  const { archive, context, record } = parts;
  // What VIVA wrote is no talk.
  if (isWriting(conversationId)) throw new ProblemError("not_found");
  await archive.forRead(conversationId, origin.database);
  const talk = record.conversation(conversationId);
  if (!talk || talk.deleted_at !== null) throw new ProblemError("not_found");
  if (talk.category === null) {
    throw new ProblemError("conflict", {
      detail: "This talk is about no area of its own. Choose the area, and talk there.",
    });
  }
  const known = await context.forTurn(origin.database?.context ?? null);
  if (!known) throw new ProblemError("database_unavailable", { retryAfter: RETRY_AFTER });
  if (!known.draft) {
    throw new ProblemError("conflict", { detail: "Begin a draft of your Life Vision first." });
  }
  // A section is talked about in up to three phases: all of it is what they said.
  const others = PHASE_KEYS.filter((phase) => phase !== talk.phase).flatMap((phase) => {
    const other = record.newestConversation(talk.category, phase, talk.vision_id);
    return other ? [other.id] : [];
  });
  for (const id of others) await archive.forRead(id, origin.database);
  const said = [...others, conversationId].flatMap((id) =>
    record
      .newestMessages(id, Number.MAX_SAFE_INTEGER, TALK_MESSAGES)
      .filter(({ role, text, turn_id }) => role === "user" && text !== "" && !isCareTurn(turn_id))
      .map(({ text }) => text),
  );
  if (said.length === 0) {
    throw new ProblemError("conflict", { detail: "There is nothing said yet to write from." });
  }
  const task = {
    kind: "draft",
    visionId: known.draft.id,
    category: talk.category,
    before: known.draft.sections[talk.category] ?? "",
    said,
    theme: "",
    refine: null,
    missed: [],
  } as const;
  const asked = `Turn our talk into the text of ${category(talk.category).label}.`;
  return { text: await chat.write(task, asked, origin) };
}

/** A section's text once more. @throws ProblemError not_found, precondition_failed, conflict */
async function refine(
  { vision: seen, category: key, refine: asked }: WritingCommand & { kind: "refine" },
  { call, chat, origin }: WriterPorts,
): Promise<Writing> {
  const current = await readVision(call, seen.id);
  if (current.revision !== seen.revision)
    throw new ProblemError("precondition_failed", { current });
  const refusal = editRefusal(current.state);
  if (refusal !== null) throw new ProblemError("conflict", { detail: refusal, current });
  const before = current.sections[key];
  if (!before) {
    throw new ProblemError("conflict", { detail: "There is no text to refine yet.", current });
  }
  const task = {
    kind: "refine",
    visionId: current.id,
    category: key,
    before,
    said: [],
    theme: "",
    refine: asked,
    missed: [],
  } as const;
  const words = asked.instructions || `Refine ${category(key).label}.`;
  return { text: await chat.write(task, words, origin) };
}
