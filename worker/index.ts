import { type IRequest, Router } from "itty-router";
import { MESSAGE_CHARACTERS, parseChatRequest } from "../domain/chat-request.ts";
import type { ClientConfig } from "../domain/messages.ts";
import { CSP_REPORT_PATH } from "../domain/pages.ts";
import { ProblemError } from "../domain/problems.ts";
import type { AccountCommand } from "./account/commands.ts";
import { admitWebhook, parseWebhook } from "./account/hooks.ts";
import { ACCOUNT_ROUTES, type ParseAccount } from "./account/requests.ts";
import { admitOperator } from "./auth/operator.ts";
import { answerChallenge } from "./challenge.ts";
import { admitRequest, asServer, forward, limitJourney, limitRate } from "./door.ts";
import { streamForm } from "./http/accept.ts";
import { limitAddress, open, refusalOrLimit } from "./http/address.ts";
import {
  CHAT_BODY_BYTES,
  CSP_BODY_BYTES,
  HOOK_BODY_BYTES,
  JSON_BODY_BYTES,
  readJson,
  readOptionalJson,
} from "./http/body.ts";
import { allowOrigin, isPreflight, preflight } from "./http/cors.ts";
import { parseCspReport } from "./http/csp-report.ts";
import { json } from "./http/json.ts";
import { requestPlace } from "./http/place.ts";
import { problemOf } from "./http/problem-response.ts";
import { makeSafe } from "./http/safe.ts";
import { logRefusal, securityEvent } from "./http/security-log.ts";
import { idempotencyOf, parseMemberId, parseResume, parseStop } from "./http/turn-requests.ts";
import { JOURNEY_ROUTES, type ParseJourney } from "./journey/requests.ts";
import { openLive } from "./live/door.ts";
import { nextTask } from "./next-task.ts";
import { OPERATOR_ROUTES } from "./operator/operations.ts";
import { isPrepared, prepare } from "./prepare.ts";
import { readiness } from "./ready.ts";
import type { ChatCommand } from "./session/protocol.ts";
import { settingsOf } from "./settings.ts";
import { type ParseWriting, WRITING_ROUTES } from "./writing/requests.ts";

export { DailySpending } from "./budget/daily-spending.ts";
export { MemberSession } from "./session/object.ts";

type Handler = (request: Request, env: Env, requestId: string) => Promise<Response> | Response;

/** A turn. Everything of the request is checked here, once; the object gets what it asks for. */
const chat: Handler = async (request, env, requestId) => {
  const admitted = await admitRequest(request, env, requestId);
  const asked = parseChatRequest(await readJson(request, CHAT_BODY_BYTES));
  const form = streamForm(request.headers.get("accept"), asked.uiMessages);
  const idempotency = await idempotencyOf(request, asked);
  const command: ChatCommand = { request: asked, form, idempotency };
  return forward(request, env, admitted, command);
};

/** A running or just ended answer, from its start or from where a reader lost it. */
const resume: Handler = async (request, env, requestId) => {
  const admitted = await admitRequest(request, env, requestId);
  const command = parseResume(request);
  await limitRate(env, admitted);
  return forward(request, env, admitted, command);
};

const stop: Handler = async (request, env, requestId) => {
  const admitted = await admitRequest(request, env, requestId);
  const command = parseStop(await readOptionalJson(request, JSON_BODY_BYTES));
  return forward(request, env, admitted, command);
};

/** What the object answers from its own record. */
const read: Handler = async (request, env, requestId) => {
  const admitted = await admitRequest(request, env, requestId);
  await limitRate(env, admitted);
  return forward(request, env, admitted);
};

/** The list of conversations. Words that are looked for do not belong in an address, which is logged. */
const list: Handler = (request, env, requestId) => {
  if (new URL(request.url).searchParams.has("q")) {
    throw new ProblemError("invalid_request", {
      detail: "To search conversations, send a POST to /api/conversations/search.",
    });
  }
  return read(request, env, requestId);
};

/** A ticket for a live connection. */
const ticket: Handler = async (request, env, requestId) => {
  const admitted = await admitRequest(request, env, requestId);
  await limitRate(env, admitted);
  return forward(request, env, admitted, {});
};

