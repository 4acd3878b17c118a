import type { Locator, Page, Request } from "playwright-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Conversation } from "../../domain/messages.ts";
import { seriousFindings } from "./looks.ts";
import {
  answers,
  composer,
  DESKTOP,
  PHONE,
  type Stage,
  setStage,
  type TestMember,
} from "./stage.ts";
import { say } from "./talk.ts";

const SEARCH = "/api/conversations/search";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => stage.model({ ttftMs: 10, gapMs: 1, tokens: 12 }));
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const RIVER = "A small Café by the river, with my sister Zoë";

/** A member who has talked about rivers, and about other things since. */
async function talker(): Promise<TestMember> {
  const member = await stage.newMember();
  await say(stage, member, "river", RIVER);
  await say(stage, member, "dance", "Dancing <img src=x onerror=alert(1)> in the evening");
  await say(stage, member, "rest", "Rest, and more of it");
  return member;
}

/** The list of conversations, on whatever the page is wide enough for. */
async function listOf(page: Page): Promise<Locator> {
  const aside = page.locator(".viva-side");
  if ((page.viewportSize()?.width ?? 0) > PHONE.width) return aside;
  await page.getByRole("button", { name: "Conversations" }).click();
  return page.getByRole("dialog", { name: "Conversations" });
}

const titles = (list: Locator) => list.locator(".conversation-title").allInnerTexts();
/** Writes a title where it is changed, and ends that by a key. */
async function retitle(list: Locator, title: string, key: "Enter" | "Escape"): Promise<void> {
  await list.getByRole("button", { name: "Rename" }).press("Enter");
  await list.getByLabel("Title of the conversation").waitFor();
  // What stood there is selected, and gives way.
  await list.page().keyboard.type(title);
  await list.page().keyboard.press(key);
}
const more = (list: Locator, title: string) =>
  list.getByRole("button", { name: `More for “${title}”` });
const field = (list: Locator) => list.getByLabel("Search your conversations");
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
  });

describe.each([
  ["a phone", PHONE],
  ["a desktop", DESKTOP],
])("conversations on %s", (_, viewport) => {
  it("are found by what was said in them, with the words marked and nothing else made of them", async () => {
    const page = await stage.visit("/viva?c=rest", { member: await talker(), viewport });
    await answers(page).first().waitFor();
    const list = await listOf(page);
    await field(list).fill("zoe cafe");
    await list.getByText("1 conversation found.").waitFor();
    expect(await list.locator(".conversation-match mark").allInnerTexts()).toEqual(["Café", "Zoë"]);
    expect(await seriousFindings(page)).toEqual([]);

    // Words that look like markup are words.
    await field(list).fill("<img");
    await list.locator(".conversation-match mark").getByText("<img").waitFor();
    expect(await list.locator("img").count()).toBe(0);

    await field(list).fill("nobody ever said this");
    await list.getByText(/Nothing was said with “.?nobody ever said this.?” in it\./).waitFor();
    expect(await titles(list)).toEqual([]);

    // The first Escape empties the field and leaves the list.
    await field(list).press("Escape");
    await list.getByText("Rest, and more of it").first().waitFor();
    expect(await titles(list)).toHaveLength(3);

    await field(list).fill("RIVER");
    await list.getByRole("link", { name: /river/ }).click();
    await page.locator(".turn-member").getByText(RIVER).waitFor();
    expect(new URL(page.url()).searchParams.get("c")).toBe("river");
  });

  it("are renamed in place, by keyboard, and taken back with the reason where it fails", async () => {
    const member = await talker();
    const page = await stage.visit("/viva?c=rest", { member, viewport });
    await answers(page).first().waitFor();
    const list = await listOf(page);
    await more(list, RIVER).focus();
    await page.keyboard.press("Enter");
    await retitle(list, "Something else", "Escape");
    await more(list, RIVER).waitFor();
    expect(await focused(page)).toBe(`More for “${RIVER}”`);
    expect(stage.requests("PATCH", "/api/conversations/")).toEqual([]);

    await page.keyboard.press("Enter");
    await retitle(list, "Our café", "Enter");
    await more(list, "Our café").waitFor();
    expect(await focused(page)).toBe("More for “Our café”");
    await expect
      .poll(async () => (await stage.api<Conversation>(member, "/api/conversations/river")).title)
      .toBe("Our café");
    expect(await seriousFindings(page)).toEqual([]);

    await page.route("**/api/conversations/river", (route) =>
      route.request().method() === "PATCH" ? route.abort("connectionreset") : route.continue(),
    );
    await page.keyboard.press("Enter");
    await retitle(list, "Lost", "Enter");
    await page.getByText("The title is as it was. The connection failed.").waitFor();
    await more(list, "Our café").waitFor();
    await page.unroute("**/api/conversations/river");
    if (viewport === PHONE) await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Try again" }).click();
    await expect
      .poll(async () => (await stage.api<Conversation>(member, "/api/conversations/river")).title)
      .toBe("Lost");
  });

  it("are deleted after a question, and stay where that fails", async () => {
    const member = await talker();
    const page = await stage.visit("/viva?c=dance", { member, viewport });
    await answers(page).first().waitFor();
    const list = await listOf(page);
    await page.route("**/api/conversations/rest", (route) =>
      route.request().method() === "DELETE" ? route.abort("connectionreset") : route.continue(),
    );
    await more(list, "Rest, and more of it").click();
    await list.getByRole("button", { name: "Delete" }).click();
    const question = page.getByRole("dialog", { name: "Delete this conversation?" });
    await question.getByRole("button", { name: "Not now" }).click();
    await question.waitFor({ state: "hidden" });
    await expect.poll(() => focused(page)).toBe("Delete");

    await list.getByRole("button", { name: "Delete" }).click();
    await question.getByRole("button", { name: "Delete it" }).click();
    await question.getByText("The connection failed.").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.unroute("**/api/conversations/rest");
    await question.getByRole("button", { name: "Delete it" }).click();
    await expect.poll(() => titles(list)).toHaveLength(2);
    await question.waitFor({ state: "hidden" });
    await expect.poll(() => focused(page)).toContain("Dancing");
    expect(
      (await stage.api<{ items: unknown[] }>(member, "/api/conversations")).items,
    ).toHaveLength(2);
  });
});

