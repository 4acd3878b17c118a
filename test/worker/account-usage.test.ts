import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Credits } from "../../domain/credits.ts";
import type { DayUsage, SyncState } from "../../domain/messages.ts";
import { chat, EVENTS, get, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { forgetMemory, type Member, newMember, objectOf } from "./support/members.ts";
import { setModel } from "./support/model.ts";
import { partOf, readEvents, readWords } from "./support/streams.ts";
import { eventually, setSupabase } from "./support/supabase.ts";

interface Usage {
  readonly credits: Credits;
  readonly days: readonly DayUsage[];
}

const today = () => new Date().toISOString().slice(0, 10);
const usageOf = (member: Member) => getJson<Usage>(member, "/api/usage");

/** Takes everything from a member's object, once Postgres has it: as after a move to another region. */
async function emptyObject(member: Member): Promise<void> {
  await eventually(async () =>
    expect(await getJson<SyncState>(member, "/api/sync")).toMatchObject({ pending: 0 }),
  );
  await runInDurableObject(objectOf(member), async (_object, { storage }) => {
    await storage.deleteAlarm();
    await storage.deleteAll();
  });
  await forgetMemory();
}

describe("usage", () => {
  it("is nothing for a member who has not talked, with the credits of the month", async () => {
    const { credits, days } = await usageOf(await newMember());
    expect(days).toEqual([]);
    expect(credits).toMatchObject({ left: 10_000, limit: 10_000 });
    expect(new Date(credits.renewsAt).getUTCDate()).toBe(1);
  });

  it("counts turns and credits by day and action, also for an object that is new", async () => {
    const member = await newMember();
    let spent = 0;
    for (const text of ["One", "Two"]) {
      const events = await readEvents(await chat(member, say(text, { id: "talk" }), EVENTS));
      spent += partOf(events, "finish").messageMetadata.usage.credits;
    }
    const counted = await usageOf(member);
    expect(counted.days).toEqual([
      { day: today(), action: "chat_conversation", turns: 2, credits: spent },
    ]);
    expect(counted.credits.left).toBe(10_000 - spent);
    await emptyObject(member);
    expect(await usageOf(member)).toEqual(counted);
    const events = await readEvents(await chat(member, say("Three", { id: "talk" }), EVENTS));
    spent += partOf(events, "finish").messageMetadata.usage.credits;
    const [day] = (await usageOf(member)).days;
    expect(day).toMatchObject({ turns: 3, credits: spent });
  });

  it("leaves out the months before", async () => {
    const member = await newMember();
    await setModel({ tokens: 1 });
    await readWords(await chat(member, say("Hello"), WORDS));
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      storage.sql.exec("UPDATE turns SET ended_at = ended_at - 40 * 24 * 3600 * 1000");
      storage.sql.exec("INSERT INTO usage_days VALUES ('2020-01-31', 'chat_conversation', 9, 9)");
    });
    expect((await usageOf(member)).days).toEqual([]);
  });

  it("is each member's own", async () => {
    const [ada, ben] = [await newMember(), await newMember()];
    await readWords(await chat(ada, say("Hello"), WORDS));
    expect((await usageOf(ben)).days).toEqual([]);
  });

  it("is not shown as less than it is while the database is away", async () => {
    const member = await newMember();
    await setSupabase({ down: true });
    const response = await get(member, "/api/usage");
    expect(await problemOf(response)).toMatchObject({ status: 503, code: "database_unavailable" });
  });
});
