import { once } from "node:events";
import { LocalError } from "./local-error.ts";
import { givenVariables, portOf } from "./settings.ts";
import { DEMO_EMAIL, DEMO_PASSWORD, NEW_EMAIL } from "./supabase/demo.ts";
import { dataRoot } from "./supabase/folder.ts";
import { ROOT, startWorld, type World } from "./world.ts";

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const fail = (message: string): void => {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
};

/** Starts the world from the environment and runs until Ctrl-C, or until a part ends. */
async function main(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => stop.abort());
  }
  const stopped = once(stop.signal, "abort").then(() => null);
  let world: World;
  try {
    world = await startWorld({
      dataDir: dataRoot(),
      variables: givenVariables(process.env, ROOT),
      port: portOf(process.env, "PORT", 8787),
      supabasePort: portOf(process.env, "SUPABASE_PORT", 54321),
      modelPort: portOf(process.env, "MODEL_PORT", 8788),
      inspectorPort: portOf(process.env, "INSPECTOR_PORT", 0),
      watch: process.argv.includes("--watch"),
      signal: stop.signal,
      log: say,
    });
  } catch (error) {
    if (stop.signal.aborted) return;
    if (!(error instanceof LocalError)) throw error;
    return fail(error.message);
  }
  say(`ready ${world.url}`);
  if (world.supabase) {
    say(`sign in as ${DEMO_EMAIL} or ${NEW_EMAIL} (nothing filled in), password ${DEMO_PASSWORD}`);
  }
  const broken = await Promise.race([stopped, world.broken]);
  await world.close();
  if (broken !== null) fail(broken);
}

await main();
