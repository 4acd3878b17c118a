/**
 * All tests: the browser's run beside all others, since each mostly waits for processes of its own. Chaos runs
 * alone afterwards, because its judge knows how long things may take.
 * Arguments go to Vitest as they are: `npm test -- test/domain/voice.test.ts` runs that file only.
 */
import { buildClient } from "../client/build.ts";
import { runVitest } from "./vitest.ts";

async function runAll(): Promise<boolean> {
  const beside = await Promise.all([
    runVitest(["--project=!browser", "--project=!chaos"]),
    runVitest(["--project=browser"]),
  ]);
  const chaos = await runVitest(["--project=chaos"]);
  return chaos && beside.every(Boolean);
}

await buildClient();
const args = process.argv.slice(2);
const passed = args.length === 0 ? await runAll() : await runVitest(args);
process.exitCode = passed ? 0 : 1;
