import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import type { ClientConfig } from "../../domain/messages.ts";
import { startWorld, type World } from "../../local/world.ts";
import { launchBrowser } from "./browser.ts";

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };

/** A member of the local world. */
export interface TestMember {
  readonly email: string;
  readonly password: string;
  /** The session as the auth library stores it. */
  readonly session: Record<string, unknown>;
}

export interface VisitOptions {
  /** Signed in from the start; without it, nobody is. */
  readonly member?: TestMember;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Whether VIVA has introduced itself to this member already. Default true. */
  readonly met?: boolean;
}

/** What the rehearsal model is told: pace and faults, see its `POST /control`. */
export interface ModelControl {
  readonly ttftMs?: number;
  readonly gapMs?: number;
  readonly tokens?: number | null;
  readonly fault?: string | null;
  readonly at?: number;
}

/** The local world with a browser before it. */
export interface Stage {
  readonly url: string;
  readonly config: ClientConfig;
  /** A page in a browser profile of its own, closed after the test by `leave`. */
  visit(path: string, options?: VisitOptions): Promise<Page>;
  newMember(): Promise<TestMember>;
  signIn(email: string, password: string): Promise<TestMember>;
  model(control: ModelControl): Promise<void>;
  /** What the pages wrote to their consoles as errors since it was asked last. */
  complaints(): readonly string[];
  /** Closes the profiles of a test and sets the model right; answers the complaints that are left. */
  leave(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const PACE: ModelControl = { ttftMs: 120, gapMs: 15, tokens: null, fault: null };
const SESSION_KEY = "viva.session";
let members = 0;

/** Sets the stage; the client is built first. */
export async function setStage(): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), "viva-browser-"));
  let world: World | null = null;
  let browser: Browser | null = null;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];

  async function close(): Promise<void> {
    await browser?.close();
    await world?.close();
    await rm(dataDir, { recursive: true, force: true });
  }

  try {
    world = await startWorld({ dataDir });
    browser = await launchBrowser();
  } catch (error) {
    await close();
    throw error;
  }
  const { url, modelUrl } = world;
  const chromium = browser;
  const config = (await (await fetch(`${url}/api/config`)).json()) as ClientConfig;

  async function authenticate(path: string, email: string, password: string): Promise<TestMember> {
    const response = await fetch(`${config.supabaseUrl}/auth/v1/${path}`, {
      method: "POST",
      headers: { apikey: config.supabaseKey, "Content-Type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return { email, password, session: (await response.json()) as Record<string, unknown> };
  }

  async function model(control: ModelControl): Promise<void> {
    if (modelUrl === null) throw new Error("the stage has a rehearsal model only");
    const response = await fetch(new URL("/control", modelUrl), {
      method: "POST",
      body: JSON.stringify(control),
    });
    if (!response.ok) throw new Error(`control: ${response.status} ${await response.text()}`);
  }

  return {
    url,
    config,
    model,
    close,

    newMember() {
      members += 1;
      const email = `member-${members}-${crypto.randomUUID().slice(0, 8)}@viva.local`;
      return authenticate("signup", email, "a-long-password");
    },

    signIn: (email, password) => authenticate("token?grant_type=password", email, password),

    async visit(path, { member, viewport = DESKTOP, met = true } = {}) {
      const context = await chromium.newContext({
        ...{ viewport, reducedMotion: "reduce", locale: "en-US", timezoneId: "UTC" },
      });
      contexts.push(context);
      if (member) {
        const id = (member.session.user as { id: string }).id;
        const stored = { [SESSION_KEY]: JSON.stringify(member.session) };
        // Once, as a sign-in would: what the page does with it later has to last over reloads.
        await context.addInitScript(
          (items) => {
            if (localStorage.getItem("stage")) return;
            for (const [key, value] of Object.entries(items)) localStorage.setItem(key, value);
          },
          { ...stored, stage: "set", ...(met ? { [`viva.met.${id}`]: "yes" } : {}) },
        );
      }
      const page = await context.newPage();
      page.on("pageerror", (error) => complaints.push(`${error.name}: ${error.message}`));
      page.on("console", (message) => {
        // Failed requests are logged by the browser itself; tests that make them look at the page.
        const text = message.text();
        if (message.type() === "error" && !text.startsWith("Failed to load resource")) {
          complaints.push(text);
        }
      });
      await page.goto(url + path);
      return page;
    },

    async leave() {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
      await model(PACE);
      return complaints.splice(0);
    },

    complaints: () => complaints.splice(0),
  };
}

/** VIVA's answers on a page that are whole. */
export function answers(page: Page): Locator {
  return page.locator('.turn-viva[data-status="complete"]');
}

/** A text as it is seen: with its line breaks, without what is hidden. */
export async function textOf(locator: Locator): Promise<string> {
  await locator.waitFor();
  return (await locator.allInnerTexts()).join("\n");
}

/** The place to write. */
export function composer(page: Page): Locator {
  return page.getByLabel("Your message to VIVA");
}

/** Opens a new conversation about a category and waits until VIVA has greeted. */
export async function openTalk(
  stage: Stage,
  member: TestMember,
  options: Omit<VisitOptions, "member"> = {},
): Promise<Page> {
  const page = await stage.visit("/viva?category=fun&phase=contrast", { ...options, member });
  await answers(page).first().waitFor();
  return page;
}
