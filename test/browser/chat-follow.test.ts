import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Conversation } from "../../domain/messages.ts";
import { answers, composer, DESKTOP, openTalk, PHONE, type Stage, setStage } from "./stage.ts";
import { writersOn } from "./visions.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const { writer } = writersOn(() => stage);
const SCREENS = [
  ["phone", PHONE],
  ["desktop", DESKTOP],
] as const;
const LINES = Array.from({ length: 9 }, (_, line) => `Line ${line + 1} of what I mean.`).join("\n");

/** An answer that fills the screen more than once. On a busy machine, too, it goes on for as long as a test looks. */
const long = () => stage.model({ ttftMs: 50, gapMs: 12, tokens: 2_500 });
const pill = (page: Page) => page.getByRole("button", { name: "Jump to latest" });
const log = (page: Page) => page.getByRole("log");
const top = (page: Page) => log(page).evaluate((element) => element.scrollTop);

/** Where a smooth scroll has come to rest: ten frames have not moved it. */
const topAtRest = (page: Page) =>
  log(page).evaluate(async (element) => {
    let [at, still] = [element.scrollTop, 0];
    while (still < 10) {
      await new Promise(requestAnimationFrame);
      still = element.scrollTop === at ? still + 1 : 0;
      at = element.scrollTop;
    }
    return at;
  });

async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

/** Resolves once the answer that is being written has grown by so many characters, or has ended. */
async function grown(page: Page, by: number): Promise<void> {
  const length = () =>
    page.evaluate(() => document.querySelector('[role="log"]')?.textContent?.length ?? 0);
  const before = await length();
  await page.waitForFunction(
    (least) => (document.querySelector('[role="log"]')?.textContent?.length ?? 0) > least,
    before + by,
  );
}

/** Whether the newest words are in view, and go on being so while more of them come. */
async function follows(page: Page): Promise<void> {
  await grown(page, 60);
  await expect
    .poll(() =>
      log(page).evaluate(
        ({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop,
      ),
    )
    .toBeLessThan(2);
  expect(await pill(page).count()).toBe(0);
}

/** Resolves once an answer is being written that is too long for the screen. */
async function overflows(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const element = document.querySelector('[role="log"]');
    const streams = document.querySelector('.turn-viva[data-status="streaming"] .text');
    return element && streams && element.scrollHeight > element.clientHeight + 300;
  });
}

describe.each(SCREENS)("the newest words stay in view (%s)", (_, viewport) => {
  it("after a message of several lines, and whatever changes the layout meanwhile", async () => {
    const page = await openTalk(stage, await stage.newMember(), { viewport });
    await long();
    await say(page, LINES);
    await overflows(page);
    await follows(page);

    // The composer grows with a next message, and shrinks again.
    await composer(page).fill(LINES);
    await follows(page);
    await composer(page).pressSequentially(" And more.");
    await follows(page);
    await composer(page).fill("");
    await follows(page);
    // A keyboard opens and closes; the phone is turned and turned back.
    const { width, height } = viewport;
    for (const size of [
      { width, height: height - 320 },
      viewport,
      { width: height, height: width },
      viewport,
    ]) {
      await page.setViewportSize(size);
      await follows(page);
    }
    await composer(page).fill(LINES);
    await composer(page).press("Enter");
    await follows(page);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByRole("button", { name: "Ask again" }).click();
    await follows(page);
  });

  it("when a long conversation is opened, and whenever the member sends something", async () => {
    const member = await stage.newMember();
    const page = await openTalk(stage, member, { viewport });
    await stage.model({ ttftMs: 20, gapMs: 0, tokens: 700 });
    await say(page, LINES);
    await answers(page).nth(1).waitFor();
    await page.reload();
    await answers(page).nth(1).waitFor();
    await long();
    // From far above, what is sent is seen.
    await log(page).press("Home");
    await pill(page).waitFor();
    await say(page, LINES);
    await pill(page).waitFor({ state: "detached" });
    await follows(page);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.locator('.turn-viva[data-status="stopped"]').waitFor();

    // What the member changes stays before their eyes; its new answer is followed.
    const field = page.getByLabel("Your message, to be changed");
    await page.locator(".turn-member").last().scrollIntoViewIfNeeded();
    await page.locator(".turn-member").last().hover();
    await page.getByRole("button", { name: "Edit your message" }).last().click();
    await field.press("Control+End");
    await field.pressSequentially(" And more.");
    const seen = await field.evaluate((area) => {
      const box = area.getBoundingClientRect();
      const view = area.closest(".chat-log")?.getBoundingClientRect();
      return view && box.bottom <= view.bottom + 1 && box.bottom > view.top;
    });
    expect(seen).toBe(true);
    await field.press("Enter");
    await follows(page);
  });

  it.each([
    ["a key's smooth scroll", (page: Page) => log(page).press("Home")],
    [
      "a finger's momentum",
      async (page: Page) => {
        const { x, y } = (await log(page).boundingBox()) ?? { x: 0, y: 0 };
        const devtools = await page.context().newCDPSession(page);
        await devtools.send("Input.synthesizeScrollGesture", {
          ...{ x: x + 100, y: y + 60, yDistance: 400, speed: 2_000, preventFling: false },
        });
      },
    ],
  ])("after a message that is sent in the middle of %s", async (_way, scrollUp) => {
    const page = await openTalk(stage, await stage.newMember(), { viewport });
    await stage.model({ ttftMs: 20, gapMs: 0, tokens: 700 });
    await say(page, LINES);
    await answers(page).nth(1).waitFor();
    await long();
    await composer(page).fill("And now?");
    // The scroll goes on after the message has left.
    const sent = log(page).evaluate(
      (element) =>
        new Promise<void>((resolve) => {
          const end = element.scrollTop;
          element.addEventListener("scroll", function submit() {
            if (element.scrollTop > end - 40) return;
            element.removeEventListener("scroll", submit);
            document.querySelector<HTMLFormElement>("form.composer")?.requestSubmit();
            resolve();
          });
        }),
    );
    await scrollUp(page);
    await sent;
    await overflows(page);
    await follows(page);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.locator('.turn-viva[data-status="stopped"]').waitFor();
    // A scroll that begins now is the member's own again.
    await log(page).press("PageUp");
    await pill(page).waitFor();
  });

  it("in the talk about a section, which scrolls within a page that scrolls", async () => {
    const { member } = await writer();
    const page = await stage.visit("/life-vision/create-with-viva?category=fun&step=talk", {
      member,
      viewport,
    });
    await answers(page).first().waitFor();
    await long();
    await say(page, LINES);
    await overflows(page);
    await follows(page);
    await composer(page).fill(LINES);
    await follows(page);
    await composer(page).fill("");
    await follows(page);
  });
});

