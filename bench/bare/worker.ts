/**
 * The least that a Worker with an object per member can be: what is asked of it goes to the provider
 * as it came, and the provider's answer goes back through the platform's own pipe, unread. Also the
 * same without an object, and an answer that is pressed, to see what becomes of it on the way.
 */

interface Env {
  /** The provider's chat completions address. */
  PROVIDER: string;
  PIPES: { getByName(name: string): { fetch(request: Request): Promise<Response> } };
}

export class Pipe {
  readonly #env: Env;

  constructor(_state: unknown, env: Env) {
    this.#env = env;
  }

  fetch(request: Request): Promise<Response> {
    return fetch(this.#env.PROVIDER, request);
  }
}

export default {
  /** The last part of the path is `proxy`, `pressed`, or names the object. */
  async fetch(request: Request, env: Env): Promise<Response> {
    const name = request.url.slice(request.url.lastIndexOf("/") + 1);
    if (name === "proxy") return fetch(env.PROVIDER, request);
    if (name === "pressed") return pressed(await fetch(env.PROVIDER, request));
    return env.PIPES.getByName(name).fetch(request);
  },
};

/** The provider's answer as the platform presses it, when it is told that this is wanted. */
function pressed({ body, headers }: Response): Response {
  const type = headers.get("content-type") ?? "application/octet-stream";
  return new Response(body, { headers: { "content-type": type, "content-encoding": "gzip" } });
}
