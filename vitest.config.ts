import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** How long a polled expectation may take: machines that run tests are often busy. */
const patient = { poll: { timeout: 30_000 } };

const READY_SUPABASE = "./test/support/ready-supabase.ts";
const READY_WORKER = "./test/support/ready-worker.ts";

/** One project per kind of place a test runs in: the pure core and the local stack in Node, Worker and object in workerd. */
export default defineConfig({
  test: {
    projects: [
      {
        // Pure code: its files share an isolate.
        test: { name: "domain", isolate: false, include: ["test/domain/**/*.test.ts"] },
      },
      { test: { name: "client", isolate: false, include: ["test/client/**/*.test.ts"] } },
      {
        test: {
          name: "db",
          expect: patient,
          globalSetup: [READY_SUPABASE],
          include: ["test/db/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "local",
          expect: patient,
          globalSetup: [READY_SUPABASE, READY_WORKER],
          include: ["test/local/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Other people's clients, the real packages, against the product on workerd.
        test: {
          name: "clients",
          expect: patient,
          globalSetup: [READY_SUPABASE, READY_WORKER],
          include: ["test/clients/**/*.test.{ts,tsx}"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "browser",
          expect: patient,
          include: ["test/browser/**/*.test.ts"],
          globalSetup: [READY_SUPABASE, READY_WORKER],
          testTimeout: 90_000,
          hookTimeout: 180_000,
          // Files share the stage of their worker: Supabase, workerd and Chromium start once in each.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "chaos",
          globalSetup: [READY_SUPABASE, READY_WORKER],
          include: ["test/chaos/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 240_000,
        },
      },
      {
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: "./wrangler.toml" },
            // The addresses of what the global setup has started.
            miniflare: { bindings: inject<Record<string, string>>("bindings") },
          })),
        ],
        test: {
          name: "worker",
          include: ["test/worker/**/*.test.ts"],
          globalSetup: [READY_SUPABASE, "./test/worker/node/global-setup.ts"],
          setupFiles: ["./test/worker/support/setup.ts"],
          // One model and one database are told to fail for all: files take turns.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          // Every test has members of its own: files may share an isolate.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          deps: {
            optimizer: {
              ssr: {
                enabled: true,
                include: ["openai", "itty-router", "jose", "valibot"],
              },
            },
          },
        },
      },
    ],
  },
});
