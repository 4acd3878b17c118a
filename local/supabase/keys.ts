import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalError } from "../local-error.ts";

/** The secrets of a local Supabase: tokens are HS256 under `jwtSecret`, the keys go into `apikey`. */
export interface SupabaseKeys {
  jwtSecret: string;
  publishableKey: string;
  secretKey: string;
}

const names = ["jwtSecret", "publishableKey", "secretKey"] as const;

/**
 * The folder's own keys, made on first use and kept there (readable by the owner only), with those
 * given in their place.
 *
 * @throws LocalError when the file is there but is not one of ours.
 */
export function loadKeys(
  folder: string,
  given: { [Name in keyof SupabaseKeys]?: string | undefined } = {},
): SupabaseKeys {
  const kept = readKeys(folder) ?? createKeys(folder);
  return {
    jwtSecret: given.jwtSecret || kept.jwtSecret,
    publishableKey: given.publishableKey || kept.publishableKey,
    secretKey: given.secretKey || kept.secretKey,
  };
}

/** The keys kept in a folder, or null where none were made yet. */
export function readKeys(folder: string): SupabaseKeys | null {
  const file = keyFile(folder);
  if (!existsSync(file)) return null;
  try {
    const keys = JSON.parse(readFileSync(file, "utf8")) as SupabaseKeys;
    if (names.every((name) => typeof keys[name] === "string" && keys[name] !== "")) return keys;
  } catch {
    // told below, in one sentence for both
  }
  throw new LocalError(`The key file ${file} cannot be read: delete it, and new keys are made.`);
}

function createKeys(folder: string): SupabaseKeys {
  const secret = (bytes: number) => randomBytes(bytes).toString("base64url");
  const keys = {
    jwtSecret: secret(48),
    publishableKey: `sb_publishable_${secret(24)}`,
    secretKey: `sb_secret_${secret(24)}`,
  };
  writeFileSync(keyFile(folder), `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  return keys;
}

const keyFile = (folder: string) => join(folder, "keys.json");
