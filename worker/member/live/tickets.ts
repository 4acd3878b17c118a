import { ProblemError } from "../../../domain/problems.ts";
import { sameSecret } from "../../auth/operator.ts";
import type { Caller } from "../../auth/verify.ts";
import type { Settings } from "../../settings.ts";

/** How long a ticket is good for, in milliseconds. */
export const TICKET_MS = 30_000;
/** How the Worker tells the object which ticket a connection came with. */
export const TICKET_HEADER = "x-viva-ticket";
/** The most tickets of one member that wait to be used. */
const MOST = 100;

/**
 * Tickets that the member's object has given for live connections: a browser can set no header there, and
 * what it offers instead is logged by proxies. Each opens one connection, soon. In memory: an object that
 * is lost meanwhile knows none of them, and the client asks for another.
 */
export class Tickets {
  readonly #given = new Map<string, { readonly caller: Caller; readonly until: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Gives a ticket for whoever asks. @returns the part of it that names it */
  give(caller: Caller): string {
    const now = this.#now();
    for (const [nonce, { until }] of this.#given) {
      if (until <= now || this.#given.size >= MOST) this.#given.delete(nonce);
    }
    const nonce = crypto.randomUUID().replaceAll("-", "");
    this.#given.set(nonce, { caller, until: now + TICKET_MS });
    return nonce;
  }

  /** Takes a ticket, which is good once. @throws ProblemError unauthorized */
  take(nonce: string): Caller {
    const given = this.#given.get(nonce);
    this.#given.delete(nonce);
    if (!given || given.until <= this.#now()) throw new ProblemError("unauthorized");
    return given.caller;
  }
}

const encoder = new TextEncoder();

/** What shows that a ticket is ours, so that a made-up one wakes no object. */
async function signature(
  { SUPABASE_SECRET_KEY }: Pick<Settings, "SUPABASE_SECRET_KEY">,
  memberId: string,
  nonce: string,
): Promise<string> {
  const raw = encoder.encode(`live ticket ${SUPABASE_SECRET_KEY}`);
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", raw, hmac, false, ["sign"]);
  const signed = await crypto.subtle.sign("HMAC", key, encoder.encode(`${memberId}.${nonce}`));
  return Array.from(new Uint8Array(signed), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A ticket as the client gets it. */
export async function signTicket(
  settings: Pick<Settings, "SUPABASE_SECRET_KEY">,
  memberId: string,
  nonce: string,
): Promise<string> {
  return `${memberId}.${nonce}.${await signature(settings, memberId, nonce)}`;
}

const TICKET = /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.([\da-f]{32})\.([\da-f]{64})$/;

/** Whose ticket a client shows. @throws ProblemError unauthorized for one that is none of ours */
export async function readTicket(
  settings: Pick<Settings, "SUPABASE_SECRET_KEY">,
  ticket: string,
): Promise<{ readonly memberId: string; readonly nonce: string }> {
  const [, memberId = "", nonce = "", signed = ""] = TICKET.exec(ticket) ?? [];
  if (!(await sameSecret(signed, await signature(settings, memberId, nonce)))) {
    throw new ProblemError("unauthorized", {}, { cause: "not our ticket" });
  }
  return { memberId, nonce };
}
