import type { Finding } from "../doctor/finding.ts";
import type { CommandResult } from "../doctor/subject.ts";
import type { DeployOptions } from "./options.ts";

/** What a deployment is made of, each to be replaced in a test. */
export interface DeploySteps {
  /** Looks at the environment before anything is built. */
  diagnose(): Promise<readonly Finding[]>;
  /** Builds the client for the environment's Supabase project. @returns what is to be said of it */
  build(): Promise<readonly Finding[]>;
  /** Has wrangler upload, or with `dryRun` only bundle. */
  upload(): Promise<CommandResult>;
  /** Looks at what runs there now. */
  visit(url: URL): Promise<readonly Finding[]>;
  show(findings: readonly Finding[]): void;
  say(line: string): void;
}

/** How it ended: `refused` has uploaded nothing, `failed` is wrangler's word, `unwell` is up and needs a look. */
export type DeployOutcome = "done" | "refused" | "failed" | "unwell";

const anyProblem = (findings: readonly Finding[]) =>
  findings.some(({ state }) => state === "problem");

/** Where a deployment is reached, as wrangler says it. */
export function addressIn(output: string): URL | null {
  const named = /https:\/\/[\w.-]+\.workers\.dev/.exec(output)?.[0];
  const domain = /^\s*([\w-]+(?:\.[\w-]+)+) \(custom domain/m.exec(output)?.[1];
  const address = domain === undefined ? named : `https://${domain}`;
  return address === undefined ? null : new URL(address);
}

/**
 * Deploys: looks before, builds, looks at what was built, uploads, looks from outside. Nothing is
 * uploaded where something is in the way. A dry run goes on to the end, and says what would refuse it.
 */
export async function deploy(options: DeployOptions, steps: DeploySteps): Promise<DeployOutcome> {
  const { environment, dryRun, versionOnly } = options;
  steps.say(`Looking at ${environment} …`);
  const before = await steps.diagnose();
  steps.show(before);
  const refuse = (): DeployOutcome => {
    steps.say("\nNothing was uploaded: what is in the way comes first.");
    return "refused";
  };
  if (anyProblem(before) && !dryRun) return refuse();

  steps.say("\nBuilding the client …");
  const built = await steps.build();
  steps.show(built);
  if (anyProblem(built) && !dryRun) return refuse();

  steps.say(dryRun ? "\nBundling the Worker, uploading nothing …" : "\nUploading …");
  const { code, output } = await steps.upload();
  if (code !== 0) {
    steps.say("\nwrangler could not do it: its own words stand above.");
    return "failed";
  }
  if (dryRun) return anyProblem([...before, ...built]) ? refuse() : "done";
  if (versionOnly) {
    steps.say(`\nUploaded, and nobody is served by it yet. Shift members to it, in steps:
  npx wrangler versions deploy --env ${environment}`);
    return "done";
  }
  const url = options.url ?? addressIn(output);
  if (!url) {
    steps.say(`\nDeployed. Look at it: npm run doctor -- --env ${environment} --url https://…`);
    return "done";
  }
  steps.say(`\nLooking at ${url.origin} …`);
  const outside = await steps.visit(url);
  steps.show(outside);
  if (!anyProblem(outside)) {
    steps.say(`\nDeployed: ${url.origin}`);
    return "done";
  }
  steps.say(`\nDeployed, but not well. To go back: npx wrangler rollback --env ${environment}`);
  return "unwell";
}
