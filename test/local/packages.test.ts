import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { packageFindings, readPackageFiles } from "../../local/doctor/checks/packages.ts";
import { ROOT } from "../../local/world.ts";

const locked = {
  "": { dependencies: { a: "1.0.0" }, devDependencies: { b: "2.0.0" } },
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/b": { version: "2.0.0", integrity: "sha512-b" },
  "node_modules/a/node_modules/c": { version: "3.0.0", integrity: "sha512-c" },
  "node_modules/for-windows": { version: "1.0.0", optional: true },
};
const { "": _root, "node_modules/for-windows": _other, ...here } = locked;

function look(change: { manifest?: object; lock?: object | null; installed?: object | null }) {
  const text = (value: unknown) => (value === null ? null : JSON.stringify(value));
  const { manifest = locked[""], lock = locked, installed = here } = change;
  const [finding] = packageFindings({
    manifest: text(manifest),
    lock: lock && text({ packages: lock }),
    installed: installed && text({ packages: installed }),
  });
  return finding;
}

describe("a deployment's packages", () => {
  it("are well if package.json, the lock file and what is installed agree", () => {
    expect(look({})).toMatchObject({ state: "ok" });
  });

  it.each([
    ["package.json wants another version", { manifest: { dependencies: { a: "1.0.1" } } }, "a"],
    ["the lock file lacks one", { manifest: { dependencies: { a: "1.0.0", d: "1.0.0" } } }, "d"],
    [
      "another version is installed",
      { installed: { ...here, "node_modules/b": { version: "2.0.1" } } },
      "b",
    ],
    [
      "one is installed from elsewhere",
      { installed: { ...here, "node_modules/a": { version: "1.0.0", integrity: "sha512-x" } } },
      "a",
    ],
    [
      "one below another is missing",
      { installed: { ...here, "node_modules/a/node_modules/c": undefined } },
      "c",
    ],
    ["nothing is installed", { installed: null }, "npm"],
    ["there is no lock file", { lock: null }, "package-lock.json"],
  ])("are refused if %s", (_name, change, named) => {
    const finding = look(change);
    expect(finding).toMatchObject({ state: "problem", text: expect.stringContaining(named) });
    expect(finding?.todo).not.toBe("");
  });

  it("can be read here", () => {
    const files = readPackageFiles(ROOT);
    expect(Object.values(files).filter((text) => text === null)).toEqual([]);
  });
});

describe("the list of what is deployed", () => {
  it("is CycloneDX, and has every package at its version, with its hash", () => {
    const { manifest } = readPackageFiles(ROOT);
    const { dependencies, devDependencies } = JSON.parse(manifest ?? "{}");
    const output = execFileSync("npm", ["run", "--silent", "sbom"], {
      cwd: ROOT,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    const { bomFormat, components } = JSON.parse(output) as {
      bomFormat: string;
      components: { name: string; version: string; hashes?: object[] }[];
    };
    expect(bomFormat).toBe("CycloneDX");
    const listed = new Map(components.map((one) => [one.name, one]));
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(listed.get(name), name).toMatchObject({ version, hashes: [expect.anything()] });
    }
  });
});
