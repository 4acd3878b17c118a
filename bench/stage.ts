import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { bundleWorker, type RunningWorkerd, startWorkerd } from "../local/workerd.ts";
import { startBare } from "./bare/start.ts";
import { LoadClient } from "./client.ts";
import { type FarDatabase, startFarDatabase } from "./database.ts";
import { mintToken } from "./members.ts";
import { installPeers, startPeer } from "./peers.ts";
import { type Provider, startProvider } from "./provider.ts";
import {
  agentTarget,
  bareTarget,
  firstTurnTarget,
  honoTarget,
  proxyTarget,
  straightTarget,
  type Target,
  type TargetKey,
  warmTarget,
} from "./targets.ts";

/** Members are made so many at a time. */
const MEMBERS_AT_ONCE = 128;
/** Turns before the request is recorded that straight, proxy and bare object send: half a talk. */
const TURNS_BEFORE_RECORDING = 8;

/** Everything that is measured, running, with the provider and the database behind it. */
export interface Stage {
  readonly folder: string;
  readonly client: LoadClient;
  readonly provider: Provider;
  readonly database: FarDatabase;
  readonly product: RunningWorkerd;
  readonly bare: RunningWorkerd;
  /** By key; the peers are missing where they could not be installed. */
  readonly targets: ReadonlyMap<TargetKey, Target>;
  /** Why there are no peers; null when there are. */
  readonly peersMissing: string | null;
  /** Size of a request to the provider, in bytes. */
  readonly promptBytes: number;
  /** A member of the product that nobody was before: an access token. */
  newMember(): Promise<string>;
  /** Makes so many members beforehand: the database is busy with it for a while. */
  stockMembers(count: number): Promise<void>;
  /** Serves the product again, from its own folder, with other settings or flags. */
  serve(name: string, more?: Serving): Promise<RunningWorkerd>;
  close(): Promise<void>;
}

/** How another process of the product differs. */
export interface Serving {
  readonly env?: Readonly<Record<string, string>>;
  readonly v8Flags?: readonly string[];
}

/** Targets with these keys, in this order; those that are not there are left out. */
export function pick({ targets }: Pick<Stage, "targets">, keys: readonly TargetKey[]): Target[] {
  return keys.flatMap((key) => targets.get(key) ?? []);
}

/** Starts all of it in `folder`, which has to be empty. `peers` false leaves the peers out. */
export async function setStage(
  folder: string,
  peers: boolean,
  say: (line: string) => void,
): Promise<Stage> {
  const undo: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    say("starting provider, database and workerd");
    const provider = await startProvider();
    undo.push(() => provider.close());
    const database = await startFarDatabase(join(folder, "supabase"), 0, "taken");
    undo.push(() => database.close());
    const env = {
      SUPABASE_URL: database.url,
      SUPABASE_PUBLISHABLE_KEY: database.publishableKey,
      SUPABASE_SECRET_KEY: database.secretKey,
      SUPABASE_JWT_SECRET: database.jwtSecret,
      OPENAI_API_KEY: "rehearsal",
      OPENAI_BASE_URL: provider.url,
      MONTHLY_CREDITS: "1000000000",
      TURNS_PER_MINUTE: "100000",
      TURNS_AT_ONCE: "1000",
    };
    const bundleDir = join(folder, "bundle");
    await bundleWorker(bundleDir);
    const serve: Stage["serve"] = async (name, more = {}) => {
      const running = await startWorkerd({
        port: 0,
        env: { ...env, ...more.env },
        bundleDir,
        dataDir: join(folder, name),
        v8Flags: more.v8Flags ?? [],
      });
      undo.push(() => running.close());
      return running;
    };
    const product = await serve("product");
    const bare = await startBare(join(folder, "bare"), provider.url);
    undo.push(() => bare.close());
    const client = new LoadClient();
    undo.push(() => client.close());

    const members = memberPool(database);

    const warm = warmTarget(client, product, members.take);
    const { payload, system } = await recordRequest(provider, database, warm);
    const list = [
      straightTarget(client, provider.url, payload),
      proxyTarget(client, bare, payload),
      bareTarget(client, bare, payload),
      warm,
      firstTurnTarget(client, product, members.take, true),
      firstTurnTarget(client, product, members.take, false),
    ];
    let peersMissing: string | null = "left out";
    if (peers) peersMissing = await installPeers(say);
    if (peersMissing === null) {
      const peerEnv = { ...env, SYSTEM: system };
      const agent = await startPeer("agent", join(folder, "agent"), peerEnv);
      undo.push(() => agent.close());
      const hono = await startPeer("hono", join(folder, "hono"), peerEnv);
      undo.push(() => hono.close());
      list.push(agentTarget(agent, members.take), honoTarget(client, hono, members.take));
    } else if (peers) {
      say(`without peers: ${peersMissing}`);
    }
    return {
      folder,
      client,
      provider,
      database,
      product,
      bare,
      targets: new Map(list.map((target) => [target.key, target])),
      peersMissing,
      promptBytes: payload.length,
      newMember: members.take,
      stockMembers: members.stock,
      serve,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Members who have been made and not taken yet. */
function memberPool(database: FarDatabase): {
  take(): Promise<string>;
  stock(count: number): Promise<void>;
} {
  const unused: string[] = [];
  let making: Promise<void> = Promise.resolve();
  const stock = (count: number): Promise<void> => {
    making = making.then(async () => {
      const missing = Math.max(0, count - unused.length);
      const ids = Array.from({ length: missing }, () => randomUUID());
      if (missing > 0) await database.addMembers(ids);
      unused.push(...ids);
    });
    return making;
  };
  return {
    stock,
    take: async () => {
      let id = unused.pop();
      while (id === undefined) {
        await stock(MEMBERS_AT_ONCE);
        id = unused.pop();
      }
      return mintToken(id, database.jwtSecret);
    },
  };
}

/** What the product sends the provider in mid-talk: the whole request, and its first system message. */
async function recordRequest(
  provider: Provider,
  database: FarDatabase,
  target: Target,
): Promise<{ payload: string; system: string }> {
  await provider.control({ tokens: 40, ttftMs: 5, gapMs: 0 });
  const visitor = await target.visitor(0);
  for (let turn = 0; turn < TURNS_BEFORE_RECORDING; turn += 1) {
    const { status, text } = await visitor.send(provider.nextMark());
    if (status !== 200) throw new Error(`a turn failed: ${status} ${text.slice(0, 300)}`);
  }
  await database.atRest();
  const payload = await provider.newestRequest();
  await provider.takeTimes();
  const { messages } = JSON.parse(payload) as { messages: { role: string; content: string }[] };
  return { payload, system: messages[0]?.content ?? "" };
}
