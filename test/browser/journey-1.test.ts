import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { STATEMENTS } from "../../domain/assessment.ts";
import type { Assessment, ProfileState } from "../../domain/journey.ts";
import { DEMO_EMAIL, DEMO_PASSWORD } from "../../local/supabase/demo.ts";
import { DESKTOP, PHONE, type Stage, setStage, type TestMember } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

/** What axe finds that keeps people out, as `rule: element`, and by how much the page sticks out. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: engine } = window as unknown as { axe: typeof axe };
    const { violations } = await engine.run(document);
    const found = violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
    const over = document.documentElement.scrollWidth - window.innerWidth;
    return over > 0 ? [...found, `sticks out by ${over} px`] : found;
  });
}

const profileOf = (member: TestMember) => stage.api<ProfileState>(member, "/api/profile");
const assessmentOf = (member: TestMember) => stage.api<Assessment>(member, "/api/assessment");

function field(page: Page, label: string) {
  return page.getByLabel(label, { exact: true });
}

/** Writes the answers of all statements but the last few, as another device would have. */
async function answerBefore(member: TestMember, count: number): Promise<void> {
  const responses = Object.fromEntries(STATEMENTS.slice(0, count).map(({ key }) => [key, 4]));
  const response = await fetch(`${stage.url}/api/assessment`, {
    method: "PATCH",
    headers: {
      Authorization: `Bearer ${member.session.access_token}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ responses }),
  });
  expect(response.status).toBe(200);
}

describe("home", () => {
  it("leads a new member to the profile, and says where they stand", async () => {
    const page = await stage.visit("/", { member: await stage.newMember() });
    await page.getByRole("link", { name: /Life Profile 5 %/ }).waitFor();
    await page.getByRole("link", { name: /Vibrational Assessment 0 of 84/ }).waitFor();
    await page.getByRole("link", { name: /Life Vision 0 of 14/ }).waitFor();
    await page.getByRole("link", { name: "Go on with your profile" }).click();
    await page.getByRole("heading", { name: "Your Life Profile" }).waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.id))
      .toBe("first_name-input");
  });

  it("tells what of the vision is written, and what comes next", async () => {
    const member = await stage.signIn(DEMO_EMAIL, DEMO_PASSWORD);
    const page = await stage.visit("/", { member });
    await page.getByRole("link", { name: /Life Vision 7 of 14/ }).waitFor();
    await page.getByText("Create your Travel section.").waitFor();
    expect(await page.locator(".tile-written").count()).toBe(7);
  });

  it("says that it could not be read, and reads again", async () => {
    const page = await stage.visit("/account", { member: await stage.newMember() });
    await page.route("**/api/profile", (route) => route.abort("connectionreset"));
    await page.getByRole("link", { name: "Home", exact: true }).click();
    await page.getByText("The connection failed").waitFor();
    await page.unroute("**/api/profile");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("link", { name: "Go on with your profile" }).waitFor();
  });
});

describe("the Life Profile", () => {
  it("saves each field as one goes, and opens the way at 70 %", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/profile", { member });
    await field(page, "First name still open").fill("Mia");
    await field(page, "Last name still open").fill("Sol");
    await page.getByText("15 % complete").waitFor();
    await page.getByLabel("In a Relationship").check();
    await field(page, "Your partner's name still open").fill("Ada");
    await page.getByLabel("Yes").check();
    await field(page, "How many children? still open").fill("2");
    await page.getByRole("button", { name: "Gender: Female" }).click();
    await field(page, "Date of birth still open").fill("1990-02-28");
    await page.getByLabel("3-4x").check();
    await page.getByLabel("Rent").check();
    await page.getByRole("button", { name: /lived there.*1-3 years/ }).click();
    await field(page, "City still open").fill("Lisbon");
    await field(page, "Country still open").fill("Portugal");
    await page.getByLabel("Employee").check();
    await field(page, "Occupation still open").fill("Nurse");
    await page.getByLabel("Add to hobbies").fill("surfing, chess");
    await page.getByLabel("Add to hobbies").press("Enter");
    await page.getByRole("button", { name: "Remove chess" }).click();
    await page.getByText("The way to your Life Vision is open.").waitFor();
    await expect
      .poll(async () => (await profileOf(member)).profile)
      .toMatchObject({
        ...{ first_name: "Mia", last_name: "Sol", relationship_status: "In a Relationship" },
        ...{ partner_name: "Ada", has_children: true, number_of_children: 2, gender: "Female" },
        ...{ date_of_birth: "1990-02-28", exercise_frequency: "3-4x", living_situation: "Rent" },
        ...{ time_at_location: "1-3 years", city: "Lisbon", country: "Portugal" },
        ...{ employment_type: "Employee", occupation: "Nurse", hobbies: ["surfing"] },
      });
    const { completion, missing } = await profileOf(member);
    expect(completion).toBeGreaterThanOrEqual(70);
    await page.reload();
    await page.getByText(`${completion} % complete`).waitFor();
    expect(await field(page, "City").inputValue()).toBe("Lisbon");
    expect(await page.getByLabel("Rent").isChecked()).toBe(true);
    expect(await page.locator(".profile-missing .pill").count()).toBe(missing.length);
  });

  it("leads to a field that is missing, by link and by address", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/profile#occupation", { member });
    const focused = () => page.evaluate(() => document.activeElement?.id ?? "");
    await expect.poll(focused).toBe("occupation-input");
    await page.getByRole("link", { name: "City" }).click();
    await expect.poll(focused).toBe("city-input");
    await page.goto(`${stage.url}/profile?missing=1`);
    await expect.poll(focused).toBe("first_name-input");
  });

  it("says what it cannot take, next to the field, before the server is asked", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/profile", { member });
    await field(page, "E-mail").fill("mia at viva");
    await field(page, "E-mail").blur();
    await page.getByText("Write it like name@example.com.").waitFor();
    expect(await field(page, "E-mail").getAttribute("aria-invalid")).toBe("true");
    expect(await field(page, "E-mail").getAttribute("aria-describedby")).toBe("email-error");
    expect(await field(page, "E-mail").inputValue()).toBe("mia at viva");
    expect(stage.requests("PATCH", "/api/profile")).toEqual([]);
  });

  it("rolls back what the server refuses, says why, and keeps what was typed", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/profile", { member });
    await field(page, "City still open").waitFor();
    let answer: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route("**/api/profile", async (route) => {
      if (route.request().method() === "PATCH") await asked;
      return route.request().method() === "PATCH"
        ? route.fulfill({
            status: 400,
            contentType: "application/problem+json",
            body: JSON.stringify({
              ...{ code: "invalid_request", status: 400, retryable: false },
              errors: [{ path: "city", message: "There is no such city." }],
            }),
          })
        : route.continue();
    });
    await field(page, "City still open").fill("Atlantis");
    // Counted before the server has answered, and taken back with the reason.
    await page.getByText("10 % complete").waitFor();
    answer();
    await page.locator(".toast").getByText("Not saved: There is no such city.").waitFor();
    await page.getByText("5 % complete", { exact: true }).waitFor();
    await page.getByText("1 not saved").waitFor();
    expect(await field(page, "City still open").inputValue()).toBe("Atlantis");
    expect(await page.locator("#city").getByRole("alert").innerText()).toBe(
      "There is no such city.",
    );
    expect(await faults(page)).toEqual([]);
    await page.getByRole("button", { name: "Dismiss" }).click();
    await page.locator(".toast").waitFor({ state: "detached" });
    await page.unroute("**/api/profile");
    await field(page, "City still open").fill("Lisbon");
    await expect.poll(async () => (await profileOf(member)).profile.city).toBe("Lisbon");
    expect(await page.locator("#city").getByRole("alert").innerText()).toBe("");
  });

  it("keeps what it cannot save yet over a reload, and saves it once it can", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/profile", { member });
    await field(page, "City still open").waitFor();
    await page.route("**/api/profile", (route) =>
      route.request().method() === "PATCH" ? route.abort("connectionreset") : route.continue(),
    );
    await field(page, "City still open").fill("Lisbon");
    await page.getByText("Kept here, saved as soon as it goes through").waitFor();
    await page.getByText("10 % complete").waitFor();
    await page.unroute("**/api/profile");
    await page.reload();
    await expect.poll(async () => (await profileOf(member)).profile.city).toBe("Lisbon");
    await expect.poll(() => field(page, "City").inputValue()).toBe("Lisbon");
    await expect
      .poll(() => page.evaluate(() => Object.keys(localStorage).join()))
      .not.toContain("viva.unsaved");
  });

  it("keeps the last words when the page is left in mid-word", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/profile", { member });
    await field(page, "City still open").pressSequentially("Lisbon");
    await page.reload();
    await expect.poll(async () => (await profileOf(member)).profile.city).toBe("Lisbon");
  });
});

describe("the Vibrational Assessment", () => {
  it("goes from the first statement to the picture by keys alone, and resumes after a reload", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/assessment", { member });
    await page.getByRole("button", { name: "Begin" }).press("Enter");
    const statement = (index: number) =>
      page.getByRole("heading", { name: STATEMENTS[index]?.text ?? "", exact: true });
    await statement(0).waitFor();
    for (const [index, key] of [..."54320"].entries()) {
      await page.keyboard.press(key);
      await statement(index + 1).waitFor();
    }
    await page.keyboard.press("ArrowLeft");
    await statement(4).waitFor();
    const none = page.getByRole("button", { name: "Does not apply to me" });
    expect(await none.getAttribute("aria-pressed")).toBe("true");
    await page.keyboard.press("1");
    await statement(5).waitFor();
    await expect
      .poll(async () => (await assessmentOf(member)).responses)
      .toEqual({ fun_1: 5, fun_2: 4, fun_3: 3, fun_4: 2, fun_5: 1 });

    await page.reload();
    await statement(5).waitFor();
    await page.keyboard.press("5");
    await statement(6).waitFor();
    await page.keyboard.press("4");
    await page.getByRole("heading", { name: "Fun is complete" }).waitFor();
    await page.getByRole("button", { name: "On to Health" }).press("Enter");
    await statement(7).waitFor();

    for (let index = 7; index < STATEMENTS.length; index += 1) {
      await page.keyboard.press(index % 7 === 0 ? "5" : "4");
      if (index % 7 === 6) {
        await page.getByRole("heading", { name: /is complete/ }).waitFor();
        await page.keyboard.press("ArrowRight");
      } else await statement(index + 1).waitFor();
    }
    await page.getByRole("heading", { name: "Where you stand" }).waitFor();
    const done = await assessmentOf(member);
    expect(done.status).toBe("completed");
    expect(done.scores.fun).toMatchObject({ score: 24, greenLine: "transition" });
    await page.getByRole("row", { name: "Fun 24 of 35 In transition" }).waitFor();
    await page.getByRole("row", { name: "Health 29 of 35 Above" }).waitFor();
    await page.getByText(`${done.total} of 420`).waitFor();
  });

  it("does not lose an answer that could not be saved at once", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/assessment", { member });
    await page.getByRole("button", { name: "Begin" }).click();
    await page.route("**/api/assessment", (route) =>
      route.request().method() === "PATCH" ? route.abort("connectionreset") : route.continue(),
    );
    await page.keyboard.press("5");
    await page.keyboard.press("4");
    await page.getByText("Kept here, saved as soon as it goes through").waitFor();
    await page.getByText("2 of 84").waitFor();
    await page.unroute("**/api/assessment");
    await expect
      .poll(async () => (await assessmentOf(member)).responses)
      .toEqual({ fun_1: 5, fun_2: 4 });
  });

  it("takes one answer for a double press", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/assessment", { member });
    await page.getByRole("button", { name: "Begin" }).click();
    await page.locator(".answer").first().dblclick();
    await page.getByText("1 of 84").waitFor();
    await expect.poll(async () => (await assessmentOf(member)).responses).toEqual({ fun_1: 5 });
  });

  it("goes back to what was passed over, and completes once all is answered", async () => {
    const member = await stage.newMember();
    await answerBefore(member, 82);
    const page = await stage.visit("/assessment", { member });
    await page.getByRole("heading", { name: STATEMENTS[82]?.text ?? "" }).waitFor();
    await page.getByRole("button", { name: "Later" }).click();
    await page.keyboard.press("3");
    await page.getByRole("button", { name: "To the open ones" }).click();
    await page.getByRole("heading", { name: STATEMENTS[82]?.text ?? "" }).waitFor();
    await page.keyboard.press("0");
    await page.getByRole("heading", { name: "Spirituality is complete" }).waitFor();
    await page.locator(".celebrate").getByRole("button", { name: "See where you stand" }).click();
    await page.getByRole("heading", { name: "Where you stand" }).waitFor();
    expect((await assessmentOf(member)).scores.spirituality?.max).toBe(30);

    await page.getByRole("button", { name: "Begin a new one" }).click();
    await page.getByText("0 of 84").waitFor();
    expect((await assessmentOf(member)).status).toBe("completed");
    await page.keyboard.press("2");
    await expect.poll(async () => (await assessmentOf(member)).responses).toEqual({ fun_1: 2 });
    await page.getByRole("link", { name: "See your last one" }).click();
    await page.getByRole("heading", { name: "Where you stand" }).waitFor();
    await page.getByRole("button", { name: "Go on with the new one" }).click();
    await page.getByText("1 of 84").waitFor();
  });
});

describe("from page to page", () => {
  it("fetches a page's code and data when someone is about to open it", async () => {
    const page = await stage.visit("/account", { member: await stage.newMember() });
    await page.getByRole("heading", { name: "Account" }).waitFor();
    expect(stage.requests("GET", "/api/profile")).toEqual([]);
    await page.getByRole("link", { name: "Profile", exact: true }).hover();
    await expect.poll(() => stage.requests("GET", "/api/profile")).toHaveLength(1);
    const files = stage.requests("GET", "/assets/").length;
    await page.getByRole("link", { name: "Profile", exact: true }).click();
    await page.getByRole("heading", { name: "Your Life Profile" }).waitFor();
    expect(stage.requests("GET", "/assets/")).toHaveLength(files);
    expect(stage.requests("GET", "/api/profile")).toHaveLength(1);
  });

  it("begins at the new heading, and goes back to where one was", async () => {
    const member = await stage.signIn(DEMO_EMAIL, DEMO_PASSWORD);
    const page = await stage.visit("/", { member, viewport: PHONE });
    await page.getByText("Create your Travel section.").waitFor();
    await page.evaluate(() => scrollTo(0, 300));
    await page.getByRole("link", { name: /^Life Profile/ }).click();
    await page.getByRole("heading", { name: "Your Life Profile" }).waitFor();
    expect(await page.title()).toBe("Life Profile · VibrationFit");
    expect(await page.evaluate(() => scrollY)).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    await page.goBack();
    await page.getByText("Create your Travel section.").waitFor();
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(300);
  });
});

describe.each([
  ["a phone", PHONE],
  ["a desktop", DESKTOP],
])("on %s", (_, viewport) => {
  it("everyone can read and use the pages, and nothing sticks out", async () => {
    const demo = await stage.signIn(DEMO_EMAIL, DEMO_PASSWORD);
    const member = await stage.newMember();
    const page = await stage.visit("/", { member, viewport });
    await page.getByRole("link", { name: "Go on with your profile" }).waitFor();
    expect(await faults(page)).toEqual([]);

    await page.goto(`${stage.url}/profile`);
    await page.getByText("5 % complete").waitFor();
    await page.locator("summary").first().click();
    await page.getByLabel("Fun", { exact: true }).waitFor();
    expect(await faults(page)).toEqual([]);

    await answerBefore(member, 6);
    await page.goto(`${stage.url}/assessment`);
    await page.getByText("6 of 84").waitFor();
    expect(await faults(page)).toEqual([]);
    await page.locator(".answer").nth(2).click();
    await page.getByRole("heading", { name: "Fun is complete" }).waitFor();
    expect(await faults(page)).toEqual([]);

    const result = await stage.visit("/assessment", { member: demo, viewport });
    await result.getByRole("heading", { name: "Where you stand" }).waitFor();
    expect(await faults(result)).toEqual([]);
    const home = await stage.visit("/", { member: demo, viewport });
    await home.getByText("Create your Travel section.").waitFor();
    expect(await faults(home)).toEqual([]);
  });
});
