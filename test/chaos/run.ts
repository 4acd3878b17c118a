import { mintToken } from "../../bench/members.ts";
import type { Conversation, SyncState } from "../../domain/messages.ts";
import { now } from "../../local/model/pace.ts";
import { readCopies, readObjects, type Verdict } from "./evidence.ts";
import { Journal } from "./journal.ts";
import { judgeAnswers, judgeReadings } from "./judge-answers.ts";
import { judgeCopies } from "./judge-copies.ts";
import { judgeLedger } from "./judge-ledger.ts";
import { judgeMessages } from "./judge-messages.ts";
import { piecesOf } from "./pieces.ts";
import { Random } from "./random.ts";
import { Talk } from "./talk.ts";
import { startWeather } from "./weather.ts";
import { newAgent, Wire } from "./wire.ts";
import { type ChaosWorld, startChaosWorld } from "./world.ts";

/** What a run is made of. */
export interface ChaosOptions {
  /** Decides everything that is left to chance; what happens at the same time still varies. */
  readonly seed: string;
  /** How many turns at least. */
  readonly turns: number;
  readonly members: number;
  /** How often the Worker's process is killed. */
  readonly kills: number;
  /** The turns are cut short after so many minutes. */
  readonly minutes: number;
  /** Whether turns are left alone by everyone at a kill: their alarms take half a minute. */
  readonly unattended: boolean;
  /** How long nobody does anything before memory is looked at; objects are evicted after ten seconds. */
  readonly idleMs: number;
  /** Where everything is kept while it runs. */
  readonly folder: string;
  readonly say?: (line: string) => void;
}

/** The verdict of a run. */
export interface ChaosResult extends Verdict {
  readonly seed: string;
}

/** Conversations that each member has at the same time. */
const TALKS = 2;
/** Longest wait for everything to come to rest. */
const REST_MS = 60_000;
/** Share of the turns during which the process is killed; the rest tells what its memory does. */
const KILLING = 0.7;
/**
 * Most memory that the process may hold in the end, in MiB. V8 keeps what it once had up to its
 * limit (128 MiB, as at Cloudflare), and each object's database keeps up to 2 MiB of pages.
 */
const MEMORY_MIB = 320;

interface Member {
  readonly name: string;
  readonly id: string;
  readonly wire: Wire;
  readonly talks: readonly Talk[];
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function uuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => random.int(0, 15).toString(16)).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Runs members through chaos and judges what is left of it. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { say = () => {} } = options;
  say("starting provider, database and workerd");
  const world = await startChaosWorld(options.folder, { ttftMs: 20, gapMs: 3 });
  const agent = newAgent();
  try {
    const journal = new Journal(say);
    const random = new Random(options.seed);
    const members = await makeMembers(world, agent, journal, random, options.members);
    const verdict: Verdict = { violations: journal.violations, figures: [] };
    const begun = now();
    const deadline = begun + options.minutes * 60_000;

    await liveThrough(world, journal, random.fork("first"), members, {
      turns: Math.round(options.turns * KILLING),
      kills: options.kills,
      deadline,
      say,
    });
    if (options.unattended) await leaveUnattended(world, members, verdict, say);
    else await world.kill(0);
    await Promise.all(members.map(({ talks }) => talks[0]?.calmly()));
    const base = world.memory();
    await liveThrough(world, journal, random.fork("second"), members, {
      turns: options.turns,
      kills: 0,
      deadline,
      say,
    });
    const seconds = (now() - begun) / 1000;
    say("waiting for everything to come to rest");
    const restMs = await comeToRest(world, members, verdict);
    const busy = world.memory();
    await pause(options.idleMs);
    const idle = world.memory();
    if (idle > MEMORY_MIB) {
      verdict.violations.push(`memory: ${base.toFixed(0)} MiB grew to ${idle.toFixed(0)} MiB`);
    }

    say("judging");
    await judge(world, journal, members, verdict);
    verdict.figures.push(
      ["turns acknowledged", journal.turns.size],
      ["seconds", Math.round(seconds)],
      ["milliseconds until all was at rest", Math.round(restMs)],
      ["workerd after its last start, all members awake, MiB", Math.round(base)],
      ["workerd when all was at rest, MiB", Math.round(busy)],
      ["workerd when nobody had done anything for a while, MiB", Math.round(idle)],
      ["kills of workerd", world.kills.length],
      ...journal.counts.entries(),
      ...[...world.events].map(([name, count]): [string, number] => [`log: ${name}`, count]),
    );
    return { seed: options.seed, ...verdict };
  } finally {
    agent.destroy();
    await world.close();
  }
}

async function makeMembers(
  world: ChaosWorld,
  agent: ReturnType<typeof newAgent>,
  journal: Journal,
  random: Random,
  count: number,
): Promise<Member[]> {
  const ids = Array.from({ length: count }, () => uuid(random));
  await world.query(
    `insert into auth.users (id, email)
     select id, id || '@chaos.local' from unnest($1::text[]::uuid[]) as id`,
    [`{${ids.join(",")}}`],
  );
  return Promise.all(
    ids.map(async (id, index) => {
      const name = `m${index}`;
      const wire = new Wire(world.up, agent, await mintToken(id, world.jwtSecret), (call) =>
        journal.violation(`${name}: no answer to ${call}`),
      );
      const talks = Array.from({ length: TALKS }, (_, n) => {
        const talk = `${name}-t${n}`;
        return new Talk(wire, journal, random.fork(talk), name, talk);
      });
      return { name, id, wire, talks };
    }),
  );
}

