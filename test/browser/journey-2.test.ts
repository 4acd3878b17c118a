import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CATEGORIES } from "../../domain/categories.ts";
import type { Sections } from "../../domain/context.ts";
import type { Vision } from "../../domain/journey.ts";
import type { Page as ListPage } from "../../domain/messages.ts";
import { problem } from "../../domain/problems.ts";
import { DESKTOP, PHONE, type Stage, setStage, type TestMember } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage?.close());
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const PROFILE = {
  ...{ first_name: "Maya", last_name: "Torres", phone: "+1 555 0100", gender: "Female" },
  ...{ date_of_birth: "1988-04-17", relationship_status: "Single", has_children: false },
  ...{ exercise_frequency: "1-2x", living_situation: "Own", time_at_location: "6 years" },
  ...{ city: "Asheville", state: "North Carolina", country: "United States" },
  ...{ employment_type: "Business Owner", occupation: "Potter", hobbies: ["pottery"] },
  ...{ travel_frequency: "Twice a year", spiritual_practice: "Tea at dawn" },
};
const SECTIONS: Sections = Object.fromEntries(
  CATEGORIES.map(({ key, label }) => [
    key,
    `I choose ${label} with warm hands.\n\nI enjoy every morning of it, and I smile.`,
  ]),
);

/** A request to the API as a member. */
async function call<T>(
  member: TestMember,
  method: string,
  path: string,
  body?: unknown,
  revision?: number,
): Promise<T> {
  const response = await fetch(stage.url + path, {
    method,
    headers: {
      Authorization: `Bearer ${member.session.access_token}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(revision === undefined ? {} : { "If-Match": `"v${revision}"` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

const read = (member: TestMember, { id }: { id: string }) =>
  call<Vision>(member, "GET", `/api/visions/${id}`);

async function write(member: TestMember, id: string, sections: Sections): Promise<Vision> {
  const { revision } = await read(member, { id });
  return call<Vision>(member, "PATCH", `/api/visions/${id}`, { sections }, revision);
}

/** A member whose profile opens the gate, with a draft of these sections. */
async function writer(sections: Sections = {}): Promise<{ member: TestMember; draft: Vision }> {
  const member = await stage.newMember();
  await call(member, "PATCH", "/api/profile", PROFILE);
  const begun = await call<Vision>(member, "POST", "/api/visions", {});
  const some = Object.keys(sections).length > 0;
  return { member, draft: some ? await write(member, begun.id, sections) : begun };
}

/** A member with an active version of all sections and a draft copied from it. */
async function refiner() {
  const { member, draft: first } = await writer(SECTIONS);
  const url = `/api/visions/${first.id}/commit`;
  const active = await call<Vision>(member, "POST", url, {}, first.revision);
  const draft = await call<Vision>(member, "POST", "/api/visions", {});
  return { member, active, draft };
}

const card = (page: Page, key: string) => page.locator(`#${key}`);
const area = (page: Page, label: string) => page.getByLabel(`Your words for ${label}`);
const saved = (page: Page) => page.getByRole("status").getByText("All saved").waitFor();

async function edit(page: Page, label: string) {
  await page.getByRole("button", { name: new RegExp(`^(Edit|Write) ${label}$`) }).click();
  return area(page, label);
}

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

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

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
    const { items } = await call<ListPage<Vision>>(member, "GET", "/api/visions");
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
    const { items } = await call<ListPage<Vision>>(member, "GET", "/api/visions");
    expect(items.map(({ state, versionNumber }) => [state, versionNumber])).toEqual([
      ["active", 2],
    ]);
  });

  it("asks what becomes of the draft before another version is copied", async () => {
    const { member, active, draft } = await refiner();
    await write(member, draft.id, { fun: "I dance." });
    const second = await read(member, draft);
    await call(member, "POST", `/api/visions/${draft.id}/commit`, {}, second.revision);
    const third = await call<Vision>(member, "POST", "/api/visions", {});
    const page = await stage.visit(`/life-vision/${active.id}`, { member });
    await page.getByRole("button", { name: "Copy to draft: Version 1" }).click();
    await page.getByRole("button", { name: "Discard it and copy" }).click();
    await page.getByRole("button", { name: "Edit Fun" }).waitFor();
    await card(page, "fun").getByText("warm hands").waitFor();
    expect(page.url()).not.toContain(third.id);
    const { items } = await call<ListPage<Vision>>(member, "GET", "/api/visions");
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

describe("writing in the draft", () => {
  it("saves as one goes, and shows the same after a reload", async () => {
    const { member, draft } = await writer();
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    const field = await edit(page, "Fun");
    await field.fill("I dance.");
    await saved(page);
    await expect.poll(async () => (await read(member, draft)).sections.fun).toBe("I dance.");
    await page.reload();
    await card(page, "fun").getByText("I dance.").waitFor();
  });

  it("loses nothing to a reload in the middle of a word", async () => {
    const { member, draft } = await writer({ fun: "I play." });
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    await page.route("**/api/visions/*", (route) =>
      route.request().method() === "PATCH" ? route.abort("connectionreset") : route.continue(),
    );
    await (await edit(page, "Fun")).pressSequentially(" I dance and I");
    await page.reload();
    await card(page, "fun").getByText("I play. I dance and I").waitFor();
    await page.getByText("Not saved yet").waitFor();
    expect((await read(member, draft)).sections.fun).toBe("I play.");
    await page.unroute("**/api/visions/*");
    await page.reload();
    await saved(page);
    expect((await read(member, draft)).sections.fun).toBe("I play. I dance and I");
  });

  it("goes on offline, and saves by itself once there is a connection", async () => {
    const { member, draft } = await writer({ fun: "I play." });
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    const field = await edit(page, "Fun");
    await page.context().setOffline(true);
    await field.fill("I dance offline.");
    await page.getByText("Not saved yet").waitFor();
    await page.context().setOffline(false);
    await saved(page);
    expect((await read(member, draft)).sections.fun).toBe("I dance offline.");
  });

  it("does not send a section that is too long, says so, and saves the others", async () => {
    const { member, draft } = await writer();
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    await (await edit(page, "Fun")).fill("x".repeat(20_001));
    await page.getByText("A section can have up to 20,000 characters").waitFor();
    await (await edit(page, "Home")).fill("I love the porch.");
    await expect
      .poll(async () => (await read(member, draft)).sections)
      .toEqual({ home: "I love the porch." });
    expect(await area(page, "Fun").inputValue()).toHaveLength(20_001);
  });
});

describe("two tabs at the same section", () => {
  async function conflict() {
    const { member, draft } = await writer({ fun: "I play.", home: "I rest." });
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    const field = await edit(page, "Fun");
    // The other one is another device: it does not tell this browser what it writes.
    await write(member, draft.id, { fun: "I play by the sea.", home: "I rest well." });
    await field.fill("I play in the woods.");
    await page.getByRole("alert", { name: "Fun was changed elsewhere" }).waitFor();
    return { member, draft, page, field };
  }

  it("shows both texts, loses neither, and keeps mine where I say so", async () => {
    const { member, draft, page, field } = await conflict();
    const alert = page.getByRole("alert", { name: "Fun was changed elsewhere" });
    await alert.locator("del").getByText("sea").waitFor();
    await alert.locator("ins").getByText("woods").waitFor();
    // What was not touched here is simply taken over.
    await card(page, "home").getByText("I rest well.").waitFor();
    expect(await field.inputValue()).toBe("I play in the woods.");
    expect((await read(member, draft)).sections.fun).toBe("I play by the sea.");
    expect(await seriousFindings(page)).toEqual([]);

    await alert.getByRole("button", { name: "Keep mine" }).click();
    await saved(page);
    expect((await read(member, draft)).sections.fun).toBe("I play in the woods.");
  });

  it("takes theirs, and can still bring mine back", async () => {
    const { member, draft, page, field } = await conflict();
    await page.getByRole("button", { name: "Take theirs" }).click();
    expect(await field.inputValue()).toBe("I play by the sea.");
    await page.getByRole("button", { name: "Bring them back" }).click();
    await saved(page);
    expect((await read(member, draft)).sections.fun).toBe("I play in the woods.");
  });

  it("is still there to decide after a reload", async () => {
    const { member, draft, page } = await conflict();
    await page.reload();
    await page.getByRole("alert", { name: "Fun was changed elsewhere" }).waitFor();
    expect((await read(member, draft)).sections.fun).toBe("I play by the sea.");
  });

  it("tells the other tab of the same browser at once", async () => {
    const { member, draft } = await writer({ fun: "I play.", home: "I rest." });
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    await page.getByRole("button", { name: "Edit Fun" }).waitFor();
    const other = await page.context().newPage();
    await other.goto(page.url());
    await (await edit(other, "Fun")).fill("I play by the sea.");
    await card(page, "fun").getByText("I play by the sea.").waitFor();
  });

  it("carries words into a new draft where the old one was committed meanwhile", async () => {
    const { member, draft } = await writer(SECTIONS);
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    const field = await edit(page, "Fun");
    await call(member, "POST", `/api/visions/${draft.id}/commit`, {}, draft.revision);
    await field.fill("I came too late.");
    await page.getByRole("button", { name: "Carry them into a draft" }).click();
    await card(page, "fun").getByText("I came too late.").waitFor();
    await saved(page);
    const { items } = await call<ListPage<Vision>>(member, "GET", "/api/visions");
    const next = items.find(({ state }) => state === "draft");
    expect((await read(member, { id: next?.id ?? "" })).sections.fun).toBe("I came too late.");
    expect((await read(member, draft)).sections.fun).toBe(SECTIONS.fun);
  });
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
  const seen = await page.evaluate(() => ({
    text: document.body.innerText,
    paper: getComputedStyle(document.body).backgroundColor,
    sections: [...document.querySelectorAll(".printed-section h2")].map((h) => h.textContent),
  }));
  expect(seen.paper).toBe("rgb(255, 255, 255)");
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

it("sends what an earlier page could not, from the list of versions too", async () => {
  const { member, draft } = await writer({ fun: "I play." });
  const page = await stage.visit(`/life-vision/${draft.id}`, { member });
  await page.route("**/api/visions/*", (route) =>
    route.request().method() === "PATCH" ? route.abort("connectionreset") : route.continue(),
  );
  await (await edit(page, "Fun")).fill("I dance.");
  await page.goto(`${stage.url}/account`);
  await page.unroute("**/api/visions/*");
  await page.goto(`${stage.url}/life-vision`);
  await expect.poll(async () => (await read(member, draft)).sections.fun).toBe("I dance.");
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
