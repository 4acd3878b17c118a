import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { supabaseFolder } from "../../local/supabase/folder.ts";
import { lockFolder } from "../../local/supabase/lock.ts";
import { copyReadySupabase } from "../support/ready-supabase.ts";
import { descendants, isAlive, StartProcess } from "./start-process.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "viva-start-"));
  copyReadySupabase(supabaseFolder(folder));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `GET /api/config` says. */
interface Config {
  supabaseUrl: string;
  supabaseKey: string;
  demo: { email: string; password: string };
}

/** Signs the demo member in as the client does; the token. */
async function signIn(origin: string): Promise<string> {
  const config = (await (await fetch(`${origin}/api/config`)).json()) as Config;
  const response = await fetch(`${config.supabaseUrl}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: { apikey: config.supabaseKey, "content-type": "application/json" },
    body: JSON.stringify(config.demo),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { access_token: string }).access_token;
}

async function get<Body>(origin: string, path: string, token: string): Promise<Body> {
  const response = await fetch(`${origin}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Body;
}

describe("npm start", () => {
  it("comes up, answers, ends without a trace and finds its data again", async () => {
    const first = new StartProcess(folder);
    const origin = await first.ready();
    for (const part of ["model", "supabase", "client", "worker"]) {
      expect(first.output).toMatch(new RegExp(`^${part} `, "m"));
    }
    expect((await fetch(`${origin}/viva`)).headers.get("content-type")).toMatch("text/html");
    const token = await signIn(origin);
    const answer = await fetch(`${origin}/api/viva/chat`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        accept: "text/plain",
      },
      body: JSON.stringify({
        messages: [{ role: "user", content: "My evenings belong to my inbox." }],
        context: { category: "fun" },
      }),
    });
    expect(answer.status).toBe(200);
    const words = await answer.text();
    expect(words).toContain("My evenings belong to my inbox");
    const id = answer.headers.get("x-conversation-id") ?? "";

    const started = descendants(first.pid);
    expect(started.length).toBeGreaterThan(2);
    first.signal("SIGINT");
    expect(await first.ended()).toBe(0);
    expect(started.filter(isAlive)).toEqual([]);
    expect(first.errors).toBe("");

    const second = new StartProcess(folder);
    try {
      const again = await second.ready();
      const conversation = await get<{ messages: { role: string; parts: { text: string }[] }[] }>(
        again,
        `/api/conversations/${encodeURIComponent(id)}`,
        await signIn(again),
      );
      expect(conversation.messages.map(({ role, parts }) => [role, parts[0]?.text])).toEqual([
        ["user", "My evenings belong to my inbox."],
        ["assistant", words],
      ]);
    } finally {
      second.signal("SIGTERM");
      expect(await second.ended()).toBe(0);
    }
  });

  it("leaves nothing behind when it is killed", async () => {
    const world = new StartProcess(folder);
    await world.ready();
    const started = descendants(world.pid);
    expect(started.length).toBeGreaterThan(2);
    world.signal("SIGKILL");
    await world.ended();
    await expect.poll(() => started.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  });

  it("ends with what to do when wrangler ends by itself", async () => {
    const world = new StartProcess(folder);
    await world.ready();
    const started = descendants(world.pid);
    // The one that leads its own group is the guarded child.
    for (const pid of started) {
      try {
        process.kill(-pid, "SIGKILL");
      } catch {
        // leads no group
      }
    }
    expect(await world.ended()).toBe(1);
    expect(world.errors).toMatch(/wrangler dev ended by itself: see .*wrangler\.log/);
    expect(started.filter(isAlive)).toEqual([]);
  });

  it("ends at once when it is interrupted while it starts", async () => {
    const world = new StartProcess(folder);
    await expect.poll(() => world.output).toMatch(/^model/m);
    world.signal("SIGINT");
    expect(await world.ended()).toBe(0);
    expect(world.output).not.toMatch(/^ready/m);
    expect(world.errors).toBe("");
  });

  it("refuses a folder in use", async () => {
    const lock = lockFolder(supabaseFolder(folder));
    try {
      const world = new StartProcess(folder);
      expect(await world.ended()).toBe(1);
      expect(world.errors).toContain(
        `in use by process ${process.pid}: stop that one first, or set VIVA_DATA`,
      );
    } finally {
      lock.release();
    }
  });

  it.each(["PORT", "SUPABASE_PORT", "MODEL_PORT"])("refuses a %s in use", async (variable) => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      const world = new StartProcess(join(folder, "other"), { [variable]: String(port) });
      expect(await world.ended()).toBe(1);
      expect(world.errors).toBe(
        `Port ${port} is in use: stop what listens there, or set ${variable} to another one (0 takes any free port).\n`,
      );
    } finally {
      server.close();
    }
  });

  it("refuses a data folder that is a file", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const world = new StartProcess(file);
    expect(await world.ended()).toBe(1);
    expect(world.errors).toMatch(/^The data folder .* cannot be used .*VIVA_DATA.*\n$/);
  });

  it("names every setting that is missing or malformed", async () => {
    const world = new StartProcess(folder, { SUPABASE_URL: "nowhere", MONTHLY_CREDITS: "many" });
    expect(await world.ended()).toBe(1);
    for (const name of ["SUPABASE_URL", "SUPABASE_PUBLISHABLE_KEY", "MONTHLY_CREDITS"]) {
      expect(world.errors).toContain(name);
    }
    expect(world.errors.trim().split("\n")).toHaveLength(1);
    const ports = new StartProcess(folder, { PORT: "http" });
    expect(await ports.ended()).toBe(1);
    expect(ports.errors).toContain('PORT is "http"');
  });
});
