import { join } from "node:path";
import { createPgliteConnection } from "@supabase/lite/pglite";
import { LocalError } from "../local/local-error.ts";
import { keepExitCode, keepExitCodeOfStatements } from "../local/supabase/exit-code.ts";
import type { Connection } from "./connect.ts";

/**
 * Opens the database in a local data folder as it is, nothing applied. The folder's lock must be held.
 * @throws LocalError where it holds no working database
 */
export async function openPgliteFolder(folder: string): Promise<Connection> {
  try {
    return await keepExitCode(async () => {
      const connection = await createPgliteConnection({ url: join(folder, "postgres") });
      const { driver } = connection;
      await driver.waitReady;
      keepExitCodeOfStatements(driver);
      return {
        exec: async (sql: string) => void (await driver.exec(sql)),
        query: async <Row>(sql: string, params: unknown[] = []) =>
          (await driver.query<Row>(sql, params)).rows,
        close: () => keepExitCode(() => connection.close()),
      };
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new LocalError(
      `The local database in ${folder} cannot be opened (${reason}): run \`npm run db:reset\` to begin anew, or set VIVA_DATA to another folder.`,
    );
  }
}
