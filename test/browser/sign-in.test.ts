import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { headersFile } from "../../client/headers.ts";
import { type Stage, setStage, type TestMember } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

const FOUND = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };

/** A request that would have an e-mail sent, as Supabase's auth gets it. */
interface Asked {
  readonly email: string;
  readonly code_challenge: string;
  readonly create_user?: boolean;
}

/**
 * Stands for the part of Supabase's auth that sends e-mails, which the local one has no use for: takes
 * the request for a link, and changes the code of that link for a session.
 */
async function mail(page: Page, member: TestMember, refusal?: { status: number; body: object }) {
  const asked: Asked[] = [];
  const codes: { auth_code: string; code_verifier: string }[] = [];
  await page.route(/\/auth\/v1\/(recover|otp)/, async (route) => {
    if (route.request().method() === "OPTIONS") return route.continue();
    asked.push(route.request().postDataJSON() as Asked);
    if (refusal) {
      const { status, body } = refusal;
      return route.fulfill({ status, json: body, headers: FOUND });
    }
    return route.fulfill({ json: {}, headers: FOUND });
  });
  await page.route(/\/auth\/v1\/token\?grant_type=pkce/, async (route) => {
    if (route.request().method() === "OPTIONS") return route.continue();
    const code = route.request().postDataJSON() as (typeof codes)[number];
    codes.push(code);
    // As the server does it: the verifier must be what the challenge was made of.
    const digest = await crypto.subtle.digest(
      "SHA-256",
      new TextEncoder().encode(code.code_verifier),
    );
    const challenge = Buffer.from(digest).toString("base64url");
    const right = code.auth_code === "the-code" && asked.at(-1)?.code_challenge === challenge;
    return right
      ? route.fulfill({ json: member.session, headers: FOUND })
      : route.fulfill({
          status: 400,
          json: { code: "bad_code_verifier", message: "no" },
          headers: FOUND,
        });
  });
  return { asked, codes };
}

const ask = async (page: Page, way: string, email: string) => {
  await page.getByRole("button", { name: way }).click();
  await page.getByRole("textbox", { name: "E-mail" }).fill(email);
  await page.getByRole("button", { name: "Send me a link" }).click();
};

