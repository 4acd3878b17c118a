import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Conversation, Message, SyncState } from "../../domain/messages.ts";
import {
  answers,
  composer,
  DESKTOP,
  openTalk,
  PHONE,
  type Stage,
  setStage,
  type TestMember,
  textOf,
} from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const SLOW = { ttftMs: 50, gapMs: 40, tokens: 90 };

async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

function idOf(page: Page): string {
  return new URL(page.url()).searchParams.get("c") ?? "";
}

function record(page: Page, member: TestMember): Promise<Conversation> {
  return stage.api(member, `/api/conversations/${idOf(page)}`);
}

function words(message: Message | undefined): string {
  return message?.parts.map(({ text }) => text).join("") ?? "";
}

/** A text without its white space, which a page shows in its own way. */
function bare(text: string): string {
  return text.replace(/\s+/g, "");
}

function growing(page: Page) {
  return page.locator('.turn-viva[data-status="streaming"] .text');
}

/** Waits until so many characters of the newest answer are on the page. */
async function untilShown(page: Page, length: number): Promise<void> {
  await page.waitForFunction(
    (least) =>
      (document.querySelector('.turn-viva[data-status="streaming"] .text')?.textContent?.length ??
        0) >= least,
    length,
  );
}

/** Lets the page note each length of the newest answer's text that comes to the screen. */
async function watchLengths(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const lengths: number[] = [];
    Object.assign(window, { lengths });
    const log = document.querySelector(".chat-content");
    if (!log) throw new Error("no log");
    new MutationObserver(() => {
      const text = [...log.querySelectorAll(".turn-viva")].at(-1)?.querySelector(".text");
      lengths.push(text?.textContent?.length ?? 0);
    }).observe(log, { subtree: true, childList: true, characterData: true });
  });
  return () => page.evaluate(() => (window as unknown as { lengths: number[] }).lengths);
}

/** What is on the screen is what the record holds, message by message. */
async function expectAsRecorded(page: Page, member: TestMember): Promise<void> {
  const { messages } = await record(page, member);
  const shown = await page.locator(".chat-content .turn .text").allInnerTexts();
  expect(shown.map(bare)).toEqual(messages.map((message) => bare(words(message))));
}

describe("stopping", () => {
  it("keeps what has come of an answer", async () => {
    await stage.model(SLOW);
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    await say(page, "Tell me all about it.");
    await untilShown(page, 20);
    await page.getByRole("button", { name: "Stop" }).click();
    const stopped = page.locator('.turn-viva[data-status="stopped"]');
    await stopped.waitFor();
    expect(await page.getByRole("button", { name: "Stop" }).count()).toBe(0);
    expect(await composer(page).evaluate((area) => area === document.activeElement)).toBe(true);
    const { messages, runningTurn } = await record(page, member);
    expect(runningTurn).toBeNull();
    expect(messages.at(-1)?.metadata.status).toBe("stopped");
    await expectAsRecorded(page, member);
    const text = await textOf(stopped.locator(".text"));
    await page.reload();
    expect(await textOf(stopped.locator(".text"))).toBe(text);
  });

  it("works before the first word, and the message can be answered after all", async () => {
    await stage.model({ ...SLOW, ttftMs: 15_000 });
    const member = await stage.newMember();
    const page = await openTalkQuickly(member);
    await say(page, "Tell me all about it.");
    await page.locator('.turn-viva[data-status="streaming"] .typing').waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("You stopped VIVA before the first word.").waitFor();
    expect(await page.locator(".typing").count()).toBe(0);
    expect((await record(page, member)).runningTurn).toBeNull();

    await stage.model({ ttftMs: 50, gapMs: 5, tokens: null });
    await page.reload();
    await page.getByText("VIVA has not answered this message.").waitFor();
    await page.getByRole("button", { name: "Ask again" }).click();
    await answers(page).nth(1).waitFor();
    await expectAsRecorded(page, member);
  });

  it("reaches from one tab into another", async () => {
    await stage.model(SLOW);
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    await say(page, "Tell me all about it.");
    await untilShown(page, 10);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await untilShown(other, 30);
    await other.getByRole("button", { name: "Stop" }).click();
    for (const tab of [page, other]) {
      await tab.locator('.turn-viva[data-status="stopped"]').waitFor();
      await expectAsRecorded(tab, member);
    }
  });
});

