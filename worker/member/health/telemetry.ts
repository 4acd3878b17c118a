import type { CategoryKey } from "../../../domain/categories.ts";
import type { TurnTimings, TurnUsage } from "../../../domain/messages.ts";
import type { Trouble } from "../../../domain/operations.ts";
import type { PhaseKey } from "../../../domain/phases.ts";
import type { RequestPlace } from "../../http/client-location.ts";
import { log } from "../../platform/log.ts";
import type { TurnKind } from "../turns/plan.ts";

/** What is reported of a turn: nothing of what was said. */
export interface TurnReport extends RequestPlace {
  readonly turnId: string;
  readonly kind: TurnKind;
  readonly category: CategoryKey | null;
  readonly phase: PhaseKey;
  /** Null where no request left. */
  readonly model: string | null;
  /** How many requests left for the provider. */
  readonly requests: number;
  /** Whether the second of them raced the first. */
  readonly hedged: boolean;
  /** Which of them gave the words, counted from 1; null where none did. */
  readonly wonBy: number | null;
  readonly state: string;
  readonly errorCode: string | null;
  readonly timings: TurnTimings;
  readonly usage: TurnUsage | null;
}

/** One structured log line and one Analytics Engine point per turn. */
export function reportTurn(report: TurnReport, dataset: AnalyticsEngineDataset | undefined): void {
  const { timings, usage, ...rest } = report;
  log("turn", { ...rest, ...timings, ...usage }, "log");
  dataset?.writeDataPoint({
    indexes: [report.colo],
    blobs: [
      report.colo,
      report.country,
      report.region,
      report.phase,
      report.category ?? "",
      report.model ?? "",
      report.state,
      report.errorCode ?? "",
      report.kind,
    ],
    doubles: [
      timings.firstWordMs ?? -1,
      timings.oursMs ?? -1,
      timings.upstreamMs ?? -1,
      usage?.inputTokens ?? 0,
      usage?.cachedInputTokens ?? 0,
      usage?.outputTokens ?? 0,
      report.requests,
      // The two places of a trouble.
      0,
      0,
      // Which request won the race: 1 or 2, -1 where neither did, 0 where there was none.
      report.hedged ? (report.wonBy ?? -1) : 0,
    ],
  });
}

/** A trouble as it is reported, with how long it has lasted. */
export type ReportedTrouble = Pick<Trouble, "kind" | "rowKind" | "code" | "count"> & {
  readonly ageMs: number;
};

/**
 * One log line for all that is wrong in a member's session, also when nothing is any more, and one
 * Analytics Engine point for each trouble. The points have the places of a turn's, so that one dataset
 * holds both: no time, the state `trouble`, and count and age after a turn's numbers.
 */
export function reportTroubles(
  memberId: string,
  troubles: readonly ReportedTrouble[],
  dataset: AnalyticsEngineDataset | undefined,
): void {
  log("session_troubles", { memberId, troubles });
  for (const { kind, rowKind, code, count, ageMs } of troubles) {
    dataset?.writeDataPoint({
      indexes: ["trouble"],
      blobs: ["", "", "", "", "", "", "trouble", code, kind, rowKind, memberId],
      doubles: [-1, -1, -1, 0, 0, 0, 0, count, ageMs],
    });
  }
}
