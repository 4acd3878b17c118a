import { prepareCompletions } from "../../model/chat-completion.ts";
import { type ProviderAccess, providerHeaders, providerUrl } from "../../model/provider-config.ts";
import { causeOf, log } from "../../platform/log.ts";

/** How often at most a connection to the provider is opened ahead, in milliseconds per isolate. */
const EVERY_MS = 60_000;
const TIMEOUT_MS = 3_000;

let openedAt = Number.NEGATIVE_INFINITY;

/**
 * Makes ready what a turn needs to ask the provider: the SDK, the request's head, and a connection
 * that stands. Asks for the list of models, which costs nothing and calls none. Never rejects: a turn
 * finds out by itself.
 * @param connect false leaves the provider alone
 */
export async function openProvider(
  access: ProviderAccess,
  connect: boolean,
  now: number,
): Promise<void> {
  try {
    await prepareCompletions(access);
    if (!connect || now - openedAt < EVERY_MS) return;
    openedAt = now;
    const response = await globalThis.fetch(providerUrl(access, "/models"), {
      headers: providerHeaders(access),
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
  } catch (error) {
    log("provider_not_opened", causeOf(error));
  }
}
