import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { DailyBudgetFigures } from "../../domain/operations.ts";
import { DESKTOP, OPS_SECRET, PHONE, type Stage, setStage, type TestMember } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  // Only what this file writes is counted, whatever ran on the stage before.
  await stage.query("delete from token_usage");
  await stage.query("delete from session_troubles");
  await stage.query(BOOKS);
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
  await stage.query("delete from session_troubles");
});

/** Requests of the last nine days, in three regions, with some of everything. */
const BOOKS = `
  insert into token_usage (id, turn_id, attempt, action_type, model_used, input_tokens,
    cached_input_tokens, output_tokens, estimated, cost_micro_usd, success, error_code, first_token_ms,
    colo, region, metadata, created_at)
  select gen_random_uuid(), 't' || n, 1 + (n % 40 = 0)::int, 'chat_conversation', 'gpt-6-luna',
    900, 300 + n % 300, 120, n % 25 = 0, 141, n % 17 <> 0,
    case when n % 34 = 0 then 'provider_busy' when n % 17 = 0 then 'provider_timeout' end,
    case when n % 17 <> 0 then 250 + (n * 37) % 400 + (n % 90 = 0)::int * 2500 end,
    'FRA', (array['Bavaria', 'Île-de-France', 'Oregon'])[1 + n % 3],
    jsonb_build_object(
      'country', (array['DE', 'FR', 'US'])[1 + n % 3], 'kind', 'message', 'oursMs', 1 + n % 6,
      'state', case when n % 17 = 0 then 'failed' when n % 11 = 0 then 'stopped' else 'complete' end)
      || case when n % 40 = 0 then '{"hedged": true, "wonBy": 2}' else '{}' end::jsonb,
    now() - (n % 9) * interval '1 day'
  from generate_series(1, 600) as n`;

const idOf = (member: TestMember) => (member.session.user as { id: string }).id;

/** Reports a trouble of a member, as their session would. */
const report = (member: TestMember, over: object = {}) =>
  stage.query("select viva_report($1, $2::text::jsonb)", [
    idOf(member),
    JSON.stringify([
      {
        ...{ kind: "refused", rowKind: "message", code: "23514", count: 3 },
        ...{ since: "2026-11-20T08:00:00Z", ...over },
      },
    ]),
  ]);

async function enter(page: Page, secret = OPS_SECRET): Promise<void> {
  await page.getByLabel("Operator's secret").fill(secret);
  await page.getByRole("button", { name: "Enter" }).click();
}

async function opened(viewport = DESKTOP): Promise<Page> {
  const page = await stage.visit("/ops", { viewport });
  await enter(page);
  await page.getByText("Read at").waitFor();
  return page;
}

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: engine } = window as unknown as { axe: typeof axe };
    const { violations } = await engine.run(document);
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  });
}

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

it("lets in by the secret alone, which stands in no address and goes with the tab", async () => {
  const page = await stage.visit("/ops", { member: await stage.newMember() });
  // A member is nobody here.
  await page.getByRole("heading", { name: "Operators only" }).waitFor();
  await page.getByRole("button", { name: "Enter" }).click();
  await page.getByRole("alert").getByText("Fill in").waitFor();
  await enter(page, "a guess");
  await page.getByRole("alert").getByText("not the operator's secret").waitFor();
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  await enter(page);
  await page.getByRole("heading", { name: "First word", exact: true }).waitFor();
  const asked = stage.requests("GET", "/");
  expect(asked.some((url) => url.startsWith("/api/ops/overview?days=14"))).toBe(true);
  expect(asked.filter((url) => decodeURIComponent(url).includes("operator"))).toEqual([]);
  expect(page.url()).toBe(`${stage.url}/ops`);
  await page.reload();
  await page.getByText("Read at").waitFor();
  const other = await page.context().newPage();
  await other.goto(`${stage.url}/ops`);
  await other.getByRole("heading", { name: "Operators only" }).waitFor();
  await page.getByRole("button", { name: "Leave" }).click();
  await page.getByRole("heading", { name: "Operators only" }).waitFor();
  expect(await page.evaluate(() => JSON.stringify([sessionStorage, localStorage]))).not.toContain(
    OPS_SECRET,
  );
  await page.reload();
  await page.getByRole("heading", { name: "Operators only" }).waitFor();
});

