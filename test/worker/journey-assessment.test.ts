import { describe, expect, it } from "vitest";
import { LIFE_CATEGORIES } from "../../domain/categories.ts";
import type { Assessment, AssessmentAnswer } from "../../domain/journey.ts";
import { getJson } from "./support/api.ts";
import { refusal, send, sendJson, stored, toldInNextTurn } from "./support/journey.ts";
import { type Member, newMember } from "./support/members.ts";
import { setSupabase } from "./support/supabase.ts";

const ASSESSMENT = "/api/assessment";
const read = (member: Member, query = "") => getJson<Assessment>(member, ASSESSMENT + query);
const answer = (member: Member, responses: object, id?: string | null) =>
  sendJson<Assessment>(member, "PATCH", ASSESSMENT, { responses, ...(id && { id }) });
const complete = (member: Member, body?: object) =>
  sendJson<Assessment>(member, "POST", `${ASSESSMENT}/complete`, body);

/** The same answer to every statement, with some given. */
function everywhere(value: AssessmentAnswer, given: Record<string, AssessmentAnswer[]> = {}) {
  return Object.fromEntries(
    LIFE_CATEGORIES.flatMap(({ key }) =>
      Array.from({ length: 7 }, (_, index) => [
        `${key}_${index + 1}`,
        given[key]?.[index] !== undefined ? given[key][index] : value,
      ]),
    ),
  );
}

const NOT_STARTED: Assessment = {
  id: null,
  status: "not_started",
  responses: {},
  scores: {},
  total: 0,
  completedAt: null,
};