/** Opens a talk whose greeting is quick, whatever pace the model is set to afterwards. */
async function openTalkQuickly(member: TestMember): Promise<Page> {
  await stage.model({ ttftMs: 20, gapMs: 2 });
  const page = await openTalk(stage, member);
  await stage.model({ ttftMs: 15_000 });
  return page;
}

describe("an answer that the provider broke off", () => {
  it("is gone on with under the same bubble, each word once", async () => {
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    await stage.model({ fault: "drop", at: 20 });
    await say(page, "More dancing.");
    const broken = page.locator('.turn-viva[data-status="interrupted"]');
    await broken.waitFor();
    const part = await textOf(broken.locator(".text"));
    const id = (await record(page, member)).messages.at(-1)?.id;

    await stage.model({ fault: null, gapMs: 40, tokens: 40 });
    const lengths = await watchLengths(page);
    await page.getByRole("button", { name: "Continue" }).click();
    await answers(page).nth(1).waitFor();
    const whole = await textOf(answers(page).nth(1).locator(".text"));
    expect(bare(whole).startsWith(bare(part))).toBe(true);
    expect(whole.length).toBeGreaterThan(part.length);
    // Not for one frame was there less than before.
    expect(Math.min(...(await lengths()))).toBeGreaterThanOrEqual(part.length - 1);
    expect((await record(page, member)).messages.at(-1)?.id).toBe(id);
    await expectAsRecorded(page, member);
    await page.reload();
    await answers(page).nth(1).waitFor();
    await expectAsRecorded(page, member);
  });

  it("is taken up rightly by a reload while it is being gone on with", async () => {
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    await stage.model({ fault: "drop", at: 20 });
    await say(page, "More dancing.");
    const broken = page.locator('.turn-viva[data-status="interrupted"]');
    await broken.waitFor();
    const part = (await textOf(broken.locator(".text"))).length;
    const kept = words((await record(page, member)).messages.at(-1));
    await stage.model({ fault: null, ...SLOW });
    await page.getByRole("button", { name: "Continue" }).click();
    await untilShown(page, part + 20);
    const { messages, runningTurn } = await record(page, member);
    expect(runningTurn?.base).toBe(kept.length);
    expect(words(messages.at(-1)).startsWith(kept)).toBe(true);
    const path = `/api/conversations/${idOf(page)}`;
    const reads = stage.requests("GET", path).length;
    await page.reload();
    const other = await page.context().newPage();
    await other.goto(page.url());
    await Promise.all([untilShown(page, part + 40), untilShown(other, part + 40)]);
    for (const tab of [page, other]) {
      await answers(tab).nth(1).waitFor();
      await expectAsRecorded(tab, member);
    }
    // Both knew from the start where the new words belong: each read the record once, the test as well.
    expect(stage.requests("GET", path).length - reads).toBe(4);
  });
});

