import { listedModel } from "../../domain/models.ts";

/**
 * Cloudflare's prices in dollars, Workers Paid plan.
 * https://developers.cloudflare.com/workers/platform/pricing/ and
 * https://developers.cloudflare.com/durable-objects/platform/pricing/, as of 2026.
 */
const PLAN = 5;
const MILLION = 1e6;

interface Meter {
  readonly name: string;
  /** Units a month that the plan includes. */
  readonly included: number;
  /** Dollars for each unit beyond. */
  readonly price: number;
}

const METERS = {
  workerRequests: { name: "Worker requests", included: 10e6, price: 0.3 / MILLION },
  workerCpuMs: { name: "Worker CPU, ms", included: 30e6, price: 0.02 / MILLION },
  objectRequests: { name: "object requests", included: 1e6, price: 0.15 / MILLION },
  objectGbSeconds: { name: "object duration, GB·s", included: 400e3, price: 12.5 / MILLION },
  rowsWritten: { name: "rows written", included: 50e6, price: 1 / MILLION },
  rowsRead: { name: "rows read", included: 25e9, price: 0.001 / MILLION },
  storedGb: { name: "stored, GB·month", included: 5, price: 0.2 },
} as const satisfies Record<string, Meter>;

/** What one turn takes, as measured. */
export interface TurnUse {
  readonly rowsWritten: number;
  /** Of the whole process: Worker and object, work after the answer included. */
  readonly cpuMs: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

/** What is assumed of members, and of what was not measured. */
export interface Assumptions {
  readonly members: number;
  /** Turns of a member in a month. */
  readonly turns: number;
  /** Other requests to the API for each turn: pages, lists, saving. */
  readonly otherRequests: number;
  /** Seconds that an object is awake for a turn: the answer, and the copying after it. */
  readonly awakeSeconds: number;
  /** Rows an object reads for a turn. */
  readonly rowsRead: number;
  /** Megabytes that a member's object holds. */
  readonly storedMb: number;
  readonly model: string;
}

/** A million members, each with a talk of eight turns a week. */
export const ASSUMED: Assumptions = {
  members: 1e6,
  turns: 32,
  otherRequests: 3,
  awakeSeconds: 4,
  rowsRead: 100,
  storedMb: 0.5,
  model: "gpt-6-luna",
};

/** Objects are billed as if they had 128 MB, whatever they use. */
const OBJECT_GB = 0.128;

/** A line of the bill: units a month and dollars. */
export interface CostLine {
  readonly name: string;
  readonly units: number;
  readonly dollars: number;
}

/**
 * What a month costs at list price, without discounts, taxes, Supabase and the cost of people.
 * @throws RangeError for a model without a price
 */
export function monthlyCost(use: TurnUse, assumed: Assumptions): CostLine[] {
  const turns = assumed.members * assumed.turns;
  const requests = turns * (1 + assumed.otherRequests);
  // All CPU counts as the Worker's: objects pay by duration, so this is too much rather than too little.
  const units: Record<keyof typeof METERS, number> = {
    workerRequests: requests,
    workerCpuMs: turns * use.cpuMs,
    // An alarm after each turn is a request, too.
    objectRequests: requests + turns,
    objectGbSeconds: turns * assumed.awakeSeconds * OBJECT_GB,
    rowsWritten: turns * use.rowsWritten,
    rowsRead: turns * assumed.rowsRead,
    storedGb: (assumed.members * assumed.storedMb) / 1_000,
  };
  const cloudflare = (Object.keys(METERS) as (keyof typeof METERS)[]).map((key) => {
    const { name, included, price } = METERS[key];
    return { name, units: units[key], dollars: Math.max(0, units[key] - included) * price };
  });
  const price = listedModel(assumed.model)?.pricePerMillion;
  if (!price) throw new RangeError(`no price for ${assumed.model}`);
  const token = (name: string, count: number, perMillion: number): CostLine => ({
    name: `${assumed.model}: ${name}`,
    units: turns * count,
    dollars: (turns * count * perMillion) / MILLION,
  });
  return [
    { name: "Workers Paid plan", units: 1, dollars: PLAN },
    ...cloudflare,
    token("input tokens", use.inputTokens - use.cachedInputTokens, price.input),
    token("cached input tokens", use.cachedInputTokens, price.cachedInput ?? price.input),
    token("output tokens", use.outputTokens, price.output),
  ];
}
