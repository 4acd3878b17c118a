import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { answers, composer, openTalk, type Stage, setStage, type TestMember } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

/** Markup, markdown and links that would run something, were they taken for what they look like. */
const EVIL = [
  "<img src=x onerror=\"window.pwned='img'\">",
  "<svg/onload=window.pwned='svg'>",
  "<script>window.pwned='script'</script>",
  '"><iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
  "<a href=\"javascript:window.pwned='a'\">open</a>",
  "[open](javascript:window.pwned='md')",
  "![open](x\" onerror=\"window.pwned='mdimg')",
  "{{constructor.constructor('window.pwned=1')()}}",
  "<style>body{display:none}</style>",
  "</textarea></title><base href=//evil.example.com>",
].join(" ");

/** Counts what the policy refuses on a page, from its first line of code on. */
async function watched(page: Page): Promise<Page> {
  await page.context().addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { violations: seen });
    document.addEventListener("securitypolicyviolation", (event) => {
      seen.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
    });
  });
  await page.reload();
  return page;
}

const violations = (page: Page) =>
  page.evaluate(() => (window as unknown as { violations: string[] }).violations);

/** What on a page would show that a text was taken for more than text. */
function intrusions(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const { pwned } = window as unknown as { pwned?: unknown };
    if (pwned !== undefined) found.push(`ran: ${String(pwned)}`);
    for (const element of document.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        if (name.startsWith("on")) found.push(`${element.tagName} has ${name}`);
        const leads = ["href", "src", "action", "formaction", "srcdoc"].includes(name);
        if (leads && /^\s*(javascript|data:text)/i.test(value)) found.push(`${name}=${value}`);
      }
      if (["IFRAME", "BASE", "OBJECT", "EMBED"].includes(element.tagName)) {
        found.push(element.tagName);
      }
    }
    const scripts = [...document.scripts].filter(({ src }) => !src.startsWith(location.origin));
    if (scripts.length > 0) found.push(`${scripts.length} scripts`);
    if (document.querySelector('img[src="x"]')) found.push("an image of the text's");
    return found;
  });
}

/** A member who has written it wherever there is room for words. */
async function newIntruder(): Promise<{ member: TestMember; visions: string[] }> {
  const member = await stage.newMember();
  const { id } = member.session.user as { id: string };
  const short = EVIL.slice(0, 90);
  await stage.query(
    `update user_profiles set first_name = $2, last_name = $2, full_name = $2, phone = '1',
       date_of_birth = '1990-01-01', gender = $2, relationship_status = 'Married',
       partner_name = $2, has_children = false, exercise_frequency = '5+',
       living_situation = 'Own', time_at_location = '1', city = $2, state = $2, country = $2,
       employment_type = 'Employee', occupation = $2, hobbies = array[$2], fun_story = $3
     where user_id = $1`,
    [id, short, EVIL],
  );
  const insert = `insert into vision_versions (user_id, title, fun, health, forward)
    values ($1, $2, $3, $3, $3) returning id`;
  const visions: string[] = [];
  for (const last of [false, true]) {
    const [row] = await stage.query<{ id: string }>(insert, [id, short, EVIL]);
    if (row) visions.push(row.id);
    if (last || !row) continue;
    const token = member.session.access_token as string;
    const committed = await fetch(`${stage.url}/api/visions/${row.id}/commit`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "if-match": '"v1"' },
    });
    expect(committed.status, await committed.text()).toBe(200);
  }
  return { member, visions };
}

/** Waits until a page shows what it is about, and nothing is being loaded any more. */
async function settled(page: Page): Promise<void> {
  await page.locator("#app main").waitFor();
  await page.waitForLoadState("networkidle");
}

