import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { answers, composer, openTalk, PHONE, type Stage, setStage } from "./stage.ts";
import { isTranslated, seen, TRANSLATORS, translate } from "./translator.ts";
import { card, edit, SECTIONS, writersOn } from "./visions.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const { writer } = writersOn(() => stage);
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });

/** Waits until a page shows, translated, what it shows untranslated after a reload. */
async function showsWhatAReloadShows(page: Page, where = "main"): Promise<void> {
  const fresh = await page.context().newPage();
  await fresh.goto(page.url());
  await expect.poll(() => isTranslated(page)).toBe(true);
  const both = async () => [await seen(page, where), await seen(fresh, where)] as const;
  await expect
    .poll(async () => {
      const [here, there] = await both();
      return here === there ? "the same" : { here, there };
    })
    .toBe("the same");
  // A second look, once the translator has had its turn.
  await page.evaluate(() => new Promise((done) => setTimeout(done)));
  const [here, there] = await both();
  expect(here).toBe(there);
  await fresh.close();
}

describe.each(TRANSLATORS)("under a translator of the kind %s", (kind) => {
  it("an answer grows, and every line of the talk says what it should", async () => {
    await stage.model({ ttftMs: 300, gapMs: 25, tokens: 60 });
    const page = await openTalk(stage, await stage.newMember(), { viewport: PHONE });
    await translate(page, kind);
    await composer(page).fill("More dancing.");
    await composer(page).press("Enter");
    const bubble = '.turn-viva[data-status="streaming"] .bubble';
    const lengths: number[] = [];
    await page.locator(`${bubble} .text`).waitFor();
    await expect
      .poll(async () => {
        const text = await page.locator(bubble).allInnerTexts();
        lengths.push(text.join("").length);
        return new Set(lengths).size;
      })
      .toBeGreaterThan(3);
    await answers(page).nth(1).waitFor();
    await showsWhatAReloadShows(page, ".chat-content");
  });

  it("what is saved, counted and said of it is said once", async () => {
    const page = await stage.visit("/profile", { member: await stage.newMember() });
    await translate(page, kind);
    await page.getByLabel(/First name/).fill("Mia");
    await page.getByLabel(/First name/).blur();
    await expect.poll(() => seen(page, ".profile-bar-text")).toBe("10 % complete\nSaved");
    await page.getByLabel(/Last name/).fill("Sol");
    await page.getByLabel("Add to hobbies").fill("chess");
    await page.getByLabel("Add to hobbies").press("Enter");
    await expect.poll(() => seen(page, ".profile-bar-text")).toBe("20 % complete\nSaved");
    await button(page, "Remove chess").click();
    await expect.poll(() => seen(page, ".profile-bar-text")).toBe("15 % complete\nSaved");
    await showsWhatAReloadShows(page);
  });
});

it("the questions, the growing text and its versions are shown as they are", async () => {
  const { member } = await writer();
  const page = await stage.visit("/life-vision/create-with-viva?category=fun", { member });
  await button(page, /Dancing & music/).waitFor();
  await translate(page, "element");
  await expect.poll(() => seen(page, ".create-ways")).toBe("Choose what calls you");
  await button(page, /Dancing & music/).click();
  await expect.poll(() => seen(page, ".create-ways")).toBe("Go on");
  await page.locator('.create-ways [type="submit"]').click();
  await page.locator(".closer .pick").first().click();
  await expect.poll(() => seen(page, ".create-ways")).toBe("Back\nGo on");
  await page.locator('.create-ways [type="submit"]').click();
  await page.getByRole("radio", { name: /Weekly rituals/ }).check();
  await stage.model({ ttftMs: 100, gapMs: 10 });
  await page.locator('.create-ways [type="submit"]').click();
  await page.locator(".version .prose").waitFor();
  await page.locator(".version-growing").waitFor({ state: "detached" });
  await expect
    .poll(() => seen(page, ".create-ways"))
    .toMatch(/^Save & continue\nMake it better\nReg/);
  await showsWhatAReloadShows(page, ".create-step");
});

it("the assessment counts and shows one statement at a time", async () => {
  const page = await stage.visit("/assessment", { member: await stage.newMember() });
  await button(page, "Begin").waitFor();
  await translate(page, "element");
  await page.locator(".page .button-primary").click();
  for (let answered = 1; answered <= 7; answered += 1) {
    await expect.poll(() => seen(page, ".statement-place")).toContain(`Fun · ${answered} of 7`);
    await page.keyboard.press("5");
    await expect.poll(() => seen(page, ".steps-bar p")).toBe(`${answered} of 84 answered`);
  }
  await page.locator(".celebrate .button-primary").click();
  await expect.poll(() => seen(page, ".statement-place")).toMatch(/^Health · 1 of 7\nSaved$/);
  await showsWhatAReloadShows(page);
});

it("a section is written, saved, and read in the vision", async () => {
  const { member, draft } = await writer({ fun: SECTIONS.fun ?? "" });
  const page = await stage.visit(`/life-vision/${draft.id}`, { member });
  await card(page, "fun").waitFor();
  await translate(page, "element");
  await edit(page, "Fun");
  const area = page.locator("textarea.section-area");
  // Nothing is taken out: a text that is replaced would be listed under "Earlier texts" too.
  await area.fill(`${await area.inputValue()} I choose a new song every week.`);
  await expect.poll(() => seen(page, ".vision-save")).toBe("All saved");
  await button(page, "Done").click();
  await showsWhatAReloadShows(page);
});

it("what is said at sign-in changes with what is asked for", async () => {
  const page = await stage.visit("/");
  await button(page, "Forgot your password?").waitFor();
  await translate(page, "element");
  await page.locator('.sign-in [type="submit"]').click();
  await expect.poll(() => seen(page, ".form-error")).toBe("Fill in your e-mail and your password.");
  await page.locator(".sign-in-switch .text-button").first().click();
  await expect.poll(() => seen(page, ".sign-in > h2")).toBe("Set a new password");
  await expect.poll(() => seen(page, '.sign-in [type="submit"]')).toBe("Send me a link");
  await page.locator(".sign-in-switch .text-button").last().click();
  await expect.poll(() => seen(page, ".sign-in > h2")).toBe("Sign in");
  await expect
    .poll(() => seen(page, ".sign-in-switch >> nth=0"))
    .toBe("Forgot your password? · Sign in by e-mail");
});

it("takes a translation back without a trace", async () => {
  const page = await stage.visit("/profile", { member: await stage.newMember() });
  await page.getByText("5 % complete").waitFor();
  const before = await seen(page);
  // As Chrome's "Show original" does: the text nodes come back, the elements go.
  await page.evaluate(() => {
    const nodes = document.createNodeIterator(document.querySelector("main") as Node, 4);
    const texts: Text[] = [];
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) texts.push(node as Text);
    const fonts = texts.map((text) => {
      const font = document.createElement("font");
      font.textContent = `${text.data}°`;
      text.replaceWith(font);
      return font;
    });
    setTimeout(() => {
      for (const [index, font] of fonts.entries()) font.replaceWith(texts[index] as Text);
      document.body.dataset.back = "yes";
    });
  });
  await page.locator('body[data-back="yes"]').waitFor();
  expect(await seen(page)).toBe(before);
  await page.getByLabel(/First name/).fill("Mia");
  await page.getByLabel(/First name/).blur();
  await expect.poll(() => seen(page, ".profile-bar-text")).toBe("10 % complete\nSaved");
});
