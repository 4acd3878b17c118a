import type OpenAI from "openai";

/** Called with each request in the tick in which it leaves. */
export type DispatchHook = () => void;

/** How the SDK reaches a provider. */
export interface ProviderAccess {
  readonly apiKey: string;
  /** Ends in `/v1` for OpenAI and most compatible servers. */
  readonly baseUrl: string;
}

/** The key under which a request's own hook travels through the SDK's `fetchOptions`. */
const HOOK = "vivaDispatched";

let loaded = false;
let sdk: Promise<typeof import("openai")> | undefined;
const clients = new Map<string, OpenAI>();

/** Loads the SDK once per isolate. It is large: imported only when a model is first needed, not at start-up. */
export function loadSdk(): Promise<typeof import("openai")> {
  sdk ??= import("openai").then((module) => {
    loaded = true;
    return module;
  });
  return sdk;
}

/** Whether the SDK is in memory, so that a turn does not wait for it. */
export function sdkLoaded(): boolean {
  return loaded;
}

/** Passes a request on and tells its hook, which must not reach the platform's `fetch`. */
function fetchWithHook(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const { [HOOK]: dispatched, ...rest } = (init ?? {}) as RequestInit & { [HOOK]?: DispatchHook };
  // Looked up at each call, so that a test's spy on the global takes effect.
  const response = globalThis.fetch(input, rest);
  dispatched?.();
  return response;
}

/** One client per isolate and provider, shared by all objects. Retries and time-outs are ours. */
export async function modelClient({ apiKey, baseUrl }: ProviderAccess): Promise<OpenAI> {
  const { OpenAI } = await loadSdk();
  const key = `${baseUrl} ${apiKey}`;
  let client = clients.get(key);
  if (!client) {
    client = new OpenAI({
      apiKey,
      baseURL: baseUrl,
      maxRetries: 0,
      timeout: 10 * 60_000,
      fetch: fetchWithHook as typeof fetch,
    });
    clients.set(key, client);
  }
  return client;
}

/** The `fetchOptions` that carry a request's hook. */
export function withHook(
  dispatched: DispatchHook,
): NonNullable<OpenAI.RequestOptions["fetchOptions"]> {
  return { [HOOK]: dispatched } as NonNullable<OpenAI.RequestOptions["fetchOptions"]>;
}
