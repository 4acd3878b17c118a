import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { LocalError } from "./local-error.ts";
import { portInUse } from "./ports.ts";
import { checkComplete, givenVariables, portOf } from "./settings.ts";
import { dataRoot } from "./supabase/folder.ts";

const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** As wrangler.toml says it. */
const COMPATIBILITY_DATE = "2026-10-23";

export interface WorkerdOptions {
  /** 0 takes any free one. */
  port: number;
  /** The Worker's variables. */
  env: Readonly<Record<string, string>>;
  /** Holds the configuration and the objects' storage. */
  dataDir: string;
  /** Folder with the bundle to serve, `index.js` its entry; default: the product's, built now. */
  bundleDir?: string;
  /** The object's class and the name it is bound to; default the product's. */
  objects?: readonly { readonly className: string; readonly binding: string }[];
  /** What the Worker writes to its console; default dropped. */
  log?(text: string): void;
  /** Flags for V8, e.g. `--max-heap-size=128`; default none. */
  v8Flags?: readonly string[];
  /** Where a tail Worker posts all that a platform could store of each invocation; default: there is none. */
  tailUrl?: string;
  /** Folder of the client's files, served beside `/api`; none are when it does not exist. */
  assetsDir?: string;
}

/** A running workerd. */
export interface RunningWorkerd {
  url: string;
  port: number;
  pid: number;
  /** Resolves when it has ended, asked to or not. */
  ended: Promise<void>;
  close(): Promise<void>;
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    child.once("error", fail);
    child.once("close", async (code) => {
      const all = (await output).join("");
      if (code === 0) done(all);
      else fail(new LocalError(`The Worker cannot be built:\n${all}`));
    });
  });
}

/**
 * Builds the Worker as `wrangler deploy` would upload it, into `folder`.
 * @throws LocalError with wrangler's own words when it cannot be built.
 */
export async function bundleWorker(folder: string): Promise<void> {
  const env = {
    ...process.env,
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_WRITE_LOGS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_HIDE_BANNER: "true",
  };
  const wrangler = require.resolve("wrangler");
  const args = ["--no-warnings", wrangler, "deploy", "--dry-run", "--outdir", resolve(folder)];
  // A client that was never built is no obstacle for the API.
  mkdirSync(join(ROOT, "client/dist"), { recursive: true });
  await run(process.execPath, args, env);
}

/**
 * Entry beside the bundle's own: what Cloudflare's asset routing does (`/api` to the Worker, files
 * to whoever asks for them, the page for the rest) in the same isolate, so that it costs no hop.
 */
const ENTRY = `import worker from "./index.js";
export * from "./index.js";
const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css",
  svg: "image/svg+xml", json: "application/json", woff2: "font/woff2", png: "image/png",
  webmanifest: "application/manifest+json", ico: "image/x-icon", txt: "text/plain" };
async function file(env, path) {
  const response = await env.ASSETS.fetch("http://assets" + path);
  const type = TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  return response.ok ? new Response(response.body, { headers: { "content-type": type } }) : null;
}
export default {
  ...worker,
  async fetch(request, env, context) {
    const path = /^https?:\\/\\/[^/]*(\\/[^?#]*)?/.exec(request.url)?.[1] ?? "/";
    if (path.startsWith("/api/") || path === "/api" || !env.ASSETS) {
      return worker.fetch(request, env, context);
    }
    const found = path.endsWith("/") || path.includes("..") ? null : await file(env, path);
    return found ?? (await file(env, "/index.html")) ?? new Response("Not found", { status: 404 });
  },
};
`;

/**
 * A tail Worker: tells of each invocation its address and headers, what was written to the console, and what
 * was thrown. Nothing is redacted, as some platforms and proxies do, but the header that carries the token.
 */
const tailScript = (url: string): string => `export default {
  async tail(items) {
    const told = items.map(({ event, logs, exceptions, outcome }) => {
      const request = event?.request?.getUnredacted();
      const headers = Object.entries(request?.headers ?? {});
      return {
        outcome,
        request: request && { method: request.method, url: request.url,
          headers: headers.filter(([name]) => name !== "authorization") },
        logs: logs.map(({ level, message }) => ({ level, message })),
        exceptions: exceptions.map(({ name, message, stack }) => ({ name, message, stack })),
      };
    });
    await fetch(${JSON.stringify(url)}, { method: "POST", body: JSON.stringify(told) });
  },
};
`;

const quoted = (value: string): string => JSON.stringify(value);

