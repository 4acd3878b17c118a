import type { Page, Route } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  answers,
  composer,
  DESKTOP,
  openTalk,
  PHONE,
  type Stage,
  setStage,
  type TestMember,
  visitBeside,
} from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const TOKEN = /\/auth\/v1\/token\?grant_type=refresh_token/;
const HOME = "What would you love to live?";

/** Counts the requests for new tokens of all tabs of a page's browser. */
function renewals(page: Page): () => number {
  let count = 0;
  page.context().on("request", (request) => {
    if (request.method() === "POST" && TOKEN.test(request.url())) count += 1;
  });
  return () => count;
}

/** Gives every tab of a page's browser a token that the server refuses, as after its end. */
async function refuseToken(page: Page): Promise<void> {
  const other = await page.context().newPage();
  await other.goto(`${stage.url}/favicon.svg`);
  await other.evaluate(() => {
    const stored = JSON.parse(localStorage.getItem("viva.session") ?? "{}");
    const spoiled = { ...stored, access_token: `${stored.access_token.slice(0, -4)}AAAA` };
    localStorage.setItem("viva.session", JSON.stringify(spoiled));
  });
  await other.close();
}

async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

describe("a renewal that fails", () => {
  it.each([
    ["too many requests", 429, { "content-type": "application/json", "retry-after": "1" }, "{}"],
    ["a firewall's page", 403, { "content-type": "text/html" }, "<h1>Forbidden</h1>"],
    ["a wrong API key", 401, {}, '{"message":"Invalid API key"}'],
    ["a paused project", 540, {}, ""],
    ["a captive portal", 200, { "content-type": "text/html" }, "<h1>Welcome to the hotel</h1>"],
  ])(
    "signs nobody out, and the message goes out once it succeeds: %s",
    async (_, status, headers, body) => {
      const page = await openTalk(stage, await stage.newMember());
      await page.route(TOKEN, (route) =>
        route.request().method() === "OPTIONS"
          ? route.continue()
          : route.fulfill({
              ...{ status, body },
              headers: {
                ...headers,
                "access-control-allow-origin": "*",
                "access-control-expose-headers": "*",
              },
            }),
      );
      await refuseToken(page);
      await say(page, "More dancing.");
      await page.locator(".turn-member").getByText("You are still signed in").waitFor();
      await page.unroute(TOKEN);
      await answers(page).nth(1).waitFor();
      expect(await page.locator(".turn-member .bubble").allInnerTexts()).toEqual(["More dancing."]);
    },
  );
});

it("asks for no token because a device's clock is two hours fast", async () => {
  const member = await stage.newMember();
  const page = await stage.visit("/");
  await page.addInitScript(() => {
    const now = Date.now;
    Date.now = () => now() + 7_200_000;
  });
  await page.reload();
  const count = renewals(page);
  await page.getByLabel("E-mail").fill(member.email);
  await page.getByLabel("Password").fill(member.password);
  await page.getByLabel("Password").press("Enter");
  await page.getByRole("heading", { name: HOME }).waitFor();
  for (const path of ["/profile", "/assessment", "/life-vision", "/account", "/"]) {
    await page.goto(stage.url + path);
    await page.locator("main h1").waitFor();
  }
  await page.getByRole("heading", { name: HOME }).waitFor();
  expect(count()).toBe(0);
});

it("renews by one request, whatever asks in however many tabs", async () => {
  const page = await stage.visit("/account", { member: await stage.newMember() });
  const other = await page.context().newPage();
  await other.goto(`${stage.url}/profile`);
  await other.getByLabel("First name").waitFor();
  const count = renewals(page);
  await refuseToken(page);
  const third = await page.context().newPage();
  // No tab gets new tokens before all three know that they need some.
  const refused = [page, other, third].map((tab) =>
    tab.waitForResponse((response) => response.status() === 401),
  );
  await page.context().route(TOKEN, async (route) => {
    await Promise.all(refused);
    await route.continue();
  });
  // Each of these pages asks for several things at once.
  await Promise.all([
    page.getByRole("link", { name: "Home", exact: true }).click(),
    other.getByRole("link", { name: "Life Vision" }).click(),
    third.goto(`${stage.url}/viva?category=fun&phase=contrast`),
  ]);
  await answers(third).first().waitFor();
  await page.getByRole("heading", { name: HOME }).waitFor();
  await other.locator("main h1").waitFor();
  expect(count()).toBe(1);
});

