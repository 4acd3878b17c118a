import { Histogram } from "./histogram.ts";
import type { Group, Measure } from "./report.ts";
import { MEASURES } from "./report.ts";
import { splitFirstWord } from "./split.ts";
import type { TurnSeen } from "./turn-client.ts";

/** What is counted of the turns through one data centre. */
interface Counts {
  ok: number;
  readonly errors: Map<string, number>;
  readonly histograms: Record<Measure, Histogram>;
}

function newCounts(): Counts {
  const histograms = Object.fromEntries(MEASURES.map((measure) => [measure, new Histogram()]));
  return { ok: 0, errors: new Map(), histograms: histograms as Record<Measure, Histogram> };
}

/** Counts turns by the data centre they went through. */
export class Tally {
  readonly #colos = new Map<string, Counts>();
  /** Times to the first word over all data centres, for the live line. */
  readonly firstWords = new Histogram();
  done = 0;
  failed = 0;

  /** @param intended when the turn was meant to begin, by the clock of `seen` */
  add(intended: number, seen: TurnSeen): void {
    const counts = this.#countsOf(seen.colo);
    this.done += 1;
    if (seen.firstWord !== null) {
      const { histograms } = counts;
      histograms.firstWord.record(seen.firstWord - intended);
      this.firstWords.record(seen.firstWord - intended);
      const times = { intended, sent: seen.sent, firstWord: seen.firstWord };
      const split = splitFirstWord(times, seen.told);
      for (const part of ["late", "network", "ours", "provider"] as const) {
        if (split) histograms[part].record(split[part]);
      }
    }
    if (seen.error === null) {
      counts.ok += 1;
      counts.histograms.whole.record(seen.ended - intended);
    } else {
      this.#fail(counts, seen.error);
    }
  }

  /** Counts a turn that could not be sent as failed. */
  addUnsent(error: string): void {
    this.done += 1;
    this.#fail(this.#countsOf(""), error);
  }

  /** What was counted, as it stands in a report. */
  groups(region: string): Group[] {
    return [...this.#colos].map(([colo, { ok, errors, histograms }]) => ({
      region,
      colo,
      ok,
      errors: Object.fromEntries(errors),
      histograms: Object.fromEntries(
        MEASURES.map((measure) => [measure, histograms[measure].data()]),
      ) as Group["histograms"],
    }));
  }

  #fail(counts: Counts, error: string): void {
    this.failed += 1;
    counts.errors.set(error, (counts.errors.get(error) ?? 0) + 1);
  }

  #countsOf(colo: string): Counts {
    const known = this.#colos.get(colo) ?? newCounts();
    this.#colos.set(colo, known);
    return known;
  }
}
