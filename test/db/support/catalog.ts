import type { SqlRunner } from "../../../migrations/apply.ts";

/** What of the catalog's tables counts: everything but statistics and the ages of transactions. */
const CATALOG: Readonly<Record<string, string>> = {
  pg_attribute: "array['attstattarget']",
  pg_attrdef: "array[]::text[]",
  pg_auth_members: "array[]::text[]",
  pg_class:
    "array['relpages', 'reltuples', 'relallvisible', 'relallfrozen', 'relfrozenxid', 'relminmxid']",
  pg_constraint: "array[]::text[]",
  pg_default_acl: "array[]::text[]",
  pg_enum: "array[]::text[]",
  pg_index: "array[]::text[]",
  pg_namespace: "array[]::text[]",
  pg_policy: "array[]::text[]",
  pg_proc: "array[]::text[]",
  pg_roles: "array[]::text[]",
  pg_trigger: "array[]::text[]",
  pg_type: "array[]::text[]",
};

/** The whole catalog of a database, a print per row, to be compared with itself later on. */
export async function catalogOf(database: SqlRunner): Promise<Record<string, string[]>> {
  const tables = Object.entries(CATALOG).map(async ([table, without]) => {
    const rows = await database.query<{ print: string }>(
      `select md5((to_jsonb(t) - ${without})::text) as print from ${table} as t order by 1`,
    );
    return [table, rows.map(({ print }) => print)] as const;
  });
  return Object.fromEntries(await Promise.all(tables));
}
