import type { Locator, Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { answers, composer, DESKTOP, openTalk, PHONE, type Stage, setStage } from "./stage.ts";
import { overflow, seriousFindings, writersOn } from "./visions.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const { writer } = writersOn(() => stage);
const CRISIS = "I want to kill myself tonight.";
const AMERICAN = [
  "tel:988",
  "sms:988",
  "sms:741741?&body=HOME",
  "https://findahelpline.com",
  "tel:911",
];

async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

/** Where the links lead that a thumb can press. */
async function pressable(within: Locator): Promise<string[]> {
  const links = within.locator(".care-text a");
  await links.first().waitFor();
  const found = await links.evaluateAll((all) =>
    all.map((link) => {
      const { height, width } = link.getBoundingClientRect();
      return { href: link.getAttribute("href") ?? "", small: height < 48 || width < 48 };
    }),
  );
  expect(found.filter(({ small }) => small)).toEqual([]);
  return found.map(({ href }) => href);
}

const RETRIES = /Another answer|Ask again|Try again|Use in my vision|Continue/;
const pencil = (page: Page) => page.getByRole("button", { name: "Edit your message" });

describe.each([
  ["phone", PHONE],
  ["desktop", DESKTOP],
] as const)("a member in crisis can call, text and open what VIVA names (%s)", (_, viewport) => {
  it("in a talk, after a reload, and nothing offers another answer", async () => {
    const { member } = await writer();
    const page = await openTalk(stage, member, { viewport });
    await say(page, CRISIS);
    for (const visit of ["now", "after a reload"]) {
      if (visit !== "now") await page.reload();
      const answer = answers(page).nth(1);
      await answer.waitFor();
      expect(await pressable(answer)).toEqual(AMERICAN);
      expect(await answers(page).nth(1).getByRole("button", { name: RETRIES }).count()).toBe(0);
      expect(await pencil(page).count()).toBe(0);
      expect(await page.locator(".chat .notice-problem").count()).toBe(0);
      expect(
        await answer.getByRole("link", { name: /findahelpline/ }).getAttribute("rel"),
      ).toContain("noopener");
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await seriousFindings(page)).toEqual([]);
    }
  });

  it("in the talk about a section, in discovery and in a refinement", async () => {
    const { member, draft } = await writer({ fun: "I choose clay and music." });
    const create = "/life-vision/create-with-viva?category=fun";
    const page = await stage.visit(`${create}&step=talk`, { member, viewport });
    await answers(page).first().waitFor();
    await say(page, CRISIS);
    await answers(page).nth(1).waitFor();
    expect(await pressable(answers(page).nth(1))).toEqual(AMERICAN);
    expect(await answers(page).nth(1).getByRole("button", { name: RETRIES }).count()).toBe(0);
    expect(await pencil(page).count()).toBe(0);

    await page.goto(`${stage.url}/life-vision/create-with-viva?category=travel&step=1`);
    await page.getByLabel("Something else").fill(CRISIS);
    await page.getByRole("button", { name: "Go on" }).click();
    expect(await pressable(page.locator(".create-step"))).toEqual(AMERICAN);

    await page.goto(`${stage.url}/life-vision/${draft.id}?section=fun`);
    await page.getByRole("button", { name: "Refine with VIVA: Fun" }).click();
    await page.locator(".refine textarea").first().fill(CRISIS);
    await page
      .locator(".refine")
      .getByRole("button", { name: /Ask VIVA/ })
      .click();
    expect(await pressable(page.locator(".refine"))).toEqual(AMERICAN);
    expect(await page.locator(".refine .notice-problem").count()).toBe(0);
  });
});
