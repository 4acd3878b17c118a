import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { settingNames, type Variables } from "../settings.ts";
import type { WorkerConfig } from "./worker-config.ts";

/** The file that holds an environment's secrets on this machine; never committed. */
export function secretsFile(root: string, environment: string | null): string {
  return join(root, environment === null ? ".dev.vars" : `.dev.vars.${environment}`);
}

/** What a file of variables says; nothing where there is none. Blank ones count as not given. */
export function variablesIn(file: string): Variables {
  const written = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  return given(written);
}

function given(all: Readonly<Record<string, unknown>>): Variables {
  const variables: Variables = {};
  for (const [name, value] of Object.entries(all)) {
    const text = typeof value === "object" ? JSON.stringify(value) : String(value ?? "");
    if (text.trim() !== "") variables[name] = text;
  }
  return variables;
}

/**
 * An environment's variables as they will be: what stands in wrangler.toml is deployed so; the rest
 * are secrets, of which this machine has copies in `.dev.vars.<environment>` or in its own environment.
 */
export function variablesOf(
  environment: string | null,
  config: WorkerConfig | undefined,
  env: NodeJS.ProcessEnv,
  root: string,
): Variables {
  const own: Record<string, unknown> = {};
  for (const name of settingNames()) own[name] = env[name];
  return {
    ...variablesIn(secretsFile(root, environment)),
    ...given(own),
    ...given(config?.vars ?? {}),
  };
}
