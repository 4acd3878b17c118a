import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { DESKTOP, PHONE, type Stage, setStage } from "./stage.ts";
import { card, edit, overflow, saved, seriousFindings, writersOn } from "./visions.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const { read, write, writer } = writersOn(() => stage);

const CREATE = "/life-vision/create-with-viva?category=fun";
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });
const asks = (page: Page) =>
  page.getByRole("heading", { name: "Does this feel like you?" }).waitFor();
const earlier = (page: Page) => page.locator(".earlier-texts");
/** The text of a version without its difference to another. */
async function texts(page: Page): Promise<string[]> {
  const read = button(page, "Just read it");
  if (await read.isVisible()) await read.click();
  return page.locator(".version .prose").allInnerTexts();
}

async function toText(page: Page): Promise<void> {
  await button(page, /Dancing & music/).click();
  await button(page, "Go on").click();
  await page.locator(".closer .pick").first().click();
  await button(page, "Go on").click();
  await page.getByRole("radio", { name: /Weekly rituals/ }).check();
  await button(page, "Write my text").click();
  await asks(page);
}

/** Says something in the talk about Fun, and comes back to the text without saving. */
async function talkItThrough(page: Page, words: string): Promise<void> {
  await page.getByRole("link", { name: "Talk it through with VIVA" }).click();
  const answers = page.locator('.turn-viva[data-status="complete"]');
  await answers.first().waitFor();
  const count = await answers.count();
  const composer = page.getByLabel("Your message to VIVA");
  await composer.fill(words);
  await composer.press("Enter");
  await answers.nth(count).waitFor();
}

describe.each([
  ["on a phone", PHONE],
  ["on a desktop", DESKTOP],
])("a text that was seen, %s", (_, viewport) => {
  it("stands beside the one from a talk and the one written anew, and comes back", async () => {
    const { member, draft } = await writer();
    await stage.model({ ttftMs: 20, gapMs: 0 });
    const page = await stage.visit(CREATE, { member, viewport });
    await toText(page);
    const [first = ""] = await texts(page);

    // Written anew after a talk it knows the talk, and stands beside the one before.
    await talkItThrough(page, "I paint boats with Ines on Thursdays.");
    await page.goBack();
    await button(page, "Regenerate").click();
    await page.getByRole("radio", { name: "The new one" }).waitFor();
    await page.locator(".version-chosen .difference ins").first().waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    const [before, anew] = await texts(page);
    expect(before).toBe(first);
    expect(anew).toContain("Ines");

    // So does the one that is written from the talk.
    await talkItThrough(page, "I sail with Tom on Sundays.");
    await page.locator(".talk-ways").getByRole("button", { name: "Save as vision text" }).click();
    await expect.poll(() => earlier(page).count()).toBe(1);
    await page.locator(".version-chosen .difference ins").first().waitFor();
    const [again, talked] = await texts(page);
    expect(again).toBe(anew);
    expect(talked).toContain("Tom");

    // The first one is still there after a reload, and nothing is saved before the member decides.
    await page.reload();
    await asks(page);
    expect((await read(member, draft)).sections.fun ?? "").toBe("");
    await earlier(page).locator("summary").click();
    expect(await seriousFindings(page)).toEqual([]);
    const item = earlier(page).locator("li", { hasText: first.slice(0, 60) });
    await item.getByRole("button", { name: "Show what changed" }).click();
    await item.locator("ins").first().waitFor();
    await item.getByRole("button", { name: "Bring this text back" }).click();
    await expect
      .poll(() => page.getByRole("radio", { name: "An earlier text" }).isChecked())
      .toBe(true);
    await button(page, "Save & continue").click();
    await expect
      .poll(async () => (await read(member, draft)).sections.fun?.replace(/\n+/g, "\n\n"))
      .toBe(first.replace(/\n+/g, "\n\n"));
  });

  it("comes back after it was stopped, discarded, cut away or saved over elsewhere", async () => {
    const FUN = "I dance in the kitchen on Fridays, and my sister sings along with the radio.";
    const { member, draft } = await writer({ fun: FUN });
    await stage.model({ ttftMs: 20, gapMs: 100, tokens: 60 });
    const page = await stage.visit(`/life-vision/${draft.id}`, { member, viewport });
    const fun = card(page, "fun");

    await button(page, "Refine with VIVA: Fun").click();
    await button(page, "Ask VIVA").click();
    await fun.locator(".prose-growing").getByText("w3").waitFor();
    await button(page, "Stop").click();
    await fun.locator(".earlier-texts summary").click();
    await fun.locator(".earlier-texts li").getByText(/^w1/).waitFor();
    await button(page, "Close VIVA's panel").click();

    await (await edit(page, "Fun")).fill("I rest.");
    await saved(page);
    await button(page, "Done").click();
    await page.reload();
    await fun.locator(".earlier-texts summary").click();
    await fun.locator(".earlier-texts li").getByText(FUN).waitFor();

    await write(member, draft.id, { fun: "I sail, written elsewhere." });
    await fun.getByText("I sail, written elsewhere.").waitFor();
    await fun.locator(".earlier-texts li").getByText("I rest.").waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await fun
      .locator(".earlier-texts li", { hasText: FUN })
      .getByRole("button", { name: "Bring this text back" })
      .click();
    await saved(page);
    await expect.poll(async () => (await read(member, draft)).sections.fun).toBe(FUN);
  });
});
