import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { ensureSchema } from "../../worker/member/store/schema.ts";
import { newMember, objectOf } from "./support/members.ts";

/** Takes away what was added since the first version. */
const BACK_TO_FIRST = `
  ALTER TABLE messages DROP COLUMN error_code;
  DROP TABLE usage_days;
  ALTER TABLE greetings DROP COLUMN unpaid;
  ALTER TABLE turns DROP COLUMN notes;
  ALTER TABLE turns DROP COLUMN task;
`;

/** How many columns the first version had, and it will not have more. */
const COLUMNS_OF_FIRST = 59;

/** Every table with what is known of its columns, in no order that a query could depend on. */
function columnsOf({ sql }: DurableObjectStorage) {
  return sql
    .exec<{ at: string }>(
      `SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk || ' '
         || COALESCE(c.dflt_value, '') AS at
       FROM sqlite_master m, pragma_table_info(m.name) c
       WHERE m.type = 'table' AND m.name NOT LIKE '\\_cf\\_%' ESCAPE '\\' ORDER BY 1`,
    )
    .toArray()
    .map(({ at }) => at);
}

/** Every index that was asked for, as it was, and how each table keeps its rows. */
function storedAs({ sql }: DurableObjectStorage) {
  const indexes = sql.exec<{ at: string }>(
    "SELECT name || ' ' || sql AS at FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1",
  );
  const tables = sql.exec<{ at: string }>(
    "SELECT name || ' ' || wr AS at FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY 1",
  );
  return [...indexes, ...tables].map(({ at }) => at.replace(/\s+/g, " "));
}

it("an object of the first version has, once it has woken, what a new one has", async () => {
  const member = await newMember();
  await runInDurableObject(objectOf(member), (_object, { storage }) => {
    const version = storage.kv.get("schema");
    const ofNew = columnsOf(storage);
    const storedNew = storedAs(storage);
    expect(storedNew).toContain(
      "turns_running CREATE INDEX turns_running ON turns (id) WHERE state = 'streaming'",
    );
    storage.sql.exec(BACK_TO_FIRST);
    storage.kv.put("schema", 1);
    // The first version stays what it was: what comes to the tables is to be a step as well.
    expect(columnsOf(storage)).toHaveLength(COLUMNS_OF_FIRST);

    ensureSchema(storage);
    expect(columnsOf(storage)).toEqual(ofNew);
    expect(storedAs(storage)).toEqual(storedNew);
    expect(storage.kv.get("schema")).toBe(version);
  });
});

it("an ended turn of an older version keeps nothing of what its text was written from", async () => {
  const member = await newMember();
  await runInDurableObject(objectOf(member), (_object, { storage }) => {
    const task = { kind: "refine", before: "Rivers", said: ["Rivers"], chosen: ["Rivers"] };
    const more = { wishes: ["Rivers"], unsaved: "Rivers", theme: "Rivers", missed: ["Rivers"] };
    const stored = JSON.stringify({ ...task, ...more, refine: { instructions: "Warmer" } });
    for (const [id, state] of [
      ["ended", "complete"],
      ["running", "streaming"],
    ]) {
      storage.sql.exec(
        `INSERT INTO turns (id, conversation_id, kind, message_id, answer_position, base, state, part,
           origin, task) VALUES (?, 'vision:v:fun', 'refine', 'm', 1, 0, ?, '', '{}', ?)`,
        id ?? null,
        state ?? null,
        stored,
      );
    }
    // The second version had the tasks, and none of what came later.
    const later = BACK_TO_FIRST.split(";").filter(
      (statement) => !statement.includes("TABLE turns"),
    );
    storage.sql.exec(later.join(";"));
    storage.kv.put("schema", 2);
    ensureSchema(storage);
    const tasks = storage.sql
      .exec<{ task: string }>("SELECT task FROM turns ORDER BY id")
      .toArray()
      .map((row) => JSON.parse(row.task));
    const emptied = { before: "", said: [], theme: "", missed: [] };
    expect(tasks).toEqual([
      { kind: "refine", ...emptied, refine: { instructions: "Warmer" } },
      JSON.parse(stored),
    ]);
  });
});
