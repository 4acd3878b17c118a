import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { MemberContext } from "../../../domain/context.ts";
import type { MemberSession } from "../../../worker/index.ts";
import { query } from "./supabase.ts";
import { sharedSecretToken } from "./tokens.ts";

/** A member with an account and a valid token. */
export interface Member {
  readonly id: string;
  readonly token: string;
}

/** Makes an account, with its profile filled in as far as given. */
export async function newMember(profile: Record<string, unknown> = {}): Promise<Member> {
  const id = crypto.randomUUID();
  await query("insert into auth.users (id, email) values ($1, $2)", [id, `${id}@example.com`]);
  await setProfile(id, profile);
  return { id, token: await sharedSecretToken(id) };
}

/** Changes fields of a profile, past row level security. */
export async function setProfile(id: string, profile: Record<string, unknown>): Promise<void> {
  const entries = Object.entries(profile);
  if (entries.length === 0) return;
  const columns = entries.map(([column], index) => `${column} = $${index + 2}`).join(", ");
  await query(`update user_profiles set ${columns} where user_id = $1`, [
    id,
    ...entries.map(([, value]) => value),
  ]);
}

/** The stub of a member's object. */
export function objectOf(member: Member): DurableObjectStub<MemberSession> {
  return env.MEMBERS.getByName(member.id);
}

/** What the object has stored of the member's context. */
export interface KeptContext {
  readonly context: MemberContext;
  readonly checkedAt: number;
}

/** The context that a member's object keeps, if any. */
export function contextKept(member: Member): Promise<KeptContext | undefined> {
  return runInDurableObject(objectOf(member), (_object, { storage }) => storage.kv.get("context"));
}

/**
 * Has every object forget what is only in memory, as an eviction does; storage stays. A graceful
 * eviction waits for timers that are still open, some of them ten seconds long.
 */
export const forgetMemory = () => abortAllDurableObjects();
