import { costMicroUsd } from "../../domain/models.ts";
import type { LogEntry } from "../../local/model/types.ts";
import { REQUESTS_MAX } from "../../worker/member/turns/state-machine.ts";
import type { Evidence, RequestRow, Verdict } from "./evidence.ts";
import { type Piece, requestsByHash, requestsByMark } from "./pieces.ts";
import type { Kill } from "./world.ts";

/** A reservation is written within so many milliseconds of its request, on a machine this busy. */
const BEFORE_KILL_MS = 400;
const AFTER_KILL_MS = 150;
/** What became of a refused request is written with the next one, after a pause. */
const SETTLED_MS = 4_000;
/** The longest that an answer takes from the provider to the object, on a machine this busy. */
const ON_THE_WAY_MS = 150;

/** The conversation that a mark stands in. */
const talkOf = (mark: string | null): string => mark?.split(".")[1] ?? "";

/** A member's books beside what the provider has seen of one message (or of the summaries). */
interface Page {
  readonly name: string;
  /** When its conversation's client sent what may end a running turn. */
  readonly disturbances: readonly number[];
  readonly entries: readonly LogEntry[];
  readonly rows: readonly { readonly row: RequestRow; readonly piece: Piece }[];
}

interface Counts {
  lost: number;
  unseen: number;
  [state: string]: number;
}

/** The ledger holds what the provider has seen: each request once, with its usage where that was reported. */
export function judgeLedger(
  evidence: Evidence,
  pieces: ReadonlyMap<string, Piece>,
  verdict: Verdict,
): void {
  const byHash = requestsByHash(evidence.provider);
  const counts: Counts = { lost: 0, unseen: 0 };
  const wrong = (text: string): void => void verdict.violations.push(text);
  for (const [member, object] of evidence.objects) {
    const byMark = requestsByMark(byHash.get(object.hash) ?? []);
    const rows = object.requests.flatMap((row) => {
      const piece = pieces.get(row.turn_id);
      if (!piece) wrong(`${member}: a request of an unknown turn ${row.turn_id}`);
      return piece ? [{ row, piece }] : [];
    });
    const rowsByMark = Map.groupBy(rows, ({ piece }) => piece.mark);
    for (const mark of new Set([...byMark.keys(), ...rowsByMark.keys()])) {
      const page: Page = {
        name: `${member} ${mark ?? "summaries"}`,
        disturbances: evidence.journal.disturbances.get(talkOf(mark)) ?? [],
        entries: byMark.get(mark) ?? [],
        rows: rowsByMark.get(mark) ?? [],
      };
      judgePage(page, evidence.kills, counts, wrong);
    }
    judgeRows(member, object.requests, counts, wrong);
    const charged = object.turns.reduce(
      (sum, { usage }) => sum + (usage === null ? 0 : Number(JSON.parse(usage).credits)),
      0,
    );
    if (charged !== object.credits) {
      wrong(`${member}: ${object.credits} credits are booked where turns used ${charged}`);
    }
  }
  const { lost, unseen, ...states } = counts;
  verdict.figures.push(["requests at the provider", evidence.provider.length]);
  for (const [state, count] of Object.entries(states).sort()) {
    verdict.figures.push([`ledger rows ${state}`, count]);
  }
  verdict.figures.push(
    ["requests whose reservation a kill has cost", lost],
    ["reservations of requests that never arrived", unseen],
  );
}

function nearKill({ receivedAt }: LogEntry, kills: readonly Kill[]): boolean {
  return kills.some(
    ({ at }) => receivedAt > at - BEFORE_KILL_MS && receivedAt < at + AFTER_KILL_MS,
  );
}

/** Whether a kill came before what became of a request could be written down. */
function killedAfter({ receivedAt }: LogEntry, kills: readonly Kill[]): boolean {
  return kills.some(({ at }) => at > receivedAt - AFTER_KILL_MS && at < receivedAt + SETTLED_MS);
}