describe("a forgotten password", () => {
  it("is replaced by a new one, with a link that is opened where it was asked for", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/");
    const { asked } = await mail(page, member);
    await ask(page, "Forgot your password?", member.email);
    await page.getByRole("status").getByText("choose a new password").waitFor();
    expect(asked).toMatchObject([{ email: member.email }]);

    await page.goto(`${stage.url}/?code=the-code`);
    await page.getByRole("heading", { name: "Choose a new password" }).waitFor();
    expect(page.url()).toBe(`${stage.url}/`);
    // Nothing else opens before, also not after a reload.
    await page.goto(`${stage.url}/account`);
    await page.getByRole("heading", { name: "Choose a new password" }).waitFor();
    await page.getByRole("textbox", { name: "New password" }).fill("short");
    await page.getByRole("button", { name: "Save the new password" }).click();
    await page.getByRole("alert").getByText("at least 8 characters").waitFor();
    await page.getByRole("textbox", { name: "New password" }).fill("quite another password");
    await page.getByRole("button", { name: "Save the new password" }).click();
    await page.getByRole("heading", { name: "Account" }).waitFor();
    expect((await stage.signIn(member.email, "quite another password")).email).toBe(member.email);
    await expect(stage.signIn(member.email, member.password)).rejects.toThrow("400");
  });

  it("can be left as it is", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/");
    await mail(page, member);
    await ask(page, "Forgot your password?", member.email);
    await page.getByRole("status").getByText("choose a new password").waitFor();
    await page.goto(`${stage.url}/?code=the-code`);
    await page.getByRole("button", { name: "Leave it as it is" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});

describe("a password that the server refuses as weak", () => {
  it.each([
    [["pwned"], /known from a leak/],
    [["length", "characters"], /too short\..*Mix small and capital letters/],
    [["something new"], /^Choose a stronger password\.$/],
  ])("for %j is named in plain words, at sign-up and for a new one", async (reasons, words) => {
    const refused = {
      ...{ status: 422, headers: FOUND },
      json: { code: "weak_password", message: "Not for members.", weak_password: { reasons } },
    };
    const fresh = await stage.visit("/");
    await fresh.route(/\/auth\/v1\/signup/, (route) =>
      route.request().method() === "OPTIONS" ? route.continue() : route.fulfill(refused),
    );
    await fresh.getByRole("button", { name: "Create an account" }).click();
    await fresh.getByRole("textbox", { name: "E-mail" }).fill("new@example.com");
    await fresh.getByLabel("Password").fill("password1");
    await fresh.getByLabel("Password").press("Enter");
    await fresh.getByRole("alert").getByText(words).waitFor();

    const member = await stage.newMember();
    const page = await stage.visit("/", { member });
    await page.evaluate(() => localStorage.setItem("viva.recovery", "1"));
    await page.reload();
    await page.route(/\/auth\/v1\/user/, (route) =>
      route.request().method() === "PUT" ? route.fulfill(refused) : route.continue(),
    );
    await page.getByRole("textbox", { name: "New password" }).fill("password1");
    await page.getByRole("button", { name: "Save the new password" }).click();
    await page.getByRole("alert").getByText(words).waitFor();
  });
});

describe("a link to sign in by", () => {
  it("signs in, and makes no account for who has none", async () => {
    const member = await stage.newMember();
    const page = await stage.visit("/");
    const { asked } = await mail(page, member);
    await ask(page, "Sign in by e-mail", member.email);
    await page.getByRole("status").getByText("If there is an account").waitFor();
    expect(asked).toMatchObject([{ email: member.email, create_user: false }]);
    await page.goto(`${stage.url}/?code=the-code`);
    await page.getByRole("heading", { name: "What would you love to live?" }).waitFor();
    expect(page.url()).toBe(`${stage.url}/`);
  });

  it("does not tell whether there is an account", async () => {
    const page = await stage.visit("/");
    const body = { error_code: "otp_disabled", msg: "Signups not allowed for otp" };
    await mail(page, await stage.newMember(), { status: 422, body });
    await ask(page, "Sign in by e-mail", "nobody@example.com");
    await page.getByRole("status").getByText("If there is an account").waitFor();
  });

  it("that cannot be sent is refused in a sentence", async () => {
    const page = await stage.visit("/");
    const body = { error_code: "over_email_send_rate_limit", msg: "email rate limit exceeded" };
    await mail(page, await stage.newMember(), { status: 429, body });
    await ask(page, "Sign in by e-mail", "someone@example.com");
    await page.getByRole("alert").getByText("Too many attempts").waitFor();
    expect(await page.getByRole("textbox", { name: "E-mail" }).inputValue()).toBe(
      "someone@example.com",
    );
  });

  it("asked for in another browser leads nowhere here, and says where it would", async () => {
    const page = await stage.visit("/?code=the-code");
    await page.getByText("Open the link in the browser where you asked for it").waitFor();
    expect(page.url()).toBe(`${stage.url}/`);
    expect(await page.evaluate(() => localStorage.getItem("viva.session"))).toBeNull();
  });

  it.each([
    ["#error=access_denied&error_code=otp_expired&error_description=Call+0800", "expired"],
    [
      "?error=server_error&error_code=unexpected_failure&error_description=Call+0800",
      "did not work",
    ],
  ])("that was refused (%s) is explained in our own words", async (address, sentence) => {
    const page = await stage.visit(`/${address}`);
    await page.getByText("This link").getByText(sentence).waitFor();
    expect(await page.getByText("0800").count()).toBe(0);
    expect(page.url()).toBe(`${stage.url}/`);
  });

  it("with somebody's session in it signs nobody in, and nobody out", async () => {
    const [mine, theirs] = [await stage.newMember(), await stage.newMember()];
    const { access_token, refresh_token } = theirs.session as Record<string, string>;
    const address = `/account#access_token=${access_token}&refresh_token=${refresh_token}&expires_in=3600&token_type=bearer&type=magiclink`;
    const nobody = await stage.visit(address);
    await nobody.getByText("Open the link in the browser").waitFor();
    expect(nobody.url()).toBe(`${stage.url}/account`);
    const page = await stage.visit(address, { member: mine });
    await page.getByText(mine.email).waitFor();
    expect(await page.getByText(theirs.email).count()).toBe(0);
    expect(page.url()).toBe(`${stage.url}/account`);
  });
});

/** Stands for Cloudflare Turnstile's script: a check that one passes by a press. */
const TURNSTILE = `
  let passed = 0;
  globalThis.turnstile = {
    render(place, options) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: "I am a person" });
      button.onclick = () => { passed += 1; options.callback(options.sitekey + " token " + passed); };
      place.append(button);
      return "widget";
    },
    reset() {},
    remove() {},
  };`;

/** A page of a deployment whose sign-in asks for a captcha, with the policy of its build. */
async function captchaPage(script: "there" | "blocked") {
  const member = await stage.newMember();
  const page = await stage.visit("/");
  const state = { script };
  await page.route("**/api/config", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ json: { ...(await response.json()), captchaSiteKey: "site" } });
  });
  await page.route(`${stage.url}/`, async (route) => {
    const response = await route.fetch();
    const before = response.headers()["content-security-policy"] ?? "";
    const styleHash = /'sha256-([^']+)'/.exec(before)?.[1] ?? "";
    const file = headersFile({ styleHash, preload: {}, hashed: [], connect: "", captcha: true });
    const policy = /Content-Security-Policy: (.*)/.exec(file)?.[1] ?? "";
    await route.fulfill({
      response,
      headers: { ...response.headers(), "content-security-policy": policy },
    });
  });
  await page.route("https://challenges.cloudflare.com/**", (route) =>
    state.script === "there"
      ? route.fulfill({ contentType: "text/javascript", body: TURNSTILE })
      : route.abort(),
  );
  await page.route(/\/auth\/v1\/(user|factors)/, (route) =>
    route.fulfill({ json: member.session.user, headers: FOUND }),
  );
  const sent: unknown[] = [];
  await page.route(/\/auth\/v1\/(signup|token)/, async (route) => {
    if (route.request().method() === "POST") sent.push(route.request().postDataJSON());
    // A page that a test has put in the place of the server's may not ask another one.
    await route.fulfill({ json: member.session, headers: FOUND });
  });
  await page.goto(stage.url);
  return { page, state, sent };
}

