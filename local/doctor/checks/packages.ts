import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { type Finding, ok, problem } from "../finding.ts";

const Versions = v.optional(v.record(v.string(), v.string()), {});

const Manifest = v.object({ dependencies: Versions, devDependencies: Versions });

const Lock = v.object({
  packages: v.record(
    v.string(),
    v.object({
      version: v.optional(v.string()),
      integrity: v.optional(v.string()),
      optional: v.optional(v.boolean()),
      dependencies: Versions,
      devDependencies: Versions,
    }),
  ),
});

/** Three files as they are on disk; null for one that is not there. */
export interface PackageFiles {
  /** `package.json` */
  readonly manifest: string | null;
  /** `package-lock.json` */
  readonly lock: string | null;
  /** `node_modules/.package-lock.json`, npm's own note of what it has installed. */
  readonly installed: string | null;
}

/** Reads the three files of a repository. */
export function readPackageFiles(root: string): PackageFiles {
  const read = (path: string) => {
    try {
      return readFileSync(join(root, path), "utf8");
    } catch {
      return null;
    }
  };
  return {
    manifest: read("package.json"),
    lock: read("package-lock.json"),
    installed: read("node_modules/.package-lock.json"),
  };
}

function parse<Schema extends v.GenericSchema>(schema: Schema, json: string | null) {
  try {
    return v.parse(schema, JSON.parse(json ?? "null"));
  } catch {
    return null;
  }
}

/** The names whose values are not the same in both. */
function differing(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>) {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => one[name] !== other[name]);
}

/** At most so many names are said. */
const NAMED = 5;
const ABOUT = "packages";
const INSTALL_AGAIN = "run npm ci, which installs exactly what package-lock.json says";

/**
 * Whether what is installed here, and so would be bundled, is what was committed: `package.json`, the
 * lock file and `node_modules` agree.
 */
export function packageFindings(files: PackageFiles): Finding[] {
  const manifest = parse(Manifest, files.manifest);
  const lock = parse(Lock, files.lock);
  const installed = parse(Lock, files.installed);
  if (!manifest || !lock) {
    return [problem(ABOUT, "package.json or package-lock.json cannot be read", "check them out")];
  }
  if (!installed) return [problem(ABOUT, "npm has not installed them", INSTALL_AGAIN)];
  const root = lock.packages[""];
  const stale = [
    ...differing(manifest.dependencies, root?.dependencies ?? {}),
    ...differing(manifest.devDependencies, root?.devDependencies ?? {}),
  ];
  const say = (names: readonly string[]) =>
    names.slice(0, NAMED).join(", ") + (names.length > NAMED ? " and others" : "");
  if (stale.length > 0) {
    const todo = "run npm install, and commit the lock file";
    return [
      problem(ABOUT, `package-lock.json does not know ${say(stale)} as package.json does`, todo),
    ];
  }
  const other = Object.entries(lock.packages)
    .filter(([path, locked]) => {
      const here = installed.packages[path];
      // Optional ones are for other platforms than this one.
      if (path === "" || (!here && locked.optional)) return false;
      return here?.version !== locked.version || here?.integrity !== locked.integrity;
    })
    .map(([path]) => path.replace(/^node_modules\//, ""));
  if (other.length > 0) {
    return [problem(ABOUT, `installed is not what is locked: ${say(other)}`, INSTALL_AGAIN)];
  }
  return [ok(ABOUT, "installed as the lock file says")];
}
