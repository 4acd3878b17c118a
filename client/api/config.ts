import type { ClientConfig } from "../../domain/messages.ts";
import { ApiError, problemOf, problemOfResponse } from "./problem.ts";

let loading: Promise<ClientConfig> | null = null;

async function load(): Promise<ClientConfig> {
  try {
    const response = await fetch("/api/config", { signal: AbortSignal.timeout(15_000) });
    if (!response.ok) throw new ApiError(await problemOfResponse(response));
    return (await response.json()) as ClientConfig;
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(problemOf(error));
  }
}

/**
 * The deployment's public configuration, asked for once; after a failure the next call asks again.
 * @throws ApiError
 */
export function config(): Promise<ClientConfig> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}
