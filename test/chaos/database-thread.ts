/** The local Supabase on a thread of its own, so that PGlite does not keep the clients waiting. */
import { parentPort, workerData } from "node:worker_threads";
import { startReadySupabase } from "../support/ready-supabase.ts";

const { dataDir } = workerData as { dataDir: string };
const started = await startReadySupabase({ dataDir, port: 0, control: true });
const { url, jwtSecret, publishableKey, secretKey } = started;
parentPort?.postMessage({ url, jwtSecret, publishableKey, secretKey });
