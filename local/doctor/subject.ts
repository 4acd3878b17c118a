import { namedSettings } from "../../worker/settings.ts";
import type { Variables } from "../settings.ts";

/** Reads of a database; the doctor changes nothing. */
export interface SqlReader {
  query<Row = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<Row[]>;
}

/** What became of a command. */
export interface CommandResult {
  readonly code: number;
  /** Both streams, without colours. */
  readonly output: string;
}

/** Runs wrangler with these arguments. Rejects where it cannot be started. */
export type RunWrangler = (args: readonly string[]) => Promise<CommandResult>;

/** What the doctor looks at, and with what. Everything of the world outside comes in by here. */
export interface Subject {
  /** The Worker's variables as they were found, by the names they were given under. */
  readonly variables: Variables;
  /**
   * Settings that are known to be set where they cannot be read (Cloudflare's secrets): not missing,
   * and what needs their value is skipped.
   */
  readonly unreadable: ReadonlySet<string>;
  /** The environment of wrangler.toml that is deployed; null for this machine. */
  readonly environment: string | null;
  readonly fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A way past PostgREST; null where none was given. */
  readonly database: SqlReader | null;
  /** A member to sign in as, for what only a member can see; null for none. */
  readonly signIn: { readonly email: string; readonly password: string } | null;
  /** Whether the model may be asked for one token, which costs a little. */
  readonly askModel: boolean;
}

/** The value of a setting, trimmed; undefined where it is not given or cannot be read. */
export function settingOf({ variables }: Subject, name: string): string | undefined {
  const value = namedSettings(variables)[name];
  return typeof value === "string" ? value.trim() : undefined;
}

/** A setting that is an address, without a slash at its end; undefined where it is none. */
export function addressOf(subject: Subject, name: string): URL | undefined {
  const value = settingOf(subject, name);
  if (value === undefined || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) ? url : undefined;
}

/** The address of something at a base address. */
export function under(base: URL, path: string): string {
  return `${base.href.replace(/\/+$/, "")}${path}`;
}

/** Whether a host is this machine, or can only be reached from its own network. */
export function isNear({ hostname }: URL): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+|host\.docker\.internal)$|\.(local|internal|localhost)$/.test(
    hostname,
  );
}
