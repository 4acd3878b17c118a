import type { Page } from "playwright-core";
import { afterEach, beforeAll, expect, it, onTestFailed, vi } from "vitest";
import type { Credits } from "../../domain/credits.ts";
import type { ProfileState, Vision } from "../../domain/journey.ts";
import type { Conversation, ConversationSummary } from "../../domain/messages.ts";
import { answers, composer, type Stage, setStage, type TestMember, visitBeside } from "./stage.ts";
import { say } from "./talk.ts";
import { area, card, edit, writersOn } from "./visions.ts";

/** How many things happen. With the default seed, 40 are some of each kind; `npm run test:long` tries more. */
const ACTIONS = Number(process.env.IN_STEP_ACTIONS ?? 40);
/** The same seed makes the same things happen again. */
const SEED = Number(process.env.IN_STEP_SEED ?? 7);
// Ends a test that hangs. Each wait of an action has a limit of its own.
vi.setConfig({ testTimeout: 120_000 + ACTIONS * 10_000 });

let stage: Stage;
const { read, writer } = writersOn(() => stage);
beforeAll(async () => {
  stage = await setStage();
});
afterEach(async () => {
  expect(await stage.leave()).toEqual([]);
});

/** Numbers from 0 to under 1, always the same ones for a seed (mulberry32). */
function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The tabs of one browser. */
interface Tabs {
  readonly talk: Page;
  readonly profile: Page;
  readonly vision: Page;
  readonly account: Page;
}

const FIELDS = { first_name: "First name", city: "City", occupation: "Occupation" } as const;
type FieldName = keyof typeof FIELDS;
const SECTIONS = { fun: "Fun", home: "Home" } as const;
type SectionName = keyof typeof SECTIONS;

/** What a member sees of theirs. Texts are without spaces: those are the page's own. */
interface View {
  readonly talk: string;
  readonly messages: readonly string[];
  readonly titles: readonly string[];
  readonly credits: string;
  readonly profile: Readonly<Record<string, string>>;
  readonly sections: Readonly<Record<string, string>>;
}

const bare = (text: string) => text.replace(/\s+/g, "");

async function viewOf({ talk, profile, vision, account }: Tabs): Promise<View> {
  const [shown, fields, sections, credits] = await Promise.all([
    talk.evaluate(() => {
      const words = (element: Element, selector: string) =>
        element.querySelector(selector)?.textContent ?? "";
      return {
        talk: new URLSearchParams(location.search).get("c") ?? "",
        messages: [...document.querySelectorAll<HTMLElement>(".turn")].map(
          (turn) =>
            `${turn.ariaLabel} ${turn.dataset.status} ${words(turn, ".text").replace(/\s+/g, "")}`,
        ),
        titles: [...document.querySelectorAll(".viva-side .conversation")].map((row) =>
          words(row, ".conversation-title"),
        ),
      };
    }),
    Promise.all(
      Object.entries(FIELDS).map(async ([name, label]) => [
        name,
        await profile.getByLabel(label, { exact: true }).inputValue(),
      ]),
    ),
    vision.evaluate(
      (keys) =>
        keys.map((key) => [key, document.querySelector(`#${key} .prose`)?.textContent ?? ""]),
      Object.keys(SECTIONS),
    ),
    account.locator(".credits-left strong").innerText(),
  ]);
  return {
    ...{ ...shown, credits, profile: Object.fromEntries(fields) },
    sections: Object.fromEntries(sections.map(([key = "", text = ""]) => [key, bare(text)])),
  };
}

/** What the server has of what is on the screen. */
async function truthOf(member: TestMember, talk: string, draft: Vision): Promise<View> {
  const [conversation, { items }, { credits }, { profile }, { sections }] = await Promise.all([
    stage.api<Conversation>(member, `/api/conversations/${encodeURIComponent(talk)}`),
    stage.api<{ items: ConversationSummary[] }>(member, "/api/conversations"),
    stage.api<{ credits: Credits }>(member, "/api/usage"),
    stage.api<ProfileState>(member, "/api/profile"),
    read(member, draft),
  ]);
  const values = Object.keys(FIELDS).map((name) => [name, profile[name as FieldName] ?? ""]);
  const texts = Object.keys(SECTIONS).map((key) => [key, bare(sections[key as SectionName] ?? "")]);
  return {
    talk,
    messages: conversation.messages.map(({ role, parts, metadata }) => {
      const text = bare(parts.map((part) => part.text).join(""));
      return `${role === "user" ? "You" : "VIVA"} ${metadata.status} ${text}`;
    }),
    titles: items.map(({ title }) => title),
    credits: new Intl.NumberFormat("en-US").format(credits.left),
    profile: Object.fromEntries(values),
    sections: Object.fromEntries(texts),
  };
}

