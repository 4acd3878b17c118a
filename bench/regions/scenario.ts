import { TurnClient, type TurnSeen } from "../load/turn-client.ts";
import { quantile } from "../statistics.ts";
import type { Product, Stage } from "./place.ts";
import type { Waiting, Ways } from "./placement.ts";

const PATIENCE_MS = 30_000;
const WARM_TURNS = 2;

/** Medians of one scenario, in milliseconds. */
export interface Outcome extends Waiting {
  /** First word of a member's first turn after `POST /api/viva/warm`; null while there is no such route. */
  readonly warmed: number | null;
  /** First word of a greeting that has to be written … */
  readonly greeting: number;
  /** … and of one that was kept. */
  readonly keptGreeting: number;
}

/** What is done to the members of a scenario. */
export interface Conditions {
  readonly ways: Ways;
  /** Members who act at once; each gives one sample, two of warm turns. */
  readonly members: number;
  /** Whether connections to database and provider are broken before each turn. */
  readonly hangUp: boolean;
}

/** Medians of turns alone, in milliseconds. */
export type Turns = Pick<Outcome, "first" | "warm">;

const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

const TALK = { role: "user", content: "My weeks are full and my evenings are empty." };
const turnBody = (id: string): object => ({ id, messages: [TALK] });
const greetingBody = {
  messages: [],
  visionBuildPhase: "contrast",
  context: { category: "fun", isInitialGreeting: true },
};

/** Asks for turns of members, at the length that the wires have now. */
type Ask = (tokens: readonly string[], body: object) => Promise<number[]>;

/** Lets members act at one place, with their objects at another. */
async function withAsk<Result>(
  stage: Stage,
  product: Product,
  { ways, members, hangUp }: Conditions,
  act: (ask: Ask, rest: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const { toDatabase, toProvider, database } = stage;
  const client = new TurnClient(product.toMembers.url, PATIENCE_MS);
  const rest = async (): Promise<void> => {
    await Promise.all([toDatabase.quiet(), toProvider.quiet()]);
    await database.atRest();
  };
  const ask: Ask = async (tokens, body) => {
    if (hangUp) {
      toDatabase.hangUp();
      toProvider.hangUp();
    }
    const seen = await Promise.all(tokens.map((token) => client.send(token, body)));
    await rest();
    return seen.map(firstWordMs);
  };
  try {
    product.toMembers.setRoundTrip(ways.member);
    toDatabase.setRoundTrip(ways.database);
    toProvider.setRoundTrip(ways.provider);
    // Others have been here: connections are open, as in a busy data centre.
    await ask(await stage.newMembers(members), turnBody("talk"));
    return await act(ask, rest);
  } finally {
    client.close();
  }
}

/**
 * First turns, one after the other: PGlite serves one request at a time, and its queue would be
 * measured in place of the way to it.
 */
async function firstTurns(ask: Ask, tokens: readonly string[]): Promise<number[]> {
  const seen: number[] = [];
  for (const token of tokens) seen.push(...(await ask([token], turnBody("talk"))));
  return seen;
}

async function firstAndWarm(ask: Ask, tokens: readonly string[]): Promise<Turns> {
  const first = await firstTurns(ask, tokens);
  const warm: number[] = [];
  for (let turn = 0; turn < WARM_TURNS; turn += 1) {
    warm.push(...(await ask(tokens, turnBody("talk"))));
  }
  return { first: median(first), warm: median(warm) };
}

/** A member's first turns. */
export function runTurns(stage: Stage, product: Product, conditions: Conditions): Promise<Turns> {
  return withAsk(stage, product, conditions, async (ask) =>
    firstAndWarm(ask, await stage.newMembers(conditions.members)),
  );
}

/** All that members wait for. */
export function runScenario(
  stage: Stage,
  product: Product,
  conditions: Conditions,
): Promise<Outcome> {
  return withAsk(stage, product, conditions, async (ask, rest) => {
    const tokens = await stage.newMembers(conditions.members);
    const turns = await firstAndWarm(ask, tokens);
    const greeting = await ask(tokens, greetingBody);
    const keptGreeting = await ask(tokens, greetingBody);
    const read = await Promise.all(tokens.map((token) => readMs(product, token)));
    const others = await stage.newMembers(conditions.members);
    const called = await Promise.all(others.map((token) => warmUp(product, token)));
    await rest();
    const warmed = called.every(Boolean) ? median(await firstTurns(ask, others)) : null;
    return {
      ...turns,
      warmed,
      greeting: median(greeting),
      keptGreeting: median(keptGreeting),
      read: median(read),
    };
  });
}

function firstWordMs(seen: TurnSeen): number {
  if (seen.error !== null || seen.firstWord === null) {
    throw new Error(`a turn failed: ${seen.error ?? "no word"}`);
  }
  return seen.firstWord - seen.sent;
}

/** A conversation from the object's own record. */
async function readMs(product: Product, token: string): Promise<number> {
  const url = `${product.toMembers.url}/api/conversations/talk`;
  const begun = performance.now();
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`a read failed: ${response.status}`);
  return performance.now() - begun;
}

/** @returns false where the product has no such route */
async function warmUp(product: Product, token: string): Promise<boolean> {
  const response = await fetch(`${product.toMembers.url}/api/viva/warm`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: "{}",
  });
  await response.arrayBuffer();
  if (response.status === 404) return false;
  if (!response.ok) throw new Error(`warming failed: ${response.status}`);
  return true;
}
