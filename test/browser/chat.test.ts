import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { credits } from "../../domain/credits.ts";
import { type Problem, problem } from "../../domain/problems.ts";
import {
  answers,
  composer,
  openTalk,
  PHONE,
  type Stage,
  setStage,
  textOf,
  visitBeside,
} from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

function memberMessages(page: Page) {
  return page.locator(".turn-member .text");
}

/** Lets the page note how an answer's text grows, change by change, and where the page changes. */
async function watchGrowth(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: string[] = [];
    const outside: string[] = [];
    Object.assign(window, { seen, outside });
    const log = document.querySelector(".chat-content");
    if (!log) throw new Error("no log");
    new MutationObserver((changes) => {
      const growing = log.querySelector('.turn-viva[data-status="streaming"]');
      const text = growing?.querySelector(".text")?.textContent ?? "";
      if (!growing || text === "" || text === seen.at(-1)) return;
      seen.push(text);
      // From the second word on, nothing but the growing bubble may change.
      if (seen.length < 3) return;
      for (const { target } of changes) {
        if (!growing.contains(target)) outside.push(target.nodeName);
      }
    }).observe(log, { subtree: true, childList: true, characterData: true });
  });
}

it("shows message and typing indicator in the frame of the key press", async () => {
  const page = await openTalk(stage, await stage.newMember());
  await page.evaluate(() => {
    addEventListener(
      "keydown",
      () => {
        requestAnimationFrame(() => {
          const message = document.querySelector(".turn-member .text")?.textContent;
          const typing = document.querySelectorAll(".typing").length;
          Object.assign(window, {
            inFrame: { message, typing, text: document.querySelector("textarea")?.value },
          });
        });
      },
      { once: true, capture: true },
    );
  });
  await composer(page).evaluate((area: HTMLTextAreaElement) => {
    area.value = "More dancing.";
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await composer(page).press("Enter");
  const inFrame = await page.waitForFunction(() => (window as { inFrame?: unknown }).inFrame);
  expect(await inFrame.jsonValue()).toEqual({ message: "More dancing.", typing: 1, text: "" });
  await answers(page).nth(1).waitFor();
});

it("shows words one after another, and changes nothing but the growing bubble", async () => {
  await stage.model({ ttftMs: 100, gapMs: 40 });
  const page = await openTalk(stage, await stage.newMember());
  await watchGrowth(page);
  await say(page, "I spend my Saturdays on errands and I miss dancing.");
  await answers(page).nth(1).waitFor();
  const { seen, outside } = await page.evaluate(() => {
    const { seen, outside } = window as unknown as { seen: string[]; outside: string[] };
    return { seen, outside };
  });
  expect(seen.length).toBeGreaterThan(10);
  for (const [index, text] of seen.entries()) {
    const before = seen[index - 1] ?? "";
    expect(text.length - before.length).toBeLessThan(40);
    expect(text.startsWith(before.trimEnd())).toBe(true);
  }
  expect(outside).toEqual([]);
});

it("keeps the conversation over a reload, in order and once each", async () => {
  const page = await openTalk(stage, await stage.newMember());
  await say(page, "More dancing.");
  await answers(page).nth(1).waitFor();
  await say(page, "And music\nin the kitchen.");
  await answers(page).nth(2).waitFor();
  const before = await page.locator(".chat-content .text").allInnerTexts();
  expect(before).toHaveLength(5);

  await page.reload();
  await answers(page).nth(2).waitFor();
  expect(await page.locator(".chat-content .text").allInnerTexts()).toEqual(before);
});

it("lists conversations and reads an older one", async () => {
  const member = await stage.newMember();
  const page = await openTalk(stage, member);
  await say(page, "More dancing.");
  await answers(page).nth(1).waitFor();

  await page.getByRole("button", { name: "New conversation" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: "Work" }).check();
  await dialog.getByRole("radio", { name: /Peak Experience/ }).check();
  await dialog.getByRole("button", { name: "Begin" }).click();
  await page.getByRole("button", { name: "Topic: Work. Change it" }).waitFor();
  await answers(page).first().waitFor();
  await say(page, "The day we opened.");
  await answers(page).nth(1).waitFor();
  expect(await memberMessages(page).allInnerTexts()).toEqual(["The day we opened."]);
  expect(await page.getByLabel("Peak Experience: who you are at your best").isChecked()).toBe(true);

  await page.reload();
  const list = page.getByRole("complementary", { name: "Conversations" });
  await list.getByRole("link", { name: /More dancing/ }).click();
  await page.getByRole("button", { name: "Topic: Fun. Change it" }).waitFor();
  await memberMessages(page).first().waitFor();
  expect(await memberMessages(page).allInnerTexts()).toEqual(["More dancing."]);

  await page.getByRole("link", { name: "Home", exact: true }).click();
  await page.getByRole("link", { name: /Go on where you were/ }).click();
  await memberMessages(page).getByText("The day we opened.").waitFor();
});

/** Begins a talk whose first requests for a turn meet these answers. */
async function begin(...met: readonly (Problem | "no connection")[]): Promise<Page> {
  const page = await stage.visit("/", { member: await stage.newMember(), viewport: PHONE });
  await meet(page, ...met);
  await page.clock.install();
  await page.goto(`${stage.url}/viva?category=fun&phase=contrast`);
  return page;
}

/** Lets requests for a turn meet these answers, one after another, and then the server. */
async function meet(page: Page, ...met: readonly (Problem | "no connection")[]): Promise<void> {
  const left = [...met];
  await page.route("**/api/viva/chat", (route) => {
    const next = left.shift();
    if (next === undefined) return route.continue();
    if (next === "no connection") return route.abort("connectionreset");
    const { status } = next;
    return route.fulfill({ status, json: next, contentType: "application/problem+json" });
  });
}

describe("while the database is slow", () => {
  const down = (retryAfter: number) => problem("database_unavailable", { retryAfter });
  const notice = (page: Page) => page.locator(".chat .notice");
  const retry = (page: Page) => page.getByRole("button", { name: "Try again" });

  it("VIVA begins by itself as soon as it can, and what is written is sent", async () => {
    const page = await begin(down(60), "no connection");
    await notice(page).getByText("Your data cannot be reached right now.").waitFor();
    await page.getByText("VIVA begins by itself as soon as that is possible.").waitFor();
    await page.clock.fastForward(60_000);
    await answers(page).first().waitFor();
    expect(await notice(page).count()).toBe(0);

    await page.unroute("**/api/viva/chat");
    await meet(page, down(60), "no connection");
    await say(page, "More dancing.");
    await page.locator('.turn-member[data-status="queued"] .notice').waitFor();
    await page.clock.fastForward(60_000);
    await answers(page).nth(1).waitFor();
    expect(await notice(page).count()).toBe(0);
    expect(await memberMessages(page).allInnerTexts()).toEqual(["More dancing."]);
  });

  it("nobody has to wait who does not want to", async () => {
    const page = await begin(down(600));
    await retry(page).click();
    await answers(page).first().waitFor();
    await page.unroute("**/api/viva/chat");
    await meet(page, down(600));
    await say(page, "More dancing.");
    await retry(page).click();
    await answers(page).nth(1).waitFor();
  });

  it("a greeting that is of no use to ask for again waits for the member", async () => {
    const page = await begin(problem("misconfigured"));
    await notice(page).getByText("This service is not set up completely.").waitFor();
    expect(await page.getByText("VIVA begins by itself").count()).toBe(0);
    // What is written goes before the greeting.
    await say(page, "More dancing.");
    await answers(page).first().waitFor();
    expect(await notice(page).count()).toBe(0);
  });
});

it("keeps a failed message and really sends it again", async () => {
  const page = await openTalk(stage, await stage.newMember());
  await stage.model({ fault: "500" });
  await say(page, "More dancing.");
  const notice = page.locator(".turn-member .notice");
  await notice.waitFor();
  expect(await textOf(notice)).toContain("VIVA could not be reached");
  expect(await textOf(page.locator('.chat [role="status"]').last())).toContain(
    "could not be reached",
  );
  expect(await answers(page).count()).toBe(1);

  // It fails again for as long as the reason stands.
  await page.getByRole("button", { name: "Try again" }).click();
  await page
    .locator('.turn-member[data-status="sending"], .turn-member[data-status="complete"]')
    .waitFor();
  await page.locator('.turn-member[data-status="failed"]').waitFor();

  await stage.model({ fault: null });
  await page.getByRole("button", { name: "Try again" }).click();
  await answers(page).nth(1).waitFor();
  expect(await notice.count()).toBe(0);
  await page.reload();
  await answers(page).nth(1).waitFor();
  expect(await memberMessages(page).allInnerTexts()).toEqual(["More dancing."]);
});

it("offers a message again that failed before a reload", async () => {
  const page = await openTalk(stage, await stage.newMember());
  await stage.model({ fault: "500" });
  await say(page, "More dancing.");
  await page.locator('.turn-member[data-status="failed"]').waitFor();
  await stage.model({ fault: null });
  await page.reload();
  await page.getByRole("button", { name: "Try again" }).click();
  await answers(page).nth(1).waitFor();
  expect(await memberMessages(page).allInnerTexts()).toEqual(["More dancing."]);
});

it.each([
  ["that VIVA declined", { fault: "content_filter", at: 0 }, /VIVA chose not to answer this/, 0],
  ["that VIVA could not be reached", { fault: "500" }, /VIVA could not be reached/, 1],
])("says %s after a reload and in another tab", async (_, control, reason, retries) => {
  const page = await openTalk(stage, await stage.newMember());
  await stage.model(control);
  await say(page, "More dancing.");
  const told = async (tab: Page) => {
    const notice = tab.locator(".turn-member .notice");
    await notice.waitFor();
    expect(await textOf(notice)).toMatch(reason);
    expect(await tab.getByRole("button", { name: "Try again" }).count()).toBe(retries);
  };
  await told(page);
  await page.reload();
  await told(page);
  await told(await visitBeside(page, page.url()));

  // It says so still when the talk has gone on.
  await stage.model({ fault: null });
  await say(page, "More singing.");
  await answers(page).nth(1).waitFor();
  await page.reload();
  await told(page);
});

it("keeps what arrived of an answer that broke off", async () => {
  const page = await openTalk(stage, await stage.newMember());
  await stage.model({ fault: "drop", at: 30 });
  await say(page, "More dancing.");
  const broken = page.locator('.turn-viva[data-status="interrupted"]');
  await broken.waitFor();
  const words = await textOf(broken.locator(".text"));
  expect(words.split(/\s+/).length).toBeGreaterThan(4);
  await stage.model({ fault: null });
  await page.reload();
  await broken.waitFor();
  expect(await textOf(broken.locator(".text"))).toBe(words);
});

it("goes on by itself when the session has to be renewed", async () => {
  const member = await stage.newMember();
  const page = await openTalk(stage, member);
  const other = await page.context().newPage();
  await other.goto(`${stage.url}/account`);
  // As after a change of keys: the token looks good, and the server refuses it.
  await other.evaluate(() => {
    const stored = JSON.parse(localStorage.getItem("viva.session") ?? "{}");
    const spoiled = { ...stored, access_token: `${stored.access_token.slice(0, -4)}AAAA` };
    localStorage.setItem("viva.session", JSON.stringify(spoiled));
  });
  const refused = page.waitForResponse((response) => response.status() === 401);
  const renewed = page.waitForResponse((response) =>
    response.url().includes("grant_type=refresh_token"),
  );
  await say(page, "More dancing.");
  expect((await refused).url()).toContain("/api/viva/chat");
  expect((await renewed).status()).toBe(200);
  await answers(page).nth(1).waitFor();
  expect(await memberMessages(page).allInnerTexts()).toEqual(["More dancing."]);
});

it("asks to sign in when the session is over, and loses nothing", async () => {
  const member = await stage.newMember();
  const page = await openTalk(stage, member);
  const other = await page.context().newPage();
  await other.goto(`${stage.url}/account`);
  await other.evaluate(() => {
    const stored = JSON.parse(localStorage.getItem("viva.session") ?? "{}");
    const over = { ...stored, expires_at: 1, refresh_token: "none" };
    localStorage.setItem("viva.session", JSON.stringify({ ...over, access_token: "none" }));
  });
  await other.close();
  await say(page, "More dancing.");
  await page.getByText("Your session has ended").waitFor();
  await page.getByLabel("E-mail").fill(member.email);
  await page.getByLabel("Password").fill(member.password);
  await page.getByLabel("Password").press("Enter");
  await answers(page).nth(1).waitFor();
  expect(await memberMessages(page).allInnerTexts()).toEqual(["More dancing."]);
});

it("follows the words, lets go when the member scrolls up, and comes back by the pill", async () => {
  await stage.model({ ttftMs: 50, gapMs: 30, tokens: 220 });
  const page = await openTalk(stage, await stage.newMember(), {
    viewport: { width: 390, height: 560 },
  });
  const log = page.getByRole("log");
  const fromEnd = () =>
    log.evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop);
  await say(page, "Tell me all about it.");
  await page.waitForFunction(
    () =>
      (document.querySelector('.turn-viva[data-status="streaming"] .text')?.textContent?.length ??
        0) > 300,
  );
  expect(await fromEnd()).toBeLessThan(2);

  await log.hover();
  await page.mouse.wheel(0, -400);
  const pill = page.getByRole("button", { name: "Jump to latest" });
  await pill.waitFor();
  const top = await log.evaluate((element) => element.scrollTop);
  const length = await log.evaluate((element) => element.textContent?.length ?? 0);
  await page.waitForFunction(
    (before) => (document.querySelector('[role="log"]')?.textContent?.length ?? 0) > before + 60,
    length,
  );
  expect(await log.evaluate((element) => element.scrollTop)).toBe(top);

  await pill.click();
  await pill.waitFor({ state: "detached" });
  expect(await fromEnd()).toBeLessThan(2);
  await answers(page).nth(1).waitFor();
  expect(await fromEnd()).toBeLessThan(2);
});

it("keeps unsent words over a reload and the focus after sending", async () => {
  const page = await openTalk(stage, await stage.newMember());
  await composer(page).pressSequentially("Half a th");
  await page.reload();
  await answers(page).first().waitFor();
  expect(await composer(page).inputValue()).toBe("Half a th");
  await composer(page).pressSequentially("ought");
  await page.getByRole("button", { name: "Send" }).click();
  await answers(page).nth(1).waitFor();
  expect(await composer(page).evaluate((area) => area === document.activeElement)).toBe(true);
  expect(await memberMessages(page).allInnerTexts()).toEqual(["Half a thought"]);
  await page.reload();
  await answers(page).nth(1).waitFor();
  expect(await composer(page).inputValue()).toBe("");
});

it("begins a new line with Shift and Enter, and leaves Enter to an input method", async () => {
  const page = await openTalk(stage, await stage.newMember());
  await composer(page).pressSequentially("One");
  await composer(page).press("Shift+Enter");
  await composer(page).pressSequentially("two");
  await composer(page).evaluate((area) => {
    const composing = { key: "Enter", bubbles: true, cancelable: true, isComposing: true };
    area.dispatchEvent(new KeyboardEvent("keydown", composing));
  });
  expect(await memberMessages(page).count()).toBe(0);
  await composer(page).press("Enter");
  expect(await textOf(memberMessages(page).first())).toBe("One\ntwo");
  await answers(page).nth(1).waitFor();
});

it("takes up an answer that was being written through a reload", async () => {
  await stage.model({ ttftMs: 50, gapMs: 40, tokens: 90 });
  const page = await openTalk(stage, await stage.newMember());
  await say(page, "Tell me all about it.");
  await page.locator('.turn-viva[data-status="streaming"] .text').waitFor();
  await page.reload();
  await answers(page).nth(1).waitFor();
  expect(await memberMessages(page).allInnerTexts()).toEqual(["Tell me all about it."]);
  expect(await page.locator(".turn-viva").count()).toBe(2);
});

it("holds a message while there is no connection, and sends it when there is", async () => {
  const page = await openTalk(stage, await stage.newMember(), { viewport: PHONE });
  await page.context().setOffline(true);
  await page.getByText("You are offline. What you write is kept").waitFor();
  await say(page, "More dancing.");
  await page.locator('.turn-member[data-status="queued"]').waitFor();
  await page.context().setOffline(false);
  await answers(page).nth(1).waitFor();
  expect(await page.locator(".offline-banner").count()).toBe(0);
});

it("sends what was entered before the conversation was there", async () => {
  const page = await openTalk(stage, await stage.newMember());
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/api/conversations/*", async (route) => {
    await held;
    await route.continue();
  });
  await page.reload();
  await say(page, "More dancing.");
  expect(await composer(page).inputValue()).toBe("More dancing.");
  release();
  await answers(page).nth(1).waitFor();
  expect(await memberMessages(page).allInnerTexts()).toEqual(["More dancing."]);
  expect(await composer(page).inputValue()).toBe("");
});

it("says kindly that the Creation Credits are used up", async () => {
  const page = await openTalk(stage, await stage.newMember());
  await page.route("**/api/viva/chat", (route) =>
    route.fulfill({
      status: 402,
      contentType: "application/problem+json",
      body: JSON.stringify(
        problem("credits_exhausted", { credits: credits(10_000, 10_004, Date.UTC(2026, 10, 22)) }),
      ),
    }),
  );
  await say(page, "More dancing.");
  const notice = await textOf(page.locator(".turn-member .notice"));
  expect(notice).toContain("0 of 10,000 are left; they renew on December 1.");
  expect(notice).not.toContain("token");
  expect(await memberMessages(page).allInnerTexts()).toEqual(["More dancing."]);
});

it("shows text as text", async () => {
  const page = await openTalk(stage, await stage.newMember());
  const nasty = `<img src=x onerror="document.title='taken over'"> & <b>bold</b>`;
  await say(page, nasty);
  await answers(page).nth(1).waitFor();
  expect(await textOf(memberMessages(page).first())).toBe(nasty);
  expect(await page.locator(".chat-content img, .chat-content b").count()).toBe(0);
  expect(await page.title()).toBe("VIVA · VibrationFit");
});
