import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { type RunningWorkerd, startWorkerd } from "../local/workerd.ts";

const FOLDER = fileURLToPath(new URL("peers", import.meta.url));

/** The same chat, made with what others would take. */
export type Peer = "agent" | "hono";

const ENTRIES: Readonly<Record<Peer, string>> = { agent: "chat-agent.ts", hono: "hono-chat.ts" };

/**
 * Installs the packages of the peers from the registry when they are not there yet.
 * @returns null, or a sentence that says why they cannot be installed
 */
export async function installPeers(say: (line: string) => void): Promise<string | null> {
  if (existsSync(join(FOLDER, "node_modules/.package-lock.json"))) return null;
  say("installing the peers, once");
  const args = ["ci", "--prefix", FOLDER, "--ignore-scripts", "--no-audit", "--no-fund"];
  const child = spawn("npm", args, { stdio: ["ignore", "ignore", "pipe"] });
  const errors = text(child.stderr);
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  if (code === 0) return null;
  const reason = /^npm error (?!code |errno |syscall )(.+)$/m.exec(await errors)?.[1];
  return `their packages could not be installed (${reason ?? "npm gave no reason"})`;
}

/** Node's own modules are workerd's, too: by their full names, and by `import` alone. */
const builtins: Plugin = {
  name: "builtins",
  setup: ({ onResolve, onLoad }) => {
    const names = builtinModules.filter((name) => !name.startsWith("_"));
    const filter = new RegExp(`^(?:node:)?(?:${names.join("|")})$`);
    onResolve({ filter }, ({ path, kind }) => {
      const full = path.startsWith("node:") ? path : `node:${path}`;
      return kind === "require-call"
        ? { path: full, namespace: "required" }
        : { path: full, external: true };
    });
    // Bare workerd has no mail service; nothing here sends mail.
    onResolve({ filter: /^cloudflare:email$/ }, ({ path }) => ({ path, namespace: "mail" }));
    onLoad({ filter: /.*/, namespace: "mail" }, () => ({
      contents: "export class EmailMessage {}",
    }));
    onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => ({
      contents: `export * from "${path}"; export { default } from "${path}";`,
    }));
  },
};

/** Builds one of the peers and serves it on workerd as the product is served. */
export async function startPeer(
  peer: Peer,
  dataDir: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningWorkerd> {
  const bundleDir = join(dataDir, "bundle");
  mkdirSync(bundleDir, { recursive: true });
  await build({
    entryPoints: [join(FOLDER, ENTRIES[peer])],
    outfile: join(bundleDir, "index.js"),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    plugins: [builtins],
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  return startWorkerd({
    port: 0,
    dataDir,
    bundleDir,
    objects: [{ className: "Chat", binding: "Chat" }],
    // Its paths are its own.
    assetsDir: join(dataDir, "none"),
    env,
  });
}
