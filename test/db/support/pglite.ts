import { PGlite } from "@electric-sql/pglite";
import type { TestDatabase } from "./database.ts";

/** An empty PGlite in memory. */
export async function openPglite(): Promise<TestDatabase> {
  const driver = await PGlite.create();
  return {
    exec: async (sql) => void (await driver.exec(sql)),
    query: async <Row>(sql: string, params: unknown[] = []) =>
      (await driver.query<Row>(sql, params)).rows,
    connect: null,
    close: () => driver.close(),
  };
}
