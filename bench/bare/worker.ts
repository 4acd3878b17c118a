/**
 * The least that a Worker with an object per member can be: what is asked of it goes to the provider
 * as it came, and the provider's answer goes back through the platform's own pipe, unread.
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
  /** The last part of the path names the object. */
  fetch(request: Request, env: Env): Promise<Response> {
    const name = request.url.slice(request.url.lastIndexOf("/") + 1);
    return env.PIPES.getByName(name).fetch(request);
  },
};
