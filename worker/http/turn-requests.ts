import * as v from "valibot";
import { fieldErrors, Id } from "../../domain/chat-request.ts";
import { ProblemError } from "../../domain/problems.ts";
import type { ResumeCommand, StopCommand } from "../session/protocol.ts";
import { streamForm } from "./accept.ts";

/** The body of `POST …/stop`. */
export const StopBody = v.nullish(
  v.looseObject({ turnId: v.nullish(Id), messageId: v.nullish(Id) }),
);

/**
 * The body of `POST …/stop`, which may be missing.
 * @throws ProblemError invalid_request
 */
export function parseStop(body: unknown): StopCommand {
  const parsed = v.safeParse(StopBody, body);
  if (!parsed.success) {
    throw new ProblemError("invalid_request", { errors: fieldErrors(parsed.issues) });
  }
  const { turnId, messageId } = parsed.output ?? {};
  return { turnId: turnId ?? null, messageId: messageId ?? null };
}

/** The body of an operator's request about one member. */
export const MemberBody = v.object({ memberId: v.pipe(v.string(), v.uuid(), v.toLowerCase()) });

/**
 * Which member an operator's request is about.
 * @throws ProblemError invalid_request
 */
export function parseMemberId(body: unknown): string {
  const parsed = v.safeParse(MemberBody, body);
  if (!parsed.success) {
    throw new ProblemError("invalid_request", { errors: fieldErrors(parsed.issues) });
  }
  return parsed.output.memberId;
}

/** `<log>:<offset>` as our events are numbered, or the offset alone. */
const POSITION = /^(?:([\w-]{1,128}(?:\.\d)?):)?(\d{1,9})$/;

/**
 * Where a reader goes on: `Last-Event-ID`, or `?after=`. What names no position means the whole answer.
 * @throws ProblemError not_acceptable
 */
export function parseResume(request: Request): ResumeCommand {
  const { searchParams } = new URL(request.url);
  const named = request.headers.get("last-event-id") ?? searchParams.get("after");
  const [, log = null, offset] = POSITION.exec(named ?? "") ?? [];
  return {
    form: streamForm(request.headers.get("accept"), true),
    after: offset === undefined ? null : { log, offset: Number(offset) },
    headOnly: request.method === "HEAD",
  };
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * The request's Idempotency-Key with a hash of what it asks, so that the same key with another body shows.
 * @throws ProblemError invalid_request for a key that is none
 */
export async function idempotencyOf(
  request: Request,
  asked: unknown,
): Promise<{ key: string; body: string } | null> {
  const key = request.headers.get("idempotency-key");
  if (key === null) return null;
  if (!IDEMPOTENCY_KEY.test(key)) {
    const message = "1-255 visible characters";
    throw new ProblemError("invalid_request", { errors: [{ path: "Idempotency-Key", message }] });
  }
  const bytes = new TextEncoder().encode(JSON.stringify(asked));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { key, body: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") };
}
