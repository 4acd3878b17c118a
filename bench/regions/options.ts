import { parseArgs } from "node:util";
import * as v from "valibot";
import type { Backends } from "./placement.ts";
import { REGIONS, regionOf } from "./world.ts";

const NAMES = REGIONS.map(({ name }) => name);

const place = (name: string) =>
  v.pipe(v.picklist(NAMES, `--${name} must be one of ${NAMES.join(", ")}`), v.transform(regionOf));
const whole = (name: string, least: number) =>
  v.pipe(
    v.string(),
    v.toNumber(`--${name} must be a number`),
    v.integer(`--${name} must be a whole number`),
    v.minValue(least, `--${name} must be at least ${least}`),
  );

const OptionsSchema = v.object({
  database: place("database"),
  provider: place("provider"),
  ttftMs: whole("ttft-ms", 0),
  members: whole("members", 1),
  report: v.optional(v.string()),
});

/** What a simulation was asked for. */
export interface RegionsOptions {
  readonly backends: Backends;
  /** Milliseconds that the provider takes for its first token. */
  readonly ttftMs: number;
  /** Members at once in each scenario. */
  readonly members: number;
  /** Where to write `<report>.md` and `<report>.svg`. */
  readonly report: string | null;
}

/**
 * Reads the command line.
 * @throws RangeError with a sentence for each thing that is wrong; TypeError for an unknown option
 */
export function readOptions(args: readonly string[]): RegionsOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      database: { type: "string", default: "Virginia" },
      provider: { type: "string", default: "Virginia" },
      "ttft-ms": { type: "string", default: "200" },
      members: { type: "string", default: "3" },
      report: { type: "string" },
    },
  });
  const parsed = v.safeParse(OptionsSchema, { ...values, ttftMs: values["ttft-ms"] });
  if (!parsed.success) {
    throw new RangeError(parsed.issues.map(({ message }) => message).join("\n"));
  }
  const { database, provider, ttftMs, members, report } = parsed.output;
  return { backends: { database, provider }, ttftMs, members, report: report ?? null };
}
