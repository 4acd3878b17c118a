import { supabaseHeaders } from "../../../worker/db/supabase.ts";
import { ask } from "../ask.ts";
import { type Finding, ok, problem } from "../finding.ts";
import { addressOf, type Subject, settingOf, under } from "../subject.ts";

/** Whether members' objects live where JURISDICTION says: what the first of them said stands in Postgres. */
export async function placementFindings(subject: Subject): Promise<Finding[]> {
  const about = "JURISDICTION";
  const url = addressOf(subject, "SUPABASE_URL");
  const key = settingOf(subject, "SUPABASE_SECRET_KEY");
  if (!url || key === undefined) return [];
  const asked = await ask(subject, under(url, "/rest/v1/deployment?select=jurisdiction"), {
    headers: supabaseHeaders(key),
  });
  if ("failure" in asked || asked.status !== 200 || !Array.isArray(asked.json)) return [];
  const setting = settingOf(subject, about)?.toLowerCase() ?? "";
  const shown = (value: string) => (value === "" ? "empty (anywhere)" : value);
  const [row] = asked.json as { jurisdiction?: unknown }[];
  if (typeof row?.jurisdiction !== "string") {
    return [ok(about, `${shown(setting)}; the first member who comes fixes it`)];
  }
  if (row.jurisdiction === setting) return [ok(about, shown(setting))];
  return [
    problem(
      about,
      `is ${shown(setting)}, but members' objects live with ${shown(row.jurisdiction)}: each would begin anew`,
      `set it back to ${shown(row.jurisdiction)}; to move for good: DEPLOYING.md, "Where data lives"`,
    ),
  ];
}
