import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Locator, Page } from "playwright-core";
import type { ClientConfig } from "../../domain/messages.ts";
import { startModelThread } from "../../local/model/thread.ts";
import { DEMO_EMAIL, DEMO_PASSWORD } from "../../local/supabase/demo.ts";
import { startWorkerd } from "../../local/workerd.ts";
import { startReadySupabase } from "../support/ready-supabase.ts";
import { readyWorker } from "../support/ready-worker.ts";
import { launchBrowser } from "./browser.ts";
import { startEdge } from "./edge.ts";
import { say } from "./talk.ts";

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
  /** Cuts every connection between browser and server, once, as a tunnel would. */
  cut(): void;
  /** How often a path was asked for, by method, since the test began. */
  requests(method: string, path: string): readonly string[];
  /** How many WebSockets between browsers and server stand. */
  sockets(): number;
  /**
   * Loses requests like this on their way, until `forget` or the end of the test. A page's own routes do not see
   * one that is sent in the moment in which the page is left.
   */
  refuse(method: string, path: string): void;
  /** Holds responses to requests like this until they have ended, until `forget` or the end of the test. */
  buffer(method: string, path: string): void;
  /** Forgets the requests so far, and loses none any more. */
  forget(): void;
  /** An answer of the API to a member. */
  api<T>(member: TestMember, path: string): Promise<T>;
  /** Rows of the local Postgres. */
  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  /** What the pages wrote to their consoles as errors since it was asked last. */
  complaints(): readonly string[];
  /** Closes the profiles of a test and sets the model right; answers the complaints that are left. */
  leave(): Promise<readonly string[]>;
}

const PACE: ModelControl = { ttftMs: 120, gapMs: 15, tokens: null, fault: null };
/** What lets an operator in. */
export const OPS_SECRET = "the operator's own, of 32 characters";
const SESSION_KEY = "viva.session";
let members = 0;

/** The stage of this worker's process. It is set once. */
let shared: Promise<Stage> | undefined;

/** The stage that the files of a worker share: on bare workerd, which no change of a source reloads. */
export function setStage(): Promise<Stage> {
  shared ??= start();
  return shared;
}

async function start(): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), "viva-browser-"));
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  const modelServer = await startModelThread({ port: 0 });
  const supabase = await startReadySupabase({ dataDir: join(dataDir, "supabase"), port: 0 });
  const workerd = await startWorkerd({
    port: 0,
    dataDir: join(dataDir, "workerd"),
    bundleDir: readyWorker(),
    env: {
      SUPABASE_URL: supabase.url,
      SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
      SUPABASE_SECRET_KEY: supabase.secretKey,
      SUPABASE_JWT_SECRET: supabase.jwtSecret,
      OPENAI_API_KEY: "rehearsal",
      OPENAI_BASE_URL: modelServer.url,
      TURNS_PER_MINUTE: "1000",
      OPS_SECRET,
      DEMO_EMAIL,
      DEMO_PASSWORD,
    },
  });
  // Vitest ends a worker's process with this signal. Chromium ends by itself.
  process.once("SIGTERM", () => {
    void workerd.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const edge = await startEdge(workerd.port);
  const browser = await launchBrowser();
  const { url } = edge;
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
    const response = await fetch(new URL("/control", modelServer.url), {
      method: "POST",
      body: JSON.stringify(control),
    });
    if (!response.ok) throw new Error(`control: ${response.status} ${await response.text()}`);
  }

  async function newMember(): Promise<TestMember> {
    members += 1;
    const email = `member-${members}-${crypto.randomUUID().slice(0, 8)}@viva.local`;
    return authenticate("signup", email, "a-long-password");
  }

  // What is loaded at first use is loaded here: no test's time-outs pay for it.
  await say({ url }, await newMember(), "warm-up", "Hello");

  return {
    url,
    config,
    model,
    newMember,
    cut: () => edge.cut(),
    requests: (method, path) => edge.requests(method, path),
    sockets: () => edge.sockets(),
    refuse: (method, path) => edge.refuse(method, path),
    buffer: (method, path) => edge.buffer(method, path),
    forget: () => edge.forget(),
    query: (sql, params) => supabase.query(sql, params && [...params]),

    async api<T>(member: TestMember, path: string) {
      const token = member.session.access_token as string;
      const response = await fetch(url + path, { headers: { Authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },

    signIn: (email, password) => authenticate("token?grant_type=password", email, password),

    async visit(path, { member, viewport = DESKTOP, met = true } = {}) {
      const context = await browser.newContext({
        ...{ viewport, reducedMotion: "reduce", locale: "en-US", timezoneId: "UTC" },
      });
      contexts.push(context);
      if (member) {
        const id = (member.session.user as { id: string }).id;
        const stored = { [SESSION_KEY]: JSON.stringify(member.session) };
        // Once, as a sign-in would: what the page does with it later has to last over reloads.
        await context.addInitScript(
          (items) => {
            // Where no connection is, the page is the browser's own.
            if (location.protocol !== "http:" || localStorage.getItem("stage")) return;
            for (const [key, value] of Object.entries(items)) localStorage.setItem(key, value);
          },
          { ...stored, stage: "set", ...(met ? { [`viva.met.${id}`]: "yes" } : {}) },
        );
      }
      const page = await context.newPage();
      page.on("pageerror", (error) => complaints.push(`${error.name}: ${error.message}`));
      page.on("console", (message) => {
        // What fails on its way is logged by the browser itself; tests that break it look at the page.
        const text = message.text();
        const onItsWay = /^(?:Failed to load resource|WebSocket connection to \S+ failed)/.test(
          text,
        );
        if (message.type() === "error" && !onItsWay) {
          complaints.push(text);
        }
      });
      await page.goto(url + path);
      return page;
    },

    async leave() {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
      await model(PACE);
      edge.forget();
      return complaints.splice(0);
    },

    complaints: () => complaints.splice(0),
  };
}

/**
 * Opens a path in another window of the same browser profile. Not `context.newPage()`: a full Chromium draws one
 * frame a second in a tab behind another, and every click waits for two frames.
 */
export async function visitBeside(page: Page, path: string): Promise<Page> {
  const opened = page.context().waitForEvent("page");
  await page.evaluate(() => void window.open("about:blank", "_blank", "popup,noopener"));
  const beside = await opened;
  await beside.goto(new URL(path, page.url()).href);
  return beside;
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
