import type { Place } from "./admission.ts";
import type { FetchContext } from "./context-cache.ts";
import type { RequestPlace } from "./report.ts";

/** What a turn gets from the request it was asked with. */
export interface TurnOrigin {
  /** Reads the context with the member's token; null where the token is about to expire. */
  readonly fetchContext: FetchContext | null;
  readonly place: RequestPlace;
}

/** A member's message with its place in the conversation. */
export interface PlannedMessage {
  readonly id: string;
  readonly text: string;
  readonly position: number;
}

/** A turn as it is admitted: what will be written is decided, nothing is written yet. */
export interface TurnPlan {
  readonly turnId: string;
  readonly place: Place;
  readonly answerId: string;
  readonly answerPosition: number;
  /** The member's message; null for a greeting. */
  readonly message: PlannedMessage | null;
  readonly model: string;
  readonly origin: TurnOrigin;
}
