import type { Migration } from "../../migrations/apply.ts";

/** A table or function of the schema, and the migration that makes it. */
export interface SchemaName {
  readonly name: string;
  readonly migration: string;
}

/** The tables that stand once all migrations have run, oldest first. */
export function tablesOf(migrations: readonly Migration[]): SchemaName[] {
  const tables = new Map<string, SchemaName>();
  for (const { version, name: file, sql } of migrations) {
    for (const [, verb, name = ""] of sql.matchAll(
      /^\s*(create|drop) table (?:if (?:not )?exists )?public\.(\w+)/gim,
    )) {
      if (verb?.toLowerCase() === "drop") tables.delete(name);
      else tables.set(name, { name, migration: `${version}_${file}` });
    }
  }
  return [...tables.values()];
}