it("come a page at a time", async () => {
  const member = await stage.newMember();
  for (let index = 1; index <= 33; index += 1)
    await say(stage, member, `talk-${index}`, `Talk ${index}`);
  const page = await stage.visit("/viva?c=talk-33", { member });
  const list = await listOf(page);
  await expect.poll(async () => (await titles(list)).length).toBe(30);
  await list.getByRole("button", { name: "Show older ones" }).click();
  await expect.poll(async () => (await titles(list)).at(-1)).toBe("Talk 1");
  expect(await titles(list)).toHaveLength(33);
  expect(await list.getByRole("button", { name: "Show older ones" }).count()).toBe(0);
});

it("say that searching needs a connection, and search once it is there", async () => {
  const page = await stage.visit("/viva?c=rest", { member: await talker() });
  await answers(page).first().waitFor();
  const list = await listOf(page);
  await page.context().setOffline(true);
  await field(list).fill("river");
  await list.getByText("Searching goes on once you are connected.").waitFor();
  await page.context().setOffline(false);
  await list.getByText("1 conversation found.").waitFor();
});

it("ask once for what a quick member writes, and await only the last of it", async () => {
  const page = await stage.visit("/viva?c=rest", { member: await talker() });
  await answers(page).first().waitFor();
  const list = await listOf(page);
  // Quicker than anyone, on any machine.
  await field(list).evaluate((input: HTMLInputElement) => {
    for (const letter of "river") {
      input.value += letter;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  await list.getByText("1 conversation found.").waitFor();
  expect(stage.requests("POST", SEARCH)).toHaveLength(1);
  expect(stage.requests("GET", "/api").join("\n")).not.toContain("river");

  // The older answer is held back until the newer one has come.
  const held = Promise.withResolvers<void>();
  const isSlow = (request: Request) => request.postData()?.includes('"slow"') ?? false;
  await page.route(`**${SEARCH}`, async (route) => {
    if (isSlow(route.request())) await held.promise;
    await route.continue().catch(() => {});
  });
  const aborted = page.waitForEvent("requestfailed", isSlow);
  const asked = page.waitForRequest(isSlow);
  await field(list).fill("slow");
  await asked;
  await field(list).fill("rest");
  await aborted;
  await list.locator("mark").getByText("Rest").first().waitFor();
  held.resolve();
  expect(await titles(list)).toEqual(["Rest, and more of it"]);
});

describe("a second tab", () => {
  it("shows a new title and what is gone, also where the conversation is open there", async () => {
    const member = await talker();
    const one = await stage.visit("/viva?c=rest", { member });
    const other = await stage.visit("/viva?c=river", { member });
    await Promise.all([one, other].map((page) => answers(page).first().waitFor()));
    await expect.poll(() => stage.requests("GET", "/api/viva/live").length).toBe(2);
    const [here, there] = [await listOf(one), await listOf(other)];

    await field(there).fill("sister");
    await there.getByText("1 conversation found.").waitFor();
    await more(here, RIVER).click();
    await retitle(here, "Our café", "Enter");
    // Found by what was said, under its new title.
    await there.locator(".conversation-title").getByText("Our café").waitFor();
    await field(there).press("Escape");
    await more(there, "Our café").waitFor();

    await more(here, "Our café").click();
    await here.getByRole("button", { name: "Delete" }).click();
    await one.getByRole("button", { name: "Delete it" }).click();
    await other.getByRole("heading", { name: "This conversation was deleted" }).waitFor();
    expect(await titles(there)).toHaveLength(2);
    expect(await seriousFindings(other)).toEqual([]);
    // As does an old link to it.
    await other.reload();
    await other.getByRole("heading", { name: "This conversation was deleted" }).waitFor();
    await other.getByRole("button", { name: "New conversation" }).last().click();
    await other.getByRole("button", { name: "Begin" }).click();
    await answers(other).first().waitFor();
  });

  it("is taken to what is left where the open conversation is deleted here", async () => {
    const member = await talker();
    const page = await stage.visit("/viva?c=rest", { member });
    await answers(page).first().waitFor();
    await composer(page).fill("Words that were never sent");
    const list = await listOf(page);
    for (const title of [
      "Rest, and more of it",
      "Dancing <img src=x onerror=alert(1)> in the evening",
      RIVER,
    ]) {
      await more(list, title).click();
      await list.getByRole("button", { name: "Delete" }).click();
      await page.getByRole("button", { name: "Delete it" }).click();
      await more(list, title).waitFor({ state: "detached" });
    }
    await page.getByRole("heading", { name: "Where shall we begin?" }).waitFor();
    const kept = () => page.evaluate(() => JSON.stringify(localStorage));
    await expect.poll(kept).not.toContain("never sent");
  });
});
