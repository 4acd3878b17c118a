import { runInDurableObject } from "cloudflare:test";
import { describe, expect, inject, it, vi } from "vitest";
import type { Credits } from "../../domain/credits.ts";
import type { Vision } from "../../domain/journey.ts";
import { Random } from "../chaos/random.ts";
import { call, chat, EVENTS, getJson, say, WORDS } from "./support/api.ts";
import { at, draftOf, readyMember, send } from "./support/journey.ts";
import { forgetMemory, type Member, objectOf } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { useSettings } from "./support/settings.ts";
import { eventually, query } from "./support/supabase.ts";
import { sharedSecretToken } from "./support/tokens.ts";
import { copied } from "./support/writing.ts";

const LIMIT = 1_000_000_000;
const { seed, actions } = inject("whoPays");

/** What the member has done so far: told if something is wrong. */
const trace: string[] = [];

/** What the provider does with the next request, each as likely as its weight. */
const MOODS = {
  well: 6,
  slow: 3,
  "without usage": 2,
  "one word": 1,
  stalled: 2,
  "stalled before its headers": 1,
  "cut before a word": 1,
  "cut later": 2,
  withheld: 1,
  busy: 1,
  broken: 1,
  "not JSON": 1,
} as const;

async function setMood(random: Random): Promise<void> {
  const calm = {
    fault: null,
    usage: true,
    tokens: null,
    ttftMs: random.int(0, 60),
    gapMs: 1,
    script: null,
  } as const;
  const mood = random.weighted(MOODS);
  const changes = {
    well: {},
    slow: { ttftMs: random.int(100, 300), gapMs: 8 },
    "without usage": { usage: false },
    "one word": { tokens: 1 },
    stalled: { fault: "stall", at: random.int(0, 3) },
    "stalled before its headers": { fault: "stall", at: -1 },
    "cut before a word": { fault: "drop", at: 0 },
    "cut later": { fault: "drop", at: random.int(1, 20) },
    withheld: { fault: "content_filter", at: random.int(0, 5) },
    busy: { fault: "429", times: 1, retryAfter: 0 },
    broken: { fault: "500", times: 1 },
    "not JSON": { tokens: 5 },
  } as const;
  await setModel({ ...calm, ...changes[mood] });
}

/** What a member does, each as likely as its weight. */
const ACTIONS = {
  message: 8,
  again: 2,
  edit: 3,
  regenerate: 3,
  keyed: 3,
  greeting: 3,
  stop: 4,
  "stop a text": 2,
  "discovery, first": 2,
  "discovery, picked": 3,
  "discovery, second": 2,
  "discovery, text": 3,
  "discovery, better": 2,
  refine: 3,
  draft: 3,
  save: 3,
  "delete a talk": 2,
  "delete the vision": 1,
  "the object is lost": 1,
} as const;

/** One member, who does all that makes VIVA ask a model, and gets in its way. */
class Life {
  readonly member: Member;
  vision: Vision;
  readonly #random: Random;
  readonly #open = new Set<Promise<unknown>>();
  #sent = 0;
  #key = 0;
  constructor(member: Member, vision: Vision, random: Random) {
    this.member = member;
    this.vision = vision;
    this.#random = random;
  }

  /** Sends a request; some clients leave before the first byte, some in mid-answer, some are waited for. */
  async #send(make: (signal: AbortSignal) => Promise<Response>): Promise<void> {
    const gone = new AbortController();
    const leaves = this.#random.chance(0.25);
    const afterMs = this.#random.int(0, 80);
    if (leaves) setTimeout(() => gone.abort(), afterMs);
    const read = make(gone.signal)
      .then((response) => response.text())
      .catch(() => {});
    this.#open.add(read);
    void read.then(() => this.#open.delete(read));
    if (this.#random.chance(0.5)) await read;
    else await scheduler.wait(this.#random.int(0, 120));
  }

  #form() {
    return this.#random.chance(0.7) ? EVENTS : WORDS;
  }

  #talk() {
    return this.#random.pick(["one", "two", "three"]);
  }