/** Profile, assessment and visions: what is asked is parsed here, once, and answered by the object. */
const journey =
  (parse: ParseJourney): Handler =>
  async (request, env, requestId) => {
    const admitted = await admitRequest(request, env, requestId);
    await limitJourney(env, admitted);
    return forward(request, env, admitted, await parse(request as Parameters<ParseJourney>[0]));
  };

/** A vision text, or a step on the way to one. Turns have a limit of their own, in the object. */
const writing =
  (parse: ParseWriting): Handler =>
  async (request, env, requestId) => {
    const admitted = await admitRequest(request, env, requestId);
    await limitJourney(env, admitted);
    return forward(request, env, admitted, await parse(request as Parameters<ParseWriting>[0]));
  };

/** Session, conversations and data of the member as a whole. */
const account =
  (parse: ParseAccount): Handler =>
  async (request, env, requestId) => {
    const admitted = await admitRequest(request, env, requestId);
    await limitRate(env, admitted);
    return forward(request, env, admitted, await parse(request as Parameters<ParseAccount>[0]));
  };

/** Puts what Postgres refused for good back in line, once the operator has mended the cause. */
const resend: Handler = async (request, env, requestId) => {
  await admitOperator(request, env);
  const memberId = parseMemberId(await readJson(request, JSON_BODY_BYTES));
  return forward(request, env, asServer(memberId, requestId), {});
};

/** Erases everything of a member: their account was deleted, or they asked the operator to. */
const eraseMember: Handler = async (request, env, requestId) => {
  await admitOperator(request, env);
  const memberId = parseMemberId(await readJson(request, JSON_BODY_BYTES));
  const command: AccountCommand = { kind: "erase-member" };
  return forward(request, env, asServer(memberId, requestId), command);
};

/** What an operator reads of the whole deployment. */
const operator =
  (answer: (typeof OPERATOR_ROUTES)[number][1]): Handler =>
  async (request, env) => {
    await admitOperator(request, env);
    return json(await answer(Object.fromEntries(new URL(request.url).searchParams), env));
  };

/**
 * Supabase says that something of a member has changed: VIVA asks before it uses what it knew. If the
 * account was deleted everything of the member goes.
 */
const hook: Handler = async (request, env, requestId) => {
  await admitWebhook(request, env);
  const change = parseWebhook(await readJson(request, HOOK_BODY_BYTES));
  if (change === null) return json({ state: "ignored" }, 202);
  const { memberId, accountDeleted, visionDeleted } = change;
  const command: AccountCommand = accountDeleted
    ? { kind: "erase-member" }
    : { kind: "changed", visionDeleted };
  return forward(request, env, asServer(memberId, requestId), command);
};

/** Alive. To a load tester's challenge it answers, too, whether the operator wants to be tested. */
const health: Handler = async (request, env) => {
  const nonce = new URL(request.url).searchParams.get("challenge");
  const challenge = nonce === null ? null : await answerChallenge(env, nonce);
  return json({ ok: true, ...(challenge !== null && { challenge }) });
};

const ready: Handler = async (_request, env) => {
  const result = await readiness(env, Date.now());
  return json(result, result.ready ? 200 : 503);
};

const config: Handler = (_request, env) => {
  const settings = settingsOf(env);
  const { DEMO_EMAIL: email, DEMO_PASSWORD: password } = settings;
  const body: ClientConfig = {
    supabaseUrl: settings.SUPABASE_URL,
    supabaseKey: settings.SUPABASE_PUBLISHABLE_KEY,
    model: settings.OPENAI_MODEL,
    limits: { messageCharacters: MESSAGE_CHARACTERS },
    ...(settings.CAPTCHA && { captchaSiteKey: settings.CAPTCHA }),
    demo: email && password ? { email, password } : null,
  };
  return json(body);
};

/** The API's description of itself. Loaded when it is asked for: nobody's first word waits for it. */
const openapi: Handler = async () => {
  const { openapiDocument } = await import("./openapi/document.ts");
  return json(openapiDocument(ROUTES));
};

