import { category } from "../../../domain/categories.ts";
import { ProblemError } from "../../../domain/problems.ts";
import { editRefusal } from "../../../domain/vision.ts";
import { checkVoice } from "../../../domain/voice.ts";
import { isWriting } from "../../../domain/writing-conversation.ts";
import type { WritingCommand } from "../../commands.ts";
import { namesIn, type WritingTask } from "../../prompt/writing-task.ts";
import type { Chat } from "../chat/chat.ts";
import type { SessionParts } from "../services.ts";
import type { Readable } from "../stream/respond.ts";
import type { TurnOrigin } from "../turns/plan.ts";
import type { Call } from "../vision-data/database.ts";
import { discover } from "./discovery.ts";
import { discoveryTold, readSection, recordTold } from "./told.ts";

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
    told: () => recordTold(parts, origin, visionId, key),
    context: parts.context.known,
    care: (text) => parts.care.answer(text, parts.context.known, origin.place),
    note: ({ selections, theme }) => parts.discoveries.keep(visionId, key, selections, theme),
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

/** The section's text from the talks about it. @throws ProblemError not_found, conflict */
async function draft(
  { conversationId, second }: WritingCommand & { kind: "draft" },
  { parts, chat, call, origin }: WriterPorts,
): Promise<Writing> {
  const { archive, context, record } = parts;
  // What VIVA wrote is no talk.
  if (isWriting(conversationId)) throw new ProblemError("not_found");
  await archive.forRead(conversationId, origin.database);
  const talk = record.conversation(conversationId);
  if (!talk || talk.deleted_at !== null) throw new ProblemError("not_found");
  const { category: key } = talk;
  if (key === null) {
    throw new ProblemError("conflict", {
      detail: "This talk is about no area of its own. Choose the area, and talk there.",
    });
  }
  const known = await context.forTurn(origin.database?.context ?? null);
  if (!known) {
    const refusal = origin.database?.refusal();
    throw refusal ?? new ProblemError("database_unavailable", { retryAfter: RETRY_AFTER });
  }
  if (!known.draft) {
    throw new ProblemError("conflict", { detail: "Begin a draft of your Life Vision first." });
  }
  const visionId = known.draft.id;
  const [section, told] = await Promise.all([
    // If Postgres does not answer, the text is written from what is known here.
    readSection(call, visionId, key).catch(() => null),
    recordTold(parts, origin, visionId, key, conversationId),
  ]);
  if (told.said.length === 0) {
    throw new ProblemError("conflict", { detail: "There is nothing said yet to write from." });
  }
  const saved = (section?.vision ?? known.draft).sections[key] ?? "";
  const before = second ? told.newest || saved : saved;
  const findings = second ? checkVoice(before, { names: namesIn(known) }) : [];
  const notes = [parts.discoveries.of(key)].filter((note) => note !== "");
  const task: WritingTask = {
    kind: "draft",
    visionId,
    category: key,
    before,
    ...(section ? discoveryTold(section.state) : { chosen: notes, theme: "" }),
    said: told.said,
    talks: told.talks,
    wishes: told.wishes,
    unsaved: told.newest === before ? "" : told.newest,
    refine: null,
    missed: findings.map(({ message }) => message),
  };
  const asked = `Turn our talk into the text of ${category(key).label}.`;
  return { text: await chat.write(task, asked, origin) };
}

/** A section's text once more. @throws ProblemError not_found, precondition_failed, conflict */
async function refine(
  { vision: seen, category: key, refine: asked, second }: WritingCommand & { kind: "refine" },
  { parts, call, chat, origin }: WriterPorts,
): Promise<Writing> {
  const { vision: current, state } = await readSection(call, seen.id, key);
  if (!current) throw new ProblemError("not_found");
  if (current.revision !== seen.revision)
    throw new ProblemError("precondition_failed", { current });
  const refusal = editRefusal(current.state);
  if (refusal !== null) throw new ProblemError("conflict", { detail: refusal, current });
  const before = current.sections[key];
  if (!before) {
    throw new ProblemError("conflict", { detail: "There is no text to refine yet.", current });
  }
  const told = await recordTold(parts, origin, current.id, key);
  const names = namesIn(parts.context.known);
  const findings = second ? checkVoice(told.newest, { names }) : [];
  const task: WritingTask = {
    kind: "refine",
    visionId: current.id,
    category: key,
    before,
    ...discoveryTold(state),
    said: told.said,
    talks: told.talks,
    wishes: told.wishes.filter((wish) => wish !== asked.instructions),
    refine: asked,
    missed: findings.map(({ message }) => message),
  };
  const words = asked.instructions || `Refine ${category(key).label}.`;
  return { text: await chat.write(task, words, origin) };
}
