import type { CategoryKey } from "../../domain/categories.ts";
import type { DiscoveryRequest, RefineRequest } from "../../domain/writing.ts";
import type { StreamForm } from "../http/accept.ts";
import type { SeenVision } from "../journey/commands.ts";
import type { ChatCommand } from "../session/protocol.ts";

/** Where vision texts are asked for. Between Worker and object each is a POST of a command. */
export const WRITING_PATHS = [
  "/api/vision/chat",
  "/api/conversations/:id/draft",
  "/api/visions/:id/sections/:key/refine",
] as const;

/** What a member asks of VIVA as a writer, parsed at the border. */
export type WritingCommand = {
  readonly form: StreamForm;
  readonly idempotency: ChatCommand["idempotency"];
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