describe("a captcha", () => {
  it("is asked for where a site key is set, by keyboard too, and its token goes to Supabase", async () => {
    const { page, sent } = await captchaPage("there");
    await page.getByRole("button", { name: "Create an account" }).click();
    const email = `captcha-${Date.now()}@example.com`;
    await page.getByRole("textbox", { name: "E-mail" }).fill(email);
    await page.getByLabel("Password").fill("a good long password");
    const check = page.getByRole("button", { name: "I am a person" });
    await check.waitFor();
    await page.getByLabel("Password").press("Enter");
    await page.getByText("Wait for the check that you are a person").waitFor();
    expect(sent).toEqual([]);
    await page.getByLabel("Password").press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Create account" }).press("Enter");
    await expect
      .poll(() => sent)
      .toMatchObject([{ email, gotrue_meta_security: { captcha_token: "site token 1" } }]);
    await expect.poll(() => page.locator(".form-error").allInnerTexts()).toEqual([]);
    await page.getByRole("heading", { name: "Create your account" }).waitFor({ state: "detached" });
  });

  it("is asked for also before everything is erased", async () => {
    const { page, sent } = await captchaPage("there");
    await page.getByRole("textbox", { name: "E-mail" }).fill("captcha@example.com");
    await page.getByLabel("Password").fill("a good long password");
    await page.getByRole("button", { name: "I am a person" }).click();
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("link", { name: "Account" }).first().click();
    await page.getByRole("button", { name: "Erase everything" }).click();
    await page.getByLabel("Type ERASE to go on").fill("ERASE");
    await page.getByLabel("Your password").fill("a good long password");
    const check = page.getByRole("button", { name: "I am a person" });
    await check.waitFor();
    await page.getByRole("button", { name: "Erase everything now" }).click();
    await page.getByRole("alert").getByText("Wait for the check that you are a person").waitFor();
    expect(sent).toHaveLength(1);
    await check.click();
    await page.getByRole("button", { name: "Erase everything now" }).click();
    await expect
      .poll(() => sent[1])
      .toMatchObject({ gotrue_meta_security: { captcha_token: expect.any(String) } });
    // The erase goes on with a session that the server did not give, and complains while the next test runs.
    await page.close();
  });

  it("says so if it cannot be loaded, and can be tried again", async () => {
    const { page, state } = await captchaPage("blocked");
    await page.getByText("The check that you are a person did not load").waitFor();
    state.script = "there";
    await page.getByRole("button", { name: "Try the check again" }).click();
    await page.getByRole("button", { name: "I am a person" }).waitFor();
    expect(await page.getByText("did not load").count()).toBe(0);
  });

  it("loads nothing without a site key", async () => {
    const page = await stage.visit("/");
    const foreign: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("cloudflare")) foreign.push(request.url());
    });
    await page.goto(stage.url);
    await page.getByRole("button", { name: "Create an account" }).click();
    await page.getByLabel("Password").fill("a good long password");
    expect(foreign).toEqual([]);
    expect(await page.locator("iframe").count()).toBe(0);
  });
});
