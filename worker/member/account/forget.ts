import type { ProfileChanges } from "../../../domain/profile-request.ts";
import { nextTask } from "../../platform/timers.ts";
import type { SessionParts } from "../services.ts";
import { type ConversationRow, type TurnRow, taskOf } from "../store/rows.ts";
import { copyConversation, copyForgottenRefinement, copyMessage } from "../sync/outbox-rows.ts";
import { HEARTBEAT_MS } from "../turns/begin.ts";
import type { TurnPlan } from "../turns/plan.ts";
import type { Runner } from "../turns/runner.ts";

/** Ends turns as if something newer had come; resolves once they are written. */
export async function endTurns(
  runner: Runner,
  ends: (plan: TurnPlan) => boolean | undefined,
): Promise<void> {
  for (;;) {
    const running = runner.find((plan) => ends(plan) ?? false);
    if (!running) return;
    running.turn.abort("superseded");
    await running.turn.ended.catch(() => {});
    // The runner lets go of it in the ticks after its end.
    await nextTask();
  }
}

/** Tells Postgres now, and again later if it does not answer. */
export function sendSoon({ outbox, keepAlive }: SessionParts, runner: Runner): void {
  keepAlive(outbox.flush().then(() => runner.armWake()));
}

/** Removes turns from the record; what they used stays. Part of a transaction. */
function removeTurns({ ledger, turns, now }: SessionParts, ids: readonly string[]): void {
  ledger.keepDaysOf(ids, now());
  turns.remove(ids);
}

/** Removes a conversation with all its words; that it was stays. Part of a transaction. */
export function removeConversation(parts: SessionParts, id: string): void {
  const { record, turns, outbox, wakeBy, now } = parts;
  removeTurns(
    parts,
    turns.of(id).map((turn) => turn.id),
  );
  record.remove(id, now());
  copyConversation(outbox, id);
  wakeBy(now() + HEARTBEAT_MS);
}

/** Whether a turn wrote its text from a talk. One that was stored without its talks may have. */
function drawsOn(turn: TurnRow, talkId: string): boolean {
  const task = taskOf(turn);
  return task !== null && (task.talks?.includes(talkId) ?? true);
}

/**
 * Forgets the texts that VIVA wrote from a talk, which repeat its words. What the member saved is in a
 * version, and stays. Part of the transaction that deletes the talk.
 * @returns the conversations that the texts were in
 */
export function forgetTextsFrom(parts: SessionParts, talk: ConversationRow): string[] {
  const { record, conversations, turns, outbox } = parts;
  if (talk.category === null) return [];
  return conversations.writing({ category: talk.category }).filter((id) => {
    const wrote = turns.of(id);
    const gone = wrote.filter((turn) => drawsOn(turn, talk.id));
    // Messages that were read from Postgres have no turns: nobody knows what they were written from.
    const stays = new Set(wrote.filter((turn) => !gone.includes(turn)).map((turn) => turn.id));
    const positions = record.isUnread(id)
      ? Array.from({ length: record.conversation(id)?.next_position ?? 0 }, (_, index) => index)
      : conversations
          .positions(id)
          .filter(({ turn_id }) => !stays.has(turn_id))
          .map(({ position }) => position);
    record.removeMessages(id, positions);
    record.markRead(id);
    for (const position of positions) copyMessage(outbox, { conversation_id: id, position });
    const refinements = gone.filter((turn) => taskOf(turn)?.refine).map((turn) => turn.id);
    outbox.dropRefinements((refinement) => refinements.includes(refinement.id));
    for (const refinement of refinements) copyForgottenRefinement(outbox, refinement);
    removeTurns(
      parts,
      gone.map((turn) => turn.id),
    );
    return positions.length > 0;
  });
}

/**
 * Forgets what VIVA wrote for a version of the Life Vision that was deleted, and what was chosen for it
 * in discovery. Postgres does the same by itself.
 */
export async function forgetVision(
  parts: SessionParts,
  runner: Runner,
  visionId: string,
): Promise<void> {
  const { conversations, outbox, discoveries, greetings, context, transaction } = parts;
  await endTurns(runner, ({ task }) => task?.visionId === visionId);
  const known = [context.known?.draft, context.known?.active];
  const sections = known.find((version) => version?.id === visionId)?.sections ?? {};
  transaction(() => {
    for (const id of conversations.writing({ visionId })) removeConversation(parts, id);
    outbox.dropRefinements((refinement) => refinement.visionId === visionId);
    discoveries.forget(visionId);
    greetings.forget(Object.keys(sections));
  });
  sendSoon(parts, runner);
}

/**
 * Forgets greetings that were written from values of the profile that are gone.
 * @param changes that Postgres has taken; the known context still has the values of before
 */
export function forgetProfile({ context, greetings }: SessionParts, changes: ProfileChanges): void {
  const before = context.known?.profile ?? {};
  const cleared = Object.entries(changes).filter(([, value]) => isBlank(value));
  const stories = cleared.flatMap(([field]) => field.match(/^(\w+)_story$/)?.[1] ?? []);
  const values = Object.entries(changes).flatMap(([field, value]) => {
    const old = before[field];
    if (Array.isArray(old))
      return old.filter((item) => !(Array.isArray(value) && value.includes(item)));
    return isBlank(value) && !field.endsWith("_story") && typeof old === "string" ? [old] : [];
  });
  if (stories.length > 0 || values.length > 0) greetings.forget(stories, values.map(String));
}

function isBlank(value: unknown): boolean {
  return value === null || (typeof value === "string" && value.trim() === "");
}
