/** The local Supabase on a thread of its own, so that PGlite does not keep the clients waiting. */
import { parentPort, workerData } from "node:worker_threads";
import { startSupabase } from "../../local/supabase/server.ts";

const { dataDir } = workerData as { dataDir: string };
const started = await startSupabase({ dataDir, port: 0, control: true, demo: false });
const { url, jwtSecret, publishableKey, secretKey } = started;
parentPort?.postMessage({ url, jwtSecret, publishableKey, secretKey });
