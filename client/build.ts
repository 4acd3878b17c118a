import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { type BuildOptions, type BuildResult, build, context, type Metafile } from "esbuild";
import { connectOf, hasCaptcha, headersFile } from "./headers.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, "dist");
const STATIC = join(HERE, "static");
const FONT_LICENSE = join(HERE, "../node_modules/@fontsource/poppins/LICENSE");

/** The most JavaScript that any page may need before it can be used, compressed. */
const BUDGET_BYTES = 70 * 1024;

/** A page whose code is fetched together with the document. */
interface BuiltPage {
  /** Its address; null if it has none of its own, or shares it: then the browser decides what to fetch. */
  readonly path: string | null;
  readonly source: string;
}

/** The pages of `routes.ts`: read from its text, because the routes themselves run in a browser only. */
async function pagesOfRoutes(): Promise<BuiltPage[]> {
  const text = await readFile(join(HERE, "routes.ts"), "utf8");
  const rows = [...text.matchAll(/pattern: "([^"]*)",[^}]*?import\("\.\/([^"]+)"\)/g)];
  const pages = rows.map(([, pattern = "", source = ""]) => ({
    // Home and sign-in share an address.
    path: pattern === "" || pattern === "/" ? null : pattern,
    source,
  }));
  const modules = await readdir(join(HERE, "pages"));
  const missing = modules.filter(
    (name) => name.endsWith(".tsx") && !pages.some(({ source }) => source === `pages/${name}`),
  );
  if (missing.length > 0) throw new Error(`no route was found for ${missing.join(", ")}`);
  return pages;
}

/** What a build came to. */
export interface ClientBuild {
  /** Compressed bytes of JavaScript that each page needs before it can be used. */
  readonly pages: Readonly<Record<string, number>>;
  /** Ends watching; nothing to do after a single build. */
  stop(): Promise<void>;
}

const OPTIONS = {
  absWorkingDir: HERE,
  entryPoints: { app: "main.tsx", style: "ui/style.css" },
  outdir: "dist",
  entryNames: "assets/[name]-[hash]",
  chunkNames: "assets/[name]-[hash]",
  assetNames: "assets/[name]-[hash]",
  publicPath: "/",
  loader: { ".woff2": "file" },
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome120", "firefox121", "safari17"],
  jsx: "automatic",
  jsxImportSource: "preact",
  minify: true,
  // Named in `_headers`: a line at the end of each file would be loaded by everyone.
  sourcemap: "external",
  metafile: true,
  write: false,
  legalComments: "linked",
  logLevel: "warning",
} as const satisfies BuildOptions;

type Result = BuildResult<typeof OPTIONS>;

/** Outputs by the source file they begin with, e.g. `pages/Home.tsx`. */
function outputOf(metafile: Metafile, entryPoint: string): string {
  for (const [path, output] of Object.entries(metafile.outputs)) {
    if (output.entryPoint === entryPoint) return path;
  }
  throw new Error(`no output for ${entryPoint}`);
}

/** An output and everything it imports statically. */
function closure(metafile: Metafile, path: string, into = new Set<string>()): Set<string> {
  if (into.has(path)) return into;
  into.add(path);
  for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) {
    if (kind === "import-statement") closure(metafile, next, into);
  }
  return into;
}

/** Writes a file only where it is new or changed, so that a running server does not serve halves. */
async function put(path: string, contents: Uint8Array | string): Promise<void> {
  const bytes = Buffer.from(contents);
  const standing = await readFile(path).catch(() => null);
  if (standing?.equals(bytes)) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** Removes what earlier builds left in a folder. */
async function sweep(dist: string, kept: ReadonlySet<string>): Promise<void> {
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !kept.has(path)) await rm(path, { force: true });
  }
}

/** Where a build goes, and for whom. */
interface Target {
  readonly dist: string;
  /** Origins that its pages may talk to, see `connectOf`. */
  readonly connect: string;
  /** Whether its sign-in asks for a captcha. */
  readonly captcha: boolean;
}

