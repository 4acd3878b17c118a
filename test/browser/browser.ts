import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome"];
const MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The Chrome or Chromium that is installed on this machine. Null if there is none. */
function systemBrowser(): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), MAC];
  return candidates.find(isRunnable) ?? null;
}

/** `CHROME_PATH`, else the headless shell from the packages if it runs here, else the system's browser. */
async function browserPath(): Promise<string> {
  const given = process.env.CHROME_PATH;
  if (given) return given;
  // The package has a binary for this platform only.
  if (process.platform === "linux" && process.arch === "x64") return sparticuz.executablePath();
  const installed = systemBrowser();
  if (installed === null) throw new Error("No Chrome or Chromium found: name one in CHROME_PATH.");
  return installed;
}

/** Starts a headless browser. @throws if there is none on this machine */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await browserPath(),
    args: [
      "--no-sandbox",
      "--no-zygote",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}
