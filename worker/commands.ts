import type { Answers } from "../domain/assessment-request.ts";
import type { CategoryKey } from "../domain/categories.ts";
import type { ChatRequest } from "../domain/chat-request.ts";
import type { PhaseKey } from "../domain/phases.ts";
import type { ProfileChanges } from "../domain/profile-request.ts";
import type { VisionChanges, VisionPage } from "../domain/vision-request.ts";
import type { DiscoveryRequest, RefineRequest } from "../domain/writing.ts";
import type { Caller } from "./auth/verify.ts";
import type { StreamForm } from "./http/accept.ts";
import type { RequestPlace } from "./http/client-location.ts";

/** Who sends a command, and from where: what the Worker has verified or read from the request. */
export interface MemberRequest {
  readonly caller: Caller;
  /** The member's access token. It is held in memory only. Empty if the deployment itself asks. */
  readonly token: string;
  readonly place: RequestPlace;
  /** The browser tab that asks; null for none. It is not told of its own changes. */
  readonly tab: string | null;
  readonly requestId: string;
  /** The request's path, for the `instance` of a problem answer. Nothing is decided by it. */
  readonly instance: string;
}

/** An Idempotency-Key with the hash of the request that it came with. */
export interface Idempotency {
  readonly key: string;
  readonly body: string;
}

/** One page of a list. */
export interface ListPage {
  readonly limit: number;
  /** Null for the first page. */
  readonly cursor: number | null;
}

/** A version of the Life Vision as its reader has seen it. */
export interface SeenVision {
  readonly id: string;
  /** From `If-Match`. */
  readonly revision: number;
}

/** Conversations, their turns, and what is on its way to Postgres. */
export type ChatCommand =
  | {
      readonly kind: "chat";
      readonly request: ChatRequest;
      readonly form: StreamForm;
      readonly idempotency: Idempotency | null;
    }
  | {
      readonly kind: "resume";
      readonly conversationId: string;
      readonly form: StreamForm;
      /** Where to go on; null for the whole answer, as for a log that is not the answer's own. */
      readonly after: { readonly log: string | null; readonly offset: number } | null;
      /** Whether only the headers are asked for (HEAD): nothing is streamed, and nothing is awaited. */
      readonly headOnly: boolean;
    }
  | {
      readonly kind: "stop";
      readonly conversationId: string;
      readonly turnId: string | null;
      /** The message whose turn is meant, for a client that does not know the turn's id. */
      readonly messageId: string | null;
    }
  | { readonly kind: "live-ticket" }
  | ({ readonly kind: "list-conversations" } & ListPage)
  | {
      readonly kind: "read-conversation";
      readonly id: string;
      /** Messages before this position; null for the newest ones. */
      readonly before: number | null;
    }
  | { readonly kind: "read-turn"; readonly id: string }
  | { readonly kind: "read-sync" }
  /** From the operator: sends again what Postgres refused for good. */
  | { readonly kind: "resend-outbox" };

/** Profile, assessment and visions. */
export type VisionDataCommand =
  | { readonly kind: "read-profile" }
  | { readonly kind: "edit-profile"; readonly changes: ProfileChanges }
  | { readonly kind: "read-assessment"; readonly completed: boolean }
  | ({ readonly kind: "answer-statements" } & Answers)
  | { readonly kind: "complete-assessment"; readonly id: string | null }
  | ({ readonly kind: "list-visions" } & VisionPage)
  | { readonly kind: "read-vision"; readonly id: string }
  | { readonly kind: "begin-vision"; readonly from: string | null }
  | ({ readonly kind: "write-vision" } & SeenVision & VisionChanges)
  | ({ readonly kind: "delete-vision" } & SeenVision)
  | ({ readonly kind: "commit-vision" } & SeenVision);