interface Stretch {
  readonly turns: number;
  readonly kills: number;
  readonly deadline: number;
  readonly say: (line: string) => void;
}

/** Lets all members live until so many turns were acknowledged since the run began. */
async function liveThrough(
  world: ChaosWorld,
  journal: Journal,
  random: Random,
  members: readonly Member[],
  { turns, kills, deadline, say }: Stretch,
): Promise<void> {
  const from = journal.turns.size;
  const weather = startWeather(world, journal, random);
  const more = (): boolean => journal.turns.size < turns && now() < deadline;
  const lives = Promise.all(
    members.flatMap(({ talks }) => talks.map((talk) => talk.live(more))),
  ).then(() => {});
  try {
    for (let i = 1; i <= kills && more(); i += 1) {
      await Promise.race([journal.reached(from + ((turns - from) * i) / (kills + 1)), lives]);
      if (!more()) break;
      await Promise.race([worstMoment(journal, random), lives]);
      await world.kill(random.int(0, 300));
      say(`killed the process at ${journal.turns.size} turns (${i} of ${kills})`);
    }
    await lives;
  } finally {
    await weather.clear();
  }
}

/**
 * Leaves a turn of each member without any client, kills the process, and waits until the objects
 * have woken by themselves, ended their turns and told Postgres.
 */
async function leaveUnattended(
  world: ChaosWorld,
  members: readonly Member[],
  { violations, figures }: Verdict,
  say: (line: string) => void,
): Promise<void> {
  await world.setModel({ ttftMs: 500, gapMs: 20 });
  const begun = await Promise.all(members.map(({ talks }) => talks[0]?.absently()));
  const turns = begun.filter((turn) => typeof turn === "string");
  await world.kill(0);
  const from = now();
  say(`left ${turns.length} turns alone`);
  const told = async (): Promise<number> => {
    const [row] = await world.query<{ told: number }>(
      `select count(distinct turn_id)::int as told from token_usage
       where turn_id = any(string_to_array($1, ','))`,
      [turns.join(",")],
    );
    return row?.told ?? 0;
  };
  while ((await told()) < turns.length) {
    if (now() - from > REST_MS) {
      violations.push(`of ${turns.length} turns left alone ${await told()} were taken up`);
      break;
    }
    await pause(500);
  }
  await world.resetModel();
  figures.push(
    ["turns without a client at a kill", turns.length],
    ["milliseconds until all of them had ended and were copied", Math.round(now() - from)],
  );
}

/** Resolves when a kill could do most harm: right after a client has seen something, or any time. */
function worstMoment(journal: Journal, random: Random): Promise<void> {
  const when = random.pick(["acknowledged", "first word", "ending", "any"] as const);
  journal.count(`kills at: ${when}`);
  return when === "any" ? pause(random.int(0, 200)) : journal.next(when);
}

/** Waits until no turn runs and every outbox is empty. @returns how long that took, in milliseconds */
async function comeToRest(
  world: ChaosWorld,
  members: readonly Member[],
  { violations }: Verdict,
): Promise<number> {
  const begun = now();
  let restless: string[] = [];
  for (let calm = 0; calm < 2; ) {
    if (now() - begun > REST_MS) {
      violations.push(`not at rest after ${REST_MS} ms: ${restless.join(", ")}`);
      break;
    }
    const states = await Promise.all(members.map((member) => restOf(member)));
    const open = (await world.modelLog()).filter(({ endedAt }) => endedAt === null).length;
    restless = states.filter((state) => state !== null);
    if (open > 0) restless.push(`${open} requests at the provider`);
    calm = restless.length === 0 ? calm + 1 : 0;
    await pause(250);
  }
  return now() - begun;
}

async function restOf({ name, wire }: Member): Promise<string | null> {
  const sync = await wire.json<SyncState>({ method: "GET", path: "/api/sync" });
  if (sync.status !== 200) return `${name}: ${sync.status}`;
  const { pending, failed } = sync.body;
  return pending + failed > 0 ? `${name}: ${pending} pending, ${failed} refused` : null;
}

async function judge(
  world: ChaosWorld,
  journal: Journal,
  members: readonly Member[],
  verdict: Verdict,
): Promise<void> {
  const api = new Map<string, Conversation[]>();
  for (const { name, wire } of members) {
    const conversations: Conversation[] = [];
    for (let n = 0; n < TALKS; n += 1) {
      const path = `/api/conversations/${name}-t${n}`;
      const { status, body } = await wire.json<Conversation>({ method: "GET", path });
      if (status === 200) conversations.push(body);
    }
    api.set(name, conversations);
  }
  const provider = await world.modelLog();
  const ids = new Map(members.map(({ name, id }) => [name, id]));
  const copies = await readCopies((sql) => world.query(sql), ids);
  await world.end();
  const objects = readObjects(world.objects);
  const evidence = { journal, kills: world.kills, provider, objects, api, ...copies };
  const pieces = piecesOf(evidence);
  judgeMessages(evidence, verdict);
  judgeAnswers(evidence, pieces, verdict);
  judgeReadings(evidence, pieces, verdict);
  judgeLedger(evidence, pieces, verdict);
  judgeCopies(evidence, verdict);
  if (world.deaths > 0) verdict.violations.push(`workerd ended by itself ${world.deaths} times`);
  for (const name of ["turn_not_written", "outbox_row_refused"]) {
    const times = world.events.get(name) ?? 0;
    if (times > 0) verdict.violations.push(`the log tells of ${name} ${times} times`);
  }
}
