import type { Evidence, Verdict } from "./evidence.ts";
import type { Reading } from "./journal.ts";
import type { Piece } from "./pieces.ts";

/** Milliseconds within which a stop has to reach the provider. */
const STOP_MS = 1_000;
const FINISHED = new Set(["stop", "length", "content_filter"]);

/** How a turn may stand at the end, by the ending that a reader saw. */
const STATES: Readonly<Record<NonNullable<Reading["ending"]>, readonly string[]>> = {
  finish: ["complete"],
  abort: ["stopped", "superseded"],
  error: ["interrupted", "failed"],
  clean: ["complete", "stopped"],
};

/**
 * Every answer is what the provider sent, or a marked part of it; each message has one turn, unless
 * that failed; and what was said of a turn once stays so.
 */
export function judgeAnswers(
  evidence: Evidence,
  pieces: ReadonlyMap<string, Piece>,
  verdict: Verdict,
): void {
  const { journal, objects } = evidence;
  const wrong = (text: string): void => void verdict.violations.push(text);
  const states = new Map<string, number>();
  const owners = new Map<string, string>();
  for (const piece of pieces.values()) {
    const { turn, entry, text, mark } = piece;
    const name = `${turn.conversation_id} turn ${turn.id} (${turn.kind}, ${turn.state}, ${mark})`;
    if (turn.state === "streaming") wrong(`${name}: never ended`);
    if (turn.kind === "summary") continue;
    states.set(turn.state, (states.get(turn.state) ?? 0) + 1);
    if (turn.state === "complete" && text === "") wrong(`${name}: complete without a word`);
    if (turn.state === "interrupted" && text === "") wrong(`${name}: interrupted without a word`);
    if (text === "") continue;
    if (!entry) {
      wrong(`${name}: the provider never sent ${JSON.stringify(text.slice(0, 80))}…`);
      continue;
    }
    if (turn.state === "complete" && entry.textSent !== text) {
      wrong(`${name}: complete with ${text.length} units of ${entry.textSent.length}`);
    }
    if (turn.state === "complete" && !FINISHED.has(entry.outcome)) {
      wrong(`${name}: complete though the provider's request ended as ${entry.outcome}`);
    }
    const owner = owners.get(entry.id);
    if (owner) wrong(`${name}: has the words of turn ${owner}`);
    owners.set(entry.id, turn.id);
  }
  for (const object of objects.values()) judgeTurns(object, wrong);
  for (const { member, turnId, state } of journal.observed) {
    const now = pieces.get(turnId)?.turn.state;
    if (now !== state) wrong(`${member} turn ${turnId}: was told as ${state}, is ${now}`);
  }
  for (const [turnId, { talk }] of journal.turns) {
    if (!pieces.has(turnId)) wrong(`${talk} turn ${turnId}: was acknowledged and is lost`);
  }
  for (const [state, count] of [...states].sort()) verdict.figures.push([`turns ${state}`, count]);
  judgeStops(evidence, pieces, verdict);
}

/** One turn for each message, besides those that failed; the status of an answer is its last turn's. */
function judgeTurns(
  { turns, messages }: Evidence["objects"] extends ReadonlyMap<string, infer O> ? O : never,
  wrong: (text: string) => void,
): void {
  const answering = turns.filter(({ kind, state }) => kind === "message" && state !== "failed");
  const byQuestion = Map.groupBy(
    answering,
    (turn) => `${turn.conversation_id} at ${turn.asked_position}`,
  );
  for (const [question, of] of byQuestion) {
    // After a regenerate that failed the message may be answered anew.
    const again = turns.filter(
      ({ kind, state, conversation_id: talk, asked_position: at }) =>
        kind === "regenerate" && state === "failed" && `${talk} at ${at}` === question,
    );
    if (of.length > 1 + again.length) wrong(`${question}: ${of.length} turns for one message`);
  }
  const byId = new Map(turns.map((turn) => [turn.id, turn]));
  for (const { role, status, turn_id: turnId, conversation_id: talk, position } of messages) {
    const state = byId.get(turnId)?.state;
    if (role !== "assistant" || status === "replaced" || status === state) continue;
    wrong(`${talk} at ${position}: an answer marked ${status} of a turn that is ${state}`);
  }
}