/** Text for a vision, and the steps of discovery on the way to it. */
export type WritingCommand = {
  readonly form: StreamForm;
  readonly idempotency: Idempotency | null;
} & (
  | { readonly kind: "discovery"; readonly request: DiscoveryRequest }
  | {
      readonly kind: "draft";
      readonly conversationId: string;
      /** Whether the newest text missed the voice, and a second one is asked for. */
      readonly second: boolean;
    }
  | {
      readonly kind: "refine";
      readonly vision: SeenVision;
      readonly category: CategoryKey;
      readonly refine: RefineRequest;
      /** As in `draft`. */
      readonly second: boolean;
    }
);

/** The member's sessions, and their data as a whole. */
export type AccountCommand =
  | {
      readonly kind: "warm";
      readonly category: CategoryKey | null;
      readonly phase: PhaseKey | null;
    }
  | { readonly kind: "read-usage" }
  | ({ readonly kind: "search-conversations"; readonly q: string } & ListPage)
  | { readonly kind: "rename-conversation"; readonly id: string; readonly title: string }
  | { readonly kind: "delete-conversation"; readonly id: string }
  | { readonly kind: "list-sessions" }
  | { readonly kind: "end-session"; readonly id: string }
  | { readonly kind: "revoke-tokens" }
  | { readonly kind: "export"; readonly format: "json" | "html" }
  | { readonly kind: "erase" }
  /** From Supabase: something that the context is made of has changed. */
  | { readonly kind: "refresh-context"; readonly visionDeleted: string | null }
  /** From the operator, or from Supabase because the account was deleted. */
  | { readonly kind: "erase-member" };

/** Everything that the Worker asks of a member's object, parsed at the border. */
export type MemberCommand = ChatCommand | VisionDataCommand | WritingCommand | AccountCommand;

/** A command with who sends it: what a member's object gets from the Worker, and from nobody else. */
export interface CommandEnvelope {
  readonly member: MemberRequest;
  readonly command: MemberCommand;
}

/** What holds for every command of a kind. */
interface CommandRules {
  /**
   * Whether the access fence decides before the command runs: it refuses tokens from before a sign-out or
   * an erase, and everyone while an erase goes on. Unfenced commands ask the fence themselves, and an
   * erase does not wait for them to end.
   */
  readonly fenced: boolean;
  /** Whether it changes nothing, so that it may be asked again if the object was lost meanwhile. */
  readonly isRead: boolean;
}

const READ: CommandRules = { fenced: true, isRead: true };
const WRITE: CommandRules = { fenced: true, isRead: false };
const UNFENCED_WRITE: CommandRules = { fenced: false, isRead: false };

/** The rules of each kind. A new kind does not compile without its own. */
export const COMMAND_RULES: Readonly<Record<MemberCommand["kind"], CommandRules>> = {
  chat: WRITE,
  resume: READ,
  stop: WRITE,
  "live-ticket": WRITE,
  "list-conversations": READ,
  "read-conversation": READ,
  "read-turn": READ,
  "read-sync": READ,
  "resend-outbox": WRITE,
  "read-profile": READ,
  "edit-profile": WRITE,
  "read-assessment": READ,
  "answer-statements": WRITE,
  "complete-assessment": WRITE,
  "list-visions": READ,
  "read-vision": READ,
  "begin-vision": WRITE,
  "write-vision": WRITE,
  "delete-vision": WRITE,
  "commit-vision": WRITE,
  discovery: WRITE,
  draft: WRITE,
  refine: WRITE,
  warm: WRITE,
  "read-usage": READ,
  "search-conversations": READ,
  "rename-conversation": WRITE,
  "delete-conversation": WRITE,
  "list-sessions": READ,
  "end-session": WRITE,
  "revoke-tokens": WRITE,
  export: READ,
  // An erase says how it stands, and a webhook is never refused.
  erase: UNFENCED_WRITE,
  "refresh-context": UNFENCED_WRITE,
  "erase-member": UNFENCED_WRITE,
};
