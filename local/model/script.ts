import type { ServerResponse } from "node:http";
import { setInterval } from "node:timers/promises";
import { now } from "./pace.ts";
import type { LogEntry, Script } from "./types.ts";

/** Between two heartbeats of a script, in milliseconds. */
const HEARTBEAT_MS = 20;

/** Whether a value is a script. */
export function isScript(value: unknown): value is Script {
  if (typeof value !== "object" || value === null) return false;
  const { status = 200, contentType = "", pieces, after = "end", heartbeat = "" } = value as Script;
  return (
    Number.isInteger(status) &&
    typeof contentType === "string" &&
    Array.isArray(pieces) &&
    pieces.every((piece) => typeof piece === "string") &&
    ["end", "drop", "stay"].includes(after) &&
    typeof heartbeat === "string"
  );
}

/** Sends a script as the answer of a request; resolves once that has ended or its client is gone. */
export async function sendScript(
  { status = 200, contentType = "text/event-stream", pieces, after = "end", heartbeat }: Script,
  entry: LogEntry,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => {
    if (entry.outcome === "running") Object.assign(entry, { outcome: "aborted", aborted: true });
    entry.endedAt ??= now();
    gone.abort();
  });
  response.writeHead(status, { "content-type": contentType });
  for (const piece of pieces) response.write(piece);
  Object.assign(entry, { status, textSent: pieces.join("") });
  if (after === "stay") {
    if (heartbeat === undefined) return;
    try {
      for await (const _ of setInterval(HEARTBEAT_MS, null, { signal: gone.signal })) {
        response.write(heartbeat);
      }
    } catch {
      // The client has left.
    }
    return;
  }
  Object.assign(entry, { outcome: after, endedAt: now() });
  if (after === "drop") response.socket?.destroySoon();
  else response.end();
}