function configuration(options: Required<WorkerdOptions>): string {
  const { dataDir, bundleDir, env, objects, assetsDir, port, v8Flags, tailUrl } = options;
  const assets = existsSync(assetsDir);
  // Embedded files are named relative to the configuration.
  const embed = (file: string): string =>
    quoted(relative(resolve(dataDir), join(resolve(bundleDir), file)));
  const scripts = readdirSync(bundleDir).filter(
    (file) => /\.m?js$/.test(file) && file !== "entry.js",
  );
  const modules = [
    `(name = "entry.js", esModule = embed "entry.js")`,
    ...scripts.map((file) => `(name = ${quoted(file)}, esModule = embed ${embed(file)})`),
  ];
  const bindings = [
    ...objects.map(
      ({ binding, className }) =>
        `(name = ${quoted(binding)}, durableObjectNamespace = ${quoted(className)})`,
    ),
    ...(assets ? [`(name = "ASSETS", service = "assets")`] : []),
    // Read from this process's environment, so that no secret lies in the file.
    ...Object.keys(env).map(
      (name) => `(name = ${quoted(name)}, fromEnvironment = ${quoted(name)})`,
    ),
  ];
  const namespaces = objects.map(
    ({ className }) =>
      `(className = ${quoted(className)}, uniqueKey = ${quoted(className)}, enableSql = true)`,
  );
  const services = [
    `(name = "main", worker = .main)`,
    `(name = "internet", network = (allow = ["public", "local", "private"], tlsOptions = (trustBrowserCas = true)))`,
    `(name = "objects", disk = (path = ${quoted(resolve(dataDir, "objects"))}, writable = true))`,
    ...(assets ? [`(name = "assets", disk = (path = ${quoted(resolve(assetsDir))}))`] : []),
    ...(tailUrl ? [`(name = "tail", worker = .tail)`] : []),
  ];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = [${v8Flags.map(quoted).join(", ")}],
  services = [
    ${services.join(",\n    ")},
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  compatibilityDate = "${COMPATIBILITY_DATE}",
  modules = [
    ${modules.join(",\n    ")},
  ],
  bindings = [
    ${bindings.join(",\n    ")},
  ],
  durableObjectNamespaces = [
    ${namespaces.join(",\n    ")},
  ],
  durableObjectStorage = (localDisk = "objects"),
  tails = [${tailUrl ? `"tail"` : ""}],
);
const tail :Workerd.Worker = (
  compatibilityDate = "${COMPATIBILITY_DATE}",
  modules = [(name = "tail.js", esModule = ${quoted(tailScript(tailUrl))})],
);
`;
}

/**
 * Serves the product's build, or another bundle, on bare workerd: no proxy, no inspector, nothing
 * in between. Analytics and the rate-limit binding are left out: both are optional to the Worker.
 *
 * @throws LocalError when the port is in use or the configuration is refused.
 */
export async function startWorkerd(options: WorkerdOptions): Promise<RunningWorkerd> {
  const full: Required<WorkerdOptions> = {
    bundleDir: join(options.dataDir, "bundle"),
    objects: [
      { className: "MemberSession", binding: "MEMBERS" },
      { className: "DailySpending", binding: "SPENDING" },
    ],
    assetsDir: join(ROOT, "client/dist"),
    log: () => {},
    v8Flags: [],
    tailUrl: "",
    ...options,
  };
  mkdirSync(join(full.dataDir, "objects"), { recursive: true });
  if (options.bundleDir === undefined) await bundleWorker(full.bundleDir);
  writeFileSync(join(full.dataDir, "entry.js"), ENTRY);
  const config = join(full.dataDir, "workerd.capnp");
  writeFileSync(config, configuration(full));

  const child = spawn(
    require("workerd").default as string,
    ["serve", "--experimental", "--control-fd=3", config],
    { env: { ...full.env, TZ: "UTC" }, stdio: ["ignore", "pipe", "pipe", "pipe"] },
  );
  const endWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", endWithUs);
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  void ended.then(() => process.off("exit", endWithUs));
  let errors = "";
  child.stdout?.setEncoding("utf8").on("data", full.log);
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    errors = (errors + chunk).slice(-4_000);
    full.log(chunk);
  });
  const port = await new Promise<number>((done, fail) => {
    let control = "";
    child.stdio[3]?.on("data", (chunk) => {
      control += chunk;
      const listening = /"event":"listen","socket":"http","port":(\d+)/.exec(control)?.[1];
      if (listening !== undefined) done(Number(listening));
    });
    child.once("error", fail);
    void ended.then(() => {
      if (/in use/i.test(errors)) fail(portInUse(full.port, "PORT"));
      else fail(new LocalError(`workerd could not start: ${errors.trim()}`));
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    ended,
    close: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

if (import.meta.main) {
  try {
    const variables = givenVariables(process.env, ROOT);
    checkComplete(variables);
    const workerd = await startWorkerd({
      port: portOf(process.env, "PORT", 8787),
      env: variables,
      dataDir: join(dataRoot(), "workerd"),
      log: (text) => process.stdout.write(text),
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => void workerd.close());
    }
    process.stdout.write(`ready ${workerd.url} (process ${workerd.pid})\n`);
    await workerd.ended;
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
