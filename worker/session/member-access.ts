import { asMember, type Rpc } from "../db/supabase.ts";
import type { SessionParts } from "./parts.ts";
import type { MemberDatabase } from "./plan.ts";
import type { MemberRequest } from "./protocol.ts";

/** A token is used for reads only while it has this long left, in seconds. */
const TOKEN_MARGIN_SECONDS = 60;

type Needed = Pick<SessionParts, "settings" | "now">;

/** The database as the member: row level security decides. Null once their token is hardly good for it. */
export function rpcOf({ caller, token }: MemberRequest, { settings, now }: Needed): Rpc | null {
  const left = caller.expiresAt - now() / 1000;
  if (left <= TOKEN_MARGIN_SECONDS) return null;
  return (name, args, timeoutMs) => asMember(settings, token)(name, args, timeoutMs);
}

/** What is read as the member. Null once their token is hardly good for it. */
export function databaseOf(member: MemberRequest, needed: Needed): MemberDatabase | null {
  const rpc = rpcOf(member, needed);
  if (!rpc) return null;
  return {
    context: (timeoutMs) => rpc("viva_context", {}, timeoutMs),
    open: (timeoutMs) => rpc("viva_open", {}, timeoutMs),
    conversation: (id, timeoutMs) => rpc("viva_conversation", { p_id: id }, timeoutMs),
    conversations: (ids, timeoutMs) => rpc("viva_conversations", { p_ids: ids }, timeoutMs),
  };
}
