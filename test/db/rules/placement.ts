import { expect, it } from "vitest";
import { as, newMember, one, sqlState, type TestDatabase } from "../support/database.ts";

/** `viva_placement`: where members' objects live, said once and for good. */
export function placementRules(database: () => TestDatabase): void {
  const placed = async (jurisdiction: string) =>
    (await one<{ kept: string }>(database(), "select viva_placement($1) as kept", [jurisdiction]))
      .kept;

  it("keeps what was said first, whatever is said later", async () => {
    await database().query("delete from deployment");
    expect([await placed("eu"), await placed(""), await placed("us")]).toEqual(["eu", "eu", "eu"]);
    const rows = await database().query("select jurisdiction from deployment");
    expect(rows).toEqual([{ jurisdiction: "eu" }]);
  });

  it("takes nothing for a place that is none", async () => {
    await database().query("delete from deployment");
    expect(await sqlState(database().query("select viva_placement('mars')"))).toBe("23514");
    expect(await database().query("select * from deployment")).toEqual([]);
  });

  it("is the server's to say: no member reads or fixes it", async () => {
    const db = database();
    await db.query("delete from deployment");
    // As Supabase does: nothing rests on privileges of a table.
    await db.exec("grant all on deployment to anon, authenticated");
    const member = await newMember(db);
    expect(await sqlState(as(db, member, (own) => own.query("select viva_placement('eu')")))).toBe(
      "42501",
    );
    expect(await placed("")).toBe("");
    await as(db, member, async (own) => {
      expect(await own.query("select * from deployment")).toEqual([]);
      expect(await sqlState(own.query("insert into deployment (jurisdiction) values ('eu')"))).toBe(
        "42501",
      );
    });
  });
}
