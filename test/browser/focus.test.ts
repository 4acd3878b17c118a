import type { Locator, Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { answers, composer, DESKTOP, openTalk, PHONE, type Stage, setStage } from "./stage.ts";
import { say as sayElsewhere } from "./talk.ts";
import { SECTIONS, writersOn } from "./visions.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const { writer } = writersOn(() => stage);
type Press = (control: Locator) => Promise<void>;

/** The element with the focus, once the page has been drawn: its tag, class and words. */
async function holder(page: Page): Promise<string> {
  return page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) {
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    }
    const { tagName, className, ariaLabel, textContent } = document.activeElement ?? document.body;
    return tagName === "BODY" ? "BODY" : `${tagName} ${className} ${ariaLabel ?? textContent}`;
  });
}

async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

describe.each([
  ["keys, phone", PHONE, async (control: Locator) => control.press("Enter")],
  ["mouse, desktop", DESKTOP, async (control: Locator) => control.click()],
] as const)("the focus is never lost to the page (%s)", (_, viewport, press: Press) => {
  const button = (page: Page, name: string | RegExp) =>
    page.getByRole("button", { name, exact: true });

  it("in a talk", async () => {
    const member = await stage.newMember();
    const page = await openTalk(stage, member, { viewport, met: false });
    /** Presses a control, after which the focus is somewhere. */
    const goes = async (control: Locator) => {
      await press(control.first());
      const at = await holder(page);
      expect([String(control), at]).not.toContain("BODY");
      return at;
    };
    await goes(button(page, "Got it"));
    await say(page, "More dancing.");
    await answers(page).nth(1).waitFor();
    expect(await goes(button(page, "Another answer"))).toContain("Conversation with VIVA");
    await answers(page).nth(1).waitFor();
    await page.locator(".turn-member").hover();
    await goes(button(page, "Edit your message"));
    await goes(button(page, "Cancel"));
    await stage.model({ ttftMs: 50, gapMs: 40, tokens: 120 });
    await say(page, "And music.");
    await page.locator('.turn-viva[data-status="streaming"] .text').waitFor();
    await goes(button(page, "Stop"));
    await goes(button(page, "Ask again"));
    await goes(button(page, "About VIVA"));
    expect(await goes(page.getByRole("dialog").getByRole("button", { name: "Close" }))).toContain(
      "About VIVA",
    );
  });

  it("in the list of conversations", async () => {
    const member = await stage.newMember();
    for (const id of ["one", "two", "three"]) await sayElsewhere(stage, member, id, `Talk ${id}`);
    const page = await stage.visit("/viva?c=three", { member, viewport });
    await answers(page).first().waitFor();
    if (viewport === PHONE) await press(button(page, "Conversations"));
    const more = page.getByRole("button", { name: "More for “Talk two”" }).locator("visible=true");
    await press(more);
    await press(button(page, "Rename").locator("visible=true"));
    await page.keyboard.press("Escape");
    expect(await holder(page)).toContain("More for");
    await press(more);
    await press(button(page, "Delete").locator("visible=true"));
    await press(button(page, "Delete it").locator("visible=true"));
    await more.waitFor({ state: "detached" });
    // The next row.
    await expect.poll(() => holder(page)).toContain("Talk one");
  });

  it("in a vision: written, refined and actualized", async () => {
    const { member, draft } = await writer(SECTIONS);
    const page = await stage.visit(`/life-vision/${draft.id}`, { member, viewport });
    const goes = async (control: Locator) => {
      await press(control.first());
      const at = await holder(page);
      expect([String(control), at]).not.toContain("BODY");
      return at;
    };
    await button(page, "Edit Fun").waitFor();
    await goes(button(page, "Edit Fun"));
    await goes(page.locator("#fun").getByRole("button", { name: "Done" }));
    expect(await goes(button(page, "Refine with VIVA: Fun"))).toContain("Refine with VIVA");
    await goes(button(page, "Close VIVA's panel"));
    await goes(button(page, "Refine with VIVA: Fun"));
    await goes(button(page, "Ask VIVA"));
    await page.locator(".refine .proposal, .refine .prose").first().waitFor();
    await button(page, "Close VIVA's panel").waitFor();
    expect(await holder(page)).not.toBe("BODY");
    await goes(button(page, "Close VIVA's panel"));
    await press(page.getByRole("button", { name: /^(Commit|Make it my active vision)$/ }).first());
    await press(page.getByRole("dialog").locator(".button-primary").locator("visible=true"));
    await page.getByText("Your Life Vision is alive").waitFor();
    expect(await holder(page)).not.toBe("BODY");
    await goes(button(page, "Read my vision"));
  });
});
