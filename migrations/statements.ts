/** What stands between statements, and what hides a semicolon: comments, quotes, dollar quotes. */
const TOKEN =
  /--[^\n]*|\/\*|'(?:[^']|'')*'|[eE]'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$|;/g;

/** Statements that end the transaction they stand in, or refuse to stand in one. */
const OWN_TRANSACTION =
  /^(begin|start\s+transaction|commit|end|rollback(?!\s+(?:work\s+|transaction\s+)?to\b)|abort|prepare\s+transaction|vacuum|(?:create|drop)\s+(?:database|tablespace)|alter\s+system|(?:create|drop)\s+(?:unique\s+)?index\s+concurrently|reindex\b[^;]*\bconcurrently)\b/i;

/** The statements of a script, without comments and without what is between quotes. */
export function statementsOf(sql: string): string[] {
  const statements: string[] = [];
  let statement = "";
  let at = 0;
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(sql); token; token = TOKEN.exec(sql)) {
    const [text] = token;
    statement += sql.slice(at, token.index);
    at = TOKEN.lastIndex;
    if (text === ";") {
      statements.push(statement);
      statement = "";
    } else if (text === "/*") {
      at = endOfComment(sql, at);
    } else if (text.startsWith("$")) {
      const closed = sql.indexOf(text, at);
      at = closed < 0 ? sql.length : closed + text.length;
      statement += "''";
    } else if (!text.startsWith("--")) {
      statement += text.startsWith('"') ? text : "''";
    }
    TOKEN.lastIndex = at;
  }
  statements.push(statement + sql.slice(at));
  return statements.map((one) => one.trim()).filter((one) => one !== "");
}

/** Behind the end of a comment, which may hold others. */
function endOfComment(sql: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  for (let depth = 1; depth > 0; ) {
    const found = mark.exec(sql);
    if (!found) return sql.length;
    depth += found[0] === "/*" ? 1 : -1;
  }
  return mark.lastIndex;
}

/** The first statement of a script that cannot be taken back with a transaction around it, or null. */
export function ownTransactionIn(sql: string): string | null {
  return statementsOf(sql).find((statement) => OWN_TRANSACTION.test(statement)) ?? null;
}