it("stays signed in with a full storage, over a renewal and a reload", async () => {
  const member = await stage.newMember();
  const page = await stage.visit("/account", { member });
  await page.getByRole("heading", { name: "Account" }).waitFor();
  await refuseToken(page);
  await page.evaluate(() => {
    let piece = "x".repeat(1_000_000);
    for (let count = 0; piece.length > 0; count += 1) {
      try {
        localStorage.setItem(`filler.${count}`, piece);
      } catch {
        piece = piece.slice(0, Math.floor(piece.length / 2));
      }
    }
  });
  // What the server brings is longer than what is stored.
  await page.route(TOKEN, async (route) => {
    if (route.request().method() === "OPTIONS") return route.continue();
    const response = await route.fetch();
    return route.fulfill({ response, json: { ...(await response.json()), more: "x".repeat(500) } });
  });
  const count = renewals(page);
  for (const path of ["/profile", "/profile", "/account"]) {
    await page.goto(stage.url + path);
    const read = path === "/profile" ? page.getByLabel("First name") : page.getByText(member.email);
    await read.waitFor();
  }
  expect(count()).toBe(1);
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

/** Everything that this browser keeps for the site, as one text: both storages of a tab, and IndexedDB. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    const found: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
    for (const { name = "" } of await indexedDB.databases()) {
      const opened = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
      });
      for (const store of opened.objectStoreNames) {
        const all = opened.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => {
          all.onsuccess = resolve;
        });
        found.push(all.result);
      }
      opened.close();
    }
    return JSON.stringify(found);
  });

async function signIn(page: Page, { email, password }: TestMember): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByLabel("Password").press("Enter");
}

describe("words that were never sent", () => {
  const WORDS = "Quixotic-Marmalade";

  it("are gone from this browser once the member signs out, whichever tab they were written in", async () => {
    const page = await openTalk(stage, await stage.newMember());
    const talk = page.url();
    await page
      .context()
      .route("**/api/profile", (route) =>
        route.request().method() === "PATCH" ? route.abort() : route.continue(),
      );
    await page.context().route("**/api/viva/chat", (route) => route.abort());
    await say(page, `${WORDS}, waiting`);
    await page.getByText("Waiting to be sent…").waitFor();
    const profile = await visitBeside(page, "/profile");
    await profile.getByLabel("City").fill(WORDS);
    await profile.getByLabel("City").blur();
    const beside = await visitBeside(page, talk);
    await composer(beside).fill(`${WORDS}, unsent`);
    for (const what of ["waiting", "unsent", "city"]) {
      await expect.poll(() => kept(page)).toContain(what);
    }
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    for (const tab of [page, profile, beside]) {
      await tab.getByRole("heading", { name: "Sign in" }).waitFor();
      await expect.poll(() => kept(tab)).not.toContain(WORDS);
    }
    // Nor does a tab write them again on its way out.
    await beside.close();
    await profile.reload();
    expect(await kept(profile)).not.toContain(WORDS);
  });

  it("wait for the same member if the session merely ended, and are shown to no other", async () => {
    const member = await stage.newMember();
    const page = await openTalk(stage, member);
    const talk = page.url();
    await composer(page).fill(WORDS);
    await page.route(TOKEN, (route) =>
      route.request().method() === "OPTIONS"
        ? route.continue()
        : route.fulfill({
            ...{ status: 400, json: { code: "session_not_found" } },
            headers: { "access-control-allow-origin": "*" },
          }),
    );
    await refuseToken(page);
    await page.reload();
    await page.getByText("Your session has ended").waitFor();
    await page.unroute(TOKEN);
    await signIn(page, await stage.newMember());
    await composer(page).waitFor();
    expect(await page.content()).not.toContain(WORDS);
    expect(await composer(page).inputValue()).toBe("");
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await signIn(page, member);
    await page.getByRole("heading", { name: HOME }).waitFor();
    await page.goto(talk);
    await expect.poll(() => composer(page).inputValue()).toBe(WORDS);
  });
});