  #chat(body: object, headers = {}) {
    return this.#send((signal) => chat(this.member, body, { ...this.#form(), ...headers }, signal));
  }

  #post(path: string, body: unknown, headers = {}, method = "POST") {
    return this.#send((signal) =>
      call(path, {
        method,
        headers: {
          authorization: `Bearer ${this.member.token}`,
          ...EVENTS,
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal,
      }),
    );
  }

  readonly #actions = {
    message: () => {
      this.#sent += 1;
      const words = `I love rivers and lakes, number ${this.#sent}. ${"More. ".repeat(this.#random.int(0, 60))}`;
      return this.#chat(say(words, { id: this.#talk() }, `m${this.#sent}`));
    },
    again: () =>
      this.#chat(say("I love kites", { id: this.#talk() }, `again-${this.#random.int(1, 3)}`)),
    edit: () =>
      this.#chat(
        say(
          `Edited ${this.#random.next()}`,
          { id: this.#talk(), messageId: `m${this.#sent}` },
          `m${this.#sent}`,
        ),
      ),
    regenerate: () => this.#chat({ id: this.#talk(), trigger: "regenerate-message", messages: [] }),
    keyed: () => {
      if (this.#random.chance(0.4)) this.#key += 1;
      return this.#chat(say(`Keyed ${this.#key}`, { id: "keyed" }), {
        "idempotency-key": `key-${this.#key}`,
      });
    },
    greeting: () =>
      this.#chat({
        messages: [],
        visionBuildPhase: this.#random.pick(["contrast", "peak", "specific"]),
        context: {
          isInitialGreeting: true,
          category: this.#random.pick(["fun", "love", "work", "home"]),
        },
      }),
    stop: () => this.#post(`/api/viva/chat/${this.#talk()}/stop`, {}),
    "stop a text": () =>
      this.#post(`/api/viva/chat/${encodeURIComponent(`vision:${this.vision.id}:fun`)}/stop`, {}),
    "discovery, first": () =>
      this.#discover("submit_step_1", { customInput: "Board games", selections: [] }),
    "discovery, picked": async () => {
      const start = await call("/api/vision/chat", {
        method: "POST",
        headers: { authorization: `Bearer ${this.member.token}` },
        body: JSON.stringify({ visionId: this.vision.id, category: "fun", action: "start" }),
      });
      const { tiles = [] } = (await start.json()) as { tiles?: { id: string }[] };
      const selections = tiles.slice(0, 2).map(({ id }) => id);
      await this.#discover("submit_step_1", { selections, customInput: "" });
    },
    "discovery, second": () =>
      this.#discover("submit_step_2", { customInput: "By the sea", selections: [] }),
    "discovery, text": () => this.#discover("submit_step_3", { selections: ["daily"] }),
    "discovery, better": () =>
      this.#discover("submit_step_3", { selections: [], mode: "better", customInput: "More sun" }),
    refine: () =>
      this.#post(
        `/api/visions/${this.vision.id}/sections/fun/refine`,
        { instructions: "More joy" },
        at(this.vision.revision),
      ),
    draft: () => this.#post(`/api/conversations/${this.#talk()}/draft`, undefined),
    save: async () => {
      const saved = await send(
        this.member,
        "PATCH",
        `/api/visions/${this.vision.id}`,
        { sections: { fun: `I dance on Fridays, time ${this.#random.next()}.` } },
        at(this.vision.revision),
      );
      if (saved.ok) this.vision = await saved.json();
      else await saved.text();
    },
    "delete a talk": () =>
      this.#post(`/api/conversations/${this.#talk()}`, undefined, {}, "DELETE"),
    "delete the vision": async () => {
      await (
        await send(
          this.member,
          "DELETE",
          `/api/visions/${this.vision.id}`,
          undefined,
          at(this.vision.revision),
        )
      ).text();
      this.vision = await draftOf(this.member, { fun: "I dance in the kitchen on Fridays." });
    },
    "the object is lost": async () => {
      // What leaves in the very moment of a loss is not found again: that is said in README.
      await this.acknowledged();
      await forgetMemory();
    },
  };

  #discover(action: string, more: object) {
    return this.#post("/api/vision/chat", {
      visionId: this.vision.id,
      category: "fun",
      action,
      ...more,
    });
  }

  /** Waits until the object has written down every request that the provider has seen. */
  acknowledged(): Promise<void> {
    return eventually(async () => {
      const seen = await modelRequests(this.member.id);
      const written = await runInDurableObject(objectOf(this.member), (_object, { storage }) =>
        Number(storage.sql.exec("SELECT COUNT(*) AS n FROM requests").one().n),
      );
      expect(written).toBeGreaterThanOrEqual(seen.length);
    });
  }

  async act(): Promise<void> {
    const name = this.#random.weighted(ACTIONS);
    trace.push(name);
    await this.#actions[name]();
  }

  async ended(): Promise<void> {
    await Promise.all(this.#open);
  }
}

