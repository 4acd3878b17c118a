import { parseArgs } from "node:util";

/**
 * Parts of the bench, in the order they run: processor time first, before there are hundreds of members
 * whose objects have something to do.
 */
export const PARTS = [
  "cpu",
  "words",
  "pausing",
  "waves",
  "throughput",
  "history",
  "starts",
  "compression",
] as const;
export type Part = (typeof PARTS)[number];

/** What `npm run bench` was asked for. */
export interface BenchOptions {
  readonly parts: readonly Part[];
  /** Rounds of the pausing scenario for each distance of the database. */
  readonly rounds: number;
  /** Distances of the database in the pausing scenario, in milliseconds. */
  readonly databases: readonly number[];
  /** Turns of each target in the series of one turn at a time. */
  readonly turns: number;
  readonly peers: boolean;
  /** Whether there are waves of 128, too: they take long. */
  readonly crowd: boolean;
  /** Whether objects store on the disk, although there is room in memory. */
  readonly disk: boolean;
  /** Whether the outcome is written beside the bench, for others to be checked against. */
  readonly record: boolean;
  /** Whether the ratios are checked against the recorded ones. */
  readonly check: boolean;
}

/** @throws RangeError or TypeError, whose message says what is wrong with the command line. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      rounds: { type: "string", default: "5" },
      databases: { type: "string", default: "40,0" },
      turns: { type: "string", default: "40" },
      "no-peers": { type: "boolean", default: false },
      crowd: { type: "boolean", default: false },
      disk: { type: "boolean", default: false },
      record: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
    },
  });
  if (values.record && values.only !== undefined) {
    throw new RangeError("--record: a part alone is no outcome; leave out --only.");
  }
  return {
    parts: values.only === undefined ? PARTS : values.only.split(",").map(part),
    rounds: count("rounds", values.rounds),
    databases: values.databases.split(",").map((value) => amount("databases", value)),
    turns: count("turns", values.turns),
    peers: !values["no-peers"],
    crowd: values.crowd,
    disk: values.disk,
    record: values.record,
    check: values.check,
  };
}

function part(name: string): Part {
  const found = PARTS.find((one) => one === name);
  if (found === undefined) {
    throw new RangeError(`--only: there is no part "${name}"; there are ${PARTS.join(", ")}.`);
  }
  return found;
}

function amount(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new RangeError(`--${option}: "${text}" is no number of at least 0.`);
  }
  return value;
}

function count(option: string, text: string): number {
  const value = amount(option, text);
  if (!Number.isInteger(value) || value === 0) {
    throw new RangeError(`--${option}: "${text}" is no whole number of at least 1.`);
  }
  return value;
}
