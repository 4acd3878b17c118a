import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const IMPORT = /(?:from|import\()\s*"(\.[^"]+)"/g;

/** Which folder imports which, with one import of each as the evidence. Folders inside a folder belong to it. */
function folderImports(top: string): Map<string, string> {
  const folderOf = (file: string) => file.split("/").slice(0, 2).join("/");
  const found = new Map<string, string>();
  for (const entry of readdirSync(join(ROOT, top), { recursive: true, encoding: "utf8" })) {
    const file = join(top, entry);
    // What lies at the top puts the folders together: it imports them, and they may use its router.
    if (!/\.tsx?$/.test(file) || dirname(file) === top || file.includes("/dist/")) continue;
    for (const [, path = ""] of readFileSync(join(ROOT, file), "utf8").matchAll(IMPORT)) {
      const imported = normalize(join(dirname(file), path));
      if (!imported.startsWith(`${top}/`) || dirname(imported) === top) continue;
      const [from, to] = [folderOf(file), folderOf(imported)];
      if (from !== to) found.set(`${from} > ${to}`, `${file} imports ${imported}`);
    }
  }
  return found;
}

/** The folders that import each other, with the evidence. */
function pairs(imports: ReadonlyMap<string, string>): string[][] {
  return [...imports].flatMap(([names, evidence]) => {
    const back = imports.get(names.split(" > ").toReversed().join(" > "));
    return back === undefined ? [] : [[evidence, back]];
  });
}

it("no two folders of the client import each other", () => {
  const imports = folderImports("client");
  expect(imports.size).toBeGreaterThan(20);
  expect(pairs(imports)).toEqual([]);
  expect(pairs(new Map([...imports, ["client/text > client/vision", "planted"]]))).toHaveLength(2);
});
