import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { totpCode } from "../../local/supabase/totp.ts";
import { overflow, seriousFindings } from "./looks.ts";
import { DESKTOP, PHONE, type Stage, setStage, type TestMember } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const card = (page: Page) => page.getByRole("region", { name: "Two-step sign-in" });
const codeOf = (secret: string) => totpCode(secret, Date.now());
const wrongFor = (secret: string) => (codeOf(secret).startsWith("0") ? "999999" : "000000");

async function give(page: Page, code: string): Promise<void> {
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.keyboard.press("Enter");
}

/** Turns two-step sign-in on. @returns the secret */
async function turnOn(page: Page): Promise<string> {
  await press(page, "Turn on two-step sign-in");
  await page.getByAltText("QR code for your authenticator app").waitFor();
  const secret = (await card(page).locator("code").innerText()).trim();
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  return secret;
}

async function signIn(page: Page, { email, password }: TestMember): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await press(page, "Sign in");
}

describe.each([
  ["a phone", PHONE],
  ["a desktop", DESKTOP],
])("two-step sign-in on %s", (_, viewport) => {
  it("is turned on, asked for at the next sign-in, and turned off", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/account", { member, viewport });
    const secret = await turnOn(page);
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    const picture = page.getByAltText("QR code for your authenticator app");
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(
      0,
    );
    await give(page, "12");
    await page.getByRole("alert").getByText("Enter the 6 digits").waitFor();
    await give(page, wrongFor(secret));
    await page.getByRole("alert").getByText("This code is not right").waitFor();
    await give(page, ` ${codeOf(secret).slice(0, 3)} ${codeOf(secret).slice(3)}`);
    await page.getByText("Two-step sign-in is on.").waitFor();
    await card(page).getByRole("listitem").waitFor();

    await press(page, "Sign out");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await signIn(page, member);
    await page.getByRole("heading", { name: "Enter your code" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    const field = page.getByLabel("Code", { exact: true });
    expect(await field.getAttribute("autocomplete")).toBe("one-time-code");
    expect(await field.getAttribute("inputmode")).toBe("numeric");
    // A reload changes nothing: one step is not signed in. The way back is open.
    await page.reload();
    await page.getByRole("heading", { name: "Enter your code" }).waitFor();
    await press(page, "Back to sign in");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await signIn(page, member);
    await give(page, wrongFor(secret));
    await page.getByRole("alert").getByText("This code is not right").waitFor();
    await give(page, codeOf(secret));
    await page.getByRole("heading", { name: "Enter your code" }).waitFor({ state: "detached" });

    await page.goto(`${stage.url}/account`);
    await card(page).getByRole("button", { name: "Remove" }).click();
    await press(page, "Remove it");
    await page.getByText("This authenticator app is removed.").waitFor();
    await press(page, "Sign out");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await signIn(page, member);
    await page.getByRole("heading", { name: "What would you love to live?" }).waitFor();
  });
});

describe("erasing everything with two-step sign-in", () => {
  it("asks for the password and a code, and stays signed in if either is wrong", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/account", { member });
    const secret = await turnOn(page);
    await give(page, codeOf(secret));
    await page.getByText("Two-step sign-in is on.").waitFor();
    await press(page, "Erase everything");
    await page.getByLabel("Type ERASE to go on").fill("ERASE");
    await page.getByLabel("Your password").fill(member.password);
    await press(page, "Erase everything now");
    await page.getByRole("alert").getByText("Enter the 6 digits").waitFor();
    const code = page.getByLabel("Code from your authenticator app");
    await code.fill(wrongFor(secret));
    await press(page, "Erase everything now");
    await page.getByRole("alert").getByText("This code is not right").waitFor();
    expect(stage.requests("DELETE", "/api/account-data")).toEqual([]);
    await code.fill(codeOf(secret));
    await press(page, "Erase everything now");
    await page.getByText("Everything is erased. Goodbye").waitFor();
  });
});

describe("where the auth server", () => {
  it("has no second step, none is offered", async () => {
    const page = await stage.visit("/account", { member: await stage.newMember() });
    await card(page).waitFor();
    await page.route(/\/auth\/v1\/factors/, (route) =>
      route.fulfill({
        status: 404,
        body: "",
        headers: { "access-control-allow-origin": "*", "access-control-allow-headers": "*" },
      }),
    );
    await page.reload();
    await page.getByRole("heading", { name: "Erase everything" }).waitFor();
    await page.getByText("of 10,000 left").waitFor();
    await card(page).waitFor({ state: "detached" });
  });

  it("cannot be asked, the card says so and tries again", async () => {
    const page = await stage.visit("/", { member: await stage.newMember() });
    await page.route(/\/auth\/v1\/user/, (route) => route.abort("connectionreset"));
    await page.goto(`${stage.url}/account`);
    await card(page).getByText("The connection failed.").waitFor();
    await page.unroute(/\/auth\/v1\/user/);
    await card(page).getByRole("button", { name: "Try again" }).click();
    await card(page).getByRole("button", { name: "Turn on two-step sign-in" }).waitFor();
  });
});
