import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { problem } from "../../domain/problems.ts";
import { type Stage, setStage } from "./stage.ts";
import { card, edit, SECTIONS, saved, seriousFindings, writersOn } from "./visions.ts";

let stage: Stage;
const { read, writer } = writersOn(() => stage);
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

describe("refining a section with VIVA", () => {
  /** VIVA's answer as the server streams it; what was asked is collected. */
  async function answer(page: Page, text: string, about: object) {
    const asked: unknown[] = [];
    const start = {
      type: "start",
      messageId: "answer",
      messageMetadata: { conversationId: "none", turnId: "none" },
    };
    const parts = [
      start,
      { type: "text-start", id: "t" },
      { type: "text-delta", id: "t", delta: text },
      { type: "text-end", id: "t" },
      { type: "finish", messageMetadata: { vision: { category: "fun", ...about } } },
    ];
    await page.route("**/sections/fun/refine", async (route) => {
      asked.push({
        ifMatch: await route.request().headerValue("if-match"),
        ...(route.request().postDataJSON() as object),
      });
      const events = parts.map((part) => `data: ${JSON.stringify(part)}\n\n`).join("");
      await route.fulfill({
        body: `${events}data: [DONE]\n\n`,
        headers: { "Content-Type": "text/event-stream" },
      });
    });
    return asked;
  }

  const ABOUT = { refinementId: null, notes: "The sea was in your words.", ownWords: 0.82 };

  it("shows what would change and why, and takes it only where the member does", async () => {
    const { member, draft } = await writer({ fun: "I play." });
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    const asked = await answer(page, "I play by the sea.", { ...ABOUT, findings: [] });
    await page.getByRole("button", { name: "Refine with VIVA: Fun" }).click();
    await page.getByLabel("What would you love to change?").fill("More of the sea.");
    await page.getByLabel("How much to change").fill("70");
    await page.getByRole("radio", { name: "Celebratory" }).check();
    await page.getByRole("radio", { name: "Gentle" }).check();
    await page.getByRole("button", { name: "Ask VIVA" }).click();
    await card(page, "fun").locator("ins").getByText("by the sea").waitFor();
    await page.getByText("The sea was in your words.").waitFor();
    await page.getByText("82 % of it are words of your own.").waitFor();
    expect(asked).toEqual([
      {
        ...{ ifMatch: `"v${draft.revision}"`, instructions: "More of the sea.", amount: 70 },
        ...{ tone: "celebratory", intensity: "gentle" },
      },
    ]);
    expect(await seriousFindings(page)).toEqual([]);
    expect((await read(member, draft)).sections.fun).toBe("I play.");

    // A proposal outlives a reload.
    await page.reload();
    await page.getByRole("button", { name: "Take this text" }).click();
    await saved(page);
    expect((await read(member, draft)).sections.fun).toBe("I play by the sea.");
    await page.getByRole("button", { name: "Bring them back" }).click();
    await saved(page);
    expect((await read(member, draft)).sections.fun).toBe("I play.");
  });

  it("leaves everything as it was where the member discards it", async () => {
    const { member, draft } = await writer({ fun: "I play." });
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    await answer(page, "I never rest.", {
      ...{ ...ABOUT, findings: [{ rule: "negation", message: "It says what is not." }] },
    });
    await page.getByRole("button", { name: "Refine with VIVA: Fun" }).click();
    await page.getByRole("button", { name: "Ask VIVA" }).click();
    await page.getByText("It says what is not.").waitFor();
    await page.getByRole("button", { name: "A second version" }).click();
    await page.getByRole("radio", { name: "Second" }).waitFor();
    await page.getByRole("button", { name: "Discard VIVA's text for Fun" }).click();
    await page.getByRole("button", { name: "Refine with VIVA: Fun" }).waitFor();
    expect(await read(member, draft)).toMatchObject({
      ...{ revision: draft.revision, sections: { fun: "I play." } },
    });
  });

  it("reads the member's newest words: they are saved before VIVA is asked", async () => {
    const { member, draft } = await writer({ fun: "I play." });
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    const asked = await answer(page, "I play every day, gladly.", { ...ABOUT, findings: [] });
    await (await edit(page, "Fun")).fill("I play every day.");
    await page.getByRole("button", { name: "Refine with VIVA: Fun" }).click();
    await page.getByRole("button", { name: "Ask VIVA" }).click();
    await page.getByRole("button", { name: "Take this text" }).waitFor();
    const { sections, revision } = await read(member, draft);
    expect(sections.fun).toBe("I play every day.");
    expect(asked).toMatchObject([{ ifMatch: `"v${revision}"` }]);
  });

  it("says why VIVA cannot, and keeps what was asked for", async () => {
    const { member, draft } = await writer({ fun: "I play." });
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    await page.route("**/sections/fun/refine", (route) =>
      route.fulfill({ status: 503, json: problem("provider_busy") }),
    );
    await page.getByRole("button", { name: "Refine with VIVA: Fun" }).click();
    await page.getByLabel("What would you love to change?").fill("More of the sea.");
    await page.getByRole("button", { name: "Ask VIVA" }).click();
    await page.locator(".notice", { hasText: "Many people are talking with VIVA" }).waitFor();
    await page.reload();
    const words = page.getByLabel("What would you love to change?");
    await expect.poll(() => words.inputValue()).toBe("More of the sea.");
  });

  it("follows VIVA's own hand: a text that grows, is taken, and is remembered as taken", async () => {
    const { member, draft } = await writer(SECTIONS);
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    await stage.model({ ttftMs: 100, gapMs: 40 });
    await page.getByRole("button", { name: "Refine with VIVA: Fun" }).click();
    await page.getByLabel("What would you love to change?").fill("More of the sea.");
    await page.getByRole("button", { name: "Ask VIVA" }).click();
    const growing = page.locator(".refine .prose-growing");
    await growing.waitFor();
    const early = (await growing.innerText()).length;
    await expect.poll(async () => (await growing.innerText()).length).toBeGreaterThan(early);

    // A reload in the middle loses nothing of it.
    await page.reload();
    const take = page.getByRole("button", { name: "Take this text" });
    await take.waitFor();
    await page.getByRole("button", { name: "Just read it" }).click();
    const proposed = await page.locator(".refine .prose").first().innerText();
    expect((await read(member, draft)).sections.fun).toBe(SECTIONS.fun);
    await take.click();
    await saved(page);
    const words = (text = "") => text.split(/\s+/).filter(Boolean).join(" ");
    expect(words((await read(member, draft)).sections.fun)).toBe(words(proposed));
    const rows = await stage.query<{ outcome: string; instructions: string }>(
      "select outcome, instructions from vision_refinements where vision_id = $1",
      [draft.id],
    );
    expect(rows).toEqual([{ outcome: "accepted", instructions: "More of the sea." }]);
  });

  it("stops VIVA in the middle, and the section stays as it was", async () => {
    const { member, draft } = await writer(SECTIONS);
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    await stage.model({ ttftMs: 100, gapMs: 400 });
    await page.getByRole("button", { name: "Refine with VIVA: Fun" }).click();
    await page.getByRole("button", { name: "Ask VIVA" }).click();
    await page.locator(".refine .prose-growing").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Ask VIVA" }).waitFor();
    expect(await page.getByRole("button", { name: "Take this text" }).count()).toBe(0);
    expect((await read(member, draft)).revision).toBe(draft.revision);
  });
});
