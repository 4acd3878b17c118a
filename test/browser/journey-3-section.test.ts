import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { category as categoryOf } from "../../domain/categories.ts";
import type { Conversation } from "../../domain/messages.ts";
import { writingConversation } from "../../domain/writing-conversation.ts";
import { answers, composer, DESKTOP, PHONE, type Stage, setStage } from "./stage.ts";
import { overflow, PROFILE, SECTIONS, seriousFindings, writersOn } from "./visions.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const { call, commit, list, read, refiner, write, writer } = writersOn(() => stage);

const CREATE = "/life-vision/create-with-viva";
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });
const link = (page: Page, name: string | RegExp) => page.getByRole("link", { name });
const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name });
const asks = (page: Page) => heading(page, "Does this feel like you?").waitFor();
const versions = (page: Page) => page.locator(".version .prose").allInnerTexts();
const step = (page: Page) => page.locator('.trail-step[aria-current="step"] .trail-name');
const pressed = (page: Page) => page.locator('.pick[aria-pressed="true"]').count();

async function toRhythm(page: Page): Promise<void> {
  await button(page, /Dancing & music/).click();
  await button(page, "Go on").click();
  await page.locator(".closer .pick").first().click();
  await button(page, "Go on").click();
  await page.getByRole("radio", { name: /Weekly rituals/ }).check();
}

async function toText(page: Page): Promise<void> {
  await toRhythm(page);
  await button(page, "Write my text").click();
  await asks(page);
}

const quick = () => stage.model({ ttftMs: 20, gapMs: 0 });

describe("the questions", () => {
  it("lead back to what was chosen, by link and by the browser's own way", async () => {
    const { member } = await writer();
    const page = await stage.visit(`${CREATE}?category=fun`, { member });
    await toRhythm(page);
    await link(page, "Back").click();
    await expect.poll(() => step(page).innerText()).toBe("A closer look");
    await expect.poll(() => pressed(page)).toBe(1);
    await link(page, /What calls you/).click();
    await expect.poll(() => step(page).innerText()).toBe("What calls you");
    expect(await pressed(page)).toBe(1);
    await page.goBack();
    await expect.poll(() => step(page).innerText()).toBe("A closer look");
    await page.goForward();

    // Chosen anew, the steps after it are asked anew.
    await button(page, /Out in nature/).click();
    await button(page, "Go on").click();
    await expect.poll(() => step(page).innerText()).toBe("A closer look");
    await expect.poll(() => page.locator(".closer").count()).toBe(2);
    expect(await pressed(page)).toBe(0);
    expect(await page.locator("a.trail-step", { hasText: "Your rhythm" }).count()).toBe(0);
  });

  it("keep what is chosen without a connection, and go on once there is one", async () => {
    const { member } = await writer();
    const page = await stage.visit(`${CREATE}?category=fun`, { member });
    await button(page, /Dancing & music/).click();
    await page.context().setOffline(true);
    await page.getByLabel("Something else").fill("clay under my nails");
    await button(page, "Go on").click();
    await page.locator(".notice-problem").waitFor();
    expect(await pressed(page)).toBe(1);
    expect(await page.getByLabel("Something else").inputValue()).toBe("clay under my nails");
    await page.context().setOffline(false);
    await button(page, "Try again").click();
    await expect.poll(() => step(page).innerText()).toBe("A closer look");
  });

  it("can be answered with the keyboard alone", async () => {
    const { member, draft } = await writer();
    const page = await stage.visit(`${CREATE}?category=fun`, { member });
    const press = async (name: string | RegExp, key: string) => {
      await button(page, name).first().waitFor();
      for (let tabs = 0; tabs < 60; tabs += 1) {
        const focused = page.locator(":focus");
        const found = (await focused.count()) > 0 ? await focused.innerText() : "";
        if (typeof name === "string" ? found === name : name.test(found)) break;
        await page.keyboard.press("Tab");
      }
      await page.keyboard.press(key);
    };
    await press(/Dancing & music/, "Space");
    await press("Go on", "Enter");
    await expect.poll(() => step(page).innerText()).toBe("A closer look");
    // The new question has the focus: it is read out.
    await expect.poll(() => page.locator("h2:focus").count()).toBe(1);
    await press("Skip this", "Enter");
    await page.getByRole("radio").first().waitFor();
    await expect.poll(() => page.locator("h2:focus").count()).toBe(1);
    await page.keyboard.press("Tab");
    while ((await page.locator("input:focus").count()) === 0) await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await quick();
    await press("Write my text", "Enter");
    await asks(page);
    await press("Save & continue", "Enter");
    await page.getByRole("heading", { level: 1, name: /^Health/ }).waitFor();
    await expect.poll(() => page.locator("h1:focus").count()).toBe(1);
    await expect.poll(async () => (await read(member, draft)).sections.fun ?? "").not.toBe("");
  });
});