async function finish(
  result: Result,
  { dist, connect, captcha }: Target,
): Promise<Record<string, number>> {
  const { metafile } = result;
  const contents = new Map(
    result.outputFiles.map((file) => [
      relative(HERE, file.path).split(sep).join("/"),
      file.contents,
    ]),
  );
  const app = outputOf(metafile, "main.tsx");
  const style = outputOf(metafile, "ui/style.css");
  const url = (path: string) => `/${path.replace(/^dist\//, "")}`;
  const sizes = new Map<string, number>();
  const sizeOf = (path: string) => {
    const known = sizes.get(path) ?? gzipSync(contents.get(path) ?? "", { level: 9 }).byteLength;
    sizes.set(path, known);
    return known;
  };

  const initial = closure(metafile, app);
  const pages: Record<string, number> = {};
  const preload: Record<string, string[]> = {};
  for (const { path, source } of await pagesOfRoutes()) {
    const needed = closure(metafile, outputOf(metafile, source));
    const all = new Set([...initial, ...needed]);
    pages[source] = [...all].reduce((sum, file) => sum + sizeOf(file), 0);
    if (path !== null) preload[path] = [...needed].filter((file) => !initial.has(file)).map(url);
  }
  for (const [page, bytes] of Object.entries(pages)) {
    if (bytes > BUDGET_BYTES) {
      throw new Error(
        `${page} needs ${bytes} bytes of compressed JavaScript; ${BUDGET_BYTES} are allowed`,
      );
    }
  }

  // The style is small and all of it is needed: in the document it costs no round trip.
  const css = Buffer.from(contents.get(style) ?? "")
    .toString("utf8")
    .trim();
  const fonts = [...contents.keys()].filter((path) => path.endsWith(".woff2"));
  const head = [
    ...fonts.map(
      (path) =>
        `<link rel="preload" href="${url(path)}" as="font" type="font/woff2" crossorigin />`,
    ),
    ...[...initial].map((path) => `<link rel="modulepreload" href="${url(path)}" />`),
    `<style>${css}</style>`,
    `<script type="module" src="${url(app)}"></script>`,
  ].join("\n    ");
  const html = (await readFile(join(HERE, "index.html"), "utf8")).replace(
    "<!-- built: head -->",
    () => head,
  );
  const styleHash = createHash("sha256").update(css).digest("base64");

  const hashed = [...contents.keys()].filter((path) => /\.(js|woff2)$/.test(path)).map(url);
  const files = new Map<string, Uint8Array | string>();
  for (const [path, bytes] of contents) {
    if (path.startsWith(style.replace(/\.css$/, ""))) continue;
    files.set(join(dist, path.replace(/^dist\//, "")), bytes);
  }
  files.set(join(dist, "_headers"), headersFile({ styleHash, preload, hashed, connect, captcha }));
  for (const name of await readdir(STATIC)) {
    files.set(join(dist, name), await readFile(join(STATIC, name)));
  }
  files.set(join(dist, "assets/poppins-LICENSE.txt"), await readFile(FONT_LICENSE));
  for (const [path, bytes] of files) await put(path, bytes);
  // Last, when everything it names is there.
  const index = join(dist, "index.html");
  await put(index, html);
  await sweep(dist, new Set([...files.keys(), index]));
  return pages;
}

/**
 * Builds the client: hashed assets, `index.html`, `_headers`; by default into `client/dist`, for the
 * Supabase project that this process's environment names. With `watch` it goes on building after every
 * change until `stop`.
 * @throws Error when the code does not build, or a page outgrows its budget
 */
export async function buildClient({
  watch = false,
  dist = DIST,
  connect = connectOf(process.env),
  captcha = hasCaptcha(process.env),
}: Partial<Target> & { readonly watch?: boolean } = {}): Promise<ClientBuild> {
  const target = { dist, connect, captcha };
  if (!watch) return { pages: await finish(await build(OPTIONS), target), stop: async () => {} };

  let first: (pages: Record<string, number>) => void = () => {};
  const built = new Promise<Record<string, number>>((resolve) => {
    first = resolve;
  });
  const watching = await context({
    ...OPTIONS,
    plugins: [
      {
        name: "write",
        setup(plugin) {
          plugin.onEnd(async (result) => {
            if (result.errors.length > 0) return;
            try {
              first(await finish(result as Result, target));
            } catch (error) {
              console.error(`client: ${error instanceof Error ? error.message : String(error)}`);
            }
          });
        },
      },
    ],
  });
  await watching.watch();
  return { pages: await built, stop: () => watching.dispose() };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const watch = process.argv.includes("--watch");
  try {
    const { pages } = await buildClient({ watch });
    for (const [page, bytes] of Object.entries(pages)) {
      console.log(`client ${page.padEnd(18)} ${(bytes / 1024).toFixed(1)} KB of JavaScript`);
    }
  } catch (error) {
    console.error(`client: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
