import { allowOrigin, isPreflight, preflight } from "./http/cors.ts";
import { problemOf } from "./http/problem-response.ts";
import { refusalOrLimit } from "./http/rate-limit.ts";
import { makeSafe } from "./http/security-headers.ts";
import { logRefusal } from "./http/security-log.ts";
import { isPrepared, prepare } from "./isolate-warmup.ts";
import { nextTask } from "./platform/timers.ts";
import { router } from "./routes/router.ts";
import { settingsOf } from "./settings.ts";

export { DailySpending } from "./budget/daily-spending.ts";
export { MemberSession } from "./member/member-session.ts";

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
