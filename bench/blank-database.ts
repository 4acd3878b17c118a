import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** What stands for Supabase where only the way to the model is measured. */
export interface BlankDatabase {
  readonly url: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly jwtSecret: string;
  close(): void;
}

const CONTEXT = { version: 1, profile: null, assessment: null, active: null, draft: null };

/** What a function answers: members of whom nothing is known, and every write taken. */
function answer(name: string, args: Readonly<Record<string, unknown>>): unknown {
  switch (name) {
    case "viva_context":
      return CONTEXT;
    case "viva_open":
      return { context: CONTEXT, creditsUsed: 0, conversations: [] };
    case "viva_apply_batch": {
      const rows: { seq: number }[] = JSON.parse(String(args.p_rows));
      const results = rows.map(({ seq }) => ({ seq, ok: true }));
      return { results, contextVersion: CONTEXT.version };
    }
    case "viva_placement":
      return args.p_jurisdiction;
    default:
      return [];
  }
}

/**
 * Starts it: a server that answers the Worker's calls at once and keeps nothing. Postgres on the
 * same machine would take more processor time than all that is measured.
 */
export async function startBlankDatabase(): Promise<BlankDatabase> {
  const server = createServer({ keepAliveTimeout: 90_000 }, (incoming, outgoing) => {
    const name = (incoming.url ?? "").split("?")[0]?.split("/").at(-1) ?? "";
    json(incoming).then(
      (args) => {
        outgoing.writeHead(200, { "content-type": "application/json" });
        outgoing.end(JSON.stringify(answer(name, args as Record<string, unknown>)));
      },
      () => outgoing.destroy(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    publishableKey: "sb_publishable_bench",
    secretKey: "sb_secret_bench",
    jwtSecret: "a secret for tokens of the bench alone",
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