/** From now on words come in the very frame of each scroll upwards, before the page hears of that scroll. */
async function growWithScrolls(page: Page): Promise<void> {
  await log(page).evaluate((element) => {
    const words = document.createElement("p");
    element.querySelector(".turn-viva:last-of-type .text")?.after(words);
    let last = element.scrollTop;
    const grow = () => {
      if (element.scrollTop < last) words.append("More words.", document.createElement("br"));
      last = element.scrollTop;
    };
    document.addEventListener("scroll", grow, { capture: true });
  });
}

describe.each(SCREENS)("who scrolls up stays there while words come (%s)", (_, viewport) => {
  it.each([
    [
      "wheel",
      async (page: Page) => {
        await log(page).hover();
        await page.mouse.wheel(0, -300);
      },
    ],
    [
      "a trackpad, a pixel at a time",
      async (page: Page) => {
        await log(page).hover();
        // As many as it takes: each is a frame, and words come in between.
        while ((await pill(page).count()) === 0) await page.mouse.wheel(0, -1);
      },
    ],
    [
      "finger",
      async (page: Page) => {
        const box = await log(page).boundingBox();
        const devtools = await page.context().newCDPSession(page);
        await devtools.send("Emulation.setTouchEmulationEnabled", { enabled: true });
        const [x, y] = [(box?.x ?? 0) + 100, (box?.y ?? 0) + 60];
        const touch = (type: "touchStart" | "touchMove", down: number) =>
          devtools.send("Input.dispatchTouchEvent", { type, touchPoints: [{ x, y: y + down }] });
        await touch("touchStart", 0);
        for (let down = 20; down <= 200; down += 20) await touch("touchMove", down);
        await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      },
    ],
    ["Page Up", (page: Page) => log(page).press("PageUp")],
    ["arrow key", (page: Page) => log(page).press("ArrowUp")],
    ["Home", (page: Page) => log(page).press("Home")],
    ["Shift and Space", (page: Page) => log(page).press("Shift+Space")],
    // Dragging a scrollbar: the browser scrolls, no input is seen.
    ["scrollbar", (page: Page) => log(page).evaluate((element) => element.scrollBy(0, -120))],
    [
      "searching in the page",
      (page: Page) =>
        page
          .locator(".turn-member .text")
          .first()
          .evaluate((found) => found.scrollIntoView({ block: "center" })),
    ],
    [
      "a screen reader that goes to what was said before",
      (page: Page) =>
        page
          .locator(".turn-member")
          .first()
          .evaluate((turn: HTMLElement) => {
            turn.tabIndex = -1;
            turn.focus();
          }),
    ],
  ])("by %s", async (_way, scrollUp) => {
    const page = await openTalk(stage, await stage.newMember(), { viewport });
    await long();
    await say(page, LINES);
    await overflows(page);
    await growWithScrolls(page);
    await scrollUp(page);
    await pill(page).waitFor();
    const at = await topAtRest(page);
    await grown(page, 60);
    expect(await top(page)).toBe(at);
    // Nor does the layout take them away.
    await composer(page).fill(LINES);
    await grown(page, 60);
    expect(await top(page)).toBe(at);
    await composer(page).fill("");
    await grown(page, 60);
    expect(await top(page)).toBe(at);

    await pill(page).click();
    await pill(page).waitFor({ state: "detached" });
    expect(await log(page).evaluate((element) => element === document.activeElement)).toBe(true);
    await follows(page);
  });
});

