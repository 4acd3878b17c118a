import { Chat } from "./chat/chat.ts";
import { assembleParts, type Lasting } from "./create-services.ts";
import type { Live } from "./live/live.ts";
import type { SessionParts } from "./services.ts";
import { Runner } from "./turns/runner.ts";

/** What of a member's object needs the deployment's settings. Made anew after an erase. */
export interface Session {
  readonly parts: SessionParts;
  readonly runner: Runner;
  readonly chat: Chat;
}

/** Makes a session. @throws SettingsError */
export function openSession(
  ctx: DurableObjectState,
  env: Env,
  lasting: Lasting,
  live: Live,
): Session {
  const parts = assembleParts(ctx, env, lasting);
  const runner = new Runner(parts, live);
  return { parts, runner, chat: new Chat(parts, runner) };
}