describe("the text", () => {
  it("that misses the voice is shown all the same, with a second version beside it to choose", async () => {
    const { member, draft } = await writer();
    const page = await stage.visit(`${CREATE}?category=fun`, { member });
    await toRhythm(page);
    await stage.model({ ttftMs: 20, gapMs: 0, tokens: 24 });
    await button(page, "Write my text").click();
    await asks(page);
    await page.getByText("Worth a second look").first().waitFor();
    await page.getByRole("radio", { name: "Second version" }).check();
    const second = (await versions(page)).at(-1) ?? "";
    await page.reload();
    await expect
      .poll(() => page.getByRole("radio", { name: "Second version" }).isChecked())
      .toBe(true);
    expect(await page.getByRole("radio").count()).toBe(2);
    // Asked for once, though the second one misses the voice too.
    const { messages } = await stage.api<Conversation>(
      member,
      `/api/conversations/${encodeURIComponent(writingConversation(draft.id, "fun"))}`,
    );
    expect(messages.filter(({ role }) => role === "assistant")).toHaveLength(2);
    await button(page, "Save & continue").click();
    await expect
      .poll(async () => (await read(member, draft)).sections.fun)
      .toBe(second.replace(/\n+/g, "\n\n"));
  });

  it("is made better with what the member says, against the one before; and written anew without the questions", async () => {
    const { member } = await writer();
    await quick();
    const page = await stage.visit(`${CREATE}?category=fun`, { member });
    await toText(page);
    const [first] = await versions(page);
    await button(page, "Make it better").click();
    await page.getByLabel("What would you love to change?").fill("Bring in the sea");
    await page.reload();
    await expect
      .poll(() => page.getByLabel("What would you love to change?").inputValue())
      .toBe("Bring in the sea");
    await page.locator("form.better").getByRole("button", { name: "Make it better" }).click();
    await page.getByRole("radio", { name: "With your change" }).waitFor();
    await page.getByText("VIVA's notes").waitFor();
    expect(
      await page
        .locator("ins")
        .allInnerTexts()
        .then((all) => all.join(" ")),
    ).toContain("sea");
    await page.getByRole("radio", { name: "The one before" }).check();
    expect((await versions(page))[0]).toBe(first);

    const asked = stage.requests("POST", "/api/vision/chat").length;
    await button(page, "Regenerate").click();
    // The local model writes the same words again: one text, and the bettered one is not gone.
    await expect.poll(() => page.getByRole("radio").count()).toBe(0);
    await asks(page);
    await page.locator(".earlier-texts summary").click();
    expect(await page.locator(".earlier-texts .prose").innerText()).toContain("sea");
    expect(stage.requests("POST", "/api/vision/chat").length).toBe(asked + 1);
    await link(page, "What calls you").click();
    await expect.poll(() => pressed(page)).toBe(1);
  });

  it("is taken first where another one than VIVA's last is to be made better", async () => {
    const { member, draft } = await writer();
    await quick();
    const page = await stage.visit(`${CREATE}?category=fun`, { member });
    await toText(page);
    const [first] = await versions(page);
    await button(page, "Make it better").click();
    await page.getByLabel("What would you love to change?").fill("Bring in the sea");
    await page.locator("form.better").getByRole("button", { name: "Make it better" }).click();
    await page.getByRole("radio", { name: "The one before" }).check();
    await button(page, "Make it better").click();
    await heading(page, "Refine with VIVA").waitFor();
    await expect
      .poll(async () => (await read(member, draft)).sections.fun)
      .toBe(first?.replace(/\n+/g, "\n\n"));
  });

  it("can be stopped, and asked for again where it failed", async () => {
    const { member } = await writer();
    const page = await stage.visit(`${CREATE}?category=fun`, { member });
    await toRhythm(page);
    await stage.model({ ttftMs: 20, gapMs: 200 });
    await button(page, "Write my text").click();
    await page.locator(".prose-growing").waitFor();
    await button(page, "Stop").click();
    await button(page, "Write my text").waitFor();
    await stage.model({ ttftMs: 20, gapMs: 0, fault: "500" });
    await button(page, "Write my text").click();
    await heading(page, "Your text is still to come").waitFor();
    await stage.model({ ttftMs: 20, gapMs: 0, fault: null });
    await button(page, "Try again").click();
    await asks(page);
  });

  it("goes on through a lost connection, and is there on another device", async () => {
    const { member } = await writer();
    const page = await stage.visit(`${CREATE}?category=fun`, { member });
    await toRhythm(page);
    await stage.model({ ttftMs: 20, gapMs: 100 });
    await button(page, "Write my text").click();
    await page.locator(".prose-growing").waitFor();
    const other = await stage.visit(`${CREATE}?category=fun`, { member, viewport: PHONE });
    await heading(other, "VIVA is putting your Fun into words").waitFor();
    stage.cut();
    await Promise.all([asks(page), asks(other)]);
    expect(await versions(other)).toEqual(await versions(page));
  });

  it("never overwrites what was saved elsewhere meanwhile", async () => {
    const { member, draft } = await writer();
    await quick();
    const page = await stage.visit(`${CREATE}?category=fun`, { member });
    // A page that hears of the other one in time shows its text: this one hears nothing.
    await page.routeWebSocket("**/api/viva/live", () => {});
    await page.reload();
    await toText(page);
    await write(member, draft.id, { fun: "I choose salsa, written on my phone." });
    await button(page, "Save & continue").click();
    await page.getByText("Fun was changed elsewhere while you wrote").waitFor();
    expect((await read(member, draft)).sections.fun).toBe("I choose salsa, written on my phone.");
    await page.locator(".create-cell", { hasText: "Fun" }).click();
    await button(page, "Keep mine").click();
    await heading(page, "Fun is in your vision").waitFor();
    await expect
      .poll(async () => (await read(member, draft)).sections.fun)
      .not.toContain("on my phone");
  });

  it("that stands can be refined, and grows from the questions again", async () => {
    const { member, draft } = await refiner();
    await quick();
    const page = await stage.visit(`${CREATE}?category=love`, { member });
    await heading(page, "Love is in your vision").waitFor();
    await button(page, "Make it better").click();
    await page.getByLabel("What would you love to change?").fill("Say it more simply");
    await button(page, "Ask VIVA").click();
    await button(page, "Take this text").click();
    await expect.poll(async () => (await read(member, draft)).refined).toEqual(["love"]);
    await link(page, "See your whole vision").click();
    await heading(page, "Your Life Vision is whole").waitFor();
  });
});

