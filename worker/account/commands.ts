import type { CategoryKey } from "../../domain/categories.ts";
import type { PhaseKey } from "../../domain/phases.ts";

/** Where the account is read and changed. Between Worker and object each is a POST of a command. */
export const ACCOUNT_PATHS = [
  "/api/viva/warm",
  // Before the path of one conversation, which would match it.
  "/api/conversations/search",
  "/api/usage",
  "/api/conversations/:id",
  "/api/sessions",
  "/api/sessions/revoke",
  "/api/sessions/:id",
  "/api/export",
  "/api/account-data",
  "/api/hooks/supabase",
  "/api/ops/members/erase",
] as const;

/** Where the fence is asked by the handler itself: an erase says how it stands, and a webhook is never refused. */
export const BESIDE_THE_FENCE: ReadonlySet<string> = new Set([
  "/api/account-data",
  "/api/hooks/supabase",
  "/api/ops/members/erase",
]);

/** What a member asks of their session and their data, parsed at the border. */
export type AccountCommand =
  | {
      readonly kind: "warm";
      readonly category: CategoryKey | null;
      readonly phase: PhaseKey | null;
    }
  | { readonly kind: "usage" }
  | {
      readonly kind: "search";
      readonly q: string;
      readonly limit: number;
      readonly cursor: number | null;
    }
  | { readonly kind: "rename"; readonly id: string; readonly title: string }
  | { readonly kind: "delete"; readonly id: string }
  | { readonly kind: "sessions" }
  | { readonly kind: "end-session"; readonly id: string }
  | { readonly kind: "revoke" }
  | { readonly kind: "export"; readonly format: "json" | "html" }
  | { readonly kind: "erase" }
  /** From Supabase, not from the member. */
  | { readonly kind: "changed"; readonly visionDeleted: string | null }
  /** From the operator, or from Supabase because the account was deleted. */
  | { readonly kind: "erase-member" };
