import { runInDurableObject } from "cloudflare:test";
import { call, get } from "./api.ts";
import { type Member, objectOf } from "./members.ts";
import { query } from "./supabase.ts";

/** Where words of an object's storage stand: every column of every table, and every key and value. */
async function inObject(member: Member, words: readonly string[]): Promise<string[]> {
  const stored = await runInDurableObject(objectOf(member), (_object, { storage }) => {
    const tables = storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .toArray()
      .filter(({ name }) => !name.startsWith("_cf"));
    const rows = tables.flatMap(({ name }) =>
      storage.sql
        .exec(`SELECT * FROM "${name}"`)
        .toArray()
        .map((row) => [`object, table ${name}`, JSON.stringify(row)] as const),
    );
    const keys = [...storage.kv.list()].map(
      ([key, value]) => [`object, key ${key}`, `${key} ${JSON.stringify(value)}`] as const,
    );
    return [...rows, ...keys];
  });
  return holding(stored, words);
}

/** Where words stand in Postgres: every column of every table that is not the server's own. */
async function inPostgres(words: readonly string[]): Promise<string[]> {
  const tables = await query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const conditions = words.map((_, index) => `t::text ilike '%' || $${index + 1} || '%'`);
    const sql = `select t::text as row from ${name} as t where ${conditions.join(" or ")}`;
    const rows = await query<{ row: string }>(sql, [...words]);
    const texts = rows.map(({ row }) => [`Postgres, ${name}`, row] as const);
    found.push(...holding(texts, words));
  }
  return found;
}

/** Where words stand in what the member downloads. */
async function inExport(member: Member, words: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const format of ["json", "html"]) {
    const response = await get(member, `/api/export?format=${format}`);
    if (!response.ok) throw new Error(`no export: ${response.status} ${await response.text()}`);
    found.push(...holding([[`export as ${format}`, await response.text()]], words));
  }
  return found;
}

/**
 * Every place where one of the words is stored or told: the object's storage, Postgres and, for a member
 * who may still ask, the export. The words are searched in any letter case.
 */
export async function placesOf(
  words: readonly string[],
  member: Member,
  asked: "stored" | "stored and exported" = "stored and exported",
): Promise<string[]> {
  return [
    ...(await inObject(member, words)),
    ...(await inPostgres(words)),
    ...(asked === "stored" ? [] : await inExport(member, words)),
  ];
}

/** The places among texts that hold one of the words, with what stands around it. */
export function holding(
  texts: Iterable<readonly [place: string, text: string]>,
  words: readonly string[],
): string[] {
  return [...texts].flatMap(([place, text]) => {
    const lower = text.toLowerCase();
    return words.flatMap((word) => {
      const at = lower.indexOf(word.toLowerCase());
      return at === -1 ? [] : [`${place}: …${text.slice(Math.max(0, at - 60), at + 60)}…`];
    });
  });
}

/** Tells the Worker, as Supabase's webhook does, of a row that was deleted. */
export const rowDeleted = (table: string, schema: string, old_record: object) =>
  call("/api/hooks/supabase", {
    method: "POST",
    headers: { "x-webhook-secret": "between Supabase and us, of 32 characters" },
    body: JSON.stringify({ type: "DELETE", table, schema, record: null, old_record }),
  });
