import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { answers, composer, openTalk, PHONE, type Stage, setStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

/** How many messages wait in the page's store. */
const stored = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const request = indexedDB.open("viva");
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const count = request.result.transaction("queue").objectStore("queue").count();
          count.onsuccess = () => resolve(count.result);
          count.onerror = () => reject(count.error);
        };
      }),
  );

it("a message is stored although the browser has closed the page's store", async () => {
  const page = await openTalk(stage, await stage.newMember());
  // As phones do with pages in the background: the connection that was open is of no use any more.
  await page.evaluate(() => {
    const transaction = IDBDatabase.prototype.transaction;
    let closed: IDBDatabase | null = null;
    IDBDatabase.prototype.transaction = function (...args) {
      closed ??= this;
      if (this === closed) throw new DOMException("The connection is closing", "InvalidStateError");
      return transaction.apply(this, args);
    };
  });
  await page.context().setOffline(true);
  await composer(page).fill("I love rivers.");
  await composer(page).press("Enter");
  await page.locator('.turn-member[data-status="queued"]').waitFor();
  await expect.poll(() => stored(page)).toBe(1);
});

it("a browser that never opens its store keeps nobody from talking", async () => {
  const page = await openTalk(stage, await stage.newMember());
  await page.addInitScript(() => {
    indexedDB.open = () => new EventTarget() as IDBOpenDBRequest;
  });
  await page.reload();
  await answers(page).first().waitFor();
  await composer(page).fill("I love rivers.");
  await composer(page).press("Enter");
  await answers(page).nth(1).waitFor();
  await page.reload();
  await page.locator('.turn-member[data-status="complete"]').getByText("I love rivers.").waitFor();
});

/** Ways in which a browser keeps nothing for a page, each run in the page before its own code. */
const REFUSALS: readonly (readonly [string, () => void])[] = [
  [
    "is full",
    () => {
      const full = () => new DOMException("No room.", "QuotaExceededError");
      Storage.prototype.setItem = () => {
        throw full();
      };
      IDBObjectStore.prototype.put = function () {
        this.transaction.abort();
        throw full();
      };
    },
  ],
  [
    "is blocked",
    () => {
      const get = () => {
        throw new DOMException("Access is denied.", "SecurityError");
      };
      for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, name, { get });
      }
      indexedDB.open = get;
    },
  ],
  [
    "takes nothing and has no database",
    () => {
      Storage.prototype.setItem = () => {
        throw new DOMException("No room.", "QuotaExceededError");
      };
      Object.defineProperty(window, "indexedDB", { value: undefined });
    },
  ],
];

describe("a member whose browser keeps nothing", () => {
  it.each(REFUSALS)("signs in and talks: its storage %s", async (_way, refuse) => {
    const member = await stage.newMember();
    const page = await stage.visit("/", { viewport: PHONE });
    await page.addInitScript(refuse);
    await page.reload();
    await page.getByRole("textbox", { name: "E-mail" }).fill(member.email);
    await page.getByLabel("Password").fill(member.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("link", { name: "VIVA", exact: true }).click();
    await page.getByRole("radio", { name: "Fun" }).check();
    await page.getByRole("button", { name: "Begin" }).click();
    await page.getByRole("button", { name: "Got it" }).click();
    await answers(page).first().waitFor();
    for (const [index, text] of ["I love rivers.", "And lakes."].entries()) {
      await composer(page).fill(text);
      await composer(page).press("Enter");
      await answers(page)
        .nth(index + 1)
        .waitFor();
    }
    // Another page and back: all of it is still there.
    await page.getByRole("link", { name: "Account", exact: true }).click();
    await page.getByRole("heading", { name: "Account", level: 1 }).waitFor();
    await page.getByRole("link", { name: "VIVA", exact: true }).click();
    await answers(page).nth(2).waitFor();
    await page.locator('.turn-member[data-status="complete"]').getByText("And lakes.").waitFor();
    expect(await page.getByText("Meet VIVA").count()).toBe(0);
  });
});
