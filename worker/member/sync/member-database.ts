import { ProblemError } from "../../../domain/problems.ts";
import type { MemberRequest } from "../../commands.ts";
import { asMember, DatabaseError, type Rpc } from "../../db/supabase.ts";
import type { SessionParts } from "../services.ts";
import type { MemberDatabase } from "../turns/plan.ts";

/** A token is used behind its request's back only while it has this long left, in seconds. */
const TOKEN_MARGIN_SECONDS = 60;

type Needed = Pick<SessionParts, "settings" | "now" | "learnFactor">;

/** Whether the member's token is about to expire, or has done so within the border's tolerance. */
export function expiresSoon({ caller }: Pick<MemberRequest, "caller">, now: number): boolean {
  return caller.expiresAt - now / 1000 <= TOKEN_MARGIN_SECONDS;
}

/** Whether Postgres says that a token has expired (PGRST303; PGRST301 before PostgREST 13): its clock decides. */
function saysExpired({ code, message }: DatabaseError): boolean {
  return /^PGRST30[13]$/.test(code) && /expired/i.test(message);
}

/** Whether Postgres says that the token's sign-in lacks its second step: see `viva_token_holds`. */
function saysInsufficient({ code, message }: DatabaseError): boolean {
  return code === "PT401" && message === "insufficient_aal";
}

/**
 * The database as the member: row level security decides. For what the request waits for, as long
 * as Postgres takes the token. If Postgres refuses one that has expired or is about to, its calls throw
 * ProblemError token_expired, so that the client renews it and asks again; one whose sign-in lacks its second
 * step is insufficient_aal.
 */
export function rpcOf(
  member: Pick<MemberRequest, "caller" | "token">,
  { settings, now, learnFactor }: Needed,
): Rpc {
  return async (name, args, timeoutMs) => {
    try {
      return await asMember(settings, member.token)(name, args, timeoutMs);
    } catch (error) {
      if (error instanceof DatabaseError && saysInsufficient(error)) {
        learnFactor(true, now());
        throw new ProblemError("insufficient_aal", {}, { cause: error });
      }
      const refused = error instanceof DatabaseError && error.status === 401;
      if (!refused || !(saysExpired(error) || expiresSoon(member, now()))) throw error;
      throw new ProblemError("token_expired", {}, { cause: error });
    }
  };
}

/** What is read as the member. */
export function databaseOf(member: MemberRequest, needed: Needed): MemberDatabase {
  let refusal: ProblemError | null = null;
  const ask = rpcOf(member, needed);
  const rpc: Rpc = (name, args, timeoutMs) =>
    ask<never>(name, args, timeoutMs).catch((error: unknown) => {
      if (error instanceof ProblemError) refusal ??= error;
      throw error;
    });
  return {
    lasts: !expiresSoon(member, needed.now()),
    refusal: () => refusal,
    context: (timeoutMs) => rpc("viva_context", {}, timeoutMs),
    open: (timeoutMs) => rpc("viva_open", {}, timeoutMs),
    conversation: (id, before, timeoutMs) =>
      rpc("viva_conversation_page", { p_id: id, p_before: before }, timeoutMs),
    conversations: (ids, timeoutMs) => rpc("viva_conversation_pages", { p_ids: ids }, timeoutMs),
  };
}

/** The same for a turn and what follows it; null if the token is about to expire. */
export function lastingDatabaseOf(member: MemberRequest, needed: Needed): MemberDatabase | null {
  const database = databaseOf(member, needed);
  return database.lasts ? database : null;
}
