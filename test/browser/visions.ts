import axe from "axe-core";
import type { Locator, Page } from "playwright-core";
import { CATEGORIES } from "../../domain/categories.ts";
import type { Sections } from "../../domain/context.ts";
import type { Vision } from "../../domain/journey.ts";
import type { Page as ListPage } from "../../domain/messages.ts";
import type { Stage, TestMember } from "./stage.ts";

/** A profile that opens the gate. */
export const PROFILE = {
  ...{ first_name: "Maya", last_name: "Torres", phone: "+1 555 0100", gender: "Female" },
  ...{ date_of_birth: "1988-04-17", relationship_status: "Single", has_children: false },
  ...{ exercise_frequency: "1-2x", living_situation: "Own", time_at_location: "6 years" },
  ...{ city: "Asheville", state: "North Carolina", country: "United States" },
  ...{ employment_type: "Business Owner", occupation: "Potter", hobbies: ["pottery"] },
  ...{ travel_frequency: "Twice a year", spiritual_practice: "Tea at dawn" },
};

/** All 14 sections with words. */
export const SECTIONS: Sections = Object.fromEntries(
  CATEGORIES.map(({ key, label }) => [
    key,
    `I choose ${label} with warm hands.\n\nI enjoy every morning of it, and I smile.`,
  ]),
);

/** Members with visions, made through the API as any client would. */
export interface Writers {
  call<T>(
    member: TestMember,
    method: string,
    path: string,
    body?: unknown,
    revision?: number,
  ): Promise<T>;
  read(member: TestMember, vision: { readonly id: string }): Promise<Vision>;
  list(member: TestMember): Promise<readonly Vision[]>;
  /** Writes sections as another device would. */
  write(member: TestMember, id: string, sections: Sections): Promise<Vision>;
  commit(member: TestMember, draft: Vision): Promise<Vision>;
  /** A member whose profile opens the gate, with a draft of these sections. */
  writer(sections?: Sections): Promise<{ member: TestMember; draft: Vision }>;
  /** A member with an active version of all sections and a draft copied from it. */
  refiner(): Promise<{ member: TestMember; active: Vision; draft: Vision }>;
}

/** @param stage asked anew at every call, since it is set before the first test */
export function writersOn(stage: () => Stage): Writers {
  const writers: Writers = {
    async call<T>(
      member: TestMember,
      method: string,
      path: string,
      body?: unknown,
      revision?: number,
    ) {
      const response = await fetch(stage().url + path, {
        method,
        headers: {
          Authorization: `Bearer ${member.session.access_token}`,
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...(revision === undefined ? {} : { "If-Match": `"v${revision}"` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
      return (await response.json()) as T;
    },
    read: (member, { id }) => writers.call<Vision>(member, "GET", `/api/visions/${id}`),
    async list(member) {
      const { items } = await writers.call<ListPage<Vision>>(member, "GET", "/api/visions");
      return items;
    },
    async write(member, id, sections) {
      const { revision } = await writers.read(member, { id });
      return writers.call<Vision>(member, "PATCH", `/api/visions/${id}`, { sections }, revision);
    },
    commit: (member, { id, revision }) =>
      writers.call<Vision>(member, "POST", `/api/visions/${id}/commit`, {}, revision),
    async writer(sections = {}) {
      const member = await stage().newMember();
      await writers.call(member, "PATCH", "/api/profile", PROFILE);
      const draft = await writers.call<Vision>(member, "POST", "/api/visions", {});
      const some = Object.keys(sections).length > 0;
      return { member, draft: some ? await writers.write(member, draft.id, sections) : draft };
    },
    async refiner() {
      const { member, draft: first } = await writers.writer(SECTIONS);
      const active = await writers.commit(member, first);
      const draft = await writers.call<Vision>(member, "POST", "/api/visions", {});
      return { member, active, draft };
    },
  };
  return writers;
}

/** The card of a section. */
export const card = (page: Page, key: string): Locator => page.locator(`#${key}`);

/** Where a section is written. */
export const area = (page: Page, label: string): Locator =>
  page.getByLabel(`Your words for ${label}`);

/** Waits until the page says that nothing is unsaved. */
export const saved = (page: Page): Promise<void> =>
  page.getByRole("status").getByText("All saved").waitFor();

/** Opens a section for writing. */
export async function edit(page: Page, label: string): Promise<Locator> {
  await page.getByRole("button", { name: new RegExp(`^(Edit|Write) ${label}$`) }).click();
  return area(page, label);
}

/** What axe finds that keeps people out, as `rule: element`. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: engine } = window as unknown as { axe: typeof axe };
    const { violations } = await engine.run(document);
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  });
}

/** How far the page sticks out of the window, in pixels. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
