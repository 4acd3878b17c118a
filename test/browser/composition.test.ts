import type { Locator, Page } from "playwright-core";
import { afterEach, beforeAll, expect, it } from "vitest";
import { answers, composer, openTalk, type Stage, setStage } from "./stage.ts";
import { edit, writersOn } from "./visions.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const { writer } = writersOn(() => stage);

/** A key that an input method takes for itself: as Chrome and Firefox tell of it, and as Safari does. */
async function composingKey(field: Locator, key: "Enter" | "Escape"): Promise<void> {
  await field.evaluate((element, pressed) => {
    const event = { key: pressed, bubbles: true, cancelable: true };
    element.dispatchEvent(
      new KeyboardEvent("keydown", { ...event, keyCode: 229, isComposing: true }),
    );
    element.dispatchEvent(new KeyboardEvent("keydown", { ...event, keyCode: 229 }));
  }, key);
}

/** Composes a text as an input method does: first as a draft of a word, then for good. */
async function compose(page: Page, text: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Input.imeSetComposition", {
    ...{ text, selectionStart: text.length, selectionEnd: text.length },
  });
  await devtools.send("Input.insertText", { text });
}

const hobbies = (page: Page) => page.locator(".chip > span").allInnerTexts();

it("a key that ends a composition adds no hobby; commas of every script do", async () => {
  const page = await stage.visit("/profile", { member: await stage.newMember() });
  const field = page.getByLabel("Add to hobbies");
  await field.fill("陶芸");
  await composingKey(field, "Enter");
  expect(await hobbies(page)).toEqual([]);
  expect(await field.inputValue()).toBe("陶芸");
  await field.press("Enter");
  await expect.poll(() => hobbies(page)).toEqual(["陶芸"]);

  await field.pressSequentially("读书，登山、");
  await expect.poll(() => hobbies(page)).toEqual(["陶芸", "读书", "登山"]);
  await field.pressSequentially("رقص،طبخ؛chess;");
  await expect.poll(async () => (await hobbies(page)).slice(3)).toEqual(["رقص", "طبخ", "chess"]);
  await field.focus();
  await compose(page, "料理、");
  await expect.poll(async () => (await hobbies(page)).slice(6)).toEqual(["料理"]);
  await field.evaluate((element) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "surf\nsail\r\nrow");
    const paste = { clipboardData, bubbles: true, cancelable: true };
    element.dispatchEvent(new ClipboardEvent("paste", paste));
  });
  await expect.poll(async () => (await hobbies(page)).slice(7)).toEqual(["surf", "sail", "row"]);
});

it("neither sends a message, saves a title, nor leaves a search or an editor", async () => {
  const { member, draft } = await writer({ fun: "I choose to dance." });
  const page = await openTalk(stage, member);
  await composer(page).fill("踊りたい");
  await composingKey(composer(page), "Enter");
  expect(await composer(page).inputValue()).toBe("踊りたい");
  await composer(page).press("Enter");
  await answers(page).nth(1).waitFor();

  await page.getByRole("button", { name: "Edit your message" }).click();
  const message = page.locator(".message-editor textarea");
  await composingKey(message, "Enter");
  await composingKey(message, "Escape");
  await message.press("Escape");
  await message.waitFor({ state: "detached" });

  const search = page.getByLabel("Search your conversations");
  await search.fill("踊り");
  await composingKey(search, "Escape");
  expect(await search.inputValue()).toBe("踊り");
  await search.press("Escape");
  expect(await search.inputValue()).toBe("");

  await page
    .getByRole("button", { name: /^More for/ })
    .first()
    .click();
  await page.getByRole("button", { name: "Rename" }).click();
  const title = page.getByLabel("Title of the conversation");
  await title.fill("踊りの話");
  await composingKey(title, "Enter");
  await composingKey(title, "Escape");
  expect(await title.inputValue()).toBe("踊りの話");
  await title.press("Enter");
  await page.locator(".conversation-title", { hasText: "踊りの話" }).first().waitFor();

  const vision = await stage.visit(`/life-vision/${draft.id}`, { member });
  const area = await edit(vision, "Fun");
  await composingKey(area, "Escape");
  expect(await area.isVisible()).toBe(true);
});

it("does not submit a form from one of its lines", async () => {
  const page = await stage.visit("/");
  const field = page.getByLabel("E-mail");
  const stopped = await field.evaluate((element) => {
    const event = { key: "Enter", keyCode: 229, bubbles: true, cancelable: true };
    return !element.dispatchEvent(new KeyboardEvent("keydown", event));
  });
  // What the browser does with the key by itself is to submit.
  expect(stopped).toBe(true);
  await field.press("Enter");
  await page.getByText("Fill in your e-mail and your password.").waitFor();
});