describe("an answer whose connection is lost", () => {
  it("goes on from where it was after a cut, without doubling or flicker", async () => {
    await stage.model(SLOW);
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    await say(page, "Tell me all about it.");
    await untilShown(page, 40);
    const lengths = await watchLengths(page);
    stage.cut();
    await answers(page).nth(1).waitFor();
    const seen = await lengths();
    expect(seen.every((length, at) => length >= (seen[at - 1] ?? 0))).toBe(true);
    const resumed = stage.requests("GET", `/api/viva/chat/${idOf(page)}/stream`);
    expect(resumed.length).toBeGreaterThan(0);
    for (const url of resumed) expect(url).toMatch(/\?after=[\w-]+:[1-9]\d*$/);
    await expectAsRecorded(page, member);
  });

  it("shows that it is reconnecting, and what came meanwhile", async () => {
    await stage.model(SLOW);
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    await say(page, "Tell me all about it.");
    await untilShown(page, 40);
    await page.context().setOffline(true);
    await page.getByText("Reconnecting…").waitFor();
    const { length } = await textOf(growing(page));
    // Meanwhile VIVA finishes.
    await expect
      .poll(async () => (await record(page, member)).runningTurn, { timeout: 15_000 })
      .toBeNull();
    expect((await textOf(growing(page))).length).toBe(length);
    await page.context().setOffline(false);
    await answers(page).nth(1).waitFor();
    expect(await page.getByText("Reconnecting…").count()).toBe(0);
    await expectAsRecorded(page, member);
  });

  it("stands there at once after a reload, and only the rest is written", async () => {
    await stage.model(SLOW);
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    await say(page, "Tell me all about it.");
    await untilShown(page, 60);
    const before = (await textOf(growing(page))).length;
    await page.addInitScript(() => {
      const lengths: number[] = [];
      Object.assign(window, { lengths });
      new MutationObserver(() => {
        const text = [...document.querySelectorAll(".turn-viva")].at(-1)?.querySelector(".text");
        const asked = document.querySelector(".turn-member");
        if (asked && text) lengths.push(text.textContent?.length ?? 0);
      }).observe(document, { subtree: true, childList: true, characterData: true });
    });
    await page.reload();
    await answers(page).nth(1).waitFor();
    const seen = await page.evaluate(() => (window as unknown as { lengths: number[] }).lengths);
    expect(seen[0]).toBeGreaterThanOrEqual(before - 1);
    expect(seen.every((length, at) => length >= (seen[at - 1] ?? 0))).toBe(true);
    await expectAsRecorded(page, member);
  });

  it("is taken up with a new token where the old one is not accepted any more", async () => {
    await stage.model(SLOW);
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    const other = await page.context().newPage();
    await other.goto(`${stage.url}/account`);
    await say(page, "Tell me all about it.");
    await untilShown(page, 40);
    await other.evaluate(() => {
      const stored = JSON.parse(localStorage.getItem("viva.session") ?? "{}");
      const spoiled = { ...stored, access_token: `${stored.access_token.slice(0, -4)}AAAA` };
      localStorage.setItem("viva.session", JSON.stringify(spoiled));
    });
    const refused = page.waitForResponse((response) => response.status() === 401);
    stage.cut();
    expect((await refused).url()).toContain("/stream?after=");
    await answers(page).nth(1).waitFor();
    await expectAsRecorded(page, member);
  });

  it("reads the same in two tabs", async () => {
    await stage.model(SLOW);
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    await say(page, "Tell me all about it.");
    await untilShown(page, 30);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await untilShown(other, 50);
    for (const tab of [page, other]) {
      await answers(tab).nth(1).waitFor();
      await expectAsRecorded(tab, member);
    }
  });
});

describe("messages written without a connection", () => {
  it("wait visibly, survive a reload, and go out once, in order", async () => {
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    await page.context().setOffline(true);
    const texts = ["First of all.", "Then this.", "And at last that."];
    for (const text of texts) await say(page, text);
    const waiting = page.locator('.turn-member[data-status="queued"]');
    expect(await waiting.locator(".text").allInnerTexts()).toEqual(texts);
    await waiting.nth(2).getByText("Waiting to be sent…").waitFor();
    expect(await page.locator(".typing").count()).toBe(0);
    const ids = await page.evaluate(async () => {
      const opened = indexedDB.open("viva");
      await new Promise((resolve) => {
        opened.onsuccess = resolve;
      });
      const all = opened.result.transaction("queue").objectStore("queue").getAll();
      await new Promise((resolve) => {
        all.onsuccess = resolve;
      });
      return (all.result as { id: string; createdAt: string }[])
        .sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))
        .map(({ id }) => id);
    });
    expect(ids).toHaveLength(3);

    const url = page.url();
    // Without a connection even the page itself is gone; it comes back with it.
    await page.reload().catch(() => {});
    await page.context().setOffline(false);
    await page.goto(url);
    await page.locator('.turn-member[data-status="complete"]').nth(2).waitFor();
    await page.locator('.turn:last-child[data-status="complete"]').waitFor();
    await expectAsRecorded(page, member);
    const { messages } = await record(page, member);
    const asked = messages.filter(({ role }) => role === "user");
    expect(asked.map(words)).toEqual(texts);
    expect(asked.map(({ id }) => id)).toEqual(ids);
    expect(stage.requests("POST", "/api/viva/chat").length).toBe(4);
    // What Postgres holds is the same, once.
    await expect
      .poll(async () => {
        const rows = await stage.query<{ message: string }>(
          `select m.message from public.ai_conversations m join auth.users u on u.id = m.user_id
            where u.email = $1 and m.role = 'user' order by m.position`,
          [member.email],
        );
        return rows.map(({ message }) => message);
      })
      .toEqual(texts);
    await page.reload();
    await page.locator('.turn:last-child[data-status="complete"]').waitFor();
    await expectAsRecorded(page, member);
  });

  it("go out by themselves when the connection comes back", async () => {
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    await page.context().setOffline(true);
    await say(page, "First of all.");
    await page.getByText("Waiting to be sent…").waitFor();
    await page.context().setOffline(false);
    await answers(page).nth(1).waitFor();
    expect(await page.getByText("Waiting to be sent…").count()).toBe(0);
    await expectAsRecorded(page, member);
  });

  it("are forgotten when the member signs out", async () => {
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    const url = page.url();
    await page.route("**/api/viva/chat", (route) => route.abort("connectionreset"));
    await say(page, "Not for others.");
    await page.getByText("Waiting to be sent…").waitFor();
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByLabel("E-mail").fill(member.email);
    await page.getByLabel("Password").fill(member.password);
    await page.unroute("**/api/viva/chat");
    await page.getByLabel("Password").press("Enter");
    await page.getByRole("heading", { name: "What would you love to live?" }).waitFor();
    await page.goto(url);
    await answers(page).first().waitFor();
    expect(await page.locator(".turn-member").count()).toBe(0);
  });
});

