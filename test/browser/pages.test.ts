import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { answers, composer, DESKTOP, openTalk, PHONE, type Stage, setStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

/** What axe finds that keeps people out, as `rule: element`. */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: engine } = window as unknown as { axe: typeof axe };
    const { violations } = await engine.run(document);
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  });
}

function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/** Presses Tab until the focus is on an element of this accessible name. */
async function tabTo(page: Page, name: string, key = "Tab"): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press(key);
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement)) return "";
      const label = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
      const text = label ? element.labels?.[0]?.textContent : element.textContent;
      return (element.getAttribute("aria-label") ?? text ?? "").trim();
    });
    if (focused === name) return;
    passed.push(focused);
  }
  throw new Error(`no way to "${name}" by keyboard; passed ${passed.join(" | ")}`);
}

describe("the way in and out", () => {
  it("lets the demo member in with one press", async () => {
    const page = await stage.visit("/");
    await page.getByRole("button", { name: "Enter as the demo member" }).click();
    await page.getByRole("heading", { name: "What would you love to live?" }).waitFor();
  });

  it("refuses a wrong password in a sentence and keeps the address", async () => {
    const page = await stage.visit("/account");
    await page.getByLabel("E-mail").fill("demo@viva.local");
    await page.getByLabel("Password").fill("not the one");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("alert").getByText("E-mail and password do not match").waitFor();
    expect(await page.getByLabel("E-mail").inputValue()).toBe("demo@viva.local");
  });

  it("signs up, then out, then in again, back to the page that was wanted", async () => {
    const email = `new-${crypto.randomUUID().slice(0, 8)}@viva.local`;
    const page = await stage.visit("/account");
    await page.getByRole("button", { name: "Create an account" }).click();
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("short");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("alert").getByText("at least 8 characters").waitFor();
    await page.getByLabel("Password").fill("long enough");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("heading", { name: "Account" }).waitFor();
    await page.getByText(email).waitFor();

    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const left = await page.evaluate(() => Object.keys(localStorage));
    expect(left.filter((key) => key.startsWith("viva.session"))).toEqual([]);
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();

    await page.goto(`${stage.url}/account`);
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("long enough");
    await page.getByLabel("Password").press("Enter");
    await page.getByText(email).waitFor();
  });

  it("signs every tab out together", async () => {
    const page = await stage.visit("/account", { member: await stage.newMember() });
    const other = await page.context().newPage();
    await other.goto(`${stage.url}/`);
    await other.getByRole("heading", { name: "What would you love to live?" }).waitFor();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await other.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("introduces VIVA once", async () => {
    const page = await openTalk(stage, await stage.newMember(), { met: false });
    await page.getByRole("complementary", { name: "Meet VIVA" }).getByText("AI coach").waitFor();
    await page.getByRole("button", { name: "Got it" }).click();
    await page.reload();
    await answers(page).first().waitFor();
    expect(await page.getByText("AI coach").count()).toBe(0);
    await page.getByRole("button", { name: "About VIVA" }).click();
    await page.getByRole("dialog").getByText("VIVA is an AI coach.").waitFor();
  });
});

describe.each([
  ["a phone", PHONE],
  ["a desktop", DESKTOP],
])("on %s", (_, viewport) => {
  it("everyone can read and use every page, and nothing sticks out", async () => {
    const signIn = await stage.visit("/", { viewport });
    await signIn.getByRole("button", { name: "Enter as the demo member" }).waitFor();
    expect(await seriousFindings(signIn)).toEqual([]);
    expect(await overflow(signIn)).toBe(0);
    await signIn.getByRole("button", { name: "Sign in", exact: true }).click();
    await signIn.getByRole("alert").getByText("Fill in").waitFor();
    expect(await seriousFindings(signIn)).toEqual([]);

    const member = await stage.newMember();
    const page = await stage.visit("/", { member, viewport, met: false });
    await page.getByRole("heading", { name: "What would you love to live?" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);

    await page.getByRole("link", { name: "VIVA", exact: true }).click();
    await page.getByRole("heading", { name: "Where shall we begin?" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);

    await page.getByRole("button", { name: "Begin" }).click();
    await answers(page).first().waitFor();
    await stage.model({ fault: "500" });
    await composer(page).fill(`More dancing. ${"w".repeat(200)}`);
    await composer(page).press("Enter");
    await page.getByRole("button", { name: "Try again" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);

    await page.getByRole("button", { name: "About VIVA" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");

    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("heading", { name: "Account" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);

    await page.goto(`${stage.url}/nowhere`);
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });
});

it("can be used from sign-in to answer by keyboard alone", async () => {
  const member = await stage.newMember();
  const page = await stage.visit("/");
  await tabTo(page, "E-mail");
  await page.keyboard.type(member.email);
  await tabTo(page, "Password");
  await page.keyboard.type(member.password);
  await tabTo(page, "Sign in");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "What would you love to live?" }).waitFor();
  await tabTo(page, "VIVA", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Where shall we begin?" }).waitFor();
  await tabTo(page, "Open talk");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await tabTo(page, "Begin");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Topic: Fun. Change it" }).waitFor();
  await tabTo(page, "Got it");
  await page.keyboard.press("Enter");
  await answers(page).first().waitFor();
  await tabTo(page, "Your message to VIVA");
  await page.keyboard.type("More dancing.");
  await page.keyboard.press("Enter");
  await answers(page).nth(1).waitFor();
  await tabTo(page, "About VIVA", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  const focused = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  expect(focused).toBe("About VIVA");
});

it("tells screen readers when VIVA begins and is done, and never each word", async () => {
  const page = await openTalk(stage, await stage.newMember());
  expect(await page.getByRole("log").getAttribute("aria-live")).toBe("off");
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        const region = element?.closest('[role="status"], [role="alert"], [aria-live="polite"]');
        const text = region?.textContent?.trim();
        if (text && said.at(-1) !== text) said.push(text);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await composer(page).fill("More dancing.");
  await composer(page).press("Enter");
  await answers(page).nth(1).waitFor();
  const said = () => page.evaluate(() => (window as unknown as { said: string[] }).said);
  const words = await answers(page).nth(1).locator(".text p").allInnerTexts();
  const whole = `VIVA: ${words.join(" ")}`;
  await expect
    .poll(async () => (await said()).map((text) => text.replace(/\s+/g, " ")))
    .toEqual(["VIVA is answering.", whole.replace(/\s+/g, " ")]);
  // A stored answer is not read out again.
  await page.reload();
  await answers(page).nth(1).waitFor();
  expect(await page.locator('.chat > [role="status"]').textContent()).toBe("");
});

it("tells when the server cannot be reached, and tries again by itself", async () => {
  const page = await openTalk(stage, await stage.newMember());
  await page.route("**/api/conversations/*", (route) => route.abort("connectionreset"));
  await page.reload();
  await page.getByText("The connection failed").waitFor();
  await page.unroute("**/api/conversations/*");
  await answers(page).first().waitFor();
});
