/**
 * All tests: the browser's run beside all others, since each mostly waits for processes of its own. Chaos runs
 * alone afterwards, because its judge knows how long things may take.
 * Arguments go to Vitest as they are: `npm test -- test/domain/voice.test.ts` runs that file only.
 */
import makeReadySupabase from "./support/ready-supabase.ts";
import makeReadyWorker from "./support/ready-worker.ts";
import { runVitest } from "./vitest.ts";

async function runAll(): Promise<boolean> {
  const beside = await Promise.all([
    runVitest(["--project=!browser", "--project=!chaos"]),
    runVitest(["--project=browser"]),
  ]);
  const chaos = await runVitest(["--project=chaos"]);
  return chaos && beside.every(Boolean);
}

// Both runs share what is made here.
const undo = [await makeReadySupabase(), await makeReadyWorker()];
const args = process.argv.slice(2);
const passed = args.length === 0 ? await runAll() : await runVitest(args);
for (const step of undo) step();
process.exitCode = passed ? 0 : 1;
