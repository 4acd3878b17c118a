import type { IRequest } from "itty-router";
import * as v from "valibot";
import { normaliseCategory } from "../../domain/categories.ts";
import { Id } from "../../domain/chat-request.ts";
import { ProblemError } from "../../domain/problems.ts";
import { parseDiscovery, parseDraft, parseRefine } from "../../domain/writing.ts";
import { streamForm } from "../http/accept.ts";
import { JSON_BODY_BYTES, readJson, readOptionalJson } from "../http/body.ts";
import { pathParameter } from "../http/path.ts";
import { idempotencyOf } from "../http/turn-requests.ts";
import { seenVision } from "../journey/requests.ts";
import type { WritingCommand } from "./commands.ts";

/** A request that the router has matched. */
type Routed = Request & Pick<IRequest, "params">;

/** Reads what a request asks for. @throws ProblemError */
export type ParseWriting = (request: Routed) => Promise<WritingCommand>;

const discovery: ParseWriting = async (request) => {
  const asked = parseDiscovery(await readJson(request, JSON_BODY_BYTES));
  const streams = asked.action === "submit_step_3";
  return {
    kind: "discovery",
    request: asked,
    form: streams ? streamForm(request.headers.get("accept"), true) : "events",
    idempotency: await idempotencyOf(request, asked),
  };
};

const draft: ParseWriting = async (request) => {
  const conversationId = pathParameter(request.params.id);
  if (!v.is(Id, conversationId)) throw new ProblemError("not_found");
  const second = parseDraft(await readOptionalJson(request, JSON_BODY_BYTES));
  return {
    kind: "draft",
    conversationId,
    second,
    form: streamForm(request.headers.get("accept"), true),
    idempotency: await idempotencyOf(request, { draft: conversationId, second }),
  };
};

const refine: ParseWriting = async (request) => {
  const category = normaliseCategory(pathParameter(request.params.key));
  if (category === undefined) throw new ProblemError("unknown_category");
  const vision = seenVision(request);
  const { second, ...asked } = parseRefine(await readOptionalJson(request, JSON_BODY_BYTES));
  return {
    kind: "refine",
    vision,
    category,
    refine: asked,
    second,
    form: streamForm(request.headers.get("accept"), true),
    idempotency: await idempotencyOf(request, { vision, category, asked, second }),
  };
};

/** The routes that write vision text, all POST. */
export const WRITING_ROUTES: readonly [path: string, parse: ParseWriting][] = [
  ["/api/vision/chat", discovery],
  ["/api/conversations/:id/draft", draft],
  ["/api/visions/:id/sections/:key/refine", refine],
];