it("needs nobody to be signed in, and nothing of the member's code", async () => {
  const page = await opened();
  expect(await page.getByRole("navigation", { name: "Main" }).count()).toBe(0);
  expect(stage.requests("GET", "/auth/")).toEqual([]);
  await page.getByRole("link", { name: "VibrationFit, home" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

it("shows the first word's parts by day and region, as pictures and as tables", async () => {
  const page = await opened();
  await page.getByRole("img", { name: "First word, as members wait for it" }).waitFor();
  const ours = page.getByRole("figure").filter({ hasText: "Our part of it" });
  await ours.getByText("As a table").click();
  const rows = ours.getByRole("row");
  expect(await rows.count()).toBe(15);
  expect(await rows.last().innerText()).toMatch(/Nov \d+\s+\d ms\s+\d ms\s+\d ms/);
  const regions = page.getByRole("region", { name: "First word by region" });
  expect(await regions.getByRole("row").count()).toBe(4);
  await regions.getByText("Île-de-France, France").waitFor();
  const all = await rows.last().innerText();
  const whole = page.getByRole("figure").filter({ hasText: "as members wait for it" });
  await whole.getByText("As a table").click();
  const before = await whole.getByRole("table").innerText();
  await page.getByLabel("Region", { exact: true }).selectOption("Oregon, United States");
  await expect.poll(() => whole.getByRole("table").innerText()).not.toBe(before);
  expect(all).not.toBe("");
  const errors = page.getByRole("figure").filter({ hasText: "Errors by code" });
  await errors.getByText("As a table").click();
  await errors.getByRole("columnheader", { name: "provider_timeout" }).waitFor();
  await page.getByText("7 days").click();
  await expect.poll(() => rows.count()).toBe(8);
});

it("has a member's session send again, one and all that are listed", async () => {
  const members = [await stage.newMember(), await stage.newMember(), await stage.newMember()];
  const [first] = members as [TestMember, ...TestMember[]];
  for (const member of members) await report(member);
  const hanging = await stage.newMember();
  await report(hanging, { kind: "turns", rowKind: "", code: "", count: 1 });
  const page = await opened();
  const list = page.getByRole("listitem").filter({ hasText: "told" });
  await expect.poll(() => list.count()).toBe(4);
  await list
    .filter({ hasText: idOf(first) })
    .getByText("3 message rows, 23514")
    .waitFor();
  await page.getByRole("button", { name: `Send again for ${idOf(first)}` }).click();
  // The session has nothing to send, says so, and its report is gone.
  await expect.poll(() => list.count()).toBe(3);
  await page.getByRole("button", { name: "Send all listed again" }).click();
  await expect.poll(() => list.count()).toBe(1);
  await list.getByText("Turn does not end").waitFor();
  expect(stage.requests("POST", "/api/ops/outbox/resend")).toHaveLength(3);
  expect(await page.getByRole("button", { name: "Send all listed again" }).isDisabled()).toBe(true);
});

it("says what is wrong where figures cannot be read, keeps what it has, and recovers", async () => {
  const page = await opened();
  await page.route("**/api/ops/**", (route) =>
    route.fulfill({
      status: 503,
      contentType: "application/problem+json",
      body: JSON.stringify({
        ...{ code: "database_unavailable", status: 503, retryable: true },
        detail: "The database cannot be reached right now.",
      }),
    }),
  );
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByText("The database cannot be reached right now.").waitFor();
  await page.getByRole("img", { name: "Outcomes" }).waitFor();
  await page.unroute("**/api/ops/**");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("cannot be reached").waitFor({ state: "hidden" });
});

it("goes back to the gate where the secret was changed meanwhile", async () => {
  const page = await opened();
  await page.evaluate(() => sessionStorage.setItem("viva.operations", "of yesterday"));
  await page.reload();
  await page.getByRole("alert").getByText("not the operator's secret").waitFor();
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

/** The page of a deployment whose budget of the day stands like this. */
async function openedWithBudget(budget: DailyBudgetFigures, viewport = DESKTOP): Promise<Page> {
  const page = await stage.visit("/ops", { viewport });
  await page.route("**/api/ops/overview*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), budget } });
  });
  await enter(page);
  await page.getByText("Read at").waitFor();
  return page;
}

const budgetOf = (page: Page) => page.getByRole("region", { name: "Today's budget" });

it("shows that no budget is set, and how to set one", async () => {
  const page = await opened();
  await budgetOf(page).getByText("No budget is set. DAILY_BUDGET_USD limits").waitFor();
});

it.each([
  [
    "well below",
    { budgetMicroUsd: 50_000_000, spentMicroUsd: 12_500_000 },
    "$12.50 of $50.00 · 25 %",
    null,
  ],
  [
    "from 80 % on",
    { budgetMicroUsd: 50_000_000, spentMicroUsd: 40_000_000 },
    "$40.00 of $50.00 · 80 %",
    "80 % or more is spent",
  ],
  [
    "beyond it",
    { budgetMicroUsd: 50_000_000, spentMicroUsd: 51_000_000 },
    "$51.00 of $50.00 · 102 %",
    "All of it is spent",
  ],
  [
    "unknown",
    { budgetMicroUsd: 50_000_000, spentMicroUsd: null },
    "What is spent of $50.00 cannot be read",
    null,
  ],
] as const)("shows what is spent of the day's budget: %s", async (_how, figures, said, note) => {
  for (const viewport of [PHONE, DESKTOP]) {
    const page = await openedWithBudget(figures, viewport);
    await budgetOf(page).getByText(said).waitFor();
    const notes = budgetOf(page).getByRole("status");
    if (note === null) expect(await notes.count()).toBe(0);
    else await notes.getByText(note).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    if (process.env.SHOTS) {
      await budgetOf(page).scrollIntoViewIfNeeded();
      await page.screenshot({ path: `${process.env.SHOTS}/${_how}-${viewport.width}.png` });
    }
  }
});

describe.each([
  ["a phone", PHONE],
  ["a desktop", DESKTOP],
])("on %s", (_, viewport) => {
  it("can be read and used by everyone, and nothing sticks out", async () => {
    const gate = await stage.visit("/ops", { viewport });
    await gate.getByRole("heading", { name: "Operators only" }).waitFor();
    expect(await seriousFindings(gate)).toEqual([]);
    expect(await overflow(gate)).toBe(0);
    await report(await stage.newMember());
    const page = await opened(viewport);
    for (const table of await page.getByText("As a table").all()) await table.click();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
  });
});