describe("two tabs at the same section", () => {
  it("get the same texts, and one second version between them", async () => {
    const { member, draft } = await writer();
    const page = await stage.visit(`${CREATE}?category=fun`, { member });
    await toRhythm(page);
    await stage.model({ ttftMs: 20, gapMs: 100, tokens: 40 });
    await button(page, "Write my text").click();
    await page.locator(".prose-growing").waitFor();
    const other = await page.context().newPage();
    await other.goto(`${stage.url}${CREATE}?category=fun`);
    await heading(other, "VIVA is putting your Fun into words").waitFor();
    for (const tab of [page, other]) {
      await tab.getByRole("radio", { name: "Second version" }).waitFor();
      expect(await versions(tab)).toHaveLength(2);
    }
    const { messages } = await stage.api<Conversation>(
      member,
      `/api/conversations/${encodeURIComponent(writingConversation(draft.id, "fun"))}`,
    );
    expect(messages.filter(({ role }) => role === "assistant")).toHaveLength(2);
    expect(await versions(other)).toEqual(await versions(page));
  });
});

describe("a member in crisis", () => {
  const CRISIS = "I want to kill myself";

  it("is met with care, and what VIVA says is never taken for vision text", async () => {
    const { member, draft } = await writer();
    await quick();
    const page = await stage.visit(`${CREATE}?category=fun`, { member });
    await page.getByLabel("Something else").fill(CRISIS);
    await button(page, "Go on").click();
    await page.getByRole("status").getByText("https://").waitFor();
    expect(await step(page).innerText()).toBe("What calls you");
    await page.getByLabel("Something else").fill("");
    await toText(page);
    const [text] = await versions(page);
    await button(page, "Make it better").click();
    await page.getByLabel("What would you love to change?").fill(CRISIS);
    await page.locator("form.better").getByRole("button", { name: "Make it better" }).click();
    await heading(page, "A word from VIVA").waitFor();
    await page.reload();
    await heading(page, "A word from VIVA").waitFor();
    expect(await button(page, "Save & continue").count()).toBe(0);
    await button(page, "Go on, when you are ready").click();
    await asks(page);
    expect(await versions(page)).toEqual([text]);
    expect((await read(member, draft)).sections).toEqual({});

    // Another device finds the text, not what was said to the member.
    const other = await stage.visit(`${CREATE}?category=fun`, { member });
    await asks(other);
    expect(await versions(other)).toEqual([text]);
  });
});