function judgePage(
  { name, disturbances, entries, rows }: Page,
  kills: readonly Kill[],
  counts: Counts,
  wrong: (text: string) => void,
): void {
  const missing = entries.length - rows.length;
  if (missing > 0) {
    const excused = entries.filter((entry) => nearKill(entry, kills)).length;
    if (missing > excused) {
      const seen = entries.map(({ outcome }) => outcome).join(", ");
      wrong(`${name}: ${entries.length} requests (${seen}) and ${rows.length} rows`);
    }
    counts.lost += missing;
  }
  if (missing < 0) {
    // Taken back, or lost with its process, before it had left this machine.
    const excused = rows.filter(({ row, piece: { turn } }) => {
      const takenBack = turn.state === "stopped" || turn.state === "superseded";
      return (takenBack || kills.length > 0) && row.state === "estimated";
    });
    if (-missing > excused.length) {
      wrong(`${name}: ${rows.length} rows for ${entries.length} requests`);
    }
    counts.unseen -= missing;
  }
  const refused = entries.filter(({ status }) => status >= 400);
  const failed = rows.filter(({ row }) => row.state === "failed").length;
  // Whoever ends a turn while its refusal is on the way does not hear of that.
  const unheard = ({ endedAt }: LogEntry): boolean =>
    disturbances.some((at) => endedAt !== null && Math.abs(at - endedAt) < ON_THE_WAY_MS);
  const excused = refused.filter((entry) => killedAfter(entry, kills) || unheard(entry)).length;
  if (refused.length > failed + excused) {
    wrong(`${name}: ${refused.length} requests were refused and ${failed} rows say so`);
  }
  const reported = entries.flatMap(({ usage }) => (usage ? [usage] : []));
  for (const { row, piece } of rows) {
    const last = !rows.some(
      (other) => other.row.turn_id === row.turn_id && other.row.attempt > row.attempt,
    );
    judgeRow(name, row, last ? piece.entry : undefined, piece.turn.state, reported, wrong);
  }
}

type Reported = NonNullable<LogEntry["usage"]>;

function judgeRow(
  name: string,
  row: RequestRow,
  /** The request that this row is about, where its words tell which one that is. */
  entry: LogEntry | undefined,
  state: string,
  reported: readonly Reported[],
  wrong: (text: string) => void,
): void {
  const where = `${name} turn ${row.turn_id} request ${row.attempt}`;
  const says = ({ prompt_tokens, prompt_tokens_details, completion_tokens }: Reported): boolean =>
    row.input_tokens === prompt_tokens &&
    row.cached_input_tokens === prompt_tokens_details.cached_tokens &&
    row.output_tokens === completion_tokens;
  if (row.state === "final" && !reported.some(says)) {
    wrong(`${where}: final with a usage that the provider did not report`);
  }
  if (!entry || state !== "complete") return;
  if (entry.usage && row.state !== "final")
    wrong(`${where}: ${row.state} though usage was reported`);
  if (!entry.usage && row.state !== "estimated") {
    wrong(`${where}: ${row.state} though no usage was reported`);
  }
}

function judgeRows(
  member: string,
  requests: readonly RequestRow[],
  counts: Counts,
  wrong: (text: string) => void,
): void {
  for (const [turnId, rows] of Map.groupBy(requests, (row) => row.turn_id)) {
    const attempts = rows.map(({ attempt }) => attempt).join(",");
    if (rows.length > REQUESTS_MAX || attempts !== rows.map((_, i) => i + 1).join(",")) {
      wrong(`${member} turn ${turnId}: has the requests ${attempts}`);
    }
  }
  for (const row of requests) {
    counts[row.state] = (counts[row.state] ?? 0) + 1;
    const where = `${member} turn ${row.turn_id} request ${row.attempt}`;
    if (row.state === "reserved") wrong(`${where}: was never settled`);
    const tokens = row.input_tokens + row.output_tokens;
    if (row.state === "failed" && tokens > 0) wrong(`${where}: failed, and yet ${tokens} tokens`);
    const cost = costMicroUsd(row.model, {
      inputTokens: row.input_tokens,
      cachedInputTokens: row.cached_input_tokens,
      outputTokens: row.output_tokens,
    });
    if (cost !== row.cost_micro_usd) wrong(`${where}: costs ${row.cost_micro_usd}, not ${cost}`);
  }
}
