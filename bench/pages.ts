/**
 * How the pages feel: first paint and the time until each can be used, also on a processor four times
 * slower, how soon a key press shows, and whether the chat stays smooth while 200 tokens a second
 * arrive. In a real browser through the local world on bare workerd. Ends with 1 when a bound is broken.
 */
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { DEMO_EMAIL, DEMO_PASSWORD } from "../local/supabase/demo.ts";
import { setStage } from "../test/browser/stage.ts";
import makeReadySupabase from "../test/support/ready-supabase.ts";
import makeReadyWorker from "../test/support/ready-worker.ts";
import { summarise, table } from "./statistics.ts";

const { values } = parseArgs({ options: { visits: { type: "string", default: "5" } } });
const VISITS = Number(values.visits);
const PATHS = [
  "/",
  "/profile",
  "/assessment",
  "/life-vision",
  "/life-vision/create-with-viva",
  "/vision/build",
  "/viva",
  "/account",
];
/** Any page paints first within this time, in milliseconds … */
const PAINT_MS = 300;
/** … can be used within this, on a processor four times slower … */
const USABLE_SLOW_MS = 1_000;
/** … and shows a key press within this. */
const INPUT_MS = 50;
const LONG_TASK_MS = 50;
const SLOWER = 4;
const TALK = "/viva?category=fun&phase=contrast";
const STREAM = { tokens: 600, gapMs: 5 };

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Milliseconds from navigation to the first paint and to the page's heading. */
async function arrival(page: Page): Promise<{ paint: number; usable: number }> {
  await page.locator("h1").first().waitFor();
  return page.evaluate(async () => {
    const usable = performance.now();
    const [entry] = performance.getEntriesByName("first-contentful-paint");
    const paint =
      entry?.startTime ??
      (await new Promise<number>((resolve) =>
        new PerformanceObserver((list) => {
          const found = list.getEntriesByName("first-contentful-paint")[0];
          if (found) resolve(found.startTime);
        }).observe({ type: "paint", buffered: true }),
      ));
    return { paint, usable };
  });
}

/** Milliseconds from a key press to the frame that shows it, in the first text field of a page. */
async function keyPresses(page: Page, field: string): Promise<number[]> {
  const input = page.locator(field).first();
  await input.click();
  await page.evaluate(() => {
    const shown: number[] = [];
    Object.assign(window, { shown });
    addEventListener(
      "keydown",
      ({ timeStamp }) => {
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => shown.push(performance.now() - timeStamp);
          channel.port2.postMessage(null);
        });
      },
      { capture: true },
    );
  });
  for (const key of "a calm sea in the morning")
    await page.keyboard.press(key === " " ? "Space" : key);
  await page.waitForFunction(() => (window as unknown as { shown: number[] }).shown.length >= 20);
  return page.evaluate(() => (window as unknown as { shown: number[] }).shown);
}

/** Frames a second and the longest task while an answer streams. */
async function streaming(page: Page): Promise<{ frames: number; longest: number }> {
  await page.evaluate(() => {
    const seen = { frames: 0, longest: 0, begun: performance.now(), ended: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
    }).observe({ type: "longtask" });
    const frame = () => {
      seen.frames += 1;
      seen.ended = performance.now();
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await page.getByRole("textbox").last().fill("Tell me everything.");
  await page.keyboard.press("Enter");
  await page.getByText(`w${STREAM.tokens}`).first().waitFor({ timeout: 30_000 });
  return page.evaluate(() => {
    const { frames, longest, begun, ended } = (
      window as unknown as { seen: Record<"frames" | "longest" | "begun" | "ended", number> }
    ).seen;
    return { frames: frames / ((ended - begun) / 1000), longest };
  });
}

const broken: string[] = [];
const judge = (holds: boolean, sentence: string): string => {
  if (!holds) broken.push(sentence);
  return `${holds ? "Holds" : "BROKEN"}: ${sentence}`;
};

say("building and starting");
const undo = [await makeReadySupabase(), await makeReadyWorker()];
const stage = await setStage();
try {
  const member = await stage.signIn(DEMO_EMAIL, DEMO_PASSWORD);
  const rows: string[][] = [];
  const paints: number[] = [];
  const slows: number[] = [];
  for (const path of PATHS) {
    say(path);
    const times = { paint: [] as number[], usable: [] as number[], slow: [] as number[] };
    for (let visit = 0; visit < VISITS; visit += 1) {
      const page = await stage.visit(path, { member });
      const { paint, usable } = await arrival(page);
      times.paint.push(paint);
      times.usable.push(usable);
      const devtools = await page.context().newCDPSession(page);
      await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
      await page.reload();
      times.slow.push((await arrival(page)).usable);
      await page.context().close();
    }
    const [paint, usable, slow] = [times.paint, times.usable, times.slow].map(
      (list) => summarise(list).p50,
    );
    paints.push(paint ?? Number.NaN);
    slows.push(slow ?? Number.NaN);
    rows.push([path, ...[paint, usable, slow].map((ms) => (ms ?? Number.NaN).toFixed(0))]);
  }

  say("key presses");
  const typing = await stage.visit("/profile", { member });
  await arrival(typing);
  const profileKeys = await keyPresses(typing, 'input[type="text"], input:not([type])');
  const chat = await stage.visit(TALK, { member });
  await arrival(chat);
  const chatKeys = await keyPresses(chat, "textarea");

  say("an answer of 200 tokens a second");
  await stage.model({ ttftMs: 50, gapMs: STREAM.gapMs, tokens: STREAM.tokens });
  const smooth = await stage.visit(TALK, { member });
  await arrival(smooth);
  const { frames, longest } = await streaming(smooth);

  const worst = (list: readonly number[]) => Math.max(...list);
  const keys = [...profileKeys, ...chatKeys];
  const lines = [
    table(["page, ms", "first paint", "usable", `usable, ${SLOWER}× slower`], rows),
    "",
    judge(
      worst(paints) <= PAINT_MS,
      `the slowest first paint is ${worst(paints).toFixed(0)} ms (≤ ${PAINT_MS}).`,
    ),
    judge(
      worst(slows) <= USABLE_SLOW_MS,
      `on a processor ${SLOWER}× slower the slowest page can be used after ${worst(slows).toFixed(0)} ms (≤ ${USABLE_SLOW_MS}).`,
    ),
    judge(
      summarise(keys).p99 <= INPUT_MS,
      `a key press shows after ${summarise(keys).p50.toFixed(0)} ms, p99 ${summarise(keys).p99.toFixed(0)} ms (≤ ${INPUT_MS}).`,
    ),
    judge(
      longest <= LONG_TASK_MS,
      `while ${1000 / STREAM.gapMs} tokens a second arrive: ${frames.toFixed(0)} frames a second, longest task ${longest.toFixed(0)} ms (≤ ${LONG_TASK_MS}; 0 = none over 50).`,
    ),
    `Medians of ${VISITS} visits each, in ${process.platform === "linux" ? "Chromium on Linux" : "Chromium"}, server and browser on one machine.`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  process.exitCode = broken.length > 0 ? 1 : 0;
} finally {
  for (const step of undo) step();
}
// The stage ends with its process.
process.exit();