describe("the talk", () => {
  it("becomes vision text that the member accepts, against what stood there", async () => {
    const { member, draft } = await writer({ fun: SECTIONS.fun ?? "" });
    await quick();
    const page = await stage.visit(`${CREATE}?category=fun`, { member });
    await link(page, "Talk it through with VIVA").click();
    await answers(page).first().waitFor();
    expect(await button(page, "Save as vision text").isDisabled()).toBe(true);
    for (const [index, words] of ["The gym drains me", "I would rather dance salsa"].entries()) {
      await composer(page).fill(words);
      await page.keyboard.press("Enter");
      await answers(page)
        .nth(index + 1)
        .waitFor();
    }
    await page.getByText("Whenever you feel ready: Peak Experience").waitFor();
    await page.reload();
    await answers(page).nth(2).waitFor();
    await button(page, "Save as vision text").click();
    await asks(page);
    await page.locator("del").first().waitFor();
    expect((await read(member, draft)).sections.fun).toBe(SECTIONS.fun);
    await button(page, "Just read it").click();
    const [text] = await versions(page);
    expect(text).toContain("salsa");
    await button(page, "Save & continue").click();
    await expect
      .poll(async () => (await read(member, draft)).sections.fun)
      .toBe(text?.replace(/\n+/g, "\n\n"));
  });

  it("is all there is at the older entrance, in 12 areas and three phases, on the same draft", async () => {
    const { member, draft } = await writer();
    await quick();
    const page = await stage.visit("/vision/build", { member });
    await answers(page).first().waitFor();
    expect(page.url()).toContain("/vision/build?category=fun");
    expect(await page.locator(".create-cell").count()).toBe(12);
    await composer(page).fill("I choose salsa on Thursdays");
    await page.keyboard.press("Enter");
    await answers(page).nth(1).waitFor();
    await link(page, "On to Peak Experience").click();
    await page.getByRole("radio", { name: /Peak Experience/, checked: true }).waitFor();
    await answers(page).first().waitFor();
    await page.goBack();
    await answers(page).nth(1).waitFor();
    await button(page, "Use in my vision").last().click();
    await asks(page);
    await button(page, "Save & continue").click();
    await page.getByRole("heading", { level: 1, name: /^Health/ }).waitFor();
    await expect
      .poll(async () => (await read(member, draft)).sections.fun ?? "")
      .toContain("salsa");
  });
});

