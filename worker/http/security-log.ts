import { errors } from "jose";
import { PROBLEMS, type ProblemCode, ProblemError } from "../../domain/problems.ts";
import { requestPlace } from "./client-location.ts";
import { addressKey } from "./rate-limit.ts";

/** Lines of one kind that are written in full, per isolate and minute; then one at each power of two. */
const LINES_PER_MINUTE = 10;
const MINUTE_MS = 60_000;

/** Statuses that say no: who is asking, what they may, what is left, how much, how often. */
const REFUSALS: ReadonlySet<number> = new Set([401, 402, 403, 413, 429]);

/** What a security log writes with. */
interface SecurityLogPorts {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly write: (line: string) => void;
}

/** Takes one event. `kind` is one of a small fixed set: lines are counted by it. */
export type SecurityLog = (event: string, kind: string, fields: object) => void;

/**
 * A log that a flood cannot flood: of each kind, an isolate writes the first ten lines of a minute and
 * then one whenever their number has doubled. `count` says how many of this kind the minute has had.
 */
export function createSecurityLog({ now, write }: SecurityLogPorts): SecurityLog {
  let minute = 0;
  const counts = new Map<string, number>();
  return (event, kind, fields) => {
    const current = Math.floor(now() / MINUTE_MS);
    if (current !== minute) counts.clear();
    minute = current;
    const key = `${event} ${kind}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const isPowerOfTwo = (count & (count - 1)) === 0;
    if (count <= LINES_PER_MINUTE || isPowerOfTwo) {
      write(JSON.stringify({ event, ...fields, count }));
    }
  };
}

/** The log of this isolate. */
export const securityEvent = createSecurityLog({
  now: () => Date.now(),
  write: (line) => console.warn(line),
});

/**
 * The network that a request came from: of IPv4 the first 24 bits, of IPv6 the first 48. Enough to
 * find an attack by, and no one person's address.
 */
export function networkOf(request: Request): string | null {
  const key = addressKey(request)?.slice("ip:".length);
  if (!key) return null;
  const [separator, suffix] = key.includes(":") ? [":", "::/48"] : [".", ".0/24"];
  return key.split(separator).slice(0, 3).join(separator) + suffix;
}

/**
 * Why something was refused, in words of our own or of the token library; never a part of what was sent.
 */
export function reasonOf(error: unknown): string | null {
  if (!(error instanceof ProblemError)) return null;
  const { cause } = error;
  if (typeof cause === "string") return cause;
  if (cause instanceof errors.JWTClaimValidationFailed) return `${cause.code} ${cause.claim}`;
  return cause instanceof errors.JOSEError ? cause.code : null;
}

/** The code in a problem answer of ours, also one that the member's object gave. */
async function codeIn(answer: Response): Promise<ProblemCode | null> {
  const body = await answer.clone().json<{ code?: unknown }>();
  const { code } = body;
  return typeof code === "string" && code in PROBLEMS ? (code as ProblemCode) : null;
}

/**
 * Writes down that a request was refused: a token, a secret, or a limit. Neither these nor anything
 * else of the request is written but its id, its route, and the network that it came from.
 * @param error what was thrown, if the Worker itself refused
 */
export async function logRefusal(
  request: Request & { readonly route?: string },
  answer: Response,
  { requestId, error }: { readonly requestId: string; readonly error?: unknown },
): Promise<void> {
  if (!REFUSALS.has(answer.status)) return;
  const code = await codeIn(answer).catch(() => null);
  securityEvent("request_refused", `${answer.status} ${code}`, {
    code,
    status: answer.status,
    reason: reasonOf(error),
    method: request.method,
    route: request.route ?? null,
    requestId,
    network: networkOf(request),
    colo: requestPlace(request).colo,
  });
}
