import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The size of the scripts in a bundle's folder, source maps left out. */
export function bundleBytes(folder: string): number {
  return readdirSync(folder)
    .filter((name) => /\.m?js$/.test(name))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
