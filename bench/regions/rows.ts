import { cpSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Stands before the product's own entry and counts what Cloudflare bills an object's storage by: rows
 * written, index entries and alarms included. `GET /rows` answers the count since the start.
 */
const ENTRY = `import worker, { MemberSession as Session } from "./product.js";
export { DailySpending } from "./product.js";
let rows = 0;
const counted = (storage) => {
  const exec = storage.sql.exec.bind(storage.sql);
  storage.sql.exec = (...args) => {
    const cursor = exec(...args);
    rows += cursor.rowsWritten;
    return cursor;
  };
  const setAlarm = storage.setAlarm.bind(storage);
  storage.setAlarm = (...args) => {
    rows += 1;
    return setAlarm(...args);
  };
  return storage;
};
export class MemberSession extends Session {
  constructor(state, env) {
    counted(state.storage);
    super(state, env);
  }
}
export default {
  ...worker,
  fetch(request, env, context) {
    if (new URL(request.url).pathname === "/api/rows") return Response.json({ rows });
    return worker.fetch(request, env, context);
  },
};
`;

/** Copies a bundle of the product into `folder`, with the counter before it. */
export function countRows(bundleDir: string, folder: string): void {
  cpSync(bundleDir, folder, { recursive: true });
  renameSync(join(folder, "index.js"), join(folder, "product.js"));
  writeFileSync(join(folder, "index.js"), ENTRY);
}
