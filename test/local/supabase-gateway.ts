import { errors, jwtVerify } from "jose";
import { type Listener, listen } from "../../local/supabase/http.ts";
import type { LocalSupabase } from "../../local/supabase/server.ts";

/** The API keys of a project: of the older kind, tokens of a role, or of the newer, `sb_…`. */
export interface ProjectKeys {
  readonly kind: "legacy" | "new";
  readonly publishable: string;
  readonly secret: string;
}

/** A request as it reached the gateway. */
export interface Asked {
  readonly path: string;
  readonly apikey: string | null;
  readonly authorization: string | null;
}

/** What stands before a hosted project's database and auth. */
export interface Gateway {
  readonly url: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

const refuse = (message: string) => Response.json({ message }, { status: 401 });

/** The role of a request, or null where its token holds for none. */
async function roleOf(token: string, secret: string): Promise<string | null> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ["HS256"],
    });
    return typeof payload.role === "string" ? payload.role : null;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

/**
 * Stands before the local Supabase and lets in what a hosted project does, by one kind of keys. The
 * older ones are tokens themselves: the role is that of the token in `Authorization`. The newer are
 * none: in `Authorization` one is taken only where it is the same as in `apikey`, and gives its role.
 */
export async function startGateway(supabase: LocalSupabase, keys: ProjectKeys): Promise<Gateway> {
  const asked: Asked[] = [];
  /** Passes a request on as the role that it has; a member's stays with their own token. */
  const pass = async (request: Request, role: string) => {
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.delete("host");
    headers.set("apikey", role === "service_role" ? supabase.secretKey : supabase.publishableKey);
    if (role !== "authenticated") headers.delete("authorization");
    const { method } = request;
    const body = method === "GET" || method === "HEAD" ? null : await request.arrayBuffer();
    return fetch(`${supabase.url}${pathname}${search}`, { method, headers, body });
  };
  const handle = async (request: Request): Promise<Response> => {
    const apikey = request.headers.get("apikey");
    const authorization = request.headers.get("authorization");
    asked.push({ path: new URL(request.url).pathname, apikey, authorization });
    if (apikey === null) return refuse("No API key found in request");
    if (apikey !== keys.publishable && apikey !== keys.secret) return refuse("Invalid API key");
    const [, token] = /^Bearer (.+)$/.exec(authorization ?? "") ?? [];
    if (keys.kind === "new" && (token === undefined || token === apikey)) {
      return pass(request, apikey === keys.secret ? "service_role" : "anon");
    }
    if (token === undefined) return pass(request, "anon");
    const role = await roleOf(token, supabase.jwtSecret);
    return role === null ? refuse("Expected a token of this project") : pass(request, role);
  };
  const listener: Listener = await listen(0, handle);
  return { url: `http://127.0.0.1:${listener.port}`, asked, close: () => listener.close() };
}
