import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { CATEGORIES } from "../../domain/categories.ts";
import type { Vision } from "../../domain/journey.ts";
import { DESKTOP, PHONE, type Stage, setStage } from "./stage.ts";
import {
  area,
  card,
  edit,
  overflow,
  PROFILE,
  SECTIONS,
  saved,
  seriousFindings,
  writersOn,
} from "./visions.ts";

let stage: Stage;
const { call, commit, list, read, refiner, write, writer } = writersOn(() => stage);
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

describe("the versions", () => {
  it("says what the profile still lacks, and leads there", async () => {
    const page = await stage.visit("/life-vision", { member: await stage.newMember() });
    await page.getByRole("heading", { name: "First, a little more about you" }).waitFor();
    const missing = page.getByRole("link", { name: "Occupation" });
    expect(await missing.getAttribute("href")).toBe("/profile#occupation");
    expect(await page.getByRole("button", { name: "Write it myself" }).count()).toBe(0);
  });

  it("begins a draft, once, and opens it", async () => {
    const member = await stage.newMember();
    await call(member, "PATCH", "/api/profile", PROFILE);
    const page = await stage.visit("/life-vision", { member });
    await page.getByRole("button", { name: "Write it myself" }).click();
    await page.getByRole("button", { name: "Write Fun" }).waitFor();
    expect(await page.locator(".section-card").count()).toBe(14);
    const items = await list(member);
    expect(items).toHaveLength(1);
    await page.goBack();
    await page.getByRole("link", { name: "Open", exact: true }).waitFor();
    await page.getByText("0 % complete").waitFor();
  });

  it("refines the active one in a copy, commits that, and keeps the one before", async () => {
    const { member, draft } = await writer(SECTIONS);
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    await page.getByRole("button", { name: "Commit" }).click();
    await page.getByRole("button", { name: "Commit my vision" }).click();
    await page.getByRole("dialog").getByText("Version 1 is now the life you choose.").waitFor();
    await page.getByRole("button", { name: "Read my vision" }).click();
    expect(await page.getByRole("button", { name: "Edit Fun" }).count()).toBe(0);

    await page.getByRole("button", { name: "Refine", exact: true }).click();
    const field = await edit(page, "Fun");
    expect(page.url()).not.toContain(draft.id);
    await field.fill("I dance in the kitchen every evening.");
    await card(page, "fun").getByText("Refined").waitFor();
    await saved(page);
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "What changed in Fun" }).click();
    await card(page, "fun").locator("del").getByText("warm hands").first().waitFor();
    await card(page, "fun").locator("ins").getByText("kitchen").first().waitFor();

    await page.getByRole("button", { name: "Commit" }).click();
    await page.getByRole("button", { name: "Commit my vision" }).click();
    await page.getByRole("dialog").getByText("Version 2").waitFor();
    await page.getByRole("button", { name: "Read my vision" }).click();
    const history = page.getByRole("navigation", { name: "Version history" });
    await history.getByRole("link", { name: /History.*Version 1/ }).click();
    await card(page, "fun").getByText("warm hands").waitFor();
    await page.getByRole("button", { name: "Copy to draft: Version 1" }).waitFor();

    await page.getByRole("button", { name: "Delete Version 1" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete it" }).click();
    await page.getByRole("heading", { name: "My Life Vision" }).waitFor();
    await expect.poll(() => page.locator(".version-card").count()).toBe(1);
    const items = await list(member);
    expect(items.map(({ state, versionNumber }) => [state, versionNumber])).toEqual([
      ["active", 2],
    ]);
  });

  it("asks what becomes of the draft before another version is copied", async () => {
    const { member, active, draft } = await refiner();
    await write(member, draft.id, { fun: "I dance." });
    const second = await read(member, draft);
    await commit(member, second);
    const third = await call<Vision>(member, "POST", "/api/visions", {});
    const page = await stage.visit(`/life-vision/${active.id}`, { member });
    await page.getByRole("button", { name: "Copy to draft: Version 1" }).click();
    await page.getByRole("button", { name: "Discard it and copy" }).click();
    await page.getByRole("button", { name: "Edit Fun" }).waitFor();
    await card(page, "fun").getByText("warm hands").waitFor();
    expect(page.url()).not.toContain(third.id);
    const items = await list(member);
    expect(items.filter(({ state }) => state === "draft")).toHaveLength(1);
  });

  it("refuses to commit an empty draft, and says why", async () => {
    const { member, draft } = await writer();
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    await page.getByRole("button", { name: "Commit" }).click();
    await page.getByRole("button", { name: "Commit my vision" }).click();
    await page.getByRole("dialog").getByRole("alert").getByText("draft").waitFor();
    expect((await read(member, draft)).state).toBe("draft");
  });

  it("shows nobody a vision that is not theirs", async () => {
    const { draft } = await writer({ fun: "I keep this to myself." });
    const page = await stage.visit(`/life-vision/${draft.id}`, {
      member: await stage.newMember(),
    });
    await page.getByRole("heading", { name: "This version is not here" }).waitFor();
    expect(await page.getByText("I keep this to myself.").count()).toBe(0);
  });

  it("shows and keeps the life areas that the member chooses", async () => {
    const { member, active } = await refiner();
    const page = await stage.visit(`/life-vision/${active.id}`, { member });
    await page.getByText("Choose life areas").click();
    await page.getByRole("checkbox", { name: "Love" }).check();
    await page.getByRole("checkbox", { name: "Money" }).check();
    expect(await page.locator(".section-card").count()).toBe(2);
    await page.reload();
    await card(page, "money").waitFor();
    expect(await page.locator(".section-card").count()).toBe(2);
  });
});

