import { afterAll, beforeAll, describe } from "vitest";
import { applyMigrations, readMigrations } from "../../migrations/apply.ts";
import { schemaRules } from "./rules/index.ts";
import type { TestDatabase } from "./support/database.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./support/postgres.ts";

const bin = findPostgres();
const why = bin ?? "skipped: no initdb and postgres in /usr/lib/postgresql/*/bin or on the PATH";

describe.skipIf(!bin)(`on PostgreSQL, from empty (${why})`, () => {
  let server: PostgresServer;
  let database: TestDatabase;
  beforeAll(async () => {
    server = await startPostgres(bin ?? "");
    database = await server.create("viva");
    await applyMigrations(database, readMigrations());
  });
  afterAll(async () => {
    await database?.close();
    await server?.stop();
  });
  schemaRules(() => database);
});