describe("the account", () => {
  it("says what waits and what is on its way, until everything is saved", async () => {
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    let backlog: SyncState | null = { pending: 3, oldestAgeMs: 120_000, failed: 0 };
    await page.route("**/api/sync", (route) =>
      backlog ? route.fulfill({ json: backlog }) : route.continue(),
    );
    await page.route("**/api/viva/chat", (route) => route.abort("connectionreset"));
    await say(page, "More dancing.");
    await page.getByText("Waiting to be sent…").waitFor();
    await page.getByRole("link", { name: "Account" }).click();
    const saved = page.getByRole("region", { name: "Your words" });
    await saved.getByText("1 message waits in this browser to be sent.").waitFor();
    await saved
      .getByText("3 changes are on their way to the database, the oldest for 2 minutes.")
      .waitFor();
    backlog = null;
    await page.unroute("**/api/viva/chat");
    await saved.getByText("Everything is saved.", { exact: true }).waitFor();
    expect((await stage.api<SyncState>(member, "/api/sync")).pending).toBe(0);
  });

  it("says that it does not know, and looks again when asked", async () => {
    const page = await openTalk(stage, await stage.newMember());
    await page.route("**/api/sync", (route) => route.abort("connectionreset"));
    await page.getByRole("link", { name: "Account" }).click();
    const saved = page.getByRole("region", { name: "Your words" });
    const again = saved.getByRole("button", { name: "Try again" });
    await again.waitFor();
    await page.unroute("**/api/sync");
    await again.click();
    await saved.getByText("Everything is saved.", { exact: true }).waitFor();
  });
});

describe("another answer", () => {
  it("takes the place of the last one", async () => {
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    await say(page, "More dancing.");
    await answers(page).nth(1).waitFor();
    const before = (await record(page, member)).messages.at(-1)?.id;
    await page.getByRole("button", { name: "Another answer" }).click();
    await page
      .locator('.turn-viva[data-status="sending"], .turn-viva[data-status="streaming"]')
      .waitFor();
    await answers(page).nth(1).waitFor();
    const { messages } = await record(page, member);
    expect(messages).toHaveLength(3);
    expect(messages.at(-1)?.id).not.toBe(before);
    await expectAsRecorded(page, member);
  });
});

describe.each([
  ["a phone", PHONE],
  ["a desktop", DESKTOP],
])("on %s", (_, viewport) => {
  it("nothing of all this sticks out", async () => {
    const shots = process.env.VIVA_SHOTS;
    const shoot = async (name: string) => {
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
      ).toBe(0);
      if (shots) await page.screenshot({ path: `${shots}/${viewport.width}-${name}.png` });
    };
    const member = await stage.newMember();
    const page = await openTalk(stage, member, { viewport });
    await stage.model({ ...SLOW, fault: "drop", at: 30 });
    await say(page, "More dancing.");
    await page.getByRole("button", { name: "Continue" }).waitFor();
    await shoot("interrupted");
    await stage.model({ ...SLOW, fault: null });
    await page.getByRole("button", { name: "Continue" }).click();
    await untilShown(page, 150);
    await shoot("answering");
    await page.context().setOffline(true);
    await page.getByText("Reconnecting…").waitFor();
    await say(page, "And music in the kitchen.");
    await page.getByText("Waiting to be sent…").waitFor();
    await shoot("offline");
    await page.context().setOffline(false);
    await page.locator('.turn-viva[data-status="superseded"]').waitFor();
    await untilShown(page, 30);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.locator('.turn-viva[data-status="stopped"]').waitFor();
    await shoot("stopped");
  });
});