describe("the content security policy", () => {
  it("refuses what gets into a page all the same", async () => {
    const page = await watched(await stage.visit("/"));
    await settled(page);
    const outcomes = await page.evaluate(async () => {
      // What the test itself runs may do more than the page: in a task of its own it may not.
      await new Promise((resolve) => setTimeout(resolve));
      const attempt = (act: () => void): string => {
        try {
          act();
          return "done";
        } catch (error) {
          return (error as Error).name;
        }
      };
      const body = document.body;
      return {
        markup: attempt(() => {
          body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.pwned=1'>");
        }),
        html: attempt(() => {
          const box = document.createElement("div");
          box.innerHTML = "<b>x</b>";
        }),
        code: attempt(() => {
          // biome-ignore lint/security/noGlobalEval: it has to be refused
          // biome-ignore lint/complexity/noCommaOperator: the global one
          (0, eval)("window.pwned = 2");
        }),
        script: attempt(() => {
          const script = document.createElement("script");
          script.textContent = "window.pwned = 3";
          body.append(script);
        }),
        handler: attempt(() => {
          const button = document.createElement("button");
          button.setAttribute("onclick", "window.pwned = 4");
          body.append(button);
          button.click();
        }),
        policy: attempt(() => {
          const { trustedTypes } = window as unknown as {
            trustedTypes: { createPolicy(name: string, rules: object): unknown };
          };
          trustedTypes.createPolicy("mine", { createHTML: (text: string) => text });
        }),
      };
    });
    expect(outcomes).toEqual({
      markup: "TypeError",
      html: "TypeError",
      code: "EvalError",
      script: "TypeError",
      handler: "TypeError",
      policy: "TypeError",
    });
    await page.evaluate(() => {
      const frame = document.createElement("iframe");
      frame.src = "https://evil.example.com/";
      document.body.append(frame);
      const form = document.createElement("form");
      form.action = "https://evil.example.com/";
      document.body.append(form);
      frame.remove();
      form.remove();
    });
    expect(await intrusions(page)).toEqual([]);
    const refused = (await violations(page)).join("\n");
    for (const directive of ["require-trusted-types-for", "trusted-types", "frame-src"]) {
      expect(refused).toContain(directive);
    }
    // What the browser wrote of it was asked for.
    expect(stage.complaints().length).toBeGreaterThan(0);
  });

  it("lets nobody put a page into a frame", async () => {
    const page = await stage.visit("/");
    const { headers } = await fetch(`${stage.url}/account`);
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    await settled(page);
  });
});

describe("markup, markdown and links in a member's words", () => {
  it("are words on every page, and no page breaks the policy", async () => {
    const { member, visions } = await newIntruder();
    const paths = [
      "/",
      "/profile",
      "/assessment",
      "/life-vision",
      ...visions.map((id) => `/life-vision/${id}`),
      ...visions.map((id) => `/life-vision/${id}?category=fun`),
      "/life-vision/create-with-viva",
      "/life-vision/create-with-viva?category=fun",
      "/vision/build",
      "/viva",
      "/account",
      `/${encodeURIComponent(EVIL)}`,
      `/viva?category=${encodeURIComponent(EVIL)}#${encodeURIComponent(EVIL)}`,
    ];
    const page = await watched(await stage.visit("/", { member }));
    let shown = 0;
    for (const path of paths) {
      await page.goto(stage.url + path);
      await settled(page);
      expect([path, await intrusions(page)]).toEqual([path, []]);
      expect([path, await violations(page)]).toEqual([path, []]);
      if ((await page.locator("#app").innerText()).includes("onerror")) shown += 1;
    }
    // They are there to be read, as they were written.
    expect(shown).toBeGreaterThan(1);
  });

  it("are words in a talk, in its list, and in VIVA's answer", async () => {
    const { member } = await newIntruder();
    const page = await watched(await openTalk(stage, member));
    await answers(page).first().waitFor();
    await composer(page).fill(EVIL);
    await composer(page).press("Enter");
    await answers(page).nth(1).waitFor();
    await page.getByText("window.pwned='script'").first().waitFor();
    expect(await intrusions(page)).toEqual([]);
    await page.reload();
    await page.getByText("window.pwned='script'").first().waitFor();
    expect(await intrusions(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
  });

  it("are nothing where nobody is signed in, in the address and in a link from an e-mail", async () => {
    const encoded = encodeURIComponent(EVIL);
    for (const path of [
      `/?next=${encoded}`,
      `/account?error_description=${encoded}`,
      `/#error=access_denied&error_code=otp_expired&error_description=${encoded}`,
      "/#access_token=forged&refresh_token=forged&expires_in=3600&token_type=bearer&type=recovery",
    ]) {
      const page = await watched(await stage.visit(path));
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      expect([path, await intrusions(page)]).toEqual([path, []]);
      expect([path, await violations(page)]).toEqual([path, []]);
      expect(await page.evaluate(() => localStorage.getItem("viva.session"))).toBeNull();
    }
  });
});
