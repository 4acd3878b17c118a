import { type ReadonlySignal, signal } from "@preact/signals";
import type { Tokens } from "../api/http.ts";
import { ApiError, type ClientProblem } from "../api/problem.ts";
import type { KeyValue } from "../platform/storage.ts";
import type { RefreshAnswer } from "./refresh.ts";
import { keepSession, parseSession, SESSION_KEY, type StoredSession } from "./stored.ts";

/** What surrounds a session; everything that differs between a browser and a test. */
export interface SessionPorts {
  readonly storage: KeyValue;
  /** Asks Supabase for new tokens. Never throws. */
  refresh(refreshToken: string): Promise<RefreshAnswer>;
  /** Does something while no other tab of this browser does the same. */
  alone<T>(run: () => Promise<T>): Promise<T>;
  /** Unix milliseconds of this device's clock. It may be wrong, and may be set at any moment. */
  now(): number;
  /** Milliseconds on a clock that nobody can set, since some moment before. */
  steady(): number;
}

/** The session of the member who is signed in. */
export interface MemberSession {
  /** Null if nobody is signed in, also as long as the second step is not taken. */
  readonly current: ReadonlySignal<StoredSession | null>;
  /** The session of a sign-in whose second step is awaited; else null. */
  readonly awaiting: ReadonlySignal<StoredSession | null>;
  /** Why the last session ended without the member asking; empty otherwise. */
  readonly endedBecause: ReadonlySignal<string>;
  readonly tokens: Tokens;
  /** Takes over what the storage holds now: after the auth library, or another tab, changed it. */
  sync(): void;
  /** Forgets the session on this device. */
  end(because: string): void;
  /** Sets what the sign-in page says. */
  explain(because: string): void;
}

const ENDED = "Your session has ended. Sign in again to go on; nothing you wrote is lost.";
const BANNED = "This account cannot be used at the moment.";
const REVOKED = "You signed out on all devices. Sign in again to go on.";

/** How long before its end a token is renewed, in milliseconds; of a short life, the last quarter. */
const RENEW_BEFORE_MS = 120_000;
/** If the server refuses a token that was renewed so shortly before, in milliseconds, another would fare no better. */
const YOUNG_MS = 30_000;

/**
 * A session in the browser. A token's life is counted from its arrival, on this device, or is over when the
 * server says so: the server's time is never compared with the device's. Only Supabase's verdict about
 * the session ends it; whatever else goes wrong, it is kept.
 */
export function createMemberSession(ports: SessionPorts): MemberSession {
  const { storage, alone, now, steady } = ports;
  const stored = () => parseSession(storage.getItem(SESSION_KEY));
  const whole = (session: StoredSession | null) => (session?.awaitsCode ? null : session);
  const half = (session: StoredSession | null) => (session?.awaitsCode ? session : null);
  const read = () => whole(stored());
  const current = signal<StoredSession | null>(read());
  const awaiting = signal<StoredSession | null>(half(stored()));
  const endedBecause = signal("");
  /** When the token ends, on the steady clock; null if that is not known. */
  let endsAt = endOf(current.peek());
  let renewing: Promise<string | null> | null = null;
  /** Why the last renewal failed, and until when on the steady clock nobody asks again. */
  let pause: { readonly until: number; readonly problem: ClientProblem } | null = null;

  /** The token that this tab got last, and when on the steady clock. */
  let youngest: { readonly token: string; readonly at: number } | null = null;

  function endOf(session: StoredSession | null): number | null {
    if (session === null || session.lifeMs === null || session.arrivedAt === null) return null;
    const age = now() - session.arrivedAt;
    // Below zero: the device's clock has been set back since.
    return age < 0 ? null : steady() - age + session.lifeMs;
  }

  /** How long the token will be good, in milliseconds; without end if that is not known. */
  const left = () => (endsAt === null ? Number.POSITIVE_INFINITY : endsAt - steady());

  function sync(): void {
    const found = stored();
    if (half(found)?.accessToken !== awaiting.peek()?.accessToken) awaiting.value = half(found);
    const next = whole(found);
    const known = current.peek();
    if (next?.accessToken === known?.accessToken) return;
    endsAt = endOf(next);
    pause = null;
    // The same person with a newer token keeps the same member object, so that nothing re-renders.
    const same = known?.member.id === next?.member.id && known?.member.email === next?.member.email;
    current.value = next && known && same ? { ...next, member: known.member } : next;
    if (next) endedBecause.value = "";
  }

  const token = () => current.peek()?.accessToken ?? null;

  function end(because: string): void {
    endedBecause.value = because;
    const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
    for (const key of keys) if (key?.startsWith(SESSION_KEY)) storage.removeItem(key);
    current.value = null;
    awaiting.value = null;
  }

  /** One request for new tokens, unless another tab has them already. */
  async function ask(): Promise<string | null> {
    const before = token();
    return await alone(async () => {
      sync();
      const asked = current.peek();
      if (!asked || asked.accessToken !== before) return token();
      const answer = await ports.refresh(asked.refreshToken);
      if (stored()?.refreshToken !== asked.refreshToken) {
        // Signed out or renewed elsewhere meanwhile: what is stored now is the truth.
        sync();
        return token();
      }
      if (answer.kind === "renewed") {
        const kept = JSON.parse(storage.getItem(SESSION_KEY) ?? "{}");
        keepSession(storage, { ...kept, ...answer.session }, now());
        sync();
        youngest = { token: answer.session.access_token, at: steady() };
        return token();
      }
      if (answer.kind === "over") {
        end(answer.code === "user_banned" ? BANNED : ENDED);
        return null;
      }
      pause = { until: steady() + answer.waitMs, problem: answer.problem };
      throw new ApiError(answer.problem);
    });
  }

  /** A newer token. One request, however many callers wait for it. @throws ApiError if there is none to be had now */
  async function renew(): Promise<string | null> {
    const waitMs = pause ? pause.until - steady() : 0;
    if (pause && waitMs > 0) {
      throw new ApiError({ ...pause.problem, retryAfter: Math.ceil(waitMs / 1_000) });
    }
    renewing ??= ask().finally(() => {
      renewing = null;
    });
    return await renewing;
  }

  const tokens: Tokens = {
    async current() {
      const session = current.peek();
      if (!session) return null;
      const before = Math.min(RENEW_BEFORE_MS, (session.lifeMs ?? 0) / 4);
      if (left() > before) return session.accessToken;
      const renewed = renew().catch(() => token());
      // Until its end the token is good: nothing waits for the next one.
      return left() > 0 ? session.accessToken : await renewed;
    },

    async renew(refused) {
      sync();
      const session = current.peek();
      if (!session) return null;
      if (session.accessToken !== refused && left() > 0) return session.accessToken;
      if (youngest?.token === refused && steady() - youngest.at < YOUNG_MS) return null;
      return await renew();
    },

    revoked() {
      // Who has left already needs no reason.
      if (current.peek()) end(REVOKED);
    },
  };

  return {
    ...{ current, awaiting, endedBecause, tokens, sync, end },
    explain(because) {
      endedBecause.value = because;
    },
  };
}
