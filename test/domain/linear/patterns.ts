import { globSync, readFileSync } from "node:fs";
import { parseAst } from "rolldown/parseAst";

/** A regular expression as it stands in the source. */
export interface Pattern {
  /** `domain/text.ts:49`. */
  readonly at: string;
  readonly pattern: RegExp;
}

/** What a search through the source found. */
export interface Found {
  readonly patterns: readonly Pattern[];
  /** Files that put a regular expression together, and those that call `String.normalize`. */
  readonly building: readonly string[];
  readonly normalising: readonly string[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** Calls `visit` with a node and all that it holds. */
function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const one of value) walk(one, visit);
  if (!isNode(value)) return;
  visit(value);
  for (const child of Object.values(value)) walk(child, visit);
}

/** Finds every regular expression in the source of these folders. */
export function patternsIn(folders: readonly string[]): Found {
  const patterns: Pattern[] = [];
  const building = new Set<string>();
  const normalising = new Set<string>();
  for (const file of globSync(folders.map((folder) => `${folder}/**/*.{ts,tsx}`)).sort()) {
    const source = readFileSync(file, "utf8");
    const lineOf = (at: number) => source.slice(0, at).split("\n").length;
    walk(parseAst(source, { lang: file.endsWith("x") ? "tsx" : "ts" }), (node) => {
      const { regex, callee } = node as { regex?: { pattern: string; flags: string } } & Node;
      if (node.type === "Literal" && regex) {
        const pattern = new RegExp(regex.pattern, regex.flags);
        patterns.push({ at: `${file}:${lineOf(node.start)}`, pattern });
      }
      if (node.type !== "NewExpression" && node.type !== "CallExpression") return;
      const { name, property } = callee as { name?: string; property?: { name?: string } };
      if (name === "RegExp") building.add(file);
      if (property?.name === "normalize") normalising.add(file);
    });
  }
  return { patterns, building: [...building], normalising: [...normalising] };
}
