import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Conversation } from "../../../domain/messages.ts";
import { startModelThread } from "../../../local/model/thread.ts";
import type { Control, LogEntry } from "../../../local/model/types.ts";
import { startWorkerd } from "../../../local/workerd.ts";
import { startReadySupabase } from "../../support/ready-supabase.ts";
import { readyWorker } from "../../support/ready-worker.ts";

/** The product on bare workerd, with its database and the model that rehearses VIVA. */
export interface ClientWorld {
  /** Where the API is. */
  readonly origin: string;
  /** The access token of a new member. */
  newMember(): Promise<string>;
  /** How the model behaves from its next request on; what is not named is as when nothing is wrong. */
  model(control: Partial<Control>): Promise<void>;
  /** How many requests have reached the model. */
  modelRequests(): Promise<number>;
  /** What the product holds of a conversation; null for none. */
  conversation(token: string, id: string): Promise<Conversation | null>;
  close(): Promise<void>;
}

/**
 * Starts it; ends what is up where a part cannot start.
 * @param tailUrl where a tail Worker posts what it hears; empty for none
 */
export async function startClientWorld(tailUrl = ""): Promise<ClientWorld> {
  const dataDir = await mkdtemp(join(tmpdir(), "viva-clients-"));
  const undo: (() => unknown)[] = [() => rm(dataDir, { recursive: true, force: true })];
  const close = async () => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    const provider = await startModelThread({ port: 0, ttftMs: 20, gapMs: 2 });
    undo.push(() => provider.close());
    const supabase = await startReadySupabase({ dataDir: join(dataDir, "supabase"), port: 0 });
    undo.push(() => supabase.close());
    const workerd = await startWorkerd({
      port: 0,
      dataDir: join(dataDir, "workerd"),
      bundleDir: readyWorker(),
      tailUrl,
      env: {
        SUPABASE_URL: supabase.url,
        SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
        SUPABASE_SECRET_KEY: supabase.secretKey,
        SUPABASE_JWT_SECRET: supabase.jwtSecret,
        OPENAI_API_KEY: "rehearsal",
        OPENAI_BASE_URL: provider.url,
      },
    });
    undo.push(() => workerd.close());
    const at = (path: string) => new URL(path, provider.url);

    return {
      origin: workerd.url,
      close,

      async newMember() {
        const response = await fetch(`${supabase.url}/auth/v1/signup`, {
          method: "POST",
          headers: { apikey: supabase.publishableKey, "content-type": "application/json" },
          body: JSON.stringify({
            email: `${crypto.randomUUID()}@viva.local`,
            password: "a-long-password",
          }),
        });
        const { access_token } = (await response.json()) as { access_token: string };
        return access_token;
      },

      async model(control) {
        await fetch(at("/control"), { method: "DELETE" });
        const response = await fetch(at("/control"), {
          method: "POST",
          body: JSON.stringify(control),
        });
        if (!response.ok) throw new Error(await response.text());
      },

      async modelRequests() {
        const log = (await (await fetch(at("/log"))).json()) as LogEntry[];
        return log.length;
      },

      async conversation(token, id) {
        const response = await fetch(`${workerd.url}/api/conversations/${encodeURIComponent(id)}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        if (response.status === 404) return null;
        if (!response.ok) throw new Error(await response.text());
        return (await response.json()) as Conversation;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
