import { type IRequest, Router } from "itty-router";
import { ProblemError } from "../../domain/problems.ts";
import { admitOperator } from "../auth/operator.ts";
import { limitAddress } from "../http/rate-limit.ts";
import { admitWebhook } from "../member/account/hooks.ts";
import { json } from "../platform/json.ts";
import { forward, limitMember, memberRequest, serverRequest } from "./forward.ts";
import { type Route, type Routed, read } from "./route.ts";
import { ROUTES } from "./table.ts";

/** Answers a request of a route: lets its caller in, counts it, and parses what it asks, in this order. */
async function answer(
  route: Route,
  request: Routed,
  env: Env,
  requestId: string,
): Promise<Response> {
  if (route.caller === "member") {
    const member = await memberRequest(request, env, requestId);
    if (route.limit) await limitMember(env[route.limit], member.caller.id);
    return forward(request, env, member, await route.command(await read(route, request)));
  }
  if (route.caller === "operator") await admitOperator(request, env);
  if (route.caller === "supabase") await admitWebhook(request, env);
  if ("answer" in route) {
    if (route.limit) await limitAddress(request, env[route.limit], route.limitScope);
    return route.answer(await read(route, request), env, requestId);
  }
  const about = route.about(await read(route, request));
  if (about === null) return json({ state: "ignored" }, 202);
  const member = serverRequest(request, about.memberId, requestId);
  return forward(request, env, member, about.command);
}

/** The router of the API. A known path with another method is 405, all else 404. */
export const router = Router<IRequest, [Env, string]>();

for (const route of ROUTES) {
  const handle = (request: IRequest, env: Env, requestId: string) =>
    answer(route, request as unknown as Routed, env, requestId);
  router[route.method.toLowerCase() as Lowercase<Route["method"]>](route.path, handle);
  // HEAD is GET whose body is left out at the end, by the Worker.
  if (route.method === "GET") router.head(route.path, handle);
}

for (const [path, routes] of Map.groupBy(ROUTES, (route) => route.path)) {
  const methods = routes.flatMap(({ method }) => (method === "GET" ? [method, "HEAD"] : [method]));
  const allow = [...methods, "OPTIONS"];
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
