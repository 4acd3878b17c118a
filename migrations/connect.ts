import postgres from "postgres";
import { LocalError } from "../local/local-error.ts";
import type { SqlRunner } from "./apply.ts";

/** One connection to a database, until it is closed. */
export interface Connection extends SqlRunner {
  close(): Promise<void>;
}

const FORM = "postgres://user:password@host:5432/database";

/**
 * Connects to a Postgres of anywhere.
 * @param url a connection string
 * @param setting what the person at the terminal gave it in, for what is said to them
 * @throws LocalError where it is no connection string, and where the database does not let us in.
 *   What it says never holds the password.
 */
export async function connectPostgres(url: string, setting = "DATABASE_URL"): Promise<Connection> {
  refuseOtherUrls(url, setting);
  // One connection: transactions are opened by hand, as the local database needs it too.
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} });
  try {
    await sql`select 1`;
  } catch (error) {
    await sql.end({ timeout: 0 });
    throw new LocalError(whyNot(error, setting));
  }
  return {
    exec: async (text) => void (await sql.unsafe(text)),
    query: async <Row>(text: string, params: unknown[] = []) =>
      (await sql.unsafe(text, params as never[])) as unknown as Row[],
    close: () => sql.end({ timeout: 5 }),
  };
}

function refuseOtherUrls(url: string, setting: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol === "postgres:" || parsed?.protocol === "postgresql:") return;
  if (parsed?.protocol === "https:" || parsed?.protocol === "http:") {
    throw new LocalError(
      `${setting} is the address of a web server, not of the database: take the connection string (on Supabase: Connect, at the top of the project), of the form ${FORM}.`,
    );
  }
  throw new LocalError(
    `${setting} is no connection string: it has the form ${FORM}, and what is special in an address (such as # / ? @ : %) is percent-encoded in the password.`,
  );
}

/** What keeps us out, by the code of the network or of Postgres, and what to do about it. */
const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "its host is unknown: check the name in the address",
  EAI_AGAIN: "its host's name cannot be looked up: check the network",
  ENOENT: "nothing listens there: check the address, and whether the database runs",
  ECONNREFUSED: "nothing listens there: check host and port, and whether the database runs",
  EHOSTUNREACH: "its host cannot be reached: check the network",
  ENETUNREACH:
    "its host cannot be reached (it may have an IPv6 address only: on Supabase the session pooler has others)",
  CONNECT_TIMEOUT: "it does not answer: check host, port and firewall",
  "28P01": "user or password is wrong: check both (a password is percent-encoded in an address)",
  "28000":
    "this user is not let in: check the user, and whether the server asks for SSL (?sslmode=require)",
  "3D000": "there is no such database on that server: check the name at the end of the address",
  "42501":
    "this user may not connect to it: take the role that owns the database (on Supabase: postgres)",
  "53300": "it has no connection left: try again later",
  "57P03": "it is just starting: try again in a moment",
};

function whyNot(error: unknown, setting: string): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = error instanceof Error ? error.message : String(error);
  // What Supabase's pooler says of a user without the project's name.
  const reason = /tenant or user not found/i.test(message)
    ? "the pooler does not know this user: it is postgres.<project>, as the connection string has it"
    : (REASONS[code] ?? "check the address, the password and the network");
  return `The database of ${setting} cannot be reached (${message || code}): ${reason}.`;
}
