import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type ExportedJWKSCache,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  jwksCache,
} from "jose";

/** How long a fetched key set is used before it is fetched again; a new key id is looked up at once. */
const KEYS_MAX_AGE_MS = 12 * 60 * 60 * 1000;
/** Unknown key ids lead to at most one fetch in this time. */
const KEYS_COOLDOWN_MS = 30_000;

/** Where key sets are fetched and kept. */
export interface KeysOptions {
  /** `<SUPABASE_URL>/auth/v1/.well-known/jwks.json`. */
  readonly url: string;
  readonly fetch: typeof fetch;
  /** The colo's cache, shared by all isolates there. */
  readonly cache: Pick<Cache, "match" | "put">;
}

/** The keys of a pinned key set: nothing is ever fetched. */
export function pinnedKeys(keySet: JSONWebKeySet): JWTVerifyGetKey {
  return createLocalJWKSet(keySet);
}

/** The keys that Supabase publishes: fetched once per colo, then kept in memory and in the colo's cache. */
export function publishedKeys({ url, fetch, cache }: KeysOptions): JWTVerifyGetKey {
  const kept: ExportedJWKSCache | Record<string, never> = {};
  let keys: JWTVerifyGetKey | undefined;

  async function fetchAndKeep(input: string, init: RequestInit): Promise<Response> {
    const response = await fetch(input, init);
    if (!response.ok) return response;
    const text = await response.text();
    // A page in place of a key set is not kept: it would lock members out for hours.
    if (!keySetIn(text)) return new Response(text);
    const headers = {
      "content-type": "application/json",
      "cache-control": `max-age=${KEYS_MAX_AGE_MS / 1000}`,
      "x-fetched-at": String(Date.now()),
    };
    // The cache only spares a request: that it refuses to keep the set is no reason to refuse a member.
    await cache.put(url, new Response(text, { headers })).catch(() => {});
    return new Response(text, { headers });
  }

  async function open(): Promise<JWTVerifyGetKey> {
    const response = await cache.match(url).catch(() => undefined);
    const jwks = response && keySetIn(await response.text());
    if (jwks) Object.assign(kept, { uat: Number(response.headers.get("x-fetched-at")), jwks });
    return createRemoteJWKSet(new URL(url), {
      cacheMaxAge: KEYS_MAX_AGE_MS,
      cooldownDuration: KEYS_COOLDOWN_MS,
      [jwksCache]: kept,
      [customFetch]: fetchAndKeep,
    });
  }

  return async (header, token) => {
    keys ??= await open();
    return keys(header, token);
  };
}

/** The key set that a text holds, or null. */
function keySetIn(text: string): JSONWebKeySet | null {
  try {
    const keySet = JSON.parse(text) as JSONWebKeySet;
    return Array.isArray(keySet.keys) ? keySet : null;
  } catch {
    return null;
  }
}
