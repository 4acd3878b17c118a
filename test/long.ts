/** Long random searches, each run with another seed. `IN_STEP_SEED` and `IN_STEP_ACTIONS` repeat a run. */
import { randomInt } from "node:crypto";
import { buildClient } from "../client/build.ts";
import { runVitest } from "./vitest.ts";

const { IN_STEP_SEED = String(randomInt(1_000_000)), IN_STEP_ACTIONS = "300" } = process.env;

console.log(`IN_STEP_SEED=${IN_STEP_SEED} IN_STEP_ACTIONS=${IN_STEP_ACTIONS}`);
await buildClient();
const passed = await runVitest(["--project=browser", "test/browser/in-step.test.ts"], {
  IN_STEP_SEED,
  IN_STEP_ACTIONS,
});
process.exitCode = passed ? 0 : 1;