/** A stop ends the provider's request in time. */
function judgeStops(
  { journal }: Evidence,
  pieces: ReadonlyMap<string, Piece>,
  verdict: Verdict,
): void {
  let slowest = 0;
  for (const { turnId, askedAt } of journal.stops) {
    const entry = pieces.get(turnId)?.entry;
    if (!entry?.aborted || entry.endedAt === null) continue;
    slowest = Math.max(slowest, entry.endedAt - askedAt);
    if (entry.endedAt - askedAt > STOP_MS) {
      const late = Math.round(entry.endedAt - askedAt);
      verdict.violations.push(`turn ${turnId}: its request ended ${late} ms after the stop`);
    }
  }
  verdict.figures.push(["slowest stop to reach the provider, ms", Math.round(slowest)]);
}

/** What readers saw: the log from where they began, to the ending that the record has. */
export function judgeReadings(
  { journal, kills, objects, provider }: Evidence,
  pieces: ReadonlyMap<string, Piece>,
  verdict: Verdict,
): void {
  let ended = 0;
  let resumed = 0;
  let unkept = 0;
  let askedAnew = 0;
  const requests = new Map<string, number>();
  for (const row of [...objects.values()].flatMap((object) => object.requests)) {
    requests.set(row.turn_id, (requests.get(row.turn_id) ?? 0) + 1);
  }
  /** Whether the provider sent the words that a reader saw, be it in a request that was lost. */
  const sent = ({ text }: Reading): boolean =>
    provider.some(({ textSent }) => textSent.startsWith(text));
  for (const reading of journal.readings) {
    const piece = reading.turnId === null ? undefined : pieces.get(reading.turnId);
    if (!piece) continue;
    const { turn, grown } = piece;
    const name = `${reading.talk} turn ${turn.id} (${turn.kind}, ${turn.state}, ${reading.resumes} resumes)`;
    const wrong = (text: string): void => void verdict.violations.push(`${name}: ${text}`);
    if (reading.ending !== null) {
      ended += 1;
      if (reading.resumes > 0) resumed += 1;
      if (!grown.includes(reading.text))
        wrong(`a reader has other words: ${differ(reading.text, piece.text)}`);
      if (grown.length === 1 && !STATES[reading.ending].includes(turn.state)) {
        wrong(`a reader saw it end with ${reading.ending}`);
      }
      continue;
    }
    if (grown.some((text) => text.startsWith(reading.text))) continue;
    // What was shown in the moment before a kill may be gone: a part of it stands, or none …
    const killed = kills.length > 0 && (turn.state === "interrupted" || turn.state === "failed");
    // … and where none stood when the object woke, the turn was asked anew.
    const anew = kills.length > 0 && requests.get(turn.id) === 2 && sent(reading);
    if (killed && reading.text.startsWith(piece.text)) {
      unkept = Math.max(unkept, reading.text.length - piece.text.length);
    } else if (anew) {
      askedAnew += 1;
    } else {
      wrong(`a reader saw words that the record denies: ${differ(reading.text, piece.text)}`);
    }
  }
  verdict.figures.push(
    ["readers that saw an ending", ended],
    ["… of them after resuming", resumed],
    ["most units shown before a kill and not kept", unkept],
    ["readers of a first word that a kill took back", askedAnew],
  );
}

function differ(seen: string, stored: string): string {
  let at = 0;
  while (at < seen.length && seen[at] === stored[at]) at += 1;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 20), at + 40));
  return `at ${at} of ${seen.length}/${stored.length}: ${around(seen)} where ${around(stored)} is stored`;
}
