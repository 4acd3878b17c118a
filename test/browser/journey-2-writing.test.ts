import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, setStage } from "./stage.ts";
import { area, card, edit, SECTIONS, saved, seriousFindings, writersOn } from "./visions.ts";

let stage: Stage;
const { commit, list, read, write, writer } = writersOn(() => stage);
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

describe("writing in the draft", () => {
  it("saves as one goes, and shows the same after a reload", async () => {
    const { member, draft } = await writer();
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    const field = await edit(page, "Fun");
    await field.fill("I dance.");
    await saved(page);
    await expect.poll(async () => (await read(member, draft)).sections.fun).toBe("I dance.");
    await page.reload();
    await card(page, "fun").getByText("I dance.").waitFor();
  });

  it("loses nothing to a reload in the middle of a word", async () => {
    const { member, draft } = await writer({ fun: "I play." });
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    stage.refuse("PATCH", "/api/visions/");
    await (await edit(page, "Fun")).pressSequentially(" I dance and I");
    await page.reload();
    await card(page, "fun").getByText("I play. I dance and I").waitFor();
    await page.getByText("Not saved yet").waitFor();
    expect((await read(member, draft)).sections.fun).toBe("I play.");
    stage.forget();
    await page.reload();
    await saved(page);
    expect((await read(member, draft)).sections.fun).toBe("I play. I dance and I");
  });

  it("goes on offline, and saves by itself once there is a connection", async () => {
    const { member, draft } = await writer({ fun: "I play." });
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    const field = await edit(page, "Fun");
    await page.context().setOffline(true);
    await field.fill("I dance offline.");
    await page.getByText("Not saved yet").waitFor();
    await page.context().setOffline(false);
    await saved(page);
    expect((await read(member, draft)).sections.fun).toBe("I dance offline.");
  });

  it("does not send a section that is too long, says so, and saves the others", async () => {
    const { member, draft } = await writer();
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    await (await edit(page, "Fun")).fill("x".repeat(20_001));
    await page.getByText("A section can have up to 20,000 characters").waitFor();
    await (await edit(page, "Home")).fill("I love the porch.");
    await expect
      .poll(async () => (await read(member, draft)).sections)
      .toEqual({ home: "I love the porch." });
    expect(await area(page, "Fun").inputValue()).toHaveLength(20_001);
  });
});

describe("two tabs at the same section", () => {
  async function conflict() {
    const { member, draft } = await writer({ fun: "I play.", home: "I rest." });
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    const field = await edit(page, "Fun");
    // The other one is another device: it does not tell this browser what it writes.
    // A page that hears of it at once would not write behind it: its reading fails for a while.
    const vision = `**/api/visions/${draft.id}`;
    await page.route(vision, (route) =>
      route.request().method() === "GET" ? route.abort() : route.continue(),
    );
    await write(member, draft.id, { fun: "I play by the sea.", home: "I rest well." });
    await field.fill("I play in the woods.");
    await page.unroute(vision);
    await page.getByRole("alert", { name: "Fun was changed elsewhere" }).waitFor();
    return { member, draft, page, field };
  }

  it("shows both texts, loses neither, and keeps mine where I say so", async () => {
    const { member, draft, page, field } = await conflict();
    const alert = page.getByRole("alert", { name: "Fun was changed elsewhere" });
    await alert.locator("del").getByText("sea").waitFor();
    await alert.locator("ins").getByText("woods").waitFor();
    // What was not touched here is simply taken over.
    await card(page, "home").getByText("I rest well.").waitFor();
    expect(await field.inputValue()).toBe("I play in the woods.");
    expect((await read(member, draft)).sections.fun).toBe("I play by the sea.");
    expect(await seriousFindings(page)).toEqual([]);

    await alert.getByRole("button", { name: "Keep mine" }).click();
    await saved(page);
    expect((await read(member, draft)).sections.fun).toBe("I play in the woods.");
  });

  it("takes theirs, and can still bring mine back", async () => {
    const { member, draft, page, field } = await conflict();
    await page.getByRole("button", { name: "Take theirs" }).click();
    expect(await field.inputValue()).toBe("I play by the sea.");
    await page.getByRole("button", { name: "Bring them back" }).click();
    await saved(page);
    expect((await read(member, draft)).sections.fun).toBe("I play in the woods.");
  });

  it("is still there to decide after a reload", async () => {
    const { member, draft, page } = await conflict();
    await page.reload();
    await page.getByRole("alert", { name: "Fun was changed elsewhere" }).waitFor();
    expect((await read(member, draft)).sections.fun).toBe("I play by the sea.");
  });

  it("tells the other tab of the same browser at once", async () => {
    const { member, draft } = await writer({ fun: "I play.", home: "I rest." });
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    await page.getByRole("button", { name: "Edit Fun" }).waitFor();
    const other = await page.context().newPage();
    await other.goto(page.url());
    await (await edit(other, "Fun")).fill("I play by the sea.");
    await card(page, "fun").getByText("I play by the sea.").waitFor();
  });

  it("carries words into a new draft where the old one was committed meanwhile", async () => {
    const { member, draft } = await writer(SECTIONS);
    const page = await stage.visit(`/life-vision/${draft.id}`, { member });
    // A page that hears of it at once takes the field away: this one hears nothing.
    await page.routeWebSocket("**/api/viva/live", () => {});
    await page.reload();
    const field = await edit(page, "Fun");
    await commit(member, draft);
    await field.fill("I came too late.");
    await page.getByRole("button", { name: "Carry them into a draft" }).click();
    await card(page, "fun").getByText("I came too late.").waitFor();
    await saved(page);
    const items = await list(member);
    const next = items.find(({ state }) => state === "draft");
    expect((await read(member, { id: next?.id ?? "" })).sections.fun).toBe("I came too late.");
    expect((await read(member, draft)).sections.fun).toBe(SECTIONS.fun);
  });
});

it("sends what an earlier page could not, from the list of versions too", async () => {
  const { member, draft } = await writer({ fun: "I play." });
  const page = await stage.visit(`/life-vision/${draft.id}`, { member });
  await page.route("**/api/visions/*", (route) =>
    route.request().method() === "PATCH" ? route.abort("connectionreset") : route.continue(),
  );
  await (await edit(page, "Fun")).fill("I dance.");
  await page.goto(`${stage.url}/account`);
  await page.unroute("**/api/visions/*");
  await page.goto(`${stage.url}/life-vision`);
  await expect.poll(async () => (await read(member, draft)).sections.fun).toBe("I dance.");
});
