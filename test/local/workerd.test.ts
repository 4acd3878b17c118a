import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalError } from "../../local/local-error.ts";
import { type RunningWorkerd, startWorkerd } from "../../local/workerd.ts";
import { readyWorker } from "../support/ready-worker.ts";

const ENV = {
  SUPABASE_URL: "http://127.0.0.1:9",
  SUPABASE_PUBLISHABLE_KEY: "sb_publishable_test",
  SUPABASE_SECRET_KEY: "sb_secret_test",
  SUPABASE_JWT_SECRET: "a secret of at least thirty-two characters",
  OPENAI_API_KEY: "test",
  OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
};

describe("the build on bare workerd", () => {
  let folder: string;
  let workerd: RunningWorkerd;
  const options = () => ({
    port: 0,
    env: ENV,
    dataDir: join(folder, "data"),
    bundleDir: readyWorker(),
    assetsDir: join(folder, "assets"),
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "viva-workerd-"));
    mkdirSync(join(folder, "assets/assets"), { recursive: true });
    writeFileSync(join(folder, "assets/index.html"), "<title>page</title>");
    writeFileSync(join(folder, "assets/assets/app.js"), "let app;");
    workerd = await startWorkerd(options());
  });
  afterAll(async () => {
    await workerd?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("answers the API with the settings it was given", async () => {
    const config = await (await fetch(`${workerd.url}/api/config`)).json();
    expect(config).toMatchObject({ supabaseUrl: ENV.SUPABASE_URL });
  });

  it("asks for a token as everywhere", async () => {
    const response = await fetch(`${workerd.url}/api/conversations`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "unauthorized" });
  });

  it("serves the client's files, and its page for every other address", async () => {
    const script = await fetch(`${workerd.url}/assets/app.js`);
    expect(script.headers.get("content-type")).toBe("text/javascript");
    expect(await script.text()).toBe("let app;");
    for (const path of ["/", "/viva", "/assets/gone.js"]) {
      const page = await fetch(`${workerd.url}${path}`);
      expect(page.headers.get("content-type")).toMatch("text/html");
      expect(await page.text()).toBe("<title>page</title>");
    }
  });

  it("is ASCII: V8 would keep two bytes of each of its characters", () => {
    const script = readFileSync(join(readyWorker(), "index.js"), "utf8");
    // Strings are escaped by the bundler. What it finds here stands in a regular expression of ours.
    expect(script.match(/.{0,40}[^\0-\x7f].{0,20}/g)).toBe(null);
  });

  it("says so when its port is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const starting = startWorkerd({ ...options(), port, dataDir: join(folder, "other") });
    await expect(starting).rejects.toThrow(LocalError);
    await expect(starting).rejects.toThrow(`Port ${port} is in use`);
    server.close();
  });
});