it("prints a cover and fourteen sections on light paper, and nothing of the app", async () => {
  const { member, active } = await refiner();
  const page = await stage.visit(`/life-vision/${active.id}`, { member });
  await card(page, "conclusion").waitFor();
  await page.locator(".printed-name", { hasText: "Maya Torres" }).waitFor({ state: "attached" });
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  expect(pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length).toBeGreaterThanOrEqual(4);

  await page.emulateMedia({ media: "print" });
  // Emulated, the medium takes a frame to reach every style.
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await expect.poll(paper).toBe("rgb(255, 255, 255)");
  const seen = await page.evaluate(() => ({
    text: document.body.innerText,
    sections: [...document.querySelectorAll(".printed-section h2")].map((h) => h.textContent),
  }));
  expect(seen.sections).toEqual(CATEGORIES.map(({ label }) => label));
  expect(seen.text).toContain("Maya Torres");
  expect(seen.text).toContain("The Life I Choose");
  expect(seen.text).not.toContain("Account");
  expect(seen.text).not.toContain("Choose life areas");
});

it("can be written, compared and committed by keyboard alone", async () => {
  const { member, draft } = await refiner();
  const page = await stage.visit(`/life-vision/${draft.id}`, { member });
  await card(page, "fun").waitFor();
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute("aria-label") ?? element?.textContent?.trim() ?? "";
    });
  async function tabTo(name: string, key = "Tab"): Promise<void> {
    for (let step = 0; step < 80; step += 1) {
      await page.keyboard.press(key);
      if ((await focused()) === name) return;
    }
    throw new Error(`no way to "${name}" by keyboard`);
  }
  await tabTo("Edit Fun");
  await page.keyboard.press("Enter");
  await area(page, "Fun").waitFor();
  await page.keyboard.type(" And I dance.");
  await page.keyboard.press("Escape");
  await expect.poll(focused).toBe("Edit Fun");
  await tabTo("What changed in Fun");
  await page.keyboard.press("Enter");
  await card(page, "fun").locator("ins").getByText("And I dance.").waitFor();
  await tabTo("Commit", "Shift+Tab");
  await page.keyboard.press("Enter");
  await tabTo("Commit my vision");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByText("Version 2").waitFor();
  await tabTo("Read my vision");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Refine", exact: true }).waitFor();
  expect((await read(member, draft)).sections.fun).toBe(`${SECTIONS.fun} And I dance.`);
});

describe.each([
  ["a phone", PHONE],
  ["a desktop", DESKTOP],
])("on %s", (_, viewport) => {
  it("everyone can read and use the pages, and nothing sticks out", async () => {
    const { member, active, draft } = await refiner();
    const page = await stage.visit("/life-vision", { member, viewport });
    await page.locator(".version-card").first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);

    await page.goto(`${stage.url}/life-vision/${active.id}`);
    await card(page, "fun").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);

    await page.goto(`${stage.url}/life-vision/${draft.id}`);
    await (await edit(page, "Fun")).fill(`I dance. ${"w".repeat(200)}`);
    await page.getByRole("button", { name: "Refine with VIVA: Home" }).click();
    await page.getByText("Choose life areas").click();
    await saved(page);
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    const small = await page.evaluate(() =>
      [
        ...document.querySelectorAll(
          ".vision-page button, .vision-page .pill, .vision-page summary",
        ),
      ]
        .filter((element) => element.getClientRects().length > 0)
        .map((element) => ({ text: element.textContent, box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.height < 44 || box.width < 44)
        .map(({ text }) => text),
    );
    expect(small).toEqual([]);

    await page.getByRole("button", { name: "Discard the draft" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });
});