it("a stop works behind a proxy that holds the answer back", async () => {
  const member = await stage.newMember();
  const page = await openTalk(stage, member);
  await stage.model({ ttftMs: 20, gapMs: 100, tokens: 3_000 });
  stage.buffer("POST", "/api/viva/chat");
  const stop = page.getByRole("button", { name: "Stop", exact: true });
  for (const [index, ask] of [
    () => say(page, "Tell me all."),
    () => page.getByRole("button", { name: "Ask again" }).click(),
  ].entries()) {
    const asked = page.waitForRequest((request) => request.url().endsWith("/api/viva/chat"));
    await ask();
    await asked;
    await stop.click();
    await stop.waitFor({ state: "detached" });
    await expect.poll(() => page.getByText(/You stopped/).count()).toBe(1);
    const id = new URL(page.url()).searchParams.get("c");
    const { runningTurn, messages } = await stage.api<Conversation>(
      member,
      `/api/conversations/${id}`,
    );
    expect([index, runningTurn]).toEqual([index, null]);
    expect(messages.filter(({ metadata }) => metadata.status === "complete")).toHaveLength(2);
  }
});

it("a stop of a refinement works behind such a proxy, too", async () => {
  const { member, draft } = await writer({ fun: "I choose clay and music." });
  await stage.model({ ttftMs: 20, gapMs: 100, tokens: 3_000 });
  const refine = `/api/visions/${draft.id}/sections/fun/refine`;
  stage.buffer("POST", refine);
  const page = await stage.visit(`/life-vision/${draft.id}`, { member });
  await page.getByRole("button", { name: "Refine with VIVA: Fun" }).click();
  const asked = page.waitForRequest((request) => request.url().endsWith(refine));
  await page.getByRole("button", { name: "Ask VIVA" }).click();
  await asked;
  const stop = page.getByRole("button", { name: "Stop", exact: true });
  await stop.click();
  await stop.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Ask VIVA" }).waitFor();
});

describe.each(SCREENS)("a long conversation (%s)", (_, viewport) => {
  /** A member with a talk of 450 messages that this browser has never seen. */
  async function withLongTalk() {
    const member = await stage.newMember();
    const [account] = await stage.query<{ id: string }>(
      "select id from auth.users where email = $1",
      [member.email],
    );
    const user = account?.id;
    await stage.query(
      `insert into conversation_sessions
         (id, user_id, client_id, category, phase, title, created_at, updated_at)
       select viva_uuid('conversation', $1::text, 'long'), $1::uuid, 'long', null, 'contrast',
         'A long talk', now(), now()`,
      [user],
    );
    await stage.query(
      `insert into ai_conversations
         (id, user_id, conversation_id, client_id, role, message, status, position, created_at)
       select gen_random_uuid(), $1::uuid, viva_uuid('conversation', $1::text, 'long'), 'm' || n,
         case n % 2 when 0 then 'user' else 'assistant' end, 'Message number ' || n || '.',
         'complete', n, now()
       from generate_series(0, 449) as n`,
      [user],
    );
    return stage.visit("/viva?c=long&category=none&phase=contrast", { member, viewport });
  }
  const message = (page: Page, n: number) =>
    page.getByRole("log").getByText(`Message number ${n}.`, { exact: true });
  const bubbles = (page: Page) => page.locator(".turn").count();
  /** Where a message stands on the screen, in CSS pixels. */
  const place = (page: Page, n: number) =>
    message(page, n).evaluate((element) => element.getBoundingClientRect().top);

  it("opens at its newest message, and brings older ones as one scrolls up, in place", async () => {
    const page = await withLongTalk();
    await message(page, 449).waitFor();
    expect(await bubbles(page)).toBe(200);
    // The next page comes before the top is reached; what is in view stays.
    stage.refuse("GET", "/api/conversations/long");
    await log(page).evaluate((element) => {
      element.scrollTop = 300;
    });
    await page.getByRole("button", { name: "Try again" }).waitFor();
    const before = await place(page, 255);
    stage.forget();
    await page
      .getByRole("button", { name: "Try again" })
      .evaluate((button: HTMLElement) => button.click());
    await message(page, 50).waitFor();
    expect(await bubbles(page)).toBe(400);
    // The notice above gave way to a button: only that may have moved it.
    expect(Math.abs((await place(page, 255)) - before)).toBeLessThan(100);
    expect(await pill(page).count()).toBe(1);
    await pill(page).click();
    await expect.poll(() => message(page, 449).isVisible()).toBe(true);
  });

  it("brings them by the keyboard too, and says so", async () => {
    const page = await withLongTalk();
    await message(page, 449).waitFor();
    const more = page.getByRole("button", { name: "Show earlier messages" });
    await more.focus();
    await page.keyboard.press("Enter");
    await message(page, 50).waitFor();
    await expect
      .poll(() => page.getByRole("status").allTextContents())
      .toContain("Earlier messages are shown above.");
  });
});
