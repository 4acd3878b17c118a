import type {
  AccountCommand,
  MemberCommand,
  MemberRequest,
  VisionDataCommand,
  WritingCommand,
} from "../commands.ts";
import { asService } from "../db/supabase.ts";
import type { StreamForm } from "../http/accept.ts";
import { json } from "../platform/json.ts";
import type { Fence } from "./access-fence.ts";
import { answerAccount } from "./account/account.ts";
import type { Eraser } from "./account/erase.ts";
import { forgetProfile, forgetVision } from "./account/forget.ts";
import { greetAhead } from "./chat/greeting-prefetch.ts";
import { readConversation, readTurn } from "./chat/reads.ts";
import type { Live } from "./live/live.ts";
import { signTicket, TICKET_MS, type Tickets } from "./live/tickets.ts";
import type { Session } from "./session.ts";
import { logName } from "./stream/encoders.ts";
import { type Readable, respond, respondHead } from "./stream/respond.ts";
import { databaseOf, lastingDatabaseOf, rpcOf } from "./sync/member-database.ts";
import { callOf } from "./vision-data/database.ts";
import { answerJourney } from "./vision-data/journey.ts";
import { write } from "./writing/writer.ts";

/** What commands work with: the session, and what of the object outlives it. */
export interface CommandPorts extends Session {
  readonly fence: Fence;
  readonly eraser: Eraser;
  readonly live: Live;
  readonly tickets: Tickets;
  /** Keeps the object alive for an erase, which waits for everything else. */
  readonly keepErasing: (work: Promise<unknown>) => void;
}

/** Does what a member asks, and answers it. @throws ProblemError */
export async function answerCommand(
  command: MemberCommand,
  member: MemberRequest,
  ports: CommandPorts,
): Promise<Response> {
  const { parts, runner, chat } = ports;
  switch (command.kind) {
    case "chat":
      return answerChat(command, member, ports);
    case "resume":
      return resume(command, ports);
    case "stop":
      return json(await chat.stop(command.conversationId, command));
    case "live-ticket": {
      const nonce = ports.tickets.give(member.caller);
      const ticket = await signTicket(parts.settings, member.caller.id, nonce);
      return json({ ticket, expiresInMs: TICKET_MS });
    }
    case "list-conversations":
      await parts.archive.forRead(null, databaseOf(member, parts));
      return json(parts.conversations.list(command.limit, command.cursor));
    case "read-conversation":
      await parts.archive.forRead(command.id, databaseOf(member, parts));
      return json(readConversation(parts, runner, command.id, command.before));
    case "read-turn":
      return json(readTurn(parts.turns, command.id));
    case "read-sync":
      return json(parts.outbox.state());
    case "resend-outbox":
      return resendOutbox(ports);
    case "discovery":
    case "draft":
    case "refine":
      return answerWriting(command, member, ports);
    case "read-profile":
    case "edit-profile":
    case "read-assessment":
    case "answer-statements":
    case "complete-assessment":
    case "list-visions":
    case "read-vision":
    case "begin-vision":
    case "write-vision":
    case "delete-vision":
    case "commit-vision":
      return answerVisionData(command, member, ports);
    case "warm":
    case "read-usage":
    case "search-conversations":
    case "rename-conversation":
    case "delete-conversation":
    case "list-sessions":
    case "end-session":
    case "revoke-tokens":
    case "export":
    case "erase":
    case "refresh-context":
    case "erase-member":
      return answerOfAccount(command, member, ports);
  }
}

type Command<Kind extends MemberCommand["kind"]> = Extract<MemberCommand, { kind: Kind }>;

async function answerChat(
  { request, form, idempotency }: Command<"chat">,
  member: MemberRequest,
  { parts, chat }: CommandPorts,
): Promise<Response> {
  const arrivedAt = parts.now();
  const answer = await chat.answer(request, {
    database: lastingDatabaseOf(member, parts),
    place: member.place,
    arrivedAt,
    idempotency,
  });
  return stream(answer, form, 0, { do: parts.now() - arrivedAt }, parts);
}

async function resume(
  { conversationId, form, after, headOnly }: Command<"resume">,
  { parts, chat }: CommandPorts,
): Promise<Response> {
  const answer = await chat.resume(conversationId, after?.log ?? null);
  if (!answer) return new Response(null, { status: 204 });
  const same = after && (after.log === null || after.log === logName(answer.head));
  if (headOnly) return respondHead(answer, form);
  return stream(answer, form, same ? after.offset : 0, {}, parts);
}

async function resendOutbox({ parts, runner }: CommandPorts): Promise<Response> {
  const { outbox } = parts;
  const resent = outbox.retryFailed();
  await outbox.flush();
  await runner.report(true);
  runner.armWake();
  return json({ resent, ...outbox.state() });
}

function stream(
  answer: Readable,
  form: StreamForm,
  from: number,
  timings: Record<string, number>,
  { settings, now }: CommandPorts["parts"],
): Promise<Response> {
  return respond(answer, { form, from, pingMs: settings.PING_MS, now, timings });
}

async function answerWriting(
  command: WritingCommand,
  member: MemberRequest,
  { parts, chat }: CommandPorts,
): Promise<Response> {
  const writing = write(command, {
    parts,
    chat,
    call: callOf(rpcOf(member, parts), parts.settings.DATABASE_TIMEOUT_MS),
    origin: {
      database: databaseOf(member, parts),
      place: member.place,
      arrivedAt: parts.now(),
      idempotency: command.idempotency,
    },
  });
  // Also if the member leaves meanwhile: what the model is asked is booked.
  parts.keepAlive(writing.catch(() => {}));
  const answer = await writing;
  return "text" in answer ? stream(answer.text, command.form, 0, {}, parts) : json(answer.step);
}

async function answerVisionData(
  command: VisionDataCommand,
  member: MemberRequest,
  { parts, runner, live }: CommandPorts,
): Promise<Response> {
  const { settings, context, outbox, keepAlive } = parts;
  // A suggestion that is accepted at once may still be on its way to Postgres.
  if (command.kind === "write-vision" && command.refinementId !== null) await outbox.flush();
  const answer = answerJourney(command, {
    call: callOf(rpcOf(member, parts), settings.DATABASE_TIMEOUT_MS),
    learn: (row) => context.learn(row),
    markStale: () => context.markStale(),
    tell: (change) => live.tell(change, member.tab),
    forgetVision: (id) => forgetVision(parts, runner, id),
    forgetProfile: (changes) => forgetProfile(parts, changes),
  });
  // A section that was saved: the greeting of the one that the journey leads to is written ahead.
  const ahead = async () => {
    if (command.kind !== "write-vision") return;
    await greetAhead(parts, command.changes, member.place);
    await outbox.flush();
    runner.armWake();
  };
  // Also if the member leaves meanwhile: what is written must be known here.
  keepAlive(answer.then(ahead).catch(() => {}));
  return answer;
}

function answerOfAccount(
  command: AccountCommand,
  member: MemberRequest,
  { parts, runner, fence, eraser, live, keepErasing }: CommandPorts,
): Promise<Response> {
  const { settings } = parts;
  return answerAccount(command, {
    parts,
    runner,
    fence,
    eraser,
    caller: member.caller,
    database: databaseOf(member, parts),
    call: callOf(rpcOf(member, parts), settings.DATABASE_TIMEOUT_MS),
    serverContext: (timeoutMs) =>
      asService(settings)("viva_context", { p_user: member.caller.id }, timeoutMs),
    closeSockets: () => live.closeAll(),
    tell: (change) => live.tell(change, member.tab),
    keepErasing,
  });
}
