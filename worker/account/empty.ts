/** What an erase leaves: the version of the tables, which are empty, and the fence. */
const STAYS: ReadonlySet<string> = new Set(["schema", "fence"]);

/**
 * Empties an object's storage, whatever tables it has, in one transaction; resolves once that is
 * durable.
 * @param also part of the transaction
 */
export async function emptyObject(storage: DurableObjectStorage, also: () => void): Promise<void> {
  const { sql, kv } = storage;
  storage.transactionSync(() => {
    const tables = sql
      .exec<{ name: string }>(
        String.raw`SELECT name FROM sqlite_master WHERE type = 'table'
           AND name NOT LIKE '\_cf%' ESCAPE '\' AND name NOT LIKE 'sqlite%'`,
      )
      .toArray();
    for (const { name } of tables) sql.exec(`DELETE FROM "${name}"`);
    for (const key of [...kv.list()].map(([name]) => name)) if (!STAYS.has(key)) kv.delete(key);
    also();
  });
  await storage.deleteAlarm();
  await storage.sync();
}
