/**
 * Long random searches, each run with another seed. `IN_STEP_SEED`, `IN_STEP_ACTIONS`, `WHO_PAYS_SEED` and
 * `WHO_PAYS_ACTIONS` repeat a run.
 */
import { randomInt } from "node:crypto";
import { runVitest } from "./vitest.ts";

const {
  IN_STEP_SEED = String(randomInt(1_000_000)),
  IN_STEP_ACTIONS = "300",
  WHO_PAYS_SEED = String(randomInt(1_000_000)),
  WHO_PAYS_ACTIONS = "500",
} = process.env;
const env = { IN_STEP_SEED, IN_STEP_ACTIONS, WHO_PAYS_SEED, WHO_PAYS_ACTIONS, LINEAR_LONG: "yes" };

console.log(
  Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join(" "),
);
const books = await runVitest(["--project=worker", "test/worker/who-pays-at-random.test.ts"], env);
const inStep = await runVitest(["--project=browser", "test/browser/in-step.test.ts"], env);
const linear = await runVitest(["--project=domain", "test/domain/linear.test.ts"], env);
process.exitCode = books && inStep && linear ? 0 : 1;
