import { creditMonth } from "../../../domain/credits.ts";

/** The keys that an erase leaves: the version of the tables, the fence, and whether a second step is asked for. */
const KEYS_THAT_STAY: ReadonlySet<string> = new Set(["schema", "fence", "second-step"]);
/** The table that an erase leaves: a month and a number. Erasing does not give credits back. */
const CREDITS_USED = "spending";

/**
 * Empties an object's storage, whatever tables it has, in one transaction; resolves once that is
 * durable. The credits used this month stay.
 * @param now milliseconds since the epoch
 * @param also part of the transaction
 */
export async function emptyObject(
  storage: DurableObjectStorage,
  now: number,
  also: () => void,
): Promise<void> {
  const { sql, kv } = storage;
  storage.transactionSync(() => {
    const tables = sql
      .exec<{ name: string }>(
        String.raw`SELECT name FROM sqlite_master WHERE type = 'table'
           AND name NOT LIKE '\_cf%' ESCAPE '\' AND name NOT LIKE 'sqlite%'`,
      )
      .toArray();
    for (const { name } of tables) if (name !== CREDITS_USED) sql.exec(`DELETE FROM "${name}"`);
    sql.exec(`DELETE FROM "${CREDITS_USED}" WHERE month <> ?`, creditMonth(now));
    for (const key of [...kv.list()].map(([name]) => name))
      if (!KEYS_THAT_STAY.has(key)) kv.delete(key);
    also();
  });
  await storage.deleteAlarm();
  await storage.sync();
}
