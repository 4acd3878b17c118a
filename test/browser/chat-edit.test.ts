import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Conversation } from "../../domain/messages.ts";
import {
  answers,
  composer,
  DESKTOP,
  openTalk,
  PHONE,
  type Stage,
  setStage,
  type TestMember,
  textOf,
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

const own = (page: Page) => page.locator(".turn-member .text");
const pencil = (page: Page) => page.getByRole("button", { name: "Edit your message" });
const field = (page: Page) => page.getByLabel("Your message, to be changed");

async function recorded(page: Page, member: TestMember): Promise<string[]> {
  const id = new URL(page.url()).searchParams.get("c");
  const { messages } = await stage.api<Conversation>(member, `/api/conversations/${id}`);
  return messages.map(({ parts }) => parts.map(({ text }) => text).join(""));
}

/** A talk with one message of the member's and its answer. */
async function talk(member: TestMember, options = {}): Promise<Page> {
  const page = await openTalk(stage, member, options);
  await say(page, "More dnacing.");
  await answers(page).nth(1).waitFor();
  return page;
}

describe("changing one's last message", () => {
  it("cuts off what followed, has VIVA answer anew, and stays so after a reload", async () => {
    const member = await stage.newMember();
    const page = await talk(member);
    const first = await textOf(answers(page).nth(1).locator(".text"));
    await page.locator(".turn-member").hover();
    await pencil(page).click();
    expect(await field(page).inputValue()).toBe("More dnacing.");
    await field(page).fill("More dancing, with friends.");
    const held = Promise.withResolvers<void>();
    await page.route("**/api/viva/chat", async (route) => {
      await held.promise;
      await route.continue();
    });
    await field(page).press("Enter");
    // Before anything comes back.
    await expect.poll(() => own(page).allInnerTexts()).toEqual(["More dancing, with friends."]);
    await expect
      .poll(() => composer(page).evaluate((area) => area === document.activeElement))
      .toBe(true);
    held.resolve();
    await answers(page).nth(1).waitFor();
    expect(await page.locator(".turn-viva").count()).toBe(2);
    const second = await textOf(answers(page).nth(1).locator(".text"));
    expect(second).not.toBe(first);
    const record = await recorded(page, member);
    expect(record).toHaveLength(3);
    expect(record[1]).toBe("More dancing, with friends.");
    await page.reload();
    await answers(page).nth(1).waitFor();
    expect(await own(page).allInnerTexts()).toEqual(["More dancing, with friends."]);
    expect(await textOf(answers(page).nth(1).locator(".text"))).toBe(second);
  });

  it("takes the place of an answer that is being written", async () => {
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    await stage.model({ ttftMs: 50, gapMs: 60, tokens: 90 });
    await say(page, "More dnacing.");
    await page.locator('.turn-viva[data-status="streaming"] .text').waitFor();
    await pencil(page).focus();
    await page.keyboard.press("Enter");
    await field(page).fill("More dancing.");
    await stage.model({ ttftMs: 50, gapMs: 5, tokens: null });
    await field(page).press("Enter");
    await answers(page).nth(1).waitFor();
    expect(await page.locator(".turn").count()).toBe(3);
    expect((await recorded(page, member))[1]).toBe("More dancing.");
    expect((await recorded(page, member)).length).toBe(3);
  });

  it("leaves everything as it was with Escape, and gives the focus back", async () => {
    const member = await stage.newMember();
    const page = await talk(member);
    const before = await page.locator(".chat-content .text").allInnerTexts();
    await pencil(page).focus();
    await expect.poll(() => pencil(page).evaluate((it) => getComputedStyle(it).opacity)).toBe("1");
    await page.keyboard.press("Enter");
    expect(await field(page).evaluate((area) => area === document.activeElement)).toBe(true);
    await page.keyboard.type(" And more.");
    await page.keyboard.press("Escape");
    await field(page).waitFor({ state: "detached" });
    expect(await pencil(page).evaluate((it) => it === document.activeElement)).toBe(true);
    expect(await page.locator(".chat-content .text").allInnerTexts()).toEqual(before);
    expect(stage.requests("POST", "/api/viva/chat").length).toBe(2);
    await page.reload();
    await answers(page).nth(1).waitFor();
    expect(await field(page).count()).toBe(0);
  });

  it("puts everything back where it is refused, and loses no word, not by a reload either", async () => {
    const member = await stage.newMember();
    const page = await talk(member);
    const before = await page.locator(".chat-content .text").allInnerTexts();
    await page.route("**/api/viva/chat", (route) =>
      route.fulfill({
        status: 402,
        contentType: "application/problem+json",
        body: JSON.stringify({ code: "credits_exhausted", status: 402 }),
      }),
    );
    await page.locator(".turn-member").hover();
    await pencil(page).click();
    await field(page).fill("More dancing.");
    await field(page).press("Enter");
    await page.locator(".message-editor .notice").waitFor();
    expect(await field(page).inputValue()).toBe("More dancing.");
    const answered = await page.locator(".turn-viva .text").allInnerTexts();
    expect(answered).toEqual(before.filter((_, index) => index !== 1));
    expect(await recorded(page, member)).toHaveLength(3);

    await page.reload();
    await field(page).waitFor();
    expect(await field(page).inputValue()).toBe("More dancing.");
    await page.unroute("**/api/viva/chat");
    await page.getByRole("form", { name: "Change your message" }).getByText("Send").click();
    await answers(page).nth(1).waitFor();
    expect((await recorded(page, member))[1]).toBe("More dancing.");
  });

  it("waits without a connection, through a reload, and goes out once", async () => {
    const member = await stage.newMember();
    const page = await talk(member);
    await page.context().setOffline(true);
    await page.locator(".turn-member").hover();
    await pencil(page).click();
    await field(page).fill("More dancing.");
    await field(page).press("Enter");
    await page.getByText("Waiting to be sent…").waitFor();
    const url = page.url();
    await page.reload().catch(() => {});
    await page.context().setOffline(false);
    await page.goto(url);
    await answers(page).nth(1).waitFor();
    await expect.poll(async () => (await recorded(page, member))[1]).toBe("More dancing.");
    await answers(page).nth(1).waitFor();
    expect(await own(page).allInnerTexts()).toEqual(["More dancing."]);
    expect(await recorded(page, member)).toHaveLength(3);
  });

  it("is offered for the last message only", async () => {
    const page = await talk(await stage.newMember());
    await say(page, "And music.");
    await answers(page).nth(2).waitFor();
    expect(await pencil(page).count()).toBe(1);
    await page.locator(".turn-member").nth(1).getByRole("button").waitFor();
  });
});

describe.each([
  ["a phone", PHONE],
  ["a desktop", DESKTOP],
])("on %s", (_, viewport) => {
  it("has room, and is sound for assistive technology", async () => {
    const page = await talk(await stage.newMember(), { viewport });
    await page.locator(".turn-member").hover();
    await pencil(page).click();
    await field(page).fill("More dancing, with all of my friends, in every kitchen. ".repeat(6));
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    const shots = process.env.VIVA_SHOTS;
    if (shots) await page.screenshot({ path: `${shots}/${viewport.width}-edit.png` });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() =>
      (window as unknown as { axe: typeof axe }).axe.run(".chat"),
    );
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });
});

describe("an answer that the provider ended early", () => {
  it.each([
    ["length", "reached its full length here"],
    ["content_filter", "A content filter ended VIVA's answer here"],
  ])("for its %s says so below it", async (fault, said) => {
    const page = await openTalk(stage, await stage.newMember());
    await stage.model({ fault, at: 20 });
    await say(page, "More dancing.");
    const ending = answers(page).nth(1).locator(".ending");
    await ending.waitFor();
    expect(await textOf(ending)).toContain(said);
    expect(await textOf(page.locator('.chat [role="status"]').last())).toContain(said);
    expect(await page.getByRole("button", { name: "Continue" }).count()).toBe(0);
    await page.reload();
    await ending.waitFor();
    expect(await textOf(ending)).toContain(said);
  });
});
