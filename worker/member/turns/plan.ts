import type { ProblemError } from "../../../domain/problems.ts";
import type { Idempotency } from "../../commands.ts";
import type { RequestPlace } from "../../http/client-location.ts";
import type { WritingTask } from "../../prompt/writing-task.ts";
import type { Place } from "../chat/admission.ts";
import type { FetchContext } from "../sync/context-cache.ts";

/** What is read from Postgres with the member's own token. Times in milliseconds. */
export interface MemberDatabase {
  /** Whether the token outlasts the request, so that it may be used after it as well. */
  readonly lasts: boolean;
  /** Why Postgres has refused the token (token_expired, insufficient_aal); null if it has not. */
  readonly refusal: () => ProblemError | null;
  /** The result of `viva_context`. */
  readonly context: FetchContext;
  /** The result of `viva_open`: the context, and what fills an object that is new. */
  readonly open: (timeoutMs: number) => Promise<unknown>;
  /** A page of a conversation: the newest messages before a position; null if there is no conversation. */
  readonly conversation: (id: string, before: number | null, timeoutMs: number) => Promise<unknown>;
  /** The newest pages of several conversations, by their ids: shorter ones. */
  readonly conversations: (ids: readonly string[], timeoutMs: number) => Promise<unknown>;
}

/** What a turn gets from the request it was asked with. */
export interface TurnOrigin {
  /** Null where there is no token, or it is about to expire. */
  readonly database: MemberDatabase | null;
  readonly place: RequestPlace;
  /** When the request came in, in milliseconds since the epoch: what a turn's timings begin with. */
  readonly arrivedAt: number;
  /** The request's Idempotency-Key with the hash of its body. */
  readonly idempotency: Idempotency | null;
}

/** A member's message with its place in the conversation. */
export interface PlannedMessage {
  readonly id: string;
  readonly text: string;
  readonly position: number;
}

/**
 * Why a turn was asked for. A summary is asked for by the session itself, after a turn; a look is what
 * discovery asks between its steps; care meets a member in crisis; ahead is a greeting that is written
 * before it is asked for; the last ones write a vision text.
 */
export type TurnKind =
  | "message"
  | "greeting"
  | "regenerate"
  | "continue"
  | "summary"
  | "care"
  | "look"
  | "ahead"
  | WritingTask["kind"];

/** What a request means to its conversation, before it has a turn of its own. */
export interface Ask {
  readonly kind: TurnKind;
  readonly place: Place;
  /** The member's message that is answered; null for a greeting. */
  readonly message: PlannedMessage | null;
  readonly answerPosition: number;
  /** From this position on everything is replaced, as an edit or a regenerate does; null for none. */
  readonly cutFrom: number | null;
  /** The interrupted answer that is continued. */
  readonly continues: { readonly id: string; readonly text: string } | null;
  /** The message, edited or answered anew, that the request named: the same again is the same turn. */
  readonly targetId: string | null;
  /** What a vision text is written from; null where VIVA talks. */
  readonly task: WritingTask | null;
}

/** A turn as it is admitted: what will be written is decided, nothing is written yet. */
export interface TurnPlan extends Ask {
  readonly turnId: string;
  readonly answerId: string;
  readonly origin: TurnOrigin;
}

/** What an ask of this kind means to its place; by default it answers no message and changes nothing there. */
export function newAsk(
  kind: TurnKind,
  place: Place,
  more: Partial<Omit<Ask, "kind" | "place">> = {},
): Ask {
  return {
    kind,
    place,
    message: null,
    answerPosition: 0,
    cutFrom: null,
    continues: null,
    targetId: null,
    task: null,
    ...more,
  };
}

/** The plan of a question that the session asks by itself: nothing of its answer is a message. */
export function newQuestion(
  kind: TurnKind,
  place: Place,
  turnId: string,
  origin: TurnOrigin,
): TurnPlan {
  return { ...newAsk(kind, place), turnId, answerId: "", origin };
}
