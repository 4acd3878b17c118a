import type { Conversation, TurnUnderWay } from "../../../domain/messages.ts";
import { textOf } from "../../../domain/messages.ts";
import { mayPass } from "../../../domain/retry.ts";
import type { Api } from "../../api/http.ts";
import { type ClientProblem, problemOf } from "../../api/problem.ts";
import type { OlderState, Screen } from "./chat-state.ts";
import { type ChatMessage, editable } from "./messages.ts";
import type { Queue, Waiting } from "./queue.ts";
import { CHANGE_NOT_SENT, NOT_ANSWERED, NOT_SENT, OLDER_SHOWN, UNANSWERED } from "./reasons.ts";

/** What opening a chat needs of it. */
export interface OpeningHost {
  readonly conversationId: string;
  readonly screen: Screen;
  readonly api: Api;
  readonly queue: Queue;
  /** Fires when the chat is left. */
  readonly closed: AbortSignal;
  /** Listens to the answer that is being written. */
  attach(turn: TurnUnderWay): void;
  /** Begins the empty conversation. */
  greet(): void;
  /** Sends what waits. */
  sendWaiting(): void;
  newId(): string;
  /** Waits before another attempt after a problem. */
  pause(attempt: number, problem: ClientProblem): Promise<void>;
}

/** A message of this browser that the server does not have, as it stands on the screen. */
function unsentMessage({ id, text, createdAt, refused, edits, problem }: Waiting): ChatMessage {
  const message = { id, key: id, role: "user", text, createdAt, turnId: null } as const;
  const unsent = { unsent: true, ...(edits && { edit: { before: null } }) };
  if (!refused) return { ...message, ...unsent, status: "queued" };
  return { ...message, ...unsent, status: "failed", problem: problem ?? NOT_SENT };
}

/** Brings a change back that the server does not have, of a message that it has. */
function showChange({ screen, queue, newId }: OpeningHost, change: Waiting): void {
  const { conversationId, id, text, refused, problem } = change;
  const last = screen.messages.peek().findLast(({ role, unsent }) => role === "user" && !unsent);
  if (last?.id !== id) {
    // The talk has gone on elsewhere, and must not be cut off there: the words are a message now.
    const { problem: _, ...words } = change;
    const message = { ...words, id: newId(), edits: false, refused: true };
    void queue.put(message).then(() => queue.remove(conversationId, id));
    screen.dispatch({ type: "wrote", message: unsentMessage(message), answer: null });
  } else if (refused) {
    screen.editing.value = { messageId: id, text, problem: problem ?? CHANGE_NOT_SENT };
  } else {
    screen.dispatch({ type: "edited", id, text, answer: null });
  }
}

/** Reads a page of the record: the newest messages, or those before a position. */
function read({ conversationId, api, closed }: OpeningHost, query = ""): Promise<Conversation> {
  const path = `/api/conversations/${encodeURIComponent(conversationId)}${query}`;
  return api.json<Conversation>(path, { signal: closed });
}

const olderThan = ({ olderBefore }: Conversation): OlderState =>
  olderBefore === null ? null : { before: olderBefore };

