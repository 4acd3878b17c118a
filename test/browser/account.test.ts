import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ConversationSummary } from "../../domain/messages.ts";
import { overflow, seriousFindings } from "./looks.ts";
import { answers, DESKTOP, PHONE, type Stage, setStage, type TestMember } from "./stage.ts";
import { say } from "./talk.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => stage.model({ ttftMs: 10, gapMs: 1, tokens: 12 }));
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

/** A member who has talked about rivers. */
async function talker(): Promise<TestMember> {
  const member = await stage.newMember();
  await say(stage, member, "rivers", "I love <rivers> & lakes.");
  return member;
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

describe.each([
  ["a phone", PHONE],
  ["a desktop", DESKTOP],
])("the account on %s", (_, viewport) => {
  it("shows the credits as a picture and as a table, and can be used by everyone", async () => {
    const page = await stage.visit("/account", { member: await talker(), viewport });
    const chart = page.getByRole("img", { name: /^Creation Credits by day, 1 this month/ });
    await chart.waitFor();
    await page.getByText("of 10,000 left").waitFor();
    await page.getByText("Everything is saved.").waitFor();
    const table = page.locator(`[id="${await chart.getAttribute("aria-describedby")}"]`);
    await page.getByText("The same as a table").click();
    expect(await table.locator("tbody tr").allInnerTexts()).toEqual([
      expect.stringMatching(/Talks with VIVA\s+1\s+1$/),
    ]);
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    for (const ask of ["Sign out everywhere", "Erase everything"]) {
      await press(page, ask);
      await page.getByRole("dialog", { name: `${ask}?` }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
    }
  });
});

describe("downloading everything", () => {
  it("gives a file for programs and one to read, by their names", async () => {
    const page = await stage.visit("/account", { member: await talker() });
    const [json] = await Promise.all([
      page.waitForEvent("download"),
      press(page, "Download as JSON"),
    ]);
    expect(json.suggestedFilename()).toMatch(/^viva-\d{4}-\d\d-\d\d\.json$/);
    const everything = JSON.parse(await readFile(await json.path(), "utf8")) as {
      conversations: { messages: { text: string }[] }[];
    };
    const texts = everything.conversations.flatMap(({ messages }) => messages);
    expect(texts.map(({ text }) => text)).toContain("I love <rivers> & lakes.");
    await page.getByText(`Saved as ${json.suggestedFilename()}`).waitFor();

    const [html] = await Promise.all([
      page.waitForEvent("download"),
      press(page, "Download to read"),
    ]);
    expect(html.suggestedFilename()).toMatch(/^viva-\d{4}-\d\d-\d\d\.html$/);
    const source = await readFile(await html.path(), "utf8");
    expect(source).toContain('<p dir="auto">I love &lt;rivers&gt; &amp; lakes.</p>');
    expect(source.trimEnd().endsWith("</html>")).toBe(true);
  });

  it("says what to do where it fails, and saves nothing", async () => {
    const page = await stage.visit("/account", { member: await talker() });
    const saved: string[] = [];
    page.on("download", (file) => saved.push(file.suggestedFilename()));
    await page.route("**/api/export*", (route) =>
      route.fulfill({
        status: 413,
        contentType: "application/problem+json",
        json: {
          code: "body_too_large",
          detail: "There is too much for one page. Export it as JSON.",
        },
      }),
    );
    await press(page, "Download to read");
    await page.getByRole("alert").getByText("Export it as JSON.").waitFor();
    await page.unroute("**/api/export*");
    expect(saved).toEqual([]);
    const [file] = await Promise.all([page.waitForEvent("download"), press(page, "Try again")]);
    expect(file.suggestedFilename()).toContain(".html");
    expect(await page.getByRole("alert").count()).toBe(0);
  });
});

describe.each([
  ["a phone", PHONE],
  ["a desktop", DESKTOP],
])("a single device, on %s", (_, viewport) => {
  it("is signed out from another one, and can renew its session no more", async () => {
    const member = await stage.newMember();
    const other = await stage.signIn(member.email, member.password);
    const page = await stage.visit("/account", { member, viewport });
    const card = page.getByRole("region", { name: "Where you are signed in" });
    await card.getByText("(this one)").waitFor();
    expect(await card.getByRole("listitem").count()).toBe(2);
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    await card.getByRole("button", { name: /^Sign out/ }).click();
    await card.getByText(/is signed out\.$/).waitFor();
    expect(await card.getByRole("listitem").count()).toBe(1);
    const renew = async ({ session }: TestMember) => {
      const path = `${stage.config.supabaseUrl}/auth/v1/token?grant_type=refresh_token`;
      const headers = { apikey: stage.config.supabaseKey, "Content-Type": "application/json" };
      const body = JSON.stringify({ refresh_token: session.refresh_token });
      return (await fetch(path, { method: "POST", headers, body })).status;
    };
    expect(await renew(other)).toBe(400);
    expect(await renew(member)).toBe(200);
  });
});

describe("signing out everywhere", () => {
  it("ends the session of every browser, and says why", async () => {
    const member = await talker();
    const one = await stage.visit("/account", { member });
    const other = await stage.visit("/viva", {
      member: await stage.signIn(member.email, member.password),
    });
    await answers(other).first().waitFor();
    await expect.poll(() => stage.requests("GET", "/api/viva/live").length).toBe(2);
    await press(one, "Sign out everywhere");
    await press(one, "Sign out on all devices");
    for (const page of [one, other]) {
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await page.getByText("You signed out on all devices.").waitFor();
      const left = await page.evaluate(() => Object.keys(localStorage));
      expect(left.filter((key) => key.startsWith("viva.session"))).toEqual([]);
    }
    // Neither token nor the means to renew it are worth anything.
    await expect(stage.api(member, "/api/usage")).rejects.toThrow("session_revoked");
    const renewed = await fetch(
      `${stage.config.supabaseUrl}/auth/v1/token?grant_type=refresh_token`,
      {
        method: "POST",
        headers: { apikey: stage.config.supabaseKey, "Content-Type": "application/json" },
        body: JSON.stringify({ refresh_token: member.session.refresh_token }),
      },
    );
    expect(renewed.status).toBeGreaterThanOrEqual(400);
  });

  it("stays signed in, and says so, where the server cannot be told", async () => {
    const page = await stage.visit("/account", { member: await talker() });
    await page.route("**/api/sessions/revoke", (route) => route.abort("connectionreset"));
    await press(page, "Sign out everywhere");
    await press(page, "Sign out on all devices");
    await page.getByRole("alert").getByText("The connection failed.").waitFor();
    await page.unroute("**/api/sessions/revoke");
    await press(page, "Sign out on all devices");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});

describe("erasing everything", () => {
  async function ask(page: Page, { password }: TestMember): Promise<void> {
    await press(page, "Erase everything");
    await page.getByLabel("Type ERASE to go on").fill("erase");
    await page.getByLabel("Your password").fill(password);
    await press(page, "Erase everything now");
  }

  it("asks for a word, erases, says goodbye, and a new beginning is a new one", async () => {
    const member = await talker();
    const page = await stage.visit("/account", { member });
    await press(page, "Erase everything");
    await press(page, "Erase everything now");
    await page.getByRole("alert").getByText("Type ERASE into the field first.").waitFor();
    expect(stage.requests("DELETE", "/api/account-data")).toEqual([]);
    await page.getByLabel("Type ERASE to go on").fill("ERASE");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("Type your password first").waitFor();
    await page.getByLabel("Your password").fill("not my password");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("This is not your password.").waitFor();
    expect(stage.requests("DELETE", "/api/account-data")).toEqual([]);
    // Also hours after the sign-in: the password stands for a new one.
    await stage.query("update auth.sessions set created_at = now() - interval '3 hours'");
    await page.getByLabel("Your password").fill(member.password);
    await page.keyboard.press("Enter");
    await page.getByText("Everything is erased. Goodbye").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    const id = (member.session.user as { id: string }).id;
    const kept = await page.evaluate(() => JSON.stringify(localStorage));
    expect(kept).not.toContain(id);
    const rows = await stage.query<{ rows: number }>(
      `select (select count(*) from conversation_sessions where user_id = $1)
            + (select count(*) from ai_conversations where user_id = $1)
            + (select count(*) from token_usage where user_id = $1)
            + (select count(*) from user_profiles where user_id = $1) as rows`,
      [id],
    );
    expect(Number(rows[0]?.rows)).toBe(0);

    await page.getByLabel("E-mail").fill(member.email);
    await page.getByLabel("Password").fill(member.password);
    await press(page, "Sign in");
    await page.getByRole("heading", { name: "What would you love to live?" }).waitFor();
    expect(await page.getByText("Go on where you were").count()).toBe(0);
    const anew = await stage.signIn(member.email, member.password);
    const { items } = await stage.api<{ items: ConversationSummary[] }>(anew, "/api/conversations");
    expect(items).toEqual([]);
  });

  it("is seen to its end by a page that is loaded anew in the middle", async () => {
    const member = await talker();
    const page = await stage.visit("/account", { member });
    // The server has begun, and how it stands cannot be seen until later.
    const seen = Promise.withResolvers<void>();
    let asked = 0;
    await page.context().route("**/api/account-data", async (route) => {
      asked += 1;
      if (asked === 1) return route.continue();
      await seen.promise;
      return route.continue().catch(() => {});
    });
    await ask(page, member);
    await page.getByText("Your data is being erased.").waitFor();
    await page.reload();
    await page.getByText("Your data is being erased.").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    seen.resolve();
    await page.getByText("Everything is erased. Goodbye").waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await page.getByText("erased").count()).toBe(0);
  });

  it("has not happened, and is not said to have, where the server could not be asked", async () => {
    const member = await talker();
    const page = await stage.visit("/account", { member });
    await page.route("**/api/account-data", (route) => route.abort("connectionreset"));
    await ask(page, member);
    await page.getByRole("alert").getByText("The connection failed.").waitFor();
    await press(page, "Keep everything");
    await page.reload();
    await page.getByText("of 10,000 left").waitFor();
    const { items } = await stage.api<{ items: ConversationSummary[] }>(
      member,
      "/api/conversations",
    );
    expect(items).toHaveLength(1);
    // Nor does a later sign-out bring it about.
    await press(page, "Sign out");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.unroute("**/api/account-data");
    await page.reload();
    await expect
      .poll(() => page.evaluate(() => Object.keys(localStorage)))
      .not.toContain("viva.erasing");
    expect(stage.requests("DELETE", "/api/account-data")).toEqual([]);
  });
});
