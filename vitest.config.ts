import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** One project per kind of place a test runs in: the pure core and the local stack in Node, Worker and object in workerd. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: "domain", include: ["test/domain/**/*.test.ts"] } },
      { test: { name: "client", include: ["test/client/**/*.test.ts"] } },
      {
        test: {
          name: "db",
          include: ["test/db/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "local",
          include: ["test/local/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 90_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
        test: {
          name: "worker",
          include: ["test/worker/**/*.test.ts"],
          deps: {
            optimizer: {
              ssr: { enabled: true, include: ["openai", "itty-router", "jose", "valibot"] },
            },
          },
        },
      },
    ],
  },
});
