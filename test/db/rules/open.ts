import { expect, it } from "vitest";
import type { SqlRunner } from "../../../migrations/apply.ts";
import { as, newMember, one, type TestDatabase } from "../support/database.ts";
import { apply, conversation, message, usage } from "../support/outbox.ts";

interface Opened {
  context: { version: number };
  creditsUsed: number;
  conversations: { id: string; title: string; phase: string; nextPosition: number }[];
}

const open = async (db: SqlRunner): Promise<Opened> =>
  (await one<{ opened: Opened }>(db, "select viva_open() as opened")).opened;

const messages = async (db: SqlRunner, id: string): Promise<{ id: string }[] | null> =>
  (await one<{ read: { id: string }[] | null }>(db, "select viva_conversation($1) as read", [id]))
    .read;

/** `viva_open` and `viva_conversation`: what fills an object that is new. */
export function openRules(database: () => TestDatabase): void {
  it("gives a new object the context, the conversations and the credits of this month", async () => {
    const db = database();
    const member = await newMember(db);
    const now = new Date().toISOString();
    await apply(db, member, [
      conversation(1),
      message(2),
      message(3, { id: "m2", role: "assistant", text: "What a joy", position: 1 }),
      conversation(4, { id: "gone", deletedAt: now }),
      usage(5, { turnId: crypto.randomUUID(), createdAt: now, metadata: { credits: 3 } }),
      usage(6, { turnId: crypto.randomUUID(), createdAt: now, metadata: { credits: 4 } }),
      usage(7, {
        turnId: crypto.randomUUID(),
        createdAt: "2020-01-01T00:00:00Z",
        metadata: { credits: 50 },
      }),
      usage(8, { turnId: crypto.randomUUID(), createdAt: now, metadata: {} }),
    ]);
    await as(db, member, async (own) => {
      expect(await open(own)).toMatchObject({
        context: { version: 1 },
        creditsUsed: 7,
        conversations: [{ id: "talk", title: "What I play", phase: "contrast", nextPosition: 2 }],
      });
      expect(await messages(own, "talk")).toMatchObject([
        { id: "m1", role: "user", text: "I love to dance", position: 0, status: "complete" },
        { id: "m2", role: "assistant", text: "What a joy", position: 1 },
      ]);
    });
  });

  it("gives nobody what is another member's", async () => {
    const db = database();
    const [member, other] = [await newMember(db), await newMember(db)];
    await apply(db, member, [conversation(1), message(2)]);
    await as(db, other, async (own) => {
      expect(await open(own)).toMatchObject({ creditsUsed: 0, conversations: [] });
      expect(await messages(own, "talk")).toBeNull();
      const { opened } = await one<{ opened: Opened }>(own, "select viva_open($1) as opened", [
        member,
      ]);
      expect(opened).toMatchObject({ creditsUsed: 0, conversations: [] });
    });
  });

  it("keeps what an edit replaced beside the message of the same id", async () => {
    const db = database();
    const member = await newMember(db);
    await apply(db, member, [
      conversation(1),
      message(2),
      message(3, { status: "replaced" }),
      message(4, { text: "I love to swim", position: 2 }),
    ]);
    await as(db, member, async (own) => {
      expect(await messages(own, "talk")).toMatchObject([
        { id: "m1", text: "I love to dance", status: "replaced", position: 0 },
        { id: "m1", text: "I love to swim", status: "complete", position: 2 },
      ]);
    });
  });
}
