import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { answers, composer, openTalk, type Stage, setStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage?.close());
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
