import type { Answers } from "../../domain/assessment-request.ts";
import type { ProfileChanges } from "../../domain/profile-request.ts";
import type { VisionChanges, VisionPage } from "../../domain/vision-request.ts";

/** Where profile, assessment and visions are read and written. Between Worker and object each is a POST of a command. */
export const JOURNEY_PATHS = [
  "/api/profile",
  "/api/assessment",
  "/api/assessment/complete",
  "/api/visions",
  "/api/visions/:id",
  "/api/visions/:id/commit",
] as const;

/** A version as its reader has seen it. */
export interface SeenVision {
  readonly id: string;
  /** From `If-Match`. */
  readonly revision: number;
}

/** What a member asks of their profile, assessment and visions, parsed at the border. */
export type JourneyCommand =
  | { readonly kind: "profile" }
  | { readonly kind: "edit-profile"; readonly changes: ProfileChanges }
  | { readonly kind: "assessment"; readonly completed: boolean }
  | ({ readonly kind: "answer" } & Answers)
  | { readonly kind: "complete"; readonly id: string | null }
  | ({ readonly kind: "visions" } & VisionPage)
  | { readonly kind: "vision"; readonly id: string }
  | { readonly kind: "begin-vision"; readonly from: string | null }
  | ({ readonly kind: "write-vision" } & SeenVision & VisionChanges)
  | ({ readonly kind: "delete-vision" } & SeenVision)
  | ({ readonly kind: "commit-vision" } & SeenVision);
