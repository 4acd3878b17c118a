import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { startModelThread } from "../../local/model/thread.ts";
import { bundleWorker, startWorkerd } from "../../local/workerd.ts";
import { type FarDatabase, startFarDatabase } from "../database.ts";
import { mintToken } from "../members.ts";
import { type DelayedWire, startDelay } from "./delay.ts";
import { countRows } from "./rows.ts";

/** Provider and database that answer at once, behind wires whose length can be set. */
export interface Stage {
  readonly database: FarDatabase;
  readonly toDatabase: DelayedWire;
  readonly toProvider: DelayedWire;
  /** Tells the rehearsal model how to behave. */
  control(change: object): Promise<void>;
  /** Serves the product with settings of its own, behind a wire that its members are at the end of. */
  serve(name: string, settings?: Readonly<Record<string, string>>): Promise<Product>;
  /** Access tokens of members who have never been here. */
  newMembers(count: number): Promise<string[]>;
  /** The demo member's, whose context all are given. */
  demoToken(): Promise<string>;
  close(): Promise<void>;
}

/** A running product. */
export interface Product {
  readonly pid: number;
  readonly toMembers: DelayedWire;
  /** Rows that its objects have written so far, as Cloudflare counts them. */
  rows(): Promise<number>;
}

/** TCP and TLS 1.3 take two round trips before a request can leave. */
const HANDSHAKES = 2;

/** Sets the stage in `folder`, which has to be empty. */
export async function setStage(folder: string, ttftMs: number): Promise<Stage> {
  const undo: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    const model = await startModelThread({ port: 0, ttftMs, gapMs: 2 });
    undo.push(() => model.close());
    const database = await startFarDatabase(join(folder, "supabase"), 0);
    undo.push(() => database.close());
    const toDatabase = await startDelay(database.url, { handshakes: HANDSHAKES });
    undo.push(() => toDatabase.close());
    const toProvider = await startDelay(model.url, { handshakes: HANDSHAKES });
    undo.push(() => toProvider.close());
    await bundleWorker(join(folder, "built"));
    const bundleDir = join(folder, "bundle");
    countRows(join(folder, "built"), bundleDir);

    return {
      database,
      toDatabase,
      toProvider,
      close,
      control: async (change) => {
        const url = new URL("/control", model.url);
        const response = await fetch(url, { method: "POST", body: JSON.stringify(change) });
        if (!response.ok) throw new Error(`the model refused: ${await response.text()}`);
      },
      serve: async (name, settings = {}) => {
        const running = await startWorkerd({
          port: 0,
          bundleDir,
          dataDir: join(folder, name),
          env: {
            SUPABASE_URL: toDatabase.url,
            SUPABASE_PUBLISHABLE_KEY: database.publishableKey,
            SUPABASE_SECRET_KEY: database.secretKey,
            SUPABASE_JWT_SECRET: database.jwtSecret,
            OPENAI_API_KEY: "rehearsal",
            OPENAI_BASE_URL: `${toProvider.url}/v1`,
            MONTHLY_CREDITS: "1000000000",
            TURNS_PER_MINUTE: "100000",
            ...settings,
          },
        });
        undo.push(() => running.close());
        // A page has its connection open long before its first message.
        const toMembers = await startDelay(running.url, { handshakes: 0 });
        undo.push(() => toMembers.close());
        const rows = async (): Promise<number> => {
          const body = (await (await fetch(`${running.url}/api/rows`)).json()) as { rows: number };
          return body.rows;
        };
        return { pid: running.pid, toMembers, rows };
      },
      newMembers: async (count) => {
        const ids = Array.from({ length: count }, () => randomUUID());
        await database.addMembers(ids);
        return Promise.all(ids.map((id) => mintToken(id, database.jwtSecret)));
      },
      demoToken: () => mintToken(database.demoId, database.jwtSecret),
    };
  } catch (error) {
    await close();
    throw error;
  }
}
