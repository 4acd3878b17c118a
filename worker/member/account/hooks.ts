import * as v from "valibot";
import { ProblemError } from "../../../domain/problems.ts";
import { parseRequest } from "../../../domain/requests.ts";
import { sameSecret } from "../../auth/operator.ts";
import { limitAddress } from "../../http/rate-limit.ts";
import { settingsOf } from "../../settings.ts";

/** The tables that the context is made of. Answers count once their assessment is completed. */
const TABLES: ReadonlySet<string> = new Set([
  "user_profiles",
  "assessment_results",
  "vision_versions",
]);

const Row = v.nullish(
  v.looseObject({
    /** Of `auth.users` the member, of other tables the row. */
    id: v.nullish(v.unknown()),
    user_id: v.nullish(v.string()),
    /** Of `auth.users`: set if the account was deleted but its row stays. */
    deleted_at: v.nullish(v.string()),
  }),
);

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
 *   forbidden for another one, rate_limited if an address asks too often
 */
export async function admitWebhook(
  request: Request,
  env: { readonly HOOK_LIMIT?: RateLimit },
): Promise<void> {
  const { WEBHOOK_SECRET: secret } = settingsOf(env);
  if (secret === undefined) throw new ProblemError("misconfigured");
  // Before the comparison: else an address that tries too many would still learn which is right.
  await limitAddress(request, env.HOOK_LIMIT);
  const given = request.headers.get("x-webhook-secret");
  if (given === null) throw new ProblemError("unauthorized", {}, { cause: "no secret" });
  if (await sameSecret(given, secret)) return;
  throw new ProblemError("forbidden", {}, { cause: "wrong secret" });
}

/** What a change in the database means for a member's object. */
export interface DatabaseChange {
  readonly memberId: string;
  /** The member's account was deleted: everything of theirs goes. Else their context is stale. */
  readonly accountDeleted: boolean;
  /** The version of the Life Vision that was deleted; null for any other change. */
  readonly visionDeleted: string | null;
}

/**
 * What a change in the database is about.
 * @returns null for a change that VIVA need not know of
 * @throws ProblemError invalid_request
 */
export function parseWebhook(body: unknown): DatabaseChange | null {
  const { type, table, schema, record, old_record } = parseRequest(HookBody, body);
  if (schema === "auth" && table === "users") {
    const deleted = type === "DELETE" || (type === "UPDATE" && record?.deleted_at);
    if (!deleted) return null;
    const id = memberId("id", old_record?.id ?? record?.id);
    return { memberId: id, accountDeleted: true, visionDeleted: null };
  }
  if (!TABLES.has(table) || (schema ?? "public") !== "public") return null;
  const id = record?.user_id ?? old_record?.user_id;
  const gone = type === "DELETE" && table === "vision_versions" ? old_record?.id : null;
  const visionDeleted = typeof gone === "string" ? gone : null;
  return { memberId: memberId("user_id", id), accountDeleted: false, visionDeleted };
}

function memberId(column: string, id: unknown): string {
  return parseRequest(v.object({ [column]: MemberId }), { [column]: id })[column] as string;
}
