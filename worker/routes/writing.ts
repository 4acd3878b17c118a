import * as v from "valibot";
import { normaliseCategory } from "../../domain/categories.ts";
import { Id } from "../../domain/chat-request.ts";
import { ProblemError } from "../../domain/problems.ts";
import {
  DiscoveryBody,
  DraftBody,
  parseDiscovery,
  parseDraft,
  parseRefine,
  RefineBody,
} from "../../domain/writing.ts";
import { streamForm } from "../http/accept.ts";
import { idempotencyOf } from "./idempotency.ts";
import type { MemberRoute } from "./route.ts";
import { seenVision } from "./vision-data.ts";

/** Text for a vision, and the steps of discovery on the way to it. */
export const WRITING_ROUTES: readonly MemberRoute[] = [
  {
    method: "POST",
    path: "/api/vision/chat",
    caller: "member",
    limit: "JOURNEY_LIMIT",
    body: DiscoveryBody,
    command: async ({ request, body }) => {
      const asked = parseDiscovery(body);
      const streams = asked.action === "submit_step_3";
      return {
        kind: "discovery",
        request: asked,
        form: streams ? streamForm(request.headers.get("accept"), true) : "events",
        idempotency: await idempotencyOf(request, asked),
      };
    },
  },
  {
    method: "POST",
    path: "/api/conversations/:id/draft",
    caller: "member",
    limit: "JOURNEY_LIMIT",
    body: DraftBody,
    command: async ({ request, params, body }) => {
      const { id } = params;
      if (!v.is(Id, id)) throw new ProblemError("not_found");
      const second = parseDraft(body);
      return {
        kind: "draft",
        conversationId: id,
        second,
        form: streamForm(request.headers.get("accept"), true),
        idempotency: await idempotencyOf(request, { draft: id, second }),
      };
    },
  },
  {
    method: "POST",
    path: "/api/visions/:id/sections/:key/refine",
    caller: "member",
    limit: "JOURNEY_LIMIT",
    body: RefineBody,
    command: async (asked) => {
      const { request, params, body } = asked;
      const category = normaliseCategory(params.key);
      if (category === undefined) throw new ProblemError("unknown_category");
      const vision = seenVision(asked);
      const { second, ...refine } = parseRefine(body);
      return {
        kind: "refine",
        vision,
        category,
        refine,
        second,
        form: streamForm(request.headers.get("accept"), true),
        idempotency: await idempotencyOf(request, { vision, category, asked: refine, second }),
      };
    },
  },
];
