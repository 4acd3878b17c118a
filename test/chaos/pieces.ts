import type { LogEntry } from "../../local/model/types.ts";
import { type Evidence, markOf, memberOf, type ObjectRecord, type TurnRow } from "./evidence.ts";

/** What one turn wrote of an answer, and the provider's request that it came from. */
export interface Piece {
  readonly member: string;
  readonly turn: TurnRow;
  /** Mark of the message that was answered; null for a summary. */
  readonly mark: string | null;
  /** The turn's own words; empty where it had none. */
  readonly text: string;
  /** The turn's words and what later turns added to the answer, as it stood after each of them. */
  readonly grown: readonly string[];
  /** The request whose words these are; undefined where there are no words or none fits. */
  readonly entry: LogEntry | undefined;
}

/** Whether a turn wrote anything, of those that began at the same place of an answer. */
function wrote(turn: TurnRow): boolean {
  if (turn.state === "failed") return false;
  if (turn.state === "complete" || turn.state === "interrupted") return true;
  return turn.timings !== null && JSON.parse(turn.timings).firstWordMs !== null;
}

/** The requests of a member by the mark of the message that they were about. */
export function requestsByMark(entries: readonly LogEntry[]): Map<string | null, LogEntry[]> {
  return Map.groupBy(entries, ({ newestUser }) => markOf(newestUser));
}

/** Requests at the provider by the hash that stands for the member. */
export function requestsByHash(provider: readonly LogEntry[]): Map<string, LogEntry[]> {
  return Map.groupBy(provider, ({ body }) =>
    String((body as { safety_identifier?: string } | null)?.safety_identifier),
  );
}

/** All turns of all members with what each of them wrote, by turn. */
export function piecesOf({ objects, provider }: Evidence): Map<string, Piece> {
  const byHash = requestsByHash(provider);
  const pieces = new Map<string, Piece>();
  for (const object of objects.values()) {
    const byMark = requestsByMark(byHash.get(object.hash) ?? []);
    const answers = Map.groupBy(
      object.turns,
      (turn) => `${turn.conversation_id} ${turn.answer_position} ${turn.message_id}`,
    );
    for (const turns of answers.values()) {
      for (const piece of piecesOfAnswer(object, turns)) {
        const candidates = byMark.get(piece.mark) ?? [];
        const entry =
          piece.text === ""
            ? undefined
            : candidates.find(({ textSent }) => textSent.startsWith(piece.text));
        pieces.set(piece.turn.id, { ...piece, entry });
      }
    }
  }
  return pieces;
}

function piecesOfAnswer(object: ObjectRecord, turns: readonly TurnRow[]): Omit<Piece, "entry">[] {
  const [first] = turns;
  if (!first) return [];
  const at = (position: number | null) =>
    object.messages.find(
      (row) => row.conversation_id === first.conversation_id && row.position === position,
    );
  const row = first.kind === "summary" ? undefined : at(first.answer_position);
  const whole = row?.role === "assistant" && row.id === first.message_id ? row.text : "";
  const question = at(first.asked_position);
  const writers = turns.filter(wrote).sort((a, b) => a.base - b.base);
  const end = (turn: TurnRow): number => writers[writers.indexOf(turn) + 1]?.base ?? whole.length;
  return turns.map((turn) => {
    const index = writers.indexOf(turn);
    const from = index < 0 ? [] : writers.slice(index);
    return {
      member: memberOf(turn.conversation_id),
      turn,
      mark: turn.kind === "summary" || !question ? null : markOf(question.text),
      text: index < 0 ? "" : whole.slice(turn.base, end(turn)),
      grown: index < 0 ? [""] : from.map((later) => whole.slice(turn.base, end(later))),
    };
  });
}
