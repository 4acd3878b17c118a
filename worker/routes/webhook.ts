import { HOOK_BODY_BYTES } from "../http/body.ts";
import { HookBody, parseWebhook } from "../member/account/hooks.ts";
import type { ServerRoute } from "./route.ts";

/**
 * Supabase says that something of a member has changed: VIVA asks before it uses what it knew. If the
 * account was deleted, everything of the member goes.
 */
export const WEBHOOK_ROUTES: readonly ServerRoute[] = [
  {
    method: "POST",
    path: "/api/hooks/supabase",
    caller: "supabase",
    body: HookBody,
    bodyBytes: HOOK_BODY_BYTES,
    about: ({ body }) => {
      const change = parseWebhook(body);
      if (change === null) return null;
      const { memberId, accountDeleted, visionDeleted } = change;
      return {
        memberId,
        command: accountDeleted
          ? { kind: "erase-member" }
          : { kind: "refresh-context", visionDeleted },
      };
    },
  },
];