/** Ways in which a part of the page does not come. */
const MISSING = [
  ["is not found", (route: Route) => route.fulfill({ status: 404, body: "" })],
  [
    "answers as a page",
    (route: Route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><p>VIVA" }),
  ],
  ["never answers", () => {}],
] as const;

describe.each([
  ["phone", PHONE],
  ["desktop", DESKTOP],
] as const)("parts of the page of which none can be loaded any more (%s)", (_, viewport) => {
  const ASSETS = "**/assets/*.js";
  const again = (page: Page) => page.getByRole("button", { name: "Load again" });
  /** The browser itself notes that a page is no script. */
  const noted = () => {
    for (const complaint of stage.complaints()) expect(complaint).toMatch(/module script/);
  };

  it.each(MISSING)(
    "are missed aloud on every page, and unsent words stay: it %s",
    async (_how, answer) => {
      const page = await openTalk(stage, await stage.newMember(), { viewport });
      const talk = new URL(page.url());
      await composer(page).fill("Unsent words");
      await page.route(ASSETS, answer);
      for (const path of [
        "/",
        "/profile",
        "/assessment",
        "/life-vision",
        "/life-vision/create-with-viva",
        "/life-vision/7b0b6a6c-5d2a-4c8e-9f52-1d6f0a4f9e01",
        "/vision/build",
        "/account",
        "/ops",
        "/nowhere",
      ]) {
        // As a link within the page does.
        await page.evaluate((to) => {
          const link = document.createElement("a");
          link.href = to;
          document.body.append(link);
          link.click();
          link.remove();
        }, path);
        await again(page).first().waitFor();
        await page.getByText("could not be loaded").first().waitFor();
      }
      noted();
      await page.unroute(ASSETS, answer);
      await page.reload();
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await again(page).count()).toBe(0);
      await page.goto(talk.href);
      await answers(page).first().waitFor();
      expect(await composer(page).inputValue()).toBe("Unsent words");
    },
  );

  it.each(MISSING)("say so where one signs in: it %s", async (_how, answer) => {
    const page = await stage.visit("/", { viewport });
    await page.getByLabel("E-mail").waitFor();
    await page.route(ASSETS, answer);
    await page.getByLabel("E-mail").fill("a@b.c");
    await page.getByLabel("Password").fill("a-long-password");
    await page.getByLabel("Password").press("Enter");
    await again(page).first().waitFor();
    noted();
    expect(await page.getByLabel("E-mail").inputValue()).toBe("a@b.c");
  });
});

describe("a part of the page that a release has renamed", () => {
  const gone = (page: Page, name: string) =>
    page.route(`**/assets/${name}-*.js`, (route) => route.fulfill({ status: 404, body: "" }));

  it("is not needed to send a message, and a page that needs it offers to load again", async () => {
    const page = await openTalk(stage, await stage.newMember());
    await gone(page, "library");
    await gone(page, "Account");
    await refuseToken(page);
    await say(page, "More dancing.");
    await answers(page).nth(1).waitFor();
    await composer(page).fill("And one more thing");
    const talk = page.url();
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("heading", { name: "This page did not load" }).waitFor();
    await page.unroute("**/assets/Account-*.js");
    await page.getByRole("button", { name: "Load again" }).click();
    await page.getByRole("heading", { name: "Account" }).waitFor();
    await page.goto(talk);
    await answers(page).nth(1).waitFor();
    expect(await composer(page).inputValue()).toBe("And one more thing");
  });

  it("says so if it works unseen", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/viva?category=fun&phase=contrast", { member });
    await gone(page, "start");
    await page.reload();
    await page.getByRole("status").getByText("could not be loaded").waitFor();
    await page.unroute("**/assets/start-*.js");
    await page.getByRole("button", { name: "Load again" }).click();
    await expect.poll(() => stage.sockets()).toBe(1);
    expect(await page.getByText("could not be loaded").count()).toBe(0);
  });

  it("is told of where one signs in", async () => {
    const page = await stage.visit("/");
    await gone(page, "library");
    await page.getByLabel("E-mail").fill("a@b.c");
    await page.getByLabel("Password").fill("a-long-password");
    await page.getByLabel("Password").press("Enter");
    await page.getByRole("alert").getByText("could not be loaded").waitFor();
    await page.getByRole("button", { name: "Load again" }).waitFor();
  });
});
