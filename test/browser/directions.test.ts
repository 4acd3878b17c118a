import type { Page } from "playwright-core";
import { afterEach, beforeAll, expect, it } from "vitest";
import { answers, composer, DESKTOP, openTalk, PHONE, type Stage, setStage } from "./stage.ts";
import { edit, writersOn } from "./visions.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const { call, commit, writer } = writersOn(() => stage);

const HEBREW = "אני בוחרת לרקוד כל בוקר";
const ARABIC = "أختار أن أرقص كل صباح";

/** Texts that begin with a right-to-left letter, and how many of them are laid out from the left. */
async function directions(page: Page): Promise<{ texts: number; faults: string[] }> {
  return page.evaluate(() => {
    const first = /^[^\p{L}]*[\p{Script=Hebrew}\p{Script=Arabic}]/u;
    const faults: string[] = [];
    let texts = 0;
    for (const element of document.querySelectorAll("#app *, .toasts *")) {
      const isField = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
      const own = isField
        ? element.value
        : [...element.childNodes]
            .map((node) => (node.nodeType === 3 ? node.nodeValue : ""))
            .join("");
      if (!first.test(own ?? "")) continue;
      // Words inside of a sentence follow the sentence.
      const whole = element.matches("mark, ins, del") && element.closest("bdi, [dir]");
      if (whole && !first.test(whole.textContent ?? "")) continue;
      texts += 1;
      if (getComputedStyle(element).direction !== "rtl") {
        faults.push(`${element.tagName} ${element.className}: ${own}`);
      }
    }
    return { texts, faults };
  });
}

async function expectTexts(page: Page, atLeast: number): Promise<void> {
  await expect
    .poll(async () => (await directions(page)).texts, { message: page.url() })
    .toBeGreaterThanOrEqual(atLeast);
  expect((await directions(page)).faults).toEqual([]);
}

it.each([
  ["phone", PHONE],
  ["desktop", DESKTOP],
] as const)(
  "Hebrew and Arabic begin at the right wherever they are written and read: %s",
  async (_, viewport) => {
    const { member, draft } = await writer({ fun: `${HEBREW}\n\n${ARABIC}`, health: ARABIC });
    await call(member, "PATCH", "/api/profile", {
      ...{ first_name: "מיה", city: "חיפה", occupation: "قدرية", hobbies: ["ריקוד", "رقص"] },
      fun_story: HEBREW,
    });

    const profile = await stage.visit("/profile", { member, viewport });
    await profile.getByLabel(/^First name/).waitFor();
    await expectTexts(profile, 5);

    const talk = await openTalk(stage, member, { viewport });
    await composer(talk).fill(HEBREW);
    await expectTexts(talk, 1);
    await composer(talk).press("Enter");
    await answers(talk).nth(1).waitFor();
    await expectTexts(talk, viewport === PHONE ? 1 : 2);
    await talk.reload();
    await answers(talk).nth(1).waitFor();
    await expectTexts(talk, 2);

    const home = await stage.visit("/", { member, viewport });
    await home.locator(".resume").waitFor();
    await expectTexts(home, 1);

    const vision = await stage.visit(`/life-vision/${draft.id}`, { member, viewport });
    await vision.locator("#fun .prose").waitFor();
    // On the screen and on paper.
    await expectTexts(vision, 6);
    const area = await edit(vision, "Fun");
    await area.fill(ARABIC);
    await expectTexts(vision, 5);

    const create = await stage.visit("/life-vision/create-with-viva?category=travel", {
      member,
      viewport,
    });
    await create.getByLabel("Something else").fill(HEBREW);
    await expectTexts(create, 1);
  },
);

it("found words and what changed keep the direction of their text", async () => {
  const { member, draft } = await writer({ fun: HEBREW });
  const talk = await openTalk(stage, member);
  await composer(talk).fill(`${HEBREW} 5 times`);
  await composer(talk).press("Enter");
  await answers(talk).nth(1).waitFor();
  await talk.getByLabel("Search your conversations").fill("לרקוד");
  await talk.locator(".conversation-title mark").first().waitFor();
  await expectTexts(talk, 3);

  const { id, revision } = await call<{ id: string; revision: number }>(
    member,
    "GET",
    `/api/visions/${draft.id}`,
  );
  await commit(member, { ...draft, id, revision });
  const next = await call<{ id: string }>(member, "POST", "/api/visions", {});
  const page = await stage.visit(`/life-vision/${next.id}`, { member });
  const area = await edit(page, "Fun");
  await area.fill(`${HEBREW} בים`);
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "What changed in Fun" }).click();
  await page.locator(".difference-text ins").waitFor();
  await expectTexts(page, 2);
});