/** What a page of ours was kept from doing by its content security policy, as a browser reports it. */
const cspReport: Handler = async (request, env) => {
  // Counted apart: a page with many reports may still ask for its settings.
  await limitAddress(request, env.RATE_LIMIT, "csp:");
  for (const violation of parseCspReport(await readJson(request, CSP_BODY_BYTES))) {
    const { colo } = requestPlace(request);
    securityEvent("csp_violation", violation.directive, { ...violation, colo });
  }
  return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
};

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** The routes of the API. A known path with another method is 405, all else 404. */
const ROUTES: readonly [method: Method, path: string, handler: Handler][] = [
  ["POST", "/api/viva/chat", chat],
  ["GET", "/api/viva/chat/:id/stream", resume],
  ["POST", "/api/viva/chat/:id/stop", stop],
  ["GET", "/api/viva/live", openLive],
  ["POST", "/api/viva/live/ticket", ticket],
  ["GET", "/api/conversations", list],
  ["GET", "/api/conversations/:id", read],
  ["GET", "/api/turns/:id", read],
  ["GET", "/api/sync", read],
  ...JOURNEY_ROUTES.map(
    ([method, path, parse]) => [method, path, journey(parse)] satisfies [Method, string, Handler],
  ),
  ...WRITING_ROUTES.map(
    ([path, parse]) => ["POST", path, writing(parse)] satisfies [Method, string, Handler],
  ),
  ...ACCOUNT_ROUTES.map(
    ([method, path, parse]) => [method, path, account(parse)] satisfies [Method, string, Handler],
  ),
  ["POST", "/api/hooks/supabase", hook],
  ["POST", "/api/ops/outbox/resend", resend],
  ["POST", "/api/ops/members/erase", eraseMember],
  ...OPERATOR_ROUTES.map(
    ([path, answer]) => ["GET", path, operator(answer)] satisfies [Method, string, Handler],
  ),
  ["POST", CSP_REPORT_PATH, cspReport],
  ["GET", "/api/config", open(config)],
  ["GET", "/api/health", health],
  ["GET", "/api/ready", open(ready)],
  ["GET", "/api/openapi.json", open(openapi)],
];

const router = Router<IRequest, [Env, string]>();
for (const [method, path, handler] of ROUTES) {
  const handle = (request: IRequest, env: Env, requestId: string) =>
    handler(request as unknown as Request, env, requestId);
  router[method.toLowerCase() as Lowercase<Method>](path, handle);
  // HEAD is GET whose body is left out at the end, in `fetch`.
  if (method === "GET") router.head(path, handle);
}
for (const path of new Set(ROUTES.map(([, path]) => path))) {
  const methods = ROUTES.filter((route) => route[1] === path).map(([method]) => method);
  const allow = [...methods.flatMap((m) => (m === "GET" ? [m, "HEAD"] : [m])), "OPTIONS"];
  router.options(
    path,
    () => new Response(null, { status: 204, headers: { allow: allow.join(", ") } }),
  );
  router.all(path, () => {
    throw new ProblemError("method_not_allowed", { allow });
  });
}
router.all("*", () => {
  throw new ProblemError("not_found");
});

/** The client's own request id where it is harmless, else a new one. */
function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && /^[\w-]{1,128}$/.test(given) ? given : crypto.randomUUID();
}

/** Origins that may call from a page. Where settings are broken, none: the answer says so itself. */
function originsOf(env: Env): readonly string[] {
  try {
    return settingsOf(env).ALLOWED_ORIGINS;
  } catch {
    return [];
  }
}

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const origins = originsOf(env);
    if (isPreflight(request)) return preflight(request, origins);
    const requestId = requestIdOf(request);
    let answer: Response;
    let refusal: unknown;
    try {
      answer = await router.fetch(request, env, requestId);
    } catch (error) {
      refusal = await refusalOrLimit(error, request, env);
      answer = problemOf(refusal, { instance: new URL(request.url).pathname, requestId });
    }
    await logRefusal(request, answer, { requestId, error: refusal });
    const response = new Response(request.method === "HEAD" ? null : answer.body, answer);
    if (request.method === "HEAD") await answer.body?.cancel();
    response.headers.set("x-request-id", requestId);
    allowOrigin(response.headers, request, origins);
    makeSafe(response.headers);
    // The first request of an isolate is seldom a turn: what one needs is prepared behind it.
    if (!isPrepared()) ctx.waitUntil(nextTask().then(prepare));
    return response;
  },
} satisfies ExportedHandler<Env>;
