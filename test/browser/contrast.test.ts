import type { Page } from "playwright-core";
import { afterEach, beforeAll, expect, it } from "vitest";
import { STATEMENTS } from "../../domain/assessment.ts";
import { DESKTOP, openTalk, PHONE, type Stage, setStage } from "./stage.ts";
import { SECTIONS, writersOn } from "./visions.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const { call, writer } = writersOn(() => stage);

/** Looks for controls whose choice cannot be seen, and for bars that cannot, in a contrast theme. */
async function unseen(page: Page): Promise<{ chosen: number; bars: number; faults: string[] }> {
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  return page.evaluate(async () => {
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
    const CHOSEN =
      '[aria-pressed="true"], [aria-checked="true"], [aria-selected="true"], [aria-current]:not([aria-current="false"]), label:has(:is([type="radio"], [type="checkbox"]):checked)';
    const CHOICE = "[aria-pressed], [aria-checked], [aria-selected], a, button, label";
    const faults: string[] = [];
    const isShown = (element: Element) =>
      element.getClientRects().length > 0 && element.checkVisibility();
    const paint = (element: Element) => {
      const { backgroundColor, outlineStyle, outlineColor } = getComputedStyle(element);
      return `${backgroundColor} ${outlineStyle} ${outlineColor}`;
    };
    const name = (element: Element) =>
      `${element.tagName} ${element.className} ${element.textContent?.slice(0, 30)}`;
    const chosen = [...document.querySelectorAll(CHOSEN)].filter(isShown);
    for (const element of chosen) {
      const others = [...document.querySelectorAll(CHOICE)].filter(
        (other) =>
          isShown(other) && !other.matches(CHOSEN) && other.classList[0] === element.classList[0],
      );
      for (const other of others) {
        if (paint(other) === paint(element)) faults.push(`looks like the others: ${name(element)}`);
      }
      const ground = getComputedStyle(element).backgroundColor;
      for (const text of element.querySelectorAll("*")) {
        if (getComputedStyle(text).color === ground) faults.push(`unreadable: ${name(element)}`);
      }
    }
    const bars = [
      ...document.querySelectorAll(
        '[role="progressbar"], [role="meter"], .step-track, .completion-bar',
      ),
    ].filter(isShown);
    for (const bar of bars) {
      const fill = bar.firstElementChild;
      if (!fill) faults.push(`no fill: ${name(bar)}`);
      else if (getComputedStyle(fill).backgroundColor === getComputedStyle(bar).backgroundColor) {
        faults.push(`a fill like its ground: ${name(bar)}`);
      }
      if (getComputedStyle(bar).outlineStyle === "none") faults.push(`no edge: ${name(bar)}`);
    }
    return { chosen: chosen.length, bars: bars.length, faults: [...new Set(faults)] };
  });
}

it.each([
  ["phone", PHONE],
  ["desktop", DESKTOP],
] as const)(
  "in a contrast theme what is chosen and how full a bar is can be seen: %s",
  async (_, viewport) => {
    const { member, draft } = await writer({ fun: SECTIONS.fun ?? "" });
    await call(member, "PATCH", "/api/assessment", {
      responses: Object.fromEntries(STATEMENTS.slice(0, 9).map(({ key }) => [key, 4])),
    });

    const profile = await stage.visit("/profile", { member, viewport });
    await profile.getByText("% complete").first().waitFor();
    const onProfile = await unseen(profile);
    expect(onProfile.faults).toEqual([]);
    expect(onProfile.chosen).toBeGreaterThan(4);
    expect(onProfile.bars).toBeGreaterThan(0);

    const assessment = await stage.visit("/assessment", { member, viewport });
    await assessment.locator(".statement").waitFor();
    await assessment.getByRole("button", { name: "Back" }).click();
    await assessment.locator('.answer[aria-pressed="true"]').waitFor();
    const onAssessment = await unseen(assessment);
    expect(onAssessment.faults).toEqual([]);
    expect(onAssessment.bars).toBeGreaterThan(11);

    const create = await stage.visit("/life-vision/create-with-viva?category=health", {
      member,
      viewport,
    });
    await create.locator(".pick").first().click();
    const onCreate = await unseen(create);
    expect(onCreate.faults).toEqual([]);
    expect(onCreate.chosen).toBeGreaterThan(2);
    expect(onCreate.bars).toBeGreaterThan(0);

    const vision = await stage.visit(`/life-vision/${draft.id}`, { member, viewport });
    await vision.getByRole("button", { name: /^Refine with VIVA: Fun/ }).click();
    await vision.getByText("Choose life areas").click();
    await vision.getByRole("checkbox", { name: "Fun", exact: true }).check();
    const onVision = await unseen(vision);
    expect(onVision.faults).toEqual([]);
    expect(onVision.chosen).toBeGreaterThan(2);

    const talk = await openTalk(stage, member, { viewport });
    const onTalk = await unseen(talk);
    expect(onTalk.faults).toEqual([]);
    expect(onTalk.chosen).toBeGreaterThan(0);
    await talk.getByRole("button", { name: /^Topic/ }).click();
    await talk.getByRole("dialog").locator(".phase-card").first().waitFor();
    expect((await unseen(talk)).faults).toEqual([]);
  },
);
