import * as v from "valibot";
import { ProblemError } from "../../domain/problems.ts";
import { parseRequest } from "../../domain/requests.ts";
import { sameSecret } from "../auth/operator.ts";
import { settingsOf } from "../settings.ts";

/** The tables that the context is made of. Answers count once their assessment is completed. */
const TABLES: ReadonlySet<string> = new Set([
  "user_profiles",
  "assessment_results",
  "vision_versions",
]);

const Row = v.nullish(v.looseObject({ user_id: v.nullish(v.string()) }));

/** What Supabase's database webhooks send. */
export const HookBody = v.looseObject({
  type: v.picklist(["INSERT", "UPDATE", "DELETE"]),
  table: v.string(),
  schema: v.nullish(v.string()),
  record: Row,
  old_record: Row,
});

const MemberId = v.pipe(v.string(), v.uuid("must be a member's id"), v.toLowerCase());

/**
 * Lets Supabase's webhook in, by the secret in `X-Webhook-Secret`.
 * @throws ProblemError misconfigured where the deployment has none, unauthorized without one,
 *   forbidden for another one
 */
export async function admitWebhook(request: Request, env: object): Promise<void> {
  const { WEBHOOK_SECRET: secret } = settingsOf(env);
  if (secret === undefined) throw new ProblemError("misconfigured");
  const given = request.headers.get("x-webhook-secret");
  if (given === null) throw new ProblemError("unauthorized");
  if (!(await sameSecret(given, secret))) throw new ProblemError("forbidden");
}

/**
 * Whose context a change in the database is about.
 * @returns the member's id; null for a table that VIVA does not read
 * @throws ProblemError invalid_request
 */
export function parseWebhook(body: unknown): string | null {
  const { table, schema, record, old_record } = parseRequest(HookBody, body);
  if (!TABLES.has(table) || (schema ?? "public") !== "public") return null;
  const id = record?.user_id ?? old_record?.user_id;
  return parseRequest(v.object({ user_id: MemberId }), { user_id: id }).user_id;
}
