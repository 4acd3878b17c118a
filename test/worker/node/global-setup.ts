import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair } from "jose";
import type { TestProject } from "vitest/node";
import { startModelThread } from "../../../local/model/thread.ts";
import { startReadySupabase } from "../../support/ready-supabase.ts";
import { hideExpectedNoise } from "./expected-noise.ts";
import "./provided.ts";
import { startRecordingProxy } from "./recording-proxy.ts";

/** An ES256 key pair as JSON Web Keys: the private one signs tokens, the public one is published. */
async function signingKeys() {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const about = { kid: "published-1", alg: "ES256" };
  return {
    signing: { ...(await exportJWK(privateKey)), ...about },
    published: { ...(await exportJWK(publicKey)), ...about, use: "sig" },
  };
}

/**
 * Starts what the Worker talks to, in Node and for real: Supabase on PGlite behind the recording
 * proxy, and the rehearsal model at a pace that tests can afford.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), "viva-worker-tests-"));
  const supabase = await startReadySupabase({ dataDir, port: 0, control: true });
  const model = await startModelThread({ port: 0, ttftMs: 20, gapMs: 2 });
  const { signing, published } = await signingKeys();
  const proxy = await startRecordingProxy({
    target: supabase.url,
    jwks: { keys: [published] },
    secretKey: supabase.secretKey,
  });

  project.provide("world", {
    supabaseUrl: proxy.url,
    recordedUrl: `${proxy.url}/recorded`,
    databaseUrl: supabase.url,
    publishableKey: supabase.publishableKey,
    secretKey: supabase.secretKey,
    jwtSecret: supabase.jwtSecret,
    modelOrigin: new URL(model.url).origin,
    signingKey: JSON.stringify(signing),
    publicKey: JSON.stringify(published),
  });
  const { WHO_PAYS_SEED: seed = "4", WHO_PAYS_ACTIONS: actions = "30" } = process.env;
  project.provide("whoPays", { seed, actions: Number(actions) });
  // Every variable that a developer's own .dev.vars might set is set here: tests reach nobody else.
  project.provide("bindings", {
    SUPABASE_URL: proxy.url,
    SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
    SUPABASE_SECRET_KEY: supabase.secretKey,
    SUPABASE_JWT_SECRET: supabase.jwtSecret,
    SUPABASE_JWKS: "",
    OPENAI_API_KEY: "rehearsal",
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: "",
    OPENAI_FALLBACK_MODEL: "",
    OPENAI_KEY_HEADER: "",
    OPENAI_HEADERS: "",
    OPENAI_OMIT: "",
    JURISDICTION: "",
    ALLOWED_ORIGINS: "https://app.example.com, https://other.example.com",
    MONTHLY_CREDITS: "",
    HEDGE_AFTER_MS: "",
    // Tests count what the model is asked.
    GREETINGS_AHEAD: "off",
    OPS_SECRET: "the operator's own, of 32 characters",
    WEBHOOK_SECRET: "between Supabase and us, of 32 characters",
    WARM_PROVIDER: "",
    DEMO_EMAIL: "",
    DEMO_PASSWORD: "",
    FIRST_TOKEN_TIMEOUT_MS: "600",
    TOKEN_GAP_TIMEOUT_MS: "400",
    FINISH_WAIT_MS: "300",
    CONTEXT_COLD_WAIT_MS: "1500",
    OUTBOX_RETRY_MS: "50",
    OUTBOX_RETRY_MAX_MS: "200",
  });

  const showNoise = hideExpectedNoise();
  return async () => {
    showNoise();
    await proxy.close();
    await model.close();
    await supabase.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