/** A row of the books, as far as it is judged. */
type Row = {
  turn_id: string;
  input_tokens: number;
  metadata: { credits: number };
};

/** Requests that the provider took on. */
const takenOn = async (member: Member) =>
  (await modelRequests(member.id)).filter(({ status }) => status === 200);

const sum = (list: readonly number[]) => list.reduce((all, n) => all + n, 0);

/** Each request that the provider took on has a row that costs the member something, and all of them are charged. */
async function judge(member: Member, since: string): Promise<void> {
  const requests = await takenOn(member);
  // After an erase the rows are nobody's.
  const rows = await query<Row>(
    "select * from token_usage where created_at >= $1 and (user_id = $2 or user_id is null)",
    [since, member.id],
  );
  const paid = rows.filter(({ input_tokens }) => input_tokens > 0);
  const story = `seed ${seed}: ${JSON.stringify({ trace, outcomes: requests.map(({ outcome }) => outcome) })}`;
  expect(paid.length, story).toBeGreaterThanOrEqual(requests.length);
  for (const turn of Map.groupBy(paid, ({ turn_id }) => turn_id).values()) {
    expect(sum(turn.map(({ metadata }) => metadata.credits)), story).toBeGreaterThan(0);
  }
  // An estimate is no way to a discount.
  const asked = sum(requests.map(({ body }) => JSON.stringify(body.messages).length / 4));
  expect(sum(paid.map(({ input_tokens }) => input_tokens)), story).toBeGreaterThan(0.6 * asked);
  const { credits } = await getJson<{ credits: Credits }>(member, "/api/usage");
  expect(LIMIT - credits.left, story).toBe(sum(rows.map(({ metadata }) => metadata.credits)));
}

describe("whatever a member does", () => {
  it("each request to a model is in the books, and costs them something", async () => {
    const random = new Random(seed);
    let member = await readyMember();
    const since = new Date(Date.now() - 1_000).toISOString();
    await useSettings(member, {
      MONTHLY_CREDITS: LIMIT,
      TURNS_PER_MINUTE: 100_000,
      HISTORY_TOKENS: 400,
      GREETINGS_AHEAD: true,
    });
    await forgetMemory();
    const vision = await draftOf(member, { fun: "I dance in the kitchen on Fridays." });
    const life = new Life(member, vision, random);
    for (let n = 0; n < actions; n += 1) {
      if (random.chance(0.6)) await setMood(random);
      await life.act();
    }
    if (random.chance(0.5)) {
      // Everything is erased while requests are under way.
      void life.act();
      void life.act();
      await eventually(async () => {
        const erased = await (await send(member, "DELETE", "/api/account-data")).json();
        expect(erased).toEqual({ state: "done" });
      });
      const iat = Math.floor(Date.now() / 1_000) + 2;
      member = { ...member, token: await sharedSecretToken(member.id, { iat, exp: iat + 3_600 }) };
    }
    await life.ended();
    await vi.waitFor(() => judge(member, since), { timeout: 10_000, interval: 200 });
    // Nothing more came after the last count.
    await copied(member);
    await judge(member, since);
  }, 3_600_000);
});
