import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildClient } from "../client/build.ts";
import { LocalError } from "./local-error.ts";
import { startModelThread } from "./model/thread.ts";
import { portInUse } from "./ports.ts";
import { checkGiven, realParts, type Variables } from "./settings.ts";
import { DEMO_EMAIL, DEMO_PASSWORD } from "./supabase/demo.ts";
import { supabaseFolder } from "./supabase/folder.ts";
import { type FolderLock, lockFolder } from "./supabase/lock.ts";
import { type LocalSupabase, startSupabase } from "./supabase/server.ts";
import { startWrangler } from "./wrangler.ts";

/** The project's folder. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

export interface WorldOptions {
  /** Where everything is kept, made when missing. */
  dataDir: string;
  /** The Worker's variables; those of a real part replace the local one. Default none. */
  variables?: Variables;
  /** Default 0: any free one. */
  port?: number;
  supabasePort?: number;
  modelPort?: number;
  /** Where a debugger attaches to the Worker. */
  inspectorPort?: number;
  /** Pace of the rehearsal model; default 250 ms to the first token, 22 ms between two. */
  ttftMs?: number;
  gapMs?: number;
  /** Whether the client is built first; false serves what lies in client/dist. Default true. */
  build?: boolean;
  /** Whether the client is built again when its sources change. Default false. */
  watch?: boolean;
  /** Gives up starting: what is up is ended, and `startWorld` rejects with the signal's reason. */
  signal?: AbortSignal;
  /** A line as each part comes up, and what goes wrong later. */
  log?(line: string): void;
}

/** The whole product on this machine. */
export interface World {
  /** The Worker's address, such as `http://localhost:8787`. */
  url: string;
  port: number;
  /** Null when a real one is used. */
  supabase: LocalSupabase | null;
  /** Base URL of the rehearsal model, ending in `/v1`; null when a real one is used. */
  modelUrl: string | null;
  /** Resolves when a part ended by itself, with what to tell; never after `close()`. */
  broken: Promise<string>;
  /** Ends every part, newest first. Data stays. May be called twice. */
  close(): Promise<void>;
}

/** Takes the Worker's part of the data folder. @throws LocalError when it is in use or unusable. */
function takeFolder(folder: string): FolderLock {
  try {
    return lockFolder(folder);
  } catch (error) {
    if (error instanceof LocalError) throw error;
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new LocalError(
      `The data folder ${folder} cannot be used (${reason}): make it writable, or set VIVA_DATA to another folder.`,
    );
  }
}

/** @throws LocalError when the Worker's port is in use. */
async function checkPort(port: number): Promise<void> {
  const probe = createServer().listen(port, "127.0.0.1");
  await once(probe, "listening").catch(() => {
    throw portInUse(port, "PORT");
  });
  probe.close();
  await once(probe, "close");
}

/**
 * Starts the local world: Supabase, the rehearsal model, the client's build, `wrangler dev`.
 * When a part cannot start, the others are ended before this rejects.
 *
 * @throws LocalError, whose message says what to do: settings, folder or port.
 */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { dataDir, log = () => {} } = options;
  const given = options.variables ?? {};
  checkGiven(given);
  const real = realParts(given);
  const variables: Variables = { ...given };
  const undo: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  const stillWanted = (): void => options.signal?.throwIfAborted();
  try {
    const folder = join(dataDir, "worker");
    const lock = takeFolder(folder);
    undo.push(() => lock.release());

    // Found out last by wrangler, told first: nothing was built in vain then.
    if (options.port) await checkPort(options.port);

    let modelUrl: string | null = null;
    if (real.model) {
      variables.OPENAI_API_KEY ??= "none";
      log(`model      ${variables.OPENAI_BASE_URL ?? "OpenAI"}`);
    } else {
      const model = await startModelThread({
        port: options.modelPort ?? 0,
        ...(options.ttftMs === undefined ? {} : { ttftMs: options.ttftMs }),
        ...(options.gapMs === undefined ? {} : { gapMs: options.gapMs }),
      });
      undo.push(() => model.close());
      modelUrl = model.url;
      variables.OPENAI_API_KEY = "rehearsal";
      variables.OPENAI_BASE_URL = model.url;
      log(`model      ${model.url} (a rehearsal: no key, no cost)`);
    }

    stillWanted();
    let supabase: LocalSupabase | null = null;
    if (real.supabase) {
      log(`supabase   ${given.SUPABASE_URL ?? given.NEXT_PUBLIC_SUPABASE_URL}`);
    } else {
      const started = await startSupabase({
        dataDir: supabaseFolder(dataDir),
        port: options.supabasePort ?? 0,
        jwtSecret: given.SUPABASE_JWT_SECRET,
        publishableKey: given.SUPABASE_PUBLISHABLE_KEY,
        secretKey: given.SUPABASE_SECRET_KEY,
        control: true,
        log: (line) => log(`supabase   ${line}`),
      });
      undo.push(() => started.close());
      supabase = started;
      Object.assign(variables, {
        SUPABASE_URL: started.url,
        SUPABASE_PUBLISHABLE_KEY: started.publishableKey,
        SUPABASE_SECRET_KEY: started.secretKey,
        SUPABASE_JWT_SECRET: started.jwtSecret,
        DEMO_EMAIL,
        DEMO_PASSWORD,
      });
      log(`supabase   ${started.url}`);
    }

    stillWanted();
    if (options.build === false) {
      // wrangler wants the folder to be there, whatever lies in it.
      mkdirSync(join(ROOT, "client/dist"), { recursive: true });
    } else {
      const client = await buildClient({ watch: options.watch ?? false });
      undo.push(() => client.stop());
      log(`client     built${options.watch ? ", and again when it changes" : ""}`);
    }

    stillWanted();
    const worker = await startWrangler({
      root: ROOT,
      folder,
      port: options.port ?? 0,
      inspectorPort: options.inspectorPort,
      variables,
      signal: options.signal,
      log: (line) => log(`worker     ${line}`),
    });
    undo.push(() => worker.close());
    const url = `http://localhost:${worker.port}`;
    log(`worker     ${url}`);

    const broken = worker.ended.then(() => {
      // Ended because we asked: there is nothing to tell, and nobody waits any more.
      if (undo.length === 0) return new Promise<string>(() => {});
      return `wrangler dev ended by itself: see ${join(folder, "wrangler.log")}.`;
    });
    return { url, port: worker.port, supabase, modelUrl, broken, close };
  } catch (error) {
    await close();
    stillWanted();
    throw error;
  }
}
