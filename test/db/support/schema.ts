import type { SqlRunner } from "../../../migrations/apply.ts";

/** One query per kind of thing: rows of `name` and `text`, the same in two databases if the thing is. */
const KINDS: Readonly<Record<string, string>> = {
  columns: `
    select format('%s.%s', c.relname, lpad(
        (row_number() over (partition by c.oid order by a.attnum))::text, 3, '0')) as name,
      format('%s %s%s default %s %s', a.attname, format_type(a.atttypid, a.atttypmod),
        case when a.attnotnull then ' not null' else '' end, pg_get_expr(d.adbin, d.adrelid),
        a.attidentity) as text
    from pg_class as c join pg_attribute as a on a.attrelid = c.oid
      left join pg_attrdef as d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')
      and a.attnum > 0 and not a.attisdropped`,
  // A constraint that was added to rows there were holds for new rows alike: NOT VALID is no difference.
  constraints: `
    select format('%s.%s', c.conrelid::regclass, c.conname) as name,
      replace(pg_get_constraintdef(c.oid), ' NOT VALID', '') as text
    from pg_constraint as c where c.connamespace = 'public'::regnamespace and c.contype <> 'n'`,
  indexes: `select indexname as name, indexdef as text from pg_indexes where schemaname = 'public'`,
  triggers: `
    select format('%s.%s', t.tgrelid::regclass, t.tgname) as name, pg_get_triggerdef(t.oid) as text
    from pg_trigger as t join pg_proc as p on p.oid = t.tgfoid
    where not t.tgisinternal and p.pronamespace = 'public'::regnamespace`,
  policies: `
    select format('%s.%s', p.tablename, p.policyname) as name, to_jsonb(p)::text as text
    from pg_policies as p where schemaname = 'public'`,
  relations: `
    select c.relname as name, concat_ws(' ', c.relkind, c.relrowsecurity, c.reloptions,
      (select array_agg(format('%s=%s', coalesce(pg_get_userbyid(nullif(grantee, 0)), 'public'),
        privilege_type) order by 1) from (
        select a.grantee, a.privilege_type from aclexplode(c.relacl) as a
        where a.grantee <> c.relowner order by 1, 2) as granted),
      case when c.relkind = 'v' then pg_get_viewdef(c.oid) end) as text
    from pg_class as c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'S')`,
  functions: `
    select p.oid::regprocedure::text as name, concat(pg_get_functiondef(p.oid), (
      select array_agg(format('%s', coalesce(pg_get_userbyid(nullif(a.grantee, 0)), 'public')) order by 1)
      from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
      where a.grantee <> p.proowner)) as text
    from pg_proc as p
    where p.pronamespace = 'public'::regnamespace and p.proname like 'viva%'`,
};

/**
 * The schema `public` of a database as one object, for comparing two databases: name → definition with
 * its grants, per kind. Object ids and the order in which things were made do not count.
 */
export async function schemaOf(
  database: SqlRunner,
): Promise<Record<string, Record<string, string>>> {
  const schema: Record<string, Record<string, string>> = {};
  for (const [kind, query] of Object.entries(KINDS)) {
    const rows = await database.query<{ name: string; text: string }>(query);
    schema[kind] = Object.fromEntries(
      rows
        .map(({ name, text }) => [name, text])
        .sort(([a], [b]) => ((a ?? "") < (b ?? "") ? -1 : 1)),
    );
  }
  return schema;
}
