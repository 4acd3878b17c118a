import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { portInUse } from "../ports.ts";
import { startModel } from "./server.ts";
import type { ModelOptions, RunningModel } from "./types.ts";

type Started = { url: string; port: number } | { code: string; message: string };

/**
 * Starts the rehearsal model on a thread of its own, so that its pace stays even while this thread
 * is busy (the local database works on it).
 *
 * @throws LocalError when the port is in use.
 */
export async function startModelThread(options: ModelOptions): Promise<RunningModel> {
  const thread = new Worker(new URL(import.meta.url), { workerData: options });
  const [started] = (await once(thread, "message")) as [Started];
  if ("code" in started) {
    await thread.terminate();
    if (started.code !== "EADDRINUSE") throw new Error(started.message);
    throw portInUse(options.port, "MODEL_PORT");
  }
  return {
    ...started,
    close: async () => {
      await thread.terminate();
    },
  };
}

if (!isMainThread && parentPort) {
  const started: Started = await startModel(workerData as ModelOptions).then(
    ({ url, port }) => ({ url, port }),
    (error: NodeJS.ErrnoException) => ({ code: error.code ?? "", message: error.message }),
  );
  parentPort.postMessage(started);
}
