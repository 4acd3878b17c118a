import * as v from "valibot";
import { ProblemError } from "../../../domain/problems.ts";
import type { MemberSignIn } from "../../../domain/sessions.ts";
import { type Call, readRow } from "../vision-data/database.ts";

const Time = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text))),
  v.transform((text) => new Date(text).toISOString()),
);

const Rows = v.nullable(
  v.array(
    v.object({
      id: v.string(),
      current: v.boolean(),
      created_at: Time,
      used_at: Time,
      user_agent: v.nullable(v.string()),
    }),
  ),
);

/**
 * Where the member is signed in, what was used last first.
 * @returns null if this Supabase does not tell
 * @throws ProblemError
 */
export async function listSessions(call: Call): Promise<MemberSignIn[] | null> {
  const rows = readRow(Rows, await call("viva_sessions"));
  return (
    rows?.map(({ id, current, created_at, used_at, user_agent }) => ({
      ...{ id, current, createdAt: created_at, usedAt: used_at, userAgent: user_agent },
    })) ?? null
  );
}

/**
 * Ends one session: it cannot be renewed any more. Its access token stays good until its own end.
 * @throws ProblemError not_found
 */
export async function endSession(call: Call, id: string): Promise<void> {
  if (!readRow(v.boolean(), await call("viva_end_session", { p_id: id }))) {
    throw new ProblemError("not_found");
  }
}
