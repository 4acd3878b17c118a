import { randomUUID } from "node:crypto";
import { jwtVerify } from "jose";
import * as v from "valibot";
import { LoadError } from "./load-error.ts";

const ConfigSchema = v.object({
  supabaseUrl: v.pipe(v.string(), v.url()),
  supabaseKey: v.string(),
});
const SessionSchema = v.object({ access_token: v.string() });

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}

/**
 * Signs members up at the target's own Supabase, where both stand on this machine: nobody's real
 * project fills with strangers.
 *
 * @param jwtSecret the local Supabase's: a token it did not sign ends the run
 * @returns their access tokens, good for as long as that Supabase says (an hour)
 * @throws LoadError where target or Supabase is elsewhere, or refuses
 */
export async function signUpMembers(
  origin: string,
  count: number,
  jwtSecret: string,
): Promise<string[]> {
  const local = "--members works against the local world only; give --token for a deployment.";
  if (!isLoopback(origin)) throw new LoadError(local);
  const config = v.safeParse(ConfigSchema, await getJson(`${origin}/api/config`));
  if (!config.success) throw new LoadError(`${origin}/api/config does not name its Supabase.`);
  const { supabaseUrl, supabaseKey } = config.output;
  if (!isLoopback(supabaseUrl)) throw new LoadError(local);

  const secret = new TextEncoder().encode(jwtSecret);
  const tokens: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const answer = await getJson(`${supabaseUrl}/auth/v1/signup`, {
      method: "POST",
      headers: { apikey: supabaseKey, "content-type": "application/json" },
      body: JSON.stringify({ email: `${randomUUID()}@load.local`, password: randomUUID() }),
    });
    const session = v.safeParse(SessionSchema, answer);
    if (!session.success) throw new LoadError("The local Supabase signs nobody up.");
    const { access_token } = session.output;
    await jwtVerify(access_token, secret, { algorithms: ["HS256"] }).catch((cause: unknown) => {
      throw new LoadError("SUPABASE_JWT_SECRET is not the local Supabase's.", { cause });
    });
    tokens.push(access_token);
  }
  return tokens;
}

/** What an address answers; null where that is no JSON. */
async function getJson(url: string, init: RequestInit = {}): Promise<unknown> {
  try {
    return await (await fetch(url, init)).json();
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw new LoadError(`${url} cannot be reached.`, { cause });
  }
}
