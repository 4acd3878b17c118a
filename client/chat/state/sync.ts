import type { SyncState } from "../../../domain/messages.ts";

const NUMBER = new Intl.NumberFormat();
/** From which age on it is said how long the oldest change has been under way. */
const LONG_MS = 60_000;

function count(number: number, one: string, many: string): string {
  return number === 1 ? `1 ${one}` : `${NUMBER.format(number)} ${many}`;
}

function since(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return count(minutes, "minute", "minutes");
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? count(hours, "hour", "hours") : count(Math.floor(hours / 24), "day", "days");
}

/**
 * Where a member's words are, in sentences for them.
 * @param waitingHere messages that this browser has not got rid of yet
 */
export function syncSentences(
  { pending, oldestAgeMs, failed }: SyncState,
  waitingHere: number,
): string[] {
  const sentences: string[] = [];
  if (waitingHere > 0) {
    const messages = count(waitingHere, "message waits", "messages wait");
    sentences.push(`${messages} in this browser to be sent.`);
  }
  if (pending > 0) {
    const changes = count(pending, "change is on its way", "changes are on their way");
    const age = oldestAgeMs >= LONG_MS ? `, the oldest for ${since(oldestAgeMs)}` : "";
    sentences.push(`What VIVA has from you is saved. ${changes} to the database${age}.`);
  }
  if (failed > 0) {
    const changes = count(failed, "change was", "changes were");
    sentences.push(
      `${changes} not taken by the database. Nothing is lost: it is kept and reported.`,
    );
  }
  return sentences.length > 0 ? sentences : ["Everything is saved."];
}
