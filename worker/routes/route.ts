import type * as v from "valibot";
import { invalidField } from "../../domain/requests.ts";
import type { MemberCommand } from "../commands.ts";
import { JSON_BODY_BYTES, readJson, readOptionalJson } from "../http/body.ts";
import { pathParameter } from "../http/path.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** An object schema of valibot whose fields are a query's parameters. */
export type QuerySchema = v.GenericSchema & {
  readonly entries: Readonly<Record<string, v.GenericSchema>>;
};

/** What a request carries, read but not parsed yet. */
export interface Asked {
  readonly request: Request;
  /** The parameters of the path, decoded; empty if the path has none of that name. */
  readonly params: Readonly<Record<"id" | "key", string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The JSON body; undefined if the route has none, or the request left out one that may be missing. */
  readonly body: unknown;
}

/** What is told of a route to whoever reads its requests. */
interface Described {
  readonly method: Method;
  /** As the router takes it, e.g. `/api/turns/:id`. */
  readonly path: string;
  readonly query?: QuerySchema;
  /** A schema of kind `nullish` is of a body that may be missing. */
  readonly body?: v.GenericSchema;
  /** The largest body in bytes; by default `JSON_BODY_BYTES`. */
  readonly bodyBytes?: number;
}

/** A rate-limit binding. */
type Limit = "RATE_LIMIT" | "JOURNEY_LIMIT";

/** A route of a member, who shows an access token. What it asks is parsed to a command for their object. */
export interface MemberRoute extends Described {
  readonly caller: "member";
  /** What counts the member's requests; null for turns, which the object limits itself. */
  readonly limit: Limit | null;
  /** @throws ProblemError */
  readonly command: (asked: Asked) => MemberCommand | Promise<MemberCommand>;
}

/** A command of the deployment's own, about a member. */
export interface AboutMember {
  readonly memberId: string;
  readonly command: MemberCommand;
}

/** A route of the operator or of Supabase, who show a secret, about one member. */
export interface ServerRoute extends Described {
  readonly caller: "operator" | "supabase";
  /** Returns null if the member's object need not know. @throws ProblemError */
  readonly about: (asked: Asked) => AboutMember | null;
}

/** A route that the Worker answers by itself. */
export interface OwnRoute extends Described {
  /** `ticket`: shows a ticket for a live connection among its WebSocket subprotocols. */
  readonly caller: "operator" | "ticket" | "anyone";
  /** What counts the requests of an address; null if they cost nothing, or are counted elsewhere. */
  readonly limit: "RATE_LIMIT" | null;
  /** What sets these requests apart from the others that the limit counts; by default nothing. */
  readonly limitScope?: string;
  /** @throws ProblemError */
  readonly answer: (asked: Asked, env: Env, requestId: string) => Response | Promise<Response>;
}

export type Route = MemberRoute | ServerRoute | OwnRoute;

/** A request that the router has matched. */
export type Routed = Request & { readonly params: Readonly<Record<string, string>> };

/** The parameters of a query. @throws ProblemError invalid_request if one is given twice */
function parametersOf(query: URLSearchParams): Readonly<Record<string, string>> {
  const names = [...query.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  // Whoever stands before us may have read the other one.
  if (twice !== undefined) throw invalidField(twice, "give it once");
  return Object.fromEntries(query);
}

/**
 * Reads what a request carries.
 * @throws ProblemError not_found for a path that is not URL-encoded, body_too_large, invalid_json,
 *   invalid_request, unsupported_encoding
 */
export async function read(route: Route, request: Routed): Promise<Asked> {
  const { id = "", key = "" } = request.params;
  const { query, body, bodyBytes = JSON_BODY_BYTES } = route;
  const readBody = body?.type === "nullish" ? readOptionalJson : readJson;
  return {
    request,
    params: { id: pathParameter(id), key: pathParameter(key) },
    query: query ? parametersOf(new URL(request.url).searchParams) : {},
    body: body && (await readBody(request, bodyBytes)),
  };
}
