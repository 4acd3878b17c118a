import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { CATEGORIES, type Category } from "../../domain/categories.ts";
import { PHONE, type Stage, setStage, type TestMember } from "./stage.ts";
import { PROFILE, writersOn } from "./visions.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const { call, list, read } = writersOn(() => stage);

const title = (page: Page, label: string) =>
  page.getByRole("heading", { level: 1, name: new RegExp(`^${label}`) }).waitFor();
const asks = (page: Page) => page.getByRole("heading", { name: "Does this feel like you?" });
const step = (page: Page, name: string) =>
  page.locator(`.trail-step[aria-current="step"]`, { hasText: name }).waitFor();

/** Fills in the profile as a form would, field by field, until the gate opens. */
async function fillProfile(page: Page, member: TestMember): Promise<void> {
  await page.getByRole("link", { name: "Occupation" }).click();
  const occupation = page.getByLabel("Occupation");
  await occupation.fill("Potter");
  await occupation.blur();
  await page.getByText("Saved", { exact: true }).first().waitFor();
  const { occupation: _, ...rest } = PROFILE;
  await call(member, "PATCH", "/api/profile", rest);
}

/** From the first question of a section to its text. `reload` in the middle of every step. */
async function discover(page: Page, { label }: Category, reload = false): Promise<void> {
  await title(page, label);
  await step(page, "What calls you");
  await page.locator(".pick").nth(0).click();
  await page.locator(".pick").nth(2).click();
  await page.getByLabel("Something else").fill(`my own ${label.toLowerCase()}, with Jules`);
  if (reload) {
    await page.reload();
    await expect.poll(() => page.locator('.pick[aria-pressed="true"]').count()).toBe(2);
    await expect
      .poll(() => page.getByLabel("Something else").inputValue())
      .toBe(`my own ${label.toLowerCase()}, with Jules`);
  }
  await page.getByRole("button", { name: "Go on" }).click();

  const rhythm = page.getByRole("radio", { name: /Weekly rituals/ });
  const closer = page.locator(".closer").first();
  await rhythm.or(closer).first().waitFor();
  if (await closer.isVisible()) {
    await closer.locator(".pick").first().click();
    if (reload) {
      await page.reload();
      await expect.poll(() => page.locator('.pick[aria-pressed="true"]').count()).toBe(1);
    }
    await page.getByRole("button", { name: "Go on" }).click();
  }

  await rhythm.check();
  if (reload) {
    await page.reload();
    await expect.poll(() => rhythm.isChecked()).toBe(true);
  }
  await page.getByRole("button", { name: "Write my text" }).click();
}

describe("the whole journey", () => {
  it("leads from an empty account to a vision of 14 sections, with reloads in the middle of every step", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/life-vision/create-with-viva", { member, viewport: PHONE });
    await page.getByRole("heading", { name: "First, a little more about you" }).waitFor();
    expect(await list(member)).toEqual([]);
    await fillProfile(page, member);
    await page.goto(`${stage.url}/life-vision/create-with-viva`);

    for (const [index, category] of CATEGORIES.entries()) {
      await title(page, category.label);
      // The address says where one is.
      expect(page.url()).toContain(`category=${category.key}`);
      const thorough = index === 0;
      await stage.model({ ttftMs: 20, gapMs: thorough ? 60 : 0 });
      await discover(page, category, thorough);
      if (thorough) {
        await page.locator(".prose-growing").waitFor();
        await page.reload();
        await page.getByText("VIVA is putting your Forward into words").waitFor();
        await asks(page).waitFor();
        const text = await page.locator(".version .prose").first().innerText();
        await page.reload();
        await asks(page).waitFor();
        expect(await page.locator(".version .prose").first().innerText()).toBe(text);
      }
      await asks(page).waitFor();
      await page.getByRole("button", { name: "Save & continue" }).click();
      await page.getByText(`${index + 1} of 14`).waitFor();
    }

    await page.getByRole("heading", { name: "Your Life Vision is whole" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Make it my active vision" }).click();
    await page.getByRole("dialog").getByText("Version 1 is now the life you choose.").waitFor();
    await page.getByRole("button", { name: "Read my vision" }).click();
    await page.getByRole("heading", { name: "The Life I Choose" }).waitFor();

    const versions = await list(member);
    expect(versions).toMatchObject([{ state: "active", versionNumber: 1, completion: 100 }]);
    const [active] = versions;
    expect(page.url()).toBe(`${stage.url}/life-vision/${active?.id}`);
    const { sections } = await read(member, { id: active?.id ?? "" });
    expect(Object.keys(sections)).toHaveLength(14);
    expect(sections.fun).toContain("Jules");
  }, 400_000);
});
