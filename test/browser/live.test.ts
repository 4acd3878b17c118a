import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ProfileState } from "../../domain/journey.ts";
import { answers, composer, openTalk, type Stage, setStage, type TestMember } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const LINE = "/api/viva/live";

/** Waits until so many lines have been asked for. */
async function lines(count: number): Promise<void> {
  await expect.poll(() => stage.requests("GET", LINE).length).toBe(count);
}

/** Waits until so many lines stand. */
async function standing(count: number): Promise<void> {
  await expect.poll(() => stage.sockets()).toBe(count);
}

/** A second device of a member, on the same page. */
function beside(page: Page, member: TestMember): Promise<Page> {
  const { pathname, search } = new URL(page.url());
  return stage.visit(pathname + search, { member });
}

/** The profile on two devices of a member. */
async function twoProfiles(member: TestMember): Promise<[Page, Page]> {
  const one = await stage.visit("/profile", { member });
  const other = await stage.visit("/profile", { member });
  await Promise.all([one, other].map((page) => page.getByLabel("First name").waitFor()));
  await lines(2);
  return [one, other];
}

const growing = (page: Page) => page.locator('.turn-viva[data-status="streaming"] .text');

describe("two devices of a member", () => {
  it("show what one says, and VIVA's answer as it is written", async () => {
    const member = await stage.newMember();
    const one = await openTalk(stage, member);
    const other = await beside(one, member);
    await answers(other).first().waitFor();
    await lines(2);

    await stage.model({ ttftMs: 100, gapMs: 40, tokens: 80 });
    await composer(one).fill("I love rivers.");
    await composer(one).press("Enter");
    await other.getByText("I love rivers.").first().waitFor();
    await growing(other).waitFor();
    // Both are still being written, and the other one grows.
    await other.waitForFunction(
      () =>
        (document.querySelector('.turn-viva[data-status="streaming"] .text')?.textContent?.length ??
          0) > 20,
    );
    expect(await growing(one).count()).toBe(1);
    await answers(one).nth(1).waitFor();
    await answers(other).nth(1).waitFor();
    const words = (page: Page) => page.locator(".chat-content .turn .text").allInnerTexts();
    expect(await words(other)).toEqual(await words(one));

    // And the other way round, in the same conversation.
    await composer(other).fill("And mountains?");
    await composer(other).press("Enter");
    await one.getByText("And mountains?").first().waitFor();
    await answers(one).nth(2).waitFor();
    await answers(other).nth(2).waitFor();
    expect(await words(other)).toEqual(await words(one));
  });

  it("list a conversation that one begins", async () => {
    const member = await stage.newMember();
    const one = await openTalk(stage, member);
    const other = await stage.visit("/viva?category=health&phase=contrast", { member });
    await answers(other).first().waitFor();
    await lines(2);
    await composer(one).fill("I love rivers.");
    await composer(one).press("Enter");
    await other.locator(".viva-side").getByText("I love rivers.").waitFor();
  });

  it("show a field of the profile that one has saved", async () => {
    const member = await stage.newMember();
    const [one, other] = await twoProfiles(member);
    const reads = stage.requests("GET", "/api/profile").length;
    await one.getByLabel("First name").fill("Ada");
    await one.getByLabel("First name").blur();
    await expect.poll(() => other.getByLabel("First name").inputValue()).toBe("Ada");
    // The one that saved it reads nothing again.
    expect(stage.requests("GET", "/api/profile").length - reads).toBe(1);
    const { profile } = await stage.api<ProfileState>(member, "/api/profile");
    expect(profile.first_name).toBe("Ada");
  });

  it("read again what could not be read when it changed", async () => {
    const member = await stage.newMember();
    const [one, other] = await twoProfiles(member);
    let failures = 0;
    const unavailable = { contentType: "application/problem+json", body: "{}" };
    await other.route(
      "**/api/profile",
      (route) => {
        failures += 1;
        return route.fulfill({ status: failures === 1 ? 503 : 429, ...unavailable });
      },
      { times: 2 },
    );
    await one.getByLabel("First name").fill("Ada");
    await one.getByLabel("First name").blur();
    await expect.poll(() => other.getByLabel("First name").inputValue()).toBe("Ada");
    expect(failures).toBe(2);
  });

  it("are in step again after a lost connection", async () => {
    const member = await stage.newMember();
    const one = await openTalk(stage, member);
    const other = await beside(one, member);
    await answers(other).first().waitFor();
    await lines(2);
    await other.context().setOffline(true);
    stage.cut();
    await composer(one).fill("I love rivers.");
    await composer(one).press("Enter");
    await answers(one).nth(1).waitFor();
    expect(await answers(other).count()).toBe(1);
    await other.context().setOffline(false);
    await other.getByText("I love rivers.").first().waitFor();
    await answers(other).nth(1).waitFor();
  });
});

it("opens no line for someone who is not signed in, and hangs up at sign-out", async () => {
  const member = await stage.newMember();
  const page = await stage.visit("/viva", { member });
  await lines(1);
  await standing(1);
  await page.reload();
  await lines(2);
  // The page that went has hung up.
  await standing(1);
  await page.getByRole("link", { name: "Account" }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await standing(0);
  // No token in an address: addresses are logged.
  expect(stage.requests("GET", LINE)).toEqual([LINE, LINE]);
  await page.getByLabel("Password").waitFor();
  await page.reload();
  await page.getByLabel("Password").waitFor();
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
  expect(stage.requests("GET", LINE)).toHaveLength(2);
});
