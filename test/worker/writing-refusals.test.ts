import { describe, expect, it } from "vitest";
import { commit, draftOf, READY, readyMember, refusal, send } from "./support/journey.ts";
import { setProfile } from "./support/members.ts";
import { modelRequests } from "./support/model.ts";
import { setSupabase } from "./support/supabase.ts";
import {
  ask,
  DISCOVERY,
  discovered,
  discoveries,
  OWN,
  step,
  text,
  withDraft,
} from "./support/writing.ts";

describe("discovery refuses", () => {
  it("what was not on offer, and nothing at all: without effect", async () => {
    const { member, vision } = await withDraft();
    await discovered(member, vision);
    const before = await discoveries(member);
    const asked = (await modelRequests(member.id)).length;
    const cases: [action: string, more: object, paths: string[]][] = [
      ["submit_step_1", { selections: ["dancing", "chess"] }, ["selections.1"]],
      ["submit_step_1", {}, ["selections"]],
      ["submit_step_1", { customInput: " \n " }, ["selections"]],
      ["submit_step_1", { customInput: "a".repeat(2_001) }, ["customInput"]],
      ["submit_step_1", { selections: "dancing" }, ["selections"]],
      ["submit_step_1", { selections: Array(51).fill("dancing") }, ["selections"]],
      ["submit_step_2", { selections: ["dancing"] }, ["selections.0"]],
      ["submit_step_3", { selections: ["yearly"] }, ["selections"]],
      ["submit_step_3", { selections: ["daily", "weekly"] }, ["selections"]],
      ["submit_step_3", { selections: [] }, ["selections"]],
      ["submit_step_3", { selections: ["daily"], mode: "better" }, ["customInput"]],
      ["submit_step_3", { selections: ["daily"], mode: "longer" }, ["mode"]],
      ["start", { at: 4 }, ["at"]],
      ["start", { restart: "yes" }, ["restart"]],
      ["submit_step_4", {}, ["action"]],
      ["start", { visionId: "newest" }, ["visionId"]],
      ["start", { userId: member.id }, ["userId"]],
    ];
    for (const [action, more, paths] of cases) {
      const { brief } = await refusal(ask(member, vision, action, more));
      expect(brief, JSON.stringify(more)).toEqual([400, "invalid_request", paths]);
    }
    const category = await refusal(ask(member, vision, "start", { category: "sports" }));
    expect(category.brief).toEqual([400, "unknown_category", []]);
    for (const body of ["[]", "null", "{"]) {
      expect((await refusal(send(member, "POST", DISCOVERY, body))).brief[0]).toBe(400);
    }
    expect(await discoveries(member)).toEqual(before);
    expect(await modelRequests(member.id)).toHaveLength(asked);
  });

  it("a step before its time", async () => {
    const { member, vision } = await withDraft();
    for (const action of ["submit_step_2", "submit_step_3"]) {
      const { brief } = await refusal(ask(member, vision, action, { selections: ["daily"] }));
      expect(brief).toEqual([409, "conflict", []]);
    }
    await step(member, vision, "submit_step_1", { selections: ["dancing"] });
    expect((await refusal(text(member, vision))).brief).toEqual([409, "conflict", []]);
    expect((await step(member, vision, "start")).step).toBe(2);
  });

  it("a version that is not there, not theirs, or no draft", async () => {
    const { member, vision } = await withDraft();
    const other = await readyMember();
    for (const [who, id] of [
      [member, crypto.randomUUID()],
      [other, vision.id],
    ] as const) {
      for (const action of ["start", "submit_step_1"]) {
        const asked = ask(who, { ...vision, id }, action, { customInput: OWN });
        expect((await refusal(asked)).brief).toEqual([404, "not_found", []]);
      }
    }
    const active = await commit(other, await draftOf(other, { fun: "I dance." }));
    const { brief, problem } = await refusal(ask(other, active, "start"));
    expect(brief).toEqual([409, "conflict", []]);
    expect(problem.current).toMatchObject({ id: active.id, state: "active" });
    expect([...(await discoveries(member)), ...(await discoveries(other))]).toEqual([]);
  });

  it("below 70 %, with what is missing", async () => {
    const { member, vision } = await withDraft();
    await setProfile(member.id, { city: null, state: null });
    const { brief, problem } = await refusal(
      ask(member, vision, "submit_step_1", { customInput: OWN }),
    );
    expect(brief.slice(0, 2)).toEqual([403, "profile_incomplete"]);
    expect(problem.missing).toEqual(expect.arrayContaining(["city", "state"]));
    expect(problem.completion).toBeLessThan(70);
    expect(await discoveries(member)).toEqual([]);
    await setProfile(member.id, { city: READY.city, state: READY.state });
    expect((await step(member, vision, "start")).step).toBe(1);
  });

  it("to go on where Postgres does not answer", async () => {
    const { member, vision } = await withDraft();
    await discovered(member, vision);
    const before = await discoveries(member);
    const asked = (await modelRequests(member.id)).length;
    await setSupabase({ down: true });
    for (const answer of [
      ask(member, vision, "start"),
      ask(member, vision, "submit_step_1", { customInput: "Other words" }),
      text(member, vision),
    ]) {
      const { brief, problem } = await refusal(answer);
      expect(brief).toEqual([503, "database_unavailable", []]);
      expect(problem).toMatchObject({ retryable: true, retryAfter: 5 });
    }
    await setSupabase({ down: false });
    expect(await discoveries(member)).toEqual(before);
    expect(await modelRequests(member.id)).toHaveLength(asked);
  });

  it("who shows no token, and any other method", async () => {
    const { member } = await withDraft();
    const nobody = { ...member, token: "none" };
    expect((await refusal(send(nobody, "POST", DISCOVERY, {}))).brief[0]).toBe(401);
    expect((await refusal(send(member, "GET", DISCOVERY))).brief[0]).toBe(405);
  });
});
