import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";
import postgres from "postgres";
import type { TestDatabase } from "./database.ts";

/** A PostgreSQL server of our own, in a temporary folder, reachable through its socket only. */
export interface PostgresServer {
  /** Makes an empty database and connects to it. */
  create(name: string): Promise<TestDatabase>;
  /** Connects to a database made before, as the superuser or another role. */
  connect(name: string, user?: string): Promise<TestDatabase>;
  /** With these, a connection string such as `postgres:///name` reaches this server. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/** Folder of the newest server binaries on this machine, or null: then its tests are skipped. */
export function findPostgres(): string | null {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian)
    ? readdirSync(debian).sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  return (
    folders.find((folder) =>
      ["initdb", "postgres"].every((bin) => existsSync(join(folder, bin))),
    ) ?? null
  );
}

/** Starts the server found by `findPostgres`. */
export async function startPostgres(bin: string): Promise<PostgresServer> {
  const home = mkdtempSync(join(tmpdir(), "viva-pg-"));
  const data = join(home, "data");
  mkdirSync(data);
  const owner = serverUser();
  if (owner) for (const path of [home, data]) chownSync(path, owner.uid, owner.gid);
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--lc-messages=C", "--no-sync"],
    {
      ...owner,
      cwd: home,
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const server = spawn(
    join(bin, "postgres"),
    ["-D", data, "-k", home, "-c", "listen_addresses=", "-c", "fsync=off"],
    { ...owner, cwd: home, stdio: ["ignore", "ignore", "pipe"] },
  );
  const ended = once(server, "exit");
  const connect = async (database: string, user = "postgres"): Promise<TestDatabase> => {
    const sql = postgres({
      ...{ host: home, database, user, max: 1 },
      // Answers as PGlite gives them: numbers, and JSON unpacked.
      types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
      onnotice: () => {},
    });
    return {
      exec: async (text) => void (await sql.unsafe(text)),
      query: async <Row>(text: string, params: unknown[] = []) =>
        (await sql.unsafe(text, params as never[])) as unknown as Row[],
      connect: () => connect(database, user),
      close: () => sql.end({ timeout: 1 }),
    };
  };
  await ready(server);
  const admin = await connect("postgres");
  return {
    connect,
    environment: { PGHOST: home, PGUSER: "postgres" },
    create: async (name) => {
      await admin.exec(`create database ${name}`);
      return connect(name);
    },
    stop: async () => {
      await admin.close();
      server.kill("SIGINT");
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root: then it runs as the user its package made. */
function serverUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** The server says on stderr when it takes connections. What it says later is read and dropped. */
async function ready(server: ChildProcessByStdio<null, null, Readable>): Promise<void> {
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    server.stderr.setEncoding("utf8").on("data", (text: string) => {
      said.push(text);
      if (said.join("").includes("ready to accept connections")) resolve();
    });
    server.once("exit", () => reject(new Error(`PostgreSQL ended: ${said.join("")}`)));
  });
  server.stderr.removeAllListeners("data").resume();
}
