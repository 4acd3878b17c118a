import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { checkSettings } from "../worker/settings.ts";
import { LocalError } from "./local-error.ts";

/** Variables by name. */
export type Variables = Record<string, string>;

/** Names other tools use for settings; the Worker accepts them too. */
const ALIASES = [
  "NEXT_PUBLIC_SUPABASE_URL",
  "NEXT_PUBLIC_SUPABASE_ANON_KEY",
  "SUPABASE_ANON_KEY",
  "SUPABASE_SERVICE_ROLE_KEY",
];

/** Enough for the settings to be read, so that they tell their names. */
const SMALLEST: Variables = {
  SUPABASE_URL: "http://localhost",
  SUPABASE_PUBLISHABLE_KEY: "key",
  SUPABASE_SECRET_KEY: "key",
  OPENAI_API_KEY: "key",
};

/** Every variable the Worker reads. */
export function settingNames(): readonly string[] {
  return [...Object.keys(checkSettings(SMALLEST).settings ?? {}), ...ALIASES];
}

/**
 * The Worker's variables as given: those of `.dev.vars` in `folder`, and over them those of the
 * environment. Blank ones count as not given.
 */
export function givenVariables(env: NodeJS.ProcessEnv, folder: string): Variables {
  const file = join(folder, ".dev.vars");
  const written = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  const given: Variables = {};
  for (const [name, value] of Object.entries(written)) {
    if (value?.trim()) given[name] = value;
  }
  for (const name of settingNames()) {
    const value = env[name];
    if (value?.trim()) given[name] = value;
  }
  return given;
}

/** Which parts are real: named by the variables that were given. */
export function realParts(given: Variables): { supabase: boolean; model: boolean } {
  return {
    supabase: Boolean(given.SUPABASE_URL ?? given.NEXT_PUBLIC_SUPABASE_URL),
    model: Boolean(given.OPENAI_API_KEY ?? given.OPENAI_BASE_URL),
  };
}

/**
 * Checks what was given before anything starts; the local parts fill in what is left out.
 * @throws LocalError naming every setting that is missing, malformed or not for this machine.
 */
export function checkGiven(given: Variables): void {
  if (given.JURISDICTION) {
    throw new LocalError(
      "JURISDICTION is for deployments: workerd on this machine has none. Take it out of .dev.vars and the environment.",
    );
  }
  const real = realParts(given);
  checkComplete({
    ...(real.supabase ? {} : SMALLEST),
    // Servers of one's own (Ollama, vLLM) ask for no key.
    OPENAI_API_KEY: "key",
    ...given,
  });
}

/**
 * Checks variables that must be complete: no local part fills in.
 * @throws LocalError naming every setting that is missing or malformed.
 */
export function checkComplete(variables: Variables): void {
  const { problems } = checkSettings(variables);
  if (problems.length === 0) return;
  throw new LocalError(
    `Settings need attention (environment or .dev.vars): ${problems.join(" · ")}.`,
  );
}

/** A port from a variable. @throws LocalError when it is none. */
export function portOf(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const text = env[name]?.trim();
  if (!text) return fallback;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new LocalError(`${name} is "${text}": set it to a port from 0 (any free one) to 65535.`);
}

/** Variables as the text of an env file that wrangler reads back unchanged. */
export function envFile(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quote(name, value)}\n`)
    .join("");
}

function quote(name: string, value: string): string {
  const mark = ["'", '"', "`"].find((mark) => !value.includes(mark));
  if (mark === undefined || (mark === '"' && value.includes("\\"))) {
    throw new LocalError(`${name} holds every kind of quotation mark: leave one kind out.`);
  }
  // `$` would be read as the beginning of another variable's name.
  return mark + value.replaceAll("$", "\\$") + mark;
}
