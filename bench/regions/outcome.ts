import { table } from "../statistics.ts";
import type { Assumptions, CostLine, TurnUse } from "./cost.ts";
import {
  type Backends,
  POLICIES,
  type Waiting,
  type Ways,
  waitPerTurn,
  waysOf,
} from "./placement.ts";
import type { Outcome } from "./scenario.ts";
import type { Region } from "./world.ts";

/** What was measured of a region under a policy. */
export interface Measured {
  readonly policy: string;
  readonly member: Region;
  readonly site: Region;
  readonly outcome: Outcome;
}

/** What was measured of a region with one mechanism switched off, beside the whole product. */
export interface Without {
  readonly mechanism: string;
  readonly member: Region;
  /** Which wait the mechanism shortens. */
  readonly what: string;
  readonly withMs: number;
  readonly withoutMs: number;
}

/** The product's published target for the first word, and for starting cold, in milliseconds. */
const FIRST_WORD_MS = 500;
const COLD_START_MS = 200;
/** … and for the answer to what a member does. */
const RESPONSE_MS = 100;

const ms = (value: number): string => value.toFixed(0);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean wait per turn over all regions, by policy; least first. */
export function rankPolicies(measured: readonly Measured[]): { name: string; waitMs: number }[] {
  return POLICIES.map(({ name }) => {
    const own = measured.filter(({ policy }) => policy === name);
    return { name, waitMs: mean(own.map(({ outcome }) => waitPerTurn(outcome))) };
  }).toSorted((a, b) => a.waitMs - b.waitMs);
}

/** First word, first turn and read of each region under each policy. */
export function policyTable(measured: readonly Measured[]): string {
  const kinds: readonly (keyof Waiting)[] = ["warm", "first", "read"];
  const head = POLICIES.flatMap(({ name }) => [
    `${name}: object in`,
    "first word",
    "first turn",
    "read",
  ]);
  const members = [...new Set(measured.map(({ member }) => member))];
  const of = (member: Region, policy: string) =>
    measured.find((one) => one.member === member && one.policy === policy);
  const rows = members.map((member) => [
    member.name,
    ...POLICIES.flatMap(({ name }) => {
      const one = of(member, name);
      return one
        ? [one.site.name, ...kinds.map((kind) => ms(one.outcome[kind]))]
        : ["", "", "", ""];
    }),
  ]);
  const means = POLICIES.flatMap(({ name }) => {
    const own = measured.filter(({ policy }) => policy === name);
    return ["", ...kinds.map((kind) => ms(mean(own.map(({ outcome }) => outcome[kind]))))];
  });
  return table(["members in", ...head], [...rows, ["mean", ...means]]);
}

/** How far warm first words lie beyond what round trips and provider take by themselves: the mean. */
export function beyondTheMapMs(
  measured: readonly Measured[],
  backends: Backends,
  ttftMs: number,
): number {
  return mean(
    measured.map(({ member, site, outcome }) => {
      const ways = waysOf(member, site, backends);
      return outcome.warm - ways.member - ways.provider - ttftMs;
    }),
  );
}

/** What each mechanism saves, region by region. */
export function mechanismTable(without: readonly Without[]): string {
  const mechanisms = [...new Set(without.map(({ mechanism }) => mechanism))];
  const rows = mechanisms.map((mechanism) => {
    const own = without.filter((one) => one.mechanism === mechanism);
    const saved = own.map(({ withMs, withoutMs }) => withoutMs - withMs);
    const furthest = own[saved.indexOf(Math.max(...saved))];
    return [
      mechanism,
      own[0]?.what ?? "",
      ms(mean(own.map(({ withMs }) => withMs))),
      ms(mean(own.map(({ withoutMs }) => withoutMs))),
      ms(mean(saved)),
      `${ms(Math.max(...saved))} (${furthest?.member.name ?? ""})`,
    ];
  });
  return table(["mechanism", "of", "with", "without", "saves", "at most"], rows);
}

/** A sentence for each published target, with what a miss comes from. */
export function targetSentences(
  measured: readonly Measured[],
  backends: Backends,
  ttftMs: number,
): string[] {
  type Cause = (ways: Ways) => string;
  const turn: Cause = ({ member, provider }) =>
    `${member} to the object, ${provider} from there to the provider, ${ttftMs} the provider's own`;
  const database: Cause = (ways) => `${ways.database} from the object to the database`;
  const judge = (
    what: string,
    bound: number,
    of: (outcome: Outcome) => number,
    cause: Cause,
  ): string => {
    const missed = measured.filter(({ outcome }) => of(outcome) > bound);
    if (missed.length === 0) return `- ${what} under ${bound} ms: everywhere.`;
    const list = missed.map(({ member, site, outcome }) => {
      const why = cause(waysOf(member, site, backends));
      return `${member.name} ${ms(of(outcome))} (${why})`;
    });
    return `- ${what} under ${bound} ms: missed in ${missed.length} of ${measured.length}: ${list.join("; ")}.`;
  };
  return [
    judge("First word of a warm turn", FIRST_WORD_MS, ({ warm }) => warm, turn),
    judge(
      "First word of a member's very first turn",
      FIRST_WORD_MS,
      ({ first }) => first,
      (ways) => `${turn(ways)}, ${database(ways)}`,
    ),
    judge(
      "Cold start (a first turn over a warm one)",
      COLD_START_MS,
      ({ first, warm }) => first - warm,
      database,
    ),
    judge(
      "Response of the object to a request",
      RESPONSE_MS,
      ({ read }) => read,
      ({ member }) => `${member} to the object`,
    ),
  ];
}

/** The bill as a table, and what it rests on. */
export function costText(lines: readonly CostLine[], use: TurnUse, assumed: Assumptions): string {
  const whole = lines.reduce((sum, { dollars }) => sum + dollars, 0);
  const number = (value: number): string =>
    value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 2 : 0 });
  const rows = lines.map(({ name, units, dollars }) => [name, number(units), number(dollars)]);
  return [
    table(["a month", "units", "dollars"], [...rows, ["in all", "", number(whole)]]),
    "",
    `Measured, for each turn: ${use.rowsWritten.toFixed(1)} rows written (index entries and alarms included), ` +
      `${use.cpuMs.toFixed(1)} ms of CPU, ${number(use.inputTokens)} input tokens ` +
      `(${number(use.cachedInputTokens)} of them cached), ${number(use.outputTokens)} output tokens ` +
      "(prompts are the product's, replies the rehearsal model's).",
    `Assumed: ${number(assumed.members)} members with ${assumed.turns} turns each, ${assumed.otherRequests} other ` +
      `requests for each turn, an object awake ${assumed.awakeSeconds} s for a turn, ${assumed.rowsRead} rows read ` +
      `for a turn, ${assumed.storedMb} MB stored for each member. That is ` +
      `${((whole / assumed.members) * 100).toFixed(2)} cents a member. Without Supabase, Analytics Engine, taxes and discounts.`,
  ].join("\n");
}