function show(host: OpeningHost, conversation: Conversation | null, kept: readonly Waiting[]) {
  const { conversationId, screen, queue } = host;
  const { messages } = screen;
  if (conversation) {
    screen.topic.value = { category: conversation.category, phase: conversation.phase };
  }
  const stored = conversation?.messages ?? [];
  const texts = new Map(stored.map((message) => [message.id, textOf(message)]));
  const missing = kept.filter(({ id }) => !texts.has(id));
  const known = kept.filter(({ id }) => texts.has(id));
  const changes = known.filter(({ id, text, edits }) => edits && texts.get(id) !== text);
  for (const waiting of known) {
    if (!changes.includes(waiting)) void queue.remove(conversationId, waiting.id);
  }
  // What was written while the record was read stays.
  const written = messages.peek().filter(({ status }) => status === "queued");
  const fresh = written.filter((message) => !kept.some((other) => other.id === message.id));
  const unsent = [...missing.map(unsentMessage), ...fresh];
  // Older messages that were brought here stay, if the newest ones join them.
  const older = conversation && olderThan(conversation);
  const joint = older ? messages.peek().findIndex(({ id }) => id === stored[0]?.id) : 0;
  const earlier = messages.peek().slice(0, Math.max(0, joint));
  screen.dispatch({ type: "loaded", messages: stored, unsent, earlier });
  if (joint < 1) screen.older.value = older;
  const changing = screen.editing.peek()?.messageId;
  const current = changing !== undefined && editable(messages.peek())?.id === changing;
  for (const change of changes) {
    // What the member is changing at this moment stays open before them.
    if (!current || change.id !== changing) showChange(host, change);
  }
  if (!current && screen.editing.peek()?.messageId === changing) screen.editing.value = null;
  screen.load.value = { kind: "ready" };

  const last = stored.at(-1);
  const running = conversation?.runningTurn ?? null;
  // What a change is about to replace is not listened to.
  if (messages.peek().some(({ edit }) => edit?.before)) return host.sendWaiting();
  if (running) host.attach(running);
  else if (messages.peek().length === 0) host.greet();
  else if (last?.role === "user" && !missing.length && !screen.find(last.id)?.problem) {
    const failed = last.metadata.status === "failed";
    screen.unanswered(last.id, failed ? NOT_ANSWERED : UNANSWERED);
  }
  host.sendWaiting();
}

/**
 * Brings the record of a conversation to the screen, with what this browser has that the server has
 * not: listens to what is being written there, greets where nothing is, sends what waits. A record
 * that cannot be read is said to be so, and asked for again by itself where that may pass.
 */
export async function openChat(host: OpeningHost, attempt = 1): Promise<void> {
  const { conversationId: id, screen, queue, closed } = host;
  const { load } = screen;
  load.value = { kind: "loading" };
  const kept = (await queue.all()).filter(({ conversationId }) => conversationId === id);
  if (closed.aborted) return;
  try {
    show(host, await read(host), kept);
  } catch (error) {
    if (closed.aborted) return;
    const problem = problemOf(error);
    if (problem.code === "not_found") return show(host, null, kept);
    const failed = { kind: "failed", problem } as const;
    load.value = failed;
    if (!mayPass(problem)) return;
    await host.pause(attempt, problem);
    // The member may have asked for it meanwhile.
    if (load.peek() === failed && !closed.aborted) await openChat(host, attempt + 1);
  }
}

/** Brings the page of messages before those on the screen. What cannot be read is said to be so. */
export async function loadOlder(host: OpeningHost): Promise<void> {
  const { older, messages, announcement, dispatch } = host.screen;
  const at = older.peek();
  if (!at || at.loading) return;
  const { before } = at;
  const loading = { before, loading: true };
  older.value = loading;
  // The record may be read again meanwhile: then its page is no longer the one before the others.
  try {
    const page = await read(host, `?before=${before}`);
    if (older.peek() !== loading) return;
    dispatch({ type: "loaded", messages: page.messages, unsent: messages.peek() });
    older.value = olderThan(page);
    announcement.value = OLDER_SHOWN;
  } catch (error) {
    if (older.peek() === loading) older.value = { before, problem: problemOf(error) };
  }
}

/**
 * Brings what was said elsewhere to a chat that is open, and listens to what is being written there.
 * Nothing is greeted or sent on that account, and what cannot be read changes nothing.
 * @param isIdle whether nothing of this chat's own is on its way, which goes before
 * @returns false where something came between: then it is to be done again
 * @throws ApiError where the record could not be read
 */
export async function refreshChat(host: OpeningHost, isIdle: () => boolean): Promise<boolean> {
  const { conversationId: id, screen, queue, closed } = host;
  const conversation = await read(host);
  // What other tabs have in line they send themselves.
  const kept = (await queue.all()).filter(
    (waiting) => waiting.conversationId === id && screen.find(waiting.id),
  );
  if (closed.aborted) return true;
  if (!isIdle()) return false;
  show({ ...host, greet() {}, sendWaiting() {} }, conversation, kept);
  return true;
}
