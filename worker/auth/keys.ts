import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";

/** From this age on a key set is fetched again, while requests go on with the one that is known. */
const KEYS_RENEW_MS = 4 * 60 * 1000;
/**
 * From this age on a request waits for a newer set. Together with `VERIFIED_FOR_MS` this bounds how long
 * a token of a withdrawn key is accepted: ten minutes.
 */
const KEYS_MAX_AGE_MS = 8 * 60 * 1000;
/** How long a set is used that should be newer and cannot be had: an outage signs nobody out. */
const KEYS_STALE_MS = 12 * 60 * 60 * 1000;
/** Unknown key ids lead to at most one fetch in this time. */
const KEYS_COOLDOWN_MS = 30_000;
/** Where there is no set at all, the pause between two attempts to get one. */
const RETRY_MS = 1_000;
/** How long an answer is waited for. */
const FETCH_TIMEOUT_MS = 5_000;
/** A key takes a few hundred bytes: what is larger is no key set. */
const KEYS_BYTES = 64 * 1024;

/** Where key sets are fetched and kept. */
export interface KeysOptions {
  /** `<SUPABASE_URL>/auth/v1/.well-known/jwks.json`. */
  readonly url: string;
  readonly fetch: typeof fetch;
  /** The colo's cache, shared by all isolates there. */
  readonly cache: Pick<Cache, "match" | "put">;
}

/** Thrown where nobody can say whether a key is good: no fault of the token's. */
export class KeysUnavailableError extends Error {
  override readonly name = "KeysUnavailableError";
}

/** The keys of a pinned key set: nothing is ever fetched. */
export function pinnedKeys(keySet: JSONWebKeySet): JWTVerifyGetKey {
  return createLocalJWKSet(keySet);
}

/** A key set and when it was fetched, in milliseconds since the epoch. */
interface KeptKeys {
  readonly find: JWTVerifyGetKey;
  readonly fetchedAt: number;
}

/**
 * The keys that Supabase publishes: fetched once per colo, then kept in memory and in the colo's
 * cache. A key id that is not among them has the set fetched anew, for all who wait for it at once,
 * and at most once in 30 s, whatever that fetch comes to.
 * The returned function throws jose's errors for a key that is not published, KeysUnavailableError
 * where the set cannot be had.
 */
export function publishedKeys({ url, fetch, cache }: KeysOptions): JWTVerifyGetKey {
  let kept: KeptKeys | undefined;
  /** The newest attempt to fetch the set. */
  let tried: { readonly at: number; failed: boolean } | undefined;
  let pending: Promise<void> | undefined;

  const triedWithin = (ms: number) => tried !== undefined && Date.now() - tried.at < ms;

  /** Takes over what another isolate of this colo has fetched since. */
  async function takeCached(): Promise<void> {
    try {
      const response = await cache.match(url);
      const fetchedAt = Number(response?.headers.get("x-fetched-at") ?? Number.NaN);
      if (!response || !(fetchedAt > (kept?.fetchedAt ?? 0)) || fetchedAt > Date.now()) return;
      const find = keysIn(await response.text());
      if (find) kept = { find, fetchedAt };
    } catch {
      // The cache only spares a request.
    }
  }

  async function fetchNew(): Promise<void> {
    const attempt = { at: Date.now(), failed: true };
    tried = attempt;
    const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
    const headers = { accept: "application/json, application/jwk-set+json" };
    // Keys come from where the settings say, and not from where that place points to.
    const response = await fetch(url, { headers, signal, redirect: "manual" });
    if (!response.ok) throw new KeysUnavailableError(`the key set answers ${response.status}`);
    const text = await response.text();
    const find = keysIn(text);
    // A page in place of a key set is not kept: it would lock members out.
    if (!find) throw new KeysUnavailableError("the answer is no key set");
    kept = { find, fetchedAt: Date.now() };
    attempt.failed = false;
    const keep = new Response(text, {
      headers: {
        "content-type": "application/json",
        "cache-control": `max-age=${KEYS_STALE_MS / 1000}`,
        "x-fetched-at": String(kept.fetchedAt),
      },
    });
    // That the cache refuses to keep the set is no reason to refuse a member.
    await cache.put(url, keep).catch(() => {});
  }

  /** One fetch for all who need it now. */
  async function refresh(): Promise<void> {
    // One that hangs belonged to a request that was ended with its client: nobody waits for it longer.
    if (!pending || !triedWithin(FETCH_TIMEOUT_MS)) {
      const mine = fetchNew().finally(() => {
        if (pending === mine) pending = undefined;
      });
      pending = mine;
    }
    await within(FETCH_TIMEOUT_MS + 500, pending);
  }

  /** The set to look in: in memory, from the colo's cache, or fetched. */
  async function current(): Promise<KeptKeys> {
    const aged = (ms: number) => kept === undefined || Date.now() - kept.fetchedAt >= ms;
    if (aged(KEYS_MAX_AGE_MS)) await takeCached();
    if (aged(KEYS_MAX_AGE_MS)) {
      const pause = aged(KEYS_STALE_MS) ? RETRY_MS : KEYS_COOLDOWN_MS;
      if (pending || !triedWithin(pause)) await refresh().catch(() => {});
    } else if (aged(KEYS_RENEW_MS) && !pending && !triedWithin(KEYS_COOLDOWN_MS)) {
      // The platform may end this with the request that began it: then a later request begins it again.
      void takeCached().then(() => (aged(KEYS_RENEW_MS) ? refresh().catch(() => {}) : undefined));
    }
    if (kept === undefined || aged(KEYS_STALE_MS)) {
      throw new KeysUnavailableError("the key set cannot be had");
    }
    return kept;
  }

  /** Looks for a set that may hold a new key: with another isolate first, then with Supabase. */
  const renewals = [
    takeCached,
    async () => {
      if (pending || !coolingDown()) await refresh().catch(() => {});
    },
  ];

  /** Whether the set was fetched, or asked for in vain, a moment ago. */
  function coolingDown(): boolean {
    return Date.now() - (kept?.fetchedAt ?? 0) < KEYS_COOLDOWN_MS || triedWithin(KEYS_COOLDOWN_MS);
  }

  return async (header, token) => {
    let known = await current();
    const left = [...renewals];
    for (;;) {
      try {
        return await known.find(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        while (kept === known) {
          const renew = left.shift();
          if (renew) await renew();
          else if (tried?.failed) throw new KeysUnavailableError("perhaps the key is new");
          else throw error;
        }
        known = kept ?? known;
      }
    }
  };
}

/** Waits for something that another request may have begun, but not longer. */
async function within(ms: number, waitedFor: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new KeysUnavailableError("the key set takes too long")), ms);
  });
  try {
    await Promise.race([waitedFor, patience]);
  } finally {
    clearTimeout(timer);
  }
}

/** The keys that a text holds, or null where it is no key set. */
function keysIn(text: string): JWTVerifyGetKey | null {
  if (text.length > KEYS_BYTES) return null;
  try {
    return createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
  } catch {
    return null;
  }
}
