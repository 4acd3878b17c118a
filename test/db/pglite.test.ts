import { afterAll, beforeAll, describe } from "vitest";
import { applyMigrations, readMigrations } from "../../migrations/apply.ts";
import { schemaRules } from "./rules/index.ts";
import type { TestDatabase } from "./support/database.ts";
import { openPglite } from "./support/pglite.ts";

describe("on PGlite, from empty", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openPglite();
    await applyMigrations(database, readMigrations());
  });
  afterAll(() => database.close());
  schemaRules(() => database);
});
