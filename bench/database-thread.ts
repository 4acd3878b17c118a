/** The local Supabase on a thread of its own: PGlite would keep the load generator from its clock. */
import { parentPort, workerData } from "node:worker_threads";
import { startSupabase } from "../local/supabase/server.ts";

const started = await startSupabase({ dataDir: workerData.dataDir, port: 0 });
const { url, jwtSecret, publishableKey, secretKey } = started;
parentPort?.postMessage({ url, jwtSecret, publishableKey, secretKey });
