import { LocalError } from "../../local/local-error.ts";
import type { SqlRunner } from "../apply.ts";
import { OLDER_TABLES, type OlderRow, type OlderRows, type OlderTable } from "./older.ts";

/** The older tables, read member by member. */
export interface Source {
  /** The tables that are there. */
  readonly tables: readonly OlderTable[];
  /** Rows that belong to nobody, by table. */
  ownerless(): Promise<Readonly<Partial<Record<OlderTable, number>>>>;
  /** The next members after one, in the order of their ids, at most so many. */
  membersAfter(member: string, most: number): Promise<string[]>;
  /** All rows of these members. */
  rowsOf(members: readonly string[]): Promise<OlderRows>;
  /** Rows of the books that belong to nobody any more, after an id. */
  booksAfter(id: string, most: number): Promise<OlderRow[]>;
}

/** The column that says whose a row is, and whether it is a uuid; an index may serve only its own type. */
interface Owner {
  readonly table: OlderTable;
  readonly name: string;
  readonly column: string;
  readonly isUuid: boolean;
}

/**
 * Opens the older tables of a schema.
 * @throws LocalError where there is none of them, or one does not say whose its rows are
 */
export async function openSource(database: SqlRunner, schema: string): Promise<Source> {
  const owners = await ownersIn(database, schema);
  const inOrder = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const compared = ({ column, isUuid }: Owner) => (isUuid ? column : `${column} collate "C"`);
  return {
    tables: owners.map(({ table }) => table),
    ownerless: async () => {
      const counts: Partial<Record<OlderTable, number>> = {};
      for (const { table, name, column } of owners) {
        const [row] = await database.query<{ rows: number }>(
          `select count(*)::integer as rows from ${name} as t where ${column} is null`,
        );
        if (row && row.rows > 0) counts[table] = row.rows;
      }
      return counts;
    },
    membersAfter: async (member, most) => {
      const found = new Set<string>();
      for (const owner of owners) {
        const after = member === "" ? `${owner.column} is not null` : afterIn(owner, member);
        const rows = await database.query<{ member: string }>(
          `select distinct ${owner.column}::text as member, ${compared(owner)} from ${owner.name} as t
           where ${after} order by 2 limit $1`,
          member === "" ? [most] : [most, member],
        );
        for (const row of rows) found.add(row.member);
      }
      return [...found].sort(inOrder).slice(0, most);
    },
    rowsOf: async (members) => {
      const rows = Object.fromEntries(OLDER_TABLES.map((table) => [table, [] as OlderRow[]]));
      for (const { table, name, column, isUuid } of owners) {
        const asked = isUuid ? members.filter((member) => UUID.test(member)) : members;
        const found = await database.query<{ member: string; row: OlderRow }>(
          `select ${column}::text as member, to_jsonb(t) as row from ${name} as t
           where ${column} in (
             select value${isUuid ? "::uuid" : ""} from jsonb_array_elements_text($1::text::jsonb))`,
          [JSON.stringify(asked)],
        );
        rows[table] = found.map(({ member, row }) => ({ ...row, user_id: member }));
      }
      return rows as unknown as OlderRows;
    },
    booksAfter: async (id, most) => {
      const books = owners.find(({ table }) => table === "token_usage");
      if (!books) return [];
      const found = await database.query<{ row: OlderRow }>(
        `select to_jsonb(t) as row from ${books.name} as t
         where ${books.column} is null and id::text collate "C" > $1
         order by id::text collate "C" limit $2`,
        [id, most],
      );
      return found.map(({ row }) => row);
    },
  };
}

/** As Postgres writes one: their order is that of their text, too. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What comes after a member: by the column's own index, unless the member has no UUID for an id. */
function afterIn({ column, isUuid }: Owner, member: string): string {
  if (isUuid && UUID.test(member)) return `${column} > $2::uuid`;
  return `${column}${isUuid ? "::text" : ""} collate "C" > $2`;
}

async function ownersIn(database: SqlRunner, schema: string): Promise<Owner[]> {
  const columns = await database.query<{ table: string; column: string; type: string }>(
    `select table_name as table, column_name as column, udt_name as type
     from information_schema.columns where table_schema = $1`,
    [schema],
  );
  const owners = OLDER_TABLES.flatMap((table): Owner[] => {
    const own = columns.filter((column) => column.table === table);
    if (own.length === 0) return [];
    // Profiles were once kept under the account's own id; answers belong to their assessment.
    const found =
      own.find(({ column }) => column === "user_id") ??
      (table === "user_profiles" ? own.find(({ column }) => column === "id") : undefined);
    if (!found && table !== "assessment_responses") {
      throw new LocalError(
        `${schema}.${table} has no column user_id: nobody knows whose its rows are.`,
      );
    }
    const name = `${quoted(schema)}.${quoted(table)}`;
    const answers = `(select a.*, r.user_id as of_member from ${name} as a join ${quoted(schema)}.assessment_results as r on r.id = a.assessment_id)`;
    return found
      ? [{ table, name, column: found.column, isUuid: found.type === "uuid" }]
      : [{ table, name: answers, column: "of_member", isUuid: isUuidIn(columns) }];
  });
  if (owners.length === 0) {
    throw new LocalError(
      `There is none of the tables ${OLDER_TABLES.join(", ")} in the schema ${schema}.`,
    );
  }
  return owners;
}

function isUuidIn(columns: readonly { table: string; column: string; type: string }[]): boolean {
  return columns.some(
    ({ table, column, type }) =>
      table === "assessment_results" && column === "user_id" && type === "uuid",
  );
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