describe("around the sections", () => {
  it("nothing is begun beside an active vision before the member says so", async () => {
    const { member, draft: made } = await writer(SECTIONS);
    const active = await commit(member, made);
    const page = await stage.visit(CREATE, { member });
    await heading(page, "Your Life Vision is alive").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await list(member)).toHaveLength(1);
    await button(page, "Begin a draft").click();
    await page.getByText("This draft says what your active vision says").waitFor();
    expect(await list(member)).toHaveLength(2);
    // There is nothing to commit, and every section leads to its words.
    expect(await button(page, "Make it my active vision").count()).toBe(0);
    await page.locator(".create-cell", { hasText: "Money" }).click();
    await heading(page, "Money is in your vision").waitFor();
    expect((await read(member, active)).state).toBe("active");
  });

  it("the older entrance leads on to the two sections that it does not hold", async () => {
    const { forward: _, conclusion: __, ...life } = SECTIONS;
    const { member } = await writer(life);
    const page = await stage.visit("/vision/build", { member, viewport: PHONE });
    await heading(page, "All your life areas are there").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await link(page, "On to Forward").click();
    await heading(page, /^Forward/).waitFor();
    await expect.poll(() => step(page).innerText()).toBe("What calls you");
  });

  it("the gate stands, says what is missing, and opens by itself once it is there", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/vision/build", { member, viewport: PHONE });
    await heading(page, "First, a little more about you").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await link(page, "Occupation").getAttribute("href")).toBe("/profile#occupation");
    await call(member, "PATCH", "/api/profile", PROFILE);
    // As when the member comes back to the page, which reads again what is not quite new.
    await expect
      .poll(async () => {
        await page.evaluate(() => dispatchEvent(new Event("online")));
        return answers(page).count();
      })
      .toBeGreaterThan(0);
    expect(await list(member)).toMatchObject([{ state: "draft" }]);
  });
});

describe("for everyone", () => {
  it.each([
    ["phone", PHONE],
    ["desktop", DESKTOP],
  ] as const)("nothing keeps people out, and nothing sticks out (%s)", async (_, viewport) => {
    const { member } = await writer();
    await quick();
    const page = await stage.visit(`${CREATE}?category=fun`, { member, viewport });
    const look = async () => {
      expect(await seriousFindings(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    };
    await button(page, /Dancing & music/).click();
    await look();
    await button(page, "Go on").click();
    await page.locator(".closer .pick").first().click();
    await look();
    await button(page, "Go on").click();
    await page.getByRole("radio", { name: /Weekly rituals/ }).check();
    await look();
    await stage.model({ ttftMs: 20, gapMs: 0, tokens: 24 });
    await button(page, "Write my text").click();
    await page.getByRole("radio", { name: "Second version" }).check();
    await button(page, "Make it better").click();
    await look();
    await button(page, "Save & continue").click();
    await page.getByRole("heading", { level: 1, name: /^Health/ }).waitFor();
    await page.locator(".create-cell", { hasText: "Fun" }).click();
    await heading(page, `${categoryOf("fun").label} is in your vision`).waitFor();
    await look();
    await link(page, "Talk it through with VIVA").click();
    await answers(page).first().waitFor();
    await look();
  });
});
