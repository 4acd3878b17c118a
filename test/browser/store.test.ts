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

it("a message waits over a reload although the browser has closed the page's store", async () => {
  const page = await openTalk(stage, await stage.newMember());
  const url = page.url();
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
  await page.reload().catch(() => {});
  await page.context().setOffline(false);
  await page.goto(url);
  await page.locator('.turn-member[data-status="complete"]').getByText("I love rivers.").waitFor();
  await answers(page).nth(1).waitFor();
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