// The name holds the seed, so that every failure prints it, a time-out too.
it(`keeps two browsers in step (IN_STEP_SEED=${SEED} IN_STEP_ACTIONS=${ACTIONS})`, async () => {
  const { member, draft } = await writer({ fun: "I play.", home: "I rest." });
  const random = numbersOf(SEED);
  const below = (count: number) => Math.floor(random() * count);
  const pick = <Item>(list: readonly Item[]): Item => list[below(list.length)] as Item;
  const done: string[] = [];
  let step = 0;
  onTestFailed(() => console.error(`The last actions: ${done.slice(-12).join("; ")}`));

  await stage.model({ ttftMs: 5, gapMs: 1, tokens: 8 });
  await say(stage, member, "first", "Where we begin.");
  await say(stage, member, "second", "And where we go on.");

  async function open(device: TestMember): Promise<Tabs> {
    const talk = await stage.visit("/viva?c=second", { member: device });
    const profile = await visitBeside(talk, "/profile");
    const vision = await visitBeside(talk, `/life-vision/${draft.id}`);
    const account = await visitBeside(talk, "/account");
    await profile.getByLabel("First name").waitFor();
    await card(vision, "fun").locator(".prose").waitFor();
    await account.locator(".credits-left strong").waitFor();
    await answers(talk).first().waitFor();
    return { talk, profile, vision, account };
  }

  const browsers = {
    one: await open(member),
    other: await open(await stage.signIn(member.email, member.password)),
  };
  // All eight hear what the others do.
  await expect.poll(() => stage.requests("GET", "/api/viva/live").length).toBeGreaterThanOrEqual(8);
  const both = [browsers.one, browsers.other];

  const currentOf = ({ talk }: Tabs) => new URL(talk.url()).searchParams.get("c") ?? "";
  const rows = ({ talk }: Tabs) => talk.locator(".viva-side .conversation-row");
  const row = ({ talk }: Tabs, id: string) =>
    talk.locator(`.viva-side [data-conversation="${id}"]`);
  const listed = async (tabs: Tabs) =>
    rows(tabs).evaluateAll((all) =>
      all.map((one) => (one as HTMLElement).dataset.conversation ?? ""),
    );

  /** Shows a conversation in a browser, by its list. */
  async function show(tabs: Tabs, id: string): Promise<void> {
    await row(tabs, id).locator("a").click();
    await tabs.talk.waitForURL((url) => url.searchParams.get("c") === id);
  }

  async function write({ talk }: Tabs, text: string): Promise<void> {
    await composer(talk).fill(text);
    await composer(talk).press("Enter");
  }

  /** Waits until the last answer has some words and is still being written. */
  async function growing({ talk }: Tabs): Promise<void> {
    await talk.waitForFunction(
      () =>
        (document.querySelector('.turn-viva[data-status="streaming"] .text')?.textContent ?? "")
          .length > 20,
    );
  }

  const quick = () => stage.model({ ttftMs: 5, gapMs: 1, tokens: 4 + below(30) });
  const slow = () => stage.model({ ttftMs: 5, gapMs: 25, tokens: 300 });

  /** What can happen: in one browser, and then what the other's member does about it. */
  const actions: Readonly<Record<string, (here: Tabs, there: Tabs) => Promise<void>>> = {
    async send(here) {
      await quick();
      await write(here, `What I say at ${step}.`);
    },

    async stop(here, there) {
      await slow();
      await write(here, `Too long at ${step}.`);
      const stopping = pick([here, there]);
      await growing(stopping);
      await stopping.talk.getByRole("button", { name: "Stop" }).click();
    },

    async "send over an answer"(here, there) {
      await slow();
      await write(here, `Interrupted at ${step}.`);
      await growing(there);
      await quick();
      await write(there, `Instead at ${step}.`);
    },

    async "another answer"(here) {
      await quick();
      const again = here.talk.getByRole("button", { name: /^(Another answer|Ask again)$/ });
      // Where nothing was said yet there is only a greeting.
      if ((await again.count()) === 0) return write(here, `Said at ${step}.`);
      await again.click();
    },

    async edit(here) {
      await quick();
      const pencil = here.talk.getByRole("button", { name: "Edit your message" });
      if ((await pencil.count()) === 0) return write(here, `Said at ${step}.`);
      await here.talk.locator(".turn-member").last().hover();
      await pencil.click();
      const field = here.talk.getByLabel("Your message, to be changed");
      await field.fill(`Changed at ${step}.`);
      await field.press("Enter");
    },

    async rename(here) {
      const chosen = row(here, pick(await listed(here)));
      await chosen.getByRole("button", { name: /^More for/ }).click();
      await chosen.getByRole("button", { name: "Rename" }).click();
      const title = here.talk.getByLabel("Title of the conversation");
      await title.fill(`Title at ${step}`);
      await title.press("Enter");
    },

    async delete(here, there) {
      const ids = await listed(here);
      if (ids.length < 2) return actions["new conversation"]?.(here, there);
      const id = pick(ids);
      const current = currentOf(here);
      await row(here, id)
        .getByRole("button", { name: /^More for/ })
        .click();
      await row(here, id).getByRole("button", { name: "Delete" }).click();
      await here.talk.getByRole("button", { name: "Delete it" }).click();
      await row(here, id).waitFor({ state: "detached" });
      if (id !== current) return;
      await there.talk.getByRole("heading", { name: "This conversation was deleted" }).waitFor();
      await here.talk.waitForURL((url) => url.searchParams.get("c") !== id);
      await show(there, currentOf(here));
    },

    async "new conversation"(here, there) {
      await quick();
      const before = currentOf(here);
      await here.talk
        .locator(".viva-side")
        .getByRole("button", { name: "New conversation" })
        .click();
      const picker = here.talk.getByRole("dialog", { name: "New conversation" });
      await picker.getByRole("radio", { name: pick(["Open talk", "Fun", "Work"]) }).check();
      await picker.getByRole("button", { name: "Begin" }).click();
      await here.talk.waitForURL((url) => url.searchParams.get("c") !== before);
      await answers(here.talk).first().waitFor();
      await write(here, `Begun at ${step}.`);
      await show(there, currentOf(here));
    },

    async "go back to a conversation"(here, there) {
      const id = pick(await listed(here));
      await show(here, id);
      await show(there, id);
    },

    async "a field of the profile"({ profile }) {
      const name = pick(Object.keys(FIELDS) as FieldName[]);
      const field = profile.getByLabel(FIELDS[name], { exact: true });
      await field.fill(`Value ${step}`);
      await field.blur();
    },

    async "a section of the vision"({ vision }) {
      const key = pick(Object.keys(SECTIONS) as SectionName[]);
      await edit(vision, SECTIONS[key]);
      await area(vision, SECTIONS[key]).fill(`I live at ${step}.`);
      await card(vision, key).getByRole("button", { name: "Done" }).click();
    },
  };

  /** In what the two browsers show something else than the server has. */
  async function differences(): Promise<string[]> {
    const truth = await truthOf(member, currentOf(browsers.one), draft);
    const views = await Promise.all(both.map(viewOf));
    return views.flatMap((view, index) =>
      (Object.keys(truth) as (keyof View)[])
        .filter((part) => JSON.stringify(view[part]) !== JSON.stringify(truth[part]))
        .map(
          (part) =>
            `${index === 0 ? "one" : "other"} ${part}: ${JSON.stringify(view[part])} instead of ${JSON.stringify(truth[part])}`,
        ),
    );
  }

  await expect.poll(differences, { interval: 30 }).toEqual([]);
  for (step = 1; step <= ACTIONS; step += 1) {
    const name = pick(Object.keys(actions));
    const turned = random() < 0.5;
    done.push(`${step} ${name} (${turned ? "other" : "one"})`);
    const [here, there] = turned ? [browsers.other, browsers.one] : [browsers.one, browsers.other];
    await actions[name]?.(here, there);
    await expect.poll(differences, { interval: 30 }).toEqual([]);
  }
});
