/**
 * The least that a Worker with an object per member can be: what is asked of it goes to the provider
 * as it came, and the provider's answer goes back through the platform's own pipe, unread. Also the
 * same without an object, and answers that are pressed, to see what becomes of them on the way.
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
  /** The last part of the path is `proxy`, `pressed`, `squeezed`, or names the object. */
  async fetch(request: Request, env: Env): Promise<Response> {
    const name = request.url.slice(request.url.lastIndexOf("/") + 1);
    if (name === "proxy") return fetch(env.PROVIDER, request);
    if (name === "pressed") return pressed(await fetch(env.PROVIDER, request));
    if (name === "squeezed") return squeezed(await fetch(env.PROVIDER, request));
    return env.PIPES.getByName(name).fetch(request);
  },
};

const typeOf = (headers: Headers): string =>
  headers.get("content-type") ?? "application/octet-stream";

/** The provider's answer as the platform presses it, when it is told that this is wanted. */
function pressed({ body, headers }: Response): Response {
  return new Response(body, {
    headers: { "content-type": typeOf(headers), "content-encoding": "gzip" },
  });
}

/** workerd's own: the body is in that encoding already. */
interface EncodedInit extends ResponseInit {
  encodeBody: "manual";
}

/** The provider's answer, pressed by the Worker itself. */
function squeezed({ body, headers }: Response): Response {
  const init: EncodedInit = {
    headers: { "content-type": typeOf(headers), "content-encoding": "gzip" },
    encodeBody: "manual",
  };
  return new Response(body?.pipeThrough(new CompressionStream("gzip")) ?? null, init);
}