describe("the Vibrational Assessment", () => {
  it("begins with its first answer, and is one however many tabs begin it", async () => {
    const member = await newMember();
    expect(await read(member)).toEqual(NOT_STARTED);
    const [one, two] = await Promise.all([
      answer(member, { fun_1: 5 }),
      answer(member, { fun_2: null }),
    ]);
    expect(one.id).toBe(two.id);
    expect(await read(member)).toEqual({
      ...NOT_STARTED,
      id: one.id,
      status: "in_progress",
      responses: { fun_1: 5, fun_2: null },
    });
    expect(await read(member, "?status=completed")).toEqual(NOT_STARTED);
  });

  it("scores a category as its seven statements are answered, by those that apply", async () => {
    const member = await newMember();
    await answer(member, { fun_1: 5, fun_2: 5, fun_3: 5, fun_4: 5, fun_5: 3, fun_6: null });
    expect((await read(member)).scores).toEqual({});
    const { scores, total } = await answer(member, { fun_7: 1 });
    expect(scores).toEqual({ fun: { score: 24, max: 30, percent: 80, greenLine: "above" } });
    expect(total).toBe(24);
    const changed = await answer(member, { fun_1: 4 });
    expect(changed.scores.fun).toEqual({
      score: 23,
      max: 30,
      percent: 77,
      greenLine: "transition",
    });
    const none = await answer(
      member,
      Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`love_${i + 1}`, null])),
    );
    expect(none.scores).not.toHaveProperty("love");
  });

  it("is completed once all 84 are answered; VIVA knows in the very next turn", async () => {
    const member = await newMember();
    const { id } = await answer(member, everywhere(4, { money: [1, 1, 1, 1, 1, 1, 1] }));
    const done = await complete(member);
    expect(done).toMatchObject({ id, status: "completed", total: 11 * 28 + 7 });
    expect(done.scores.money).toEqual({ score: 7, max: 35, percent: 20, greenLine: "below" });
    expect(Date.parse(done.completedAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
    expect(done.completedAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    // Asked again, by a client that lost the answer: the same.
    expect(await complete(member)).toEqual(done);
    expect(await complete(member, { id })).toEqual(done);
    expect(await read(member)).toEqual(done);
    await setSupabase({ down: true });
    expect(await toldInNextTurn(member)).toMatch(/"below":\[?"?money/i);
  });

  it("is never changed once completed; a new one can be begun beside it", async () => {
    const member = await newMember();
    const { id } = await answer(member, everywhere(3));
    const done = await complete(member);
    const before = await stored(member);
    const late = send(member, "PATCH", ASSESSMENT, { id, responses: { fun_1: 5 } });
    const { brief, problem } = await refusal(late);
    expect(brief).toEqual([409, "conflict", []]);
    expect(problem.detail).toMatch(/^A completed assessment stays/);
    expect(await stored(member)).toEqual(before);
    const next = await answer(member, { fun_1: 5 });
    expect(next).toMatchObject({ status: "in_progress", responses: { fun_1: 5 } });
    expect(next.id).not.toBe(id);
    expect(await read(member)).toEqual(next);
    expect(await read(member, "?status=completed")).toEqual(done);
  });

  it("is not completed with statements unanswered: 409 names them all", async () => {
    const member = await newMember();
    const { fun_3: _, giving_7: __, ...some } = everywhere(2);
    await answer(member, some);
    const before = await stored(member);
    const { brief, problem } = await refusal(send(member, "POST", `${ASSESSMENT}/complete`));
    expect(brief).toEqual([409, "conflict", ["responses.fun_3", "responses.giving_7"]]);
    expect(problem.detail).toBe("Some statements are still unanswered.");
    expect(await stored(member)).toEqual(before);
  });

  it("is not completed where none was begun", async () => {
    const member = await newMember();
    const { brief } = await refusal(send(member, "POST", `${ASSESSMENT}/complete`));
    expect(brief).toEqual([404, "not_found", []]);
  });

  it.each<[string, unknown, string[]]>([
    ["an unknown statement", { responses: { fun_1: 3, fun_8: 3 } }, ["responses.fun_8"]],
    ["a bookend's", { responses: { forward_1: 3 } }, ["responses.forward_1"]],
    ["a 0", { responses: { fun_1: 0 } }, ["responses.fun_1"]],
    ["a 6", { responses: { fun_1: 6 } }, ["responses.fun_1"]],
    ["half a point", { responses: { fun_1: 3.5 } }, ["responses.fun_1"]],
    ["a text", { responses: { fun_1: "3" } }, ["responses.fun_1"]],
    ["no answer", { responses: {} }, ["responses"]],
    ["answers that are a list", { responses: [3] }, ["responses.0"]],
    ["nothing", {}, ["responses"]],
    ["an unknown field", { responses: { fun_1: 3 }, total: 420 }, ["total"]],
    ["an id that is none", { responses: { fun_1: 3 }, id: "1" }, ["id"]],
  ])("refuses %s and changes nothing", async (_name, body, paths) => {
    const member = await newMember();
    await answer(member, { fun_1: 1 });
    const before = await stored(member);
    const { brief } = await refusal(send(member, "PATCH", ASSESSMENT, body));
    expect(brief).toEqual([400, "invalid_request", paths]);
    expect(await stored(member)).toEqual(before);
  });

  it("refuses a status and a completion that it does not know", async () => {
    const member = await newMember();
    expect((await refusal(send(member, "GET", `${ASSESSMENT}?status=all`))).brief).toEqual([
      400,
      "invalid_request",
      ["status"],
    ]);
    const body = { id: crypto.randomUUID(), now: true };
    expect((await refusal(send(member, "POST", `${ASSESSMENT}/complete`, body))).brief).toEqual([
      400,
      "invalid_request",
      ["now"],
    ]);
  });

  it("of another member is not there: neither to answer nor to complete", async () => {
    const [member, other] = [await newMember(), await newMember()];
    const { id } = await answer(other, everywhere(4));
    const before = await stored(other);
    for (const foreign of [id, crypto.randomUUID()]) {
      const late = { id: foreign, responses: { fun_1: 1 } };
      expect((await refusal(send(member, "PATCH", ASSESSMENT, late))).brief).toEqual([
        404,
        "not_found",
        [],
      ]);
      const done = send(member, "POST", `${ASSESSMENT}/complete`, { id: foreign });
      expect((await refusal(done)).brief).toEqual([404, "not_found", []]);
    }
    expect(await stored(other)).toEqual(before);
    expect(await read(member)).toEqual(NOT_STARTED);
  });

  it("keeps what it has while the database is down, and says so", async () => {
    const member = await newMember();
    await answer(member, everywhere(4));
    const before = await stored(member);
    await setSupabase({ down: true });
    for (const request of [
      send(member, "GET", ASSESSMENT),
      send(member, "PATCH", ASSESSMENT, { responses: { fun_1: 1 } }),
      send(member, "POST", `${ASSESSMENT}/complete`),
    ]) {
      expect((await refusal(request)).brief).toEqual([503, "database_unavailable", []]);
    }
    await setSupabase({ down: false });
    expect(await stored(member)).toEqual(before);
  });
});
