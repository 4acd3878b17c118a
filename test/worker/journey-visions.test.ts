import { describe, expect, it } from "vitest";
import { CATEGORY_KEYS } from "../../domain/categories.ts";
import type { Vision, VisionSummary } from "../../domain/journey.ts";
import type { Page } from "../../domain/messages.ts";
import { get, getJson } from "./support/api.ts";
import {
  at,
  commit,
  draftOf,
  READY,
  readyMember,
  refusal,
  send,
  sendJson,
  stored,
  toldInNextTurn,
  writeSections,
} from "./support/journey.ts";
import { type Member, newMember, setProfile } from "./support/members.ts";
import { query, recordedCalls, setSupabase } from "./support/supabase.ts";

const VISIONS = "/api/visions";
const path = ({ id }: { readonly id: string }) => `${VISIONS}/${id}`;
const list = (member: Member, parameters = "") =>
  getJson<Page<VisionSummary>>(member, VISIONS + parameters);
const read = (member: Member, vision: Vision) => getJson<Vision>(member, path(vision));

/** A committed version with these sections. */
const activeOf = async (member: Member, sections: Record<string, string>) =>
  commit(member, await draftOf(member, sections));

describe("a draft", () => {
  it("begins empty: 201, with its ETag", async () => {
    const member = await readyMember();
    const response = await send(member, "POST", VISIONS);
    expect(response.status).toBe(201);
    expect(response.headers.get("etag")).toBe('"v1"');
    const draft: Vision = await response.json();
    expect(draft).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      title: "The Life I Choose",
      versionNumber: null,
      state: "draft",
      parentId: null,
      refined: [],
      completion: 0,
      revision: 1,
      sections: {},
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      updatedAt: draft.createdAt,
    });
  });

  it("there is one of: asked for again it is answered with 200", async () => {
    const member = await readyMember();
    const draft = await draftOf(member, { fun: "I dance." });
    for (const body of [undefined, {}, { from: null }]) {
      const again = await send(member, "POST", VISIONS, body);
      expect(again.status).toBe(200);
      expect(again.headers.get("etag")).toBe('"v2"');
      expect(await again.json()).toEqual(draft);
    }
  });

  it("there is one of, however many requests come at once", async () => {
    const member = await readyMember();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => send(member, "POST", VISIONS)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(7).fill(200), 201]);
    const drafts = (await Promise.all(answers.map((a) => a.json()))) as Vision[];
    expect(new Set(drafts.map(({ id }) => id)).size).toBe(1);
    expect((await list(member)).items).toHaveLength(1);
  });

  it("is a copy of the active version, of which nothing is refined yet", async () => {
    const member = await readyMember();
    const sections = { fun: "I dance.", love: "I love." };
    const active = await activeOf(member, sections);
    const draft = await draftOf(member);
    expect(draft).toMatchObject({ parentId: active.id, sections, refined: [], completion: 14 });
    expect(draft.id).not.toBe(active.id);
  });

  it("is a copy of a version of before where that is asked for, and never replaces a draft", async () => {
    const member = await readyMember();
    const old = await activeOf(member, { fun: "I dance." });
    await commit(member, await writeSections(member, await draftOf(member), { fun: "I sing." }));
    const copy = { from: old.id.toUpperCase() };
    const draft = await sendJson<Vision>(member, "POST", VISIONS, copy);
    expect(draft).toMatchObject({ state: "draft", parentId: old.id, sections: old.sections });
    const before = await stored(member);
    for (const from of [old.id, draft.id]) {
      const { brief, problem } = await refusal(send(member, "POST", VISIONS, { from }));
      expect(brief).toEqual([409, "conflict", []]);
      expect(problem.current).toEqual(draft);
    }
    expect(await stored(member)).toEqual(before);
  });

  it("is not begun from what is not there, or of another member", async () => {
    const [member, other] = [await readyMember(), await readyMember()];
    const foreign = await draftOf(other, { fun: "I dance." });
    for (const from of [foreign.id, crypto.randomUUID()]) {
      const { brief } = await refusal(send(member, "POST", VISIONS, { from }));
      expect(brief).toEqual([404, "not_found", []]);
    }
    for (const body of [{ from: "newest" }, { copy: true }, [], 1]) {
      expect((await refusal(send(member, "POST", VISIONS, body))).brief[1]).toBe("invalid_request");
    }
    expect((await list(member)).items).toEqual([]);
  });
});

describe("the gate", () => {
  it("stays shut below 70 %, and names what is missing; at 70 % it opens", async () => {
    // 15 of 20 with the account's email: one less is 70 %, two less 65 %.
    const { employment_type, living_situation: _, ...almost } = READY;
    const member = await newMember(almost);
    const before = await stored(member);
    const { brief, problem } = await refusal(send(member, "POST", VISIONS));
    expect(problem).toMatchObject({ status: 403, code: "profile_incomplete", completion: 65 });
    expect(brief[2]).toHaveLength(7);
    expect(brief[2]).toContain("living_situation");
    expect(problem.missing).toEqual(brief[2]);
    expect(await stored(member)).toEqual(before);
    await sendJson(member, "PATCH", "/api/profile", { employment_type });
    expect((await send(member, "POST", VISIONS)).status).toBe(201);
  });

  it("goes by what Postgres says now, not by what was known", async () => {
    const member = await newMember();
    expect((await refusal(send(member, "POST", VISIONS))).brief[0]).toBe(403);
    await setProfile(member.id, READY);
    expect((await send(member, "POST", VISIONS)).status).toBe(201);
    await setProfile(member.id, { city: null, state: null, country: null });
    expect((await refusal(send(member, "POST", VISIONS))).brief[0]).toBe(403);
  });
});

describe("writing a draft", () => {
  it("changes what is named, under any name of a section, and answers the new revision", async () => {
    const member = await readyMember();
    const draft = await draftOf(member, { fun: "I dance.", health: "I run." });
    const response = await send(
      member,
      "PATCH",
      path(draft),
      {
        title: "  My\nlife ",
        sections: { "Love / Romance": " I love.\r\n", CAREER: "I build.", health: " " },
      },
      at(2),
    );
    expect(response.status).toBe(200);
    expect(response.headers.get("etag")).toBe('"v3"');
    const written = await response.json();
    expect(written).toMatchObject({ title: "My life", revision: 3, completion: 21 });
    expect(written).toHaveProperty("sections", {
      fun: "I dance.",
      love: "I love.",
      work: "I build.",
    });
    expect(await read(member, draft)).toEqual(written);
  });

  it("marks a section as refined where it differs from the parent's, and no longer where it does not", async () => {
    const member = await readyMember();
    await activeOf(member, { fun: "I dance.", love: "I love.", work: "I build." });
    const changes = { work: "I teach.", fun: "", home: "I dwell." };
    const draft = await writeSections(member, await draftOf(member), changes);
    expect(draft.refined).toEqual(["fun", "home", "work"]);
    expect((await list(member)).items[0]).toMatchObject({ id: draft.id, refined: draft.refined });
    const back = await writeSections(member, draft, { fun: " I dance. " });
    expect(back.refined).toEqual(["home", "work"]);
  });

  it("with what stands there changes nothing: no revision, nothing refined", async () => {
    const member = await readyMember();
    await activeOf(member, { fun: "I dance.", love: "I love." });
    const draft = await draftOf(member);
    const before = await stored(member);
    const same = { title: draft.title, sections: { fun: " I dance.\r\n", home: "", work: null } };
    const response = await send(member, "PATCH", path(draft), same, at(1));
    expect(response.headers.get("etag")).toBe('"v1"');
    expect(await response.json()).toEqual(draft);
    expect(await stored(member)).toEqual(before);
  });

  it.each<[string, unknown, string[]]>([
    ["an unknown field", { sections: { fun: "I dance." }, state: "active" }, ["state"]],
    ["an unknown section", { sections: { fun: "I dance.", luck: "x" } }, ["sections.luck"]],
    [
      "a section under two names",
      { sections: { work: "I build.", Career: "I lead." } },
      ["sections.Career"],
    ],
    ["a text too long", { sections: { fun: "x".repeat(20_001) } }, ["sections.fun"]],
    ["a text that is none", { sections: { fun: 1 } }, ["sections.fun"]],
    ["sections that are a list", { sections: ["I dance."] }, ["sections.0"]],
    ["a title too long", { title: "x".repeat(201) }, ["title"]],
    ["a suggestion that is none", { sections: { fun: "x" }, refinementId: "1" }, ["refinementId"]],
    ["no change", { sections: {} }, [""]],
    ["an empty body", {}, [""]],
    ["a list", [], [""]],
  ])("refuses %s and changes nothing", async (_name, body, paths) => {
    const member = await readyMember();
    const draft = await draftOf(member, { fun: "I am." });
    const before = await stored(member);
    const { brief } = await refusal(send(member, "PATCH", path(draft), body, at(draft.revision)));
    expect(brief).toEqual([400, "invalid_request", paths]);
    expect(await stored(member)).toEqual(before);
  });

  it("takes 20,000 characters of any script in each section", async () => {
    const member = await readyMember();
    let draft = await draftOf(member);
    for (const [key, character] of [
      ["fun", "a"],
      ["love", "愛"],
      ["home", "🏡"],
    ] as const) {
      const text = character.repeat(20_000 / character.length);
      draft = await writeSections(member, draft, { [key]: text });
      expect(draft.sections[key]).toBe(text);
    }
  });

  it("accepts a suggestion with its text, once, and lets the others of the section go", async () => {
    const member = await readyMember();
    const draft = await draftOf(member, { fun: "I dance." });
    const suggest = async (category: string) => {
      const [row] = await query<{ id: string }>(
        "insert into vision_refinements (user_id, vision_id, category, after) values ($1, $2, $3, 'x') returning id",
        [member.id, draft.id, category],
      );
      return row?.id ?? "";
    };
    const [one, two, love] = [await suggest("fun"), await suggest("fun"), await suggest("love")];
    const outcomes = async () => {
      const rows = await query<{ id: string; outcome: string }>(
        "select id, outcome from vision_refinements where user_id = $1",
        [member.id],
      );
      return Object.fromEntries(rows.map(({ id, outcome }) => [id, outcome]));
    };
    const accept = (refinementId: string, revision: number, text = "I dance at dawn.") =>
      send(
        member,
        "PATCH",
        path(draft),
        { sections: { Recreation: text, fun: text }, refinementId },
        at(revision),
      );
    // Of another section, unknown: nothing of it happens.
    for (const [id, sections] of [
      [love, { fun: "I sing." }],
      [crypto.randomUUID(), { fun: "I sing." }],
    ] as const) {
      const body = { sections, refinementId: id };
      const { brief, problem } = await refusal(send(member, "PATCH", path(draft), body, at(2)));
      expect(brief).toEqual([409, "conflict", []]);
      expect(problem.detail).toMatch(/no longer open/);
    }
    expect((await refusal(accept(one, 2))).brief[1]).toBe("invalid_request");
    expect(await read(member, draft)).toEqual(draft);
    const body = { sections: { fun: "I dance at dawn." }, refinementId: one };
    await sendJson(member, "PATCH", path(draft), body, at(2));
    expect(await outcomes()).toEqual({ [one]: "accepted", [two]: "discarded", [love]: "proposed" });
    for (const decided of [one, two]) {
      const again = { sections: { fun: "I sing." }, refinementId: decided };
      expect((await refusal(send(member, "PATCH", path(draft), again, at(3)))).brief[0]).toBe(409);
    }
    await commit(member, await read(member, draft));
    expect((await outcomes())[love]).toBe("discarded");
  });

  it("is for the draft alone", async () => {
    const member = await readyMember();
    const old = await activeOf(member, { fun: "I dance." });
    await commit(member, await draftOf(member, { fun: "I sing." }));
    const before = await stored(member);
    for (const { id } of (await list(member)).items) {
      const { revision, state } = await getJson<Vision>(member, path({ id }));
      const body = { sections: { fun: "I jump." } };
      const { brief, problem } = await refusal(
        send(member, "PATCH", path({ id }), body, at(revision)),
      );
      expect(brief).toEqual([409, "conflict", []]);
      expect(problem.detail).toContain("stays as it is");
      expect(problem.current).toMatchObject({ id, state });
    }
    expect(await read(member, old)).toMatchObject({ state: "history" });
    expect(await stored(member)).toEqual(before);
  });
});

describe("a version that changed meanwhile", () => {
  it.each<[string, string, (vision: Vision) => string, unknown]>([
    ["PATCH", "PATCH", path, { sections: { fun: "I sing." } }],
    ["DELETE", "DELETE", path, undefined],
    ["commit", "POST", (vision) => `${path(vision)}/commit`, undefined],
  ])("%s: 412 with what it is now; 428 without If-Match", async (_n, method, where, body) => {
    const member = await readyMember();
    const draft = await draftOf(member);
    const current = await writeSections(member, draft, { fun: "I dance." });
    const before = await stored(member);
    for (const tag of ['"v1"', 'W/"v1"', '"v99"']) {
      const { brief, problem } = await refusal(
        send(member, method, where(draft), body, { "if-match": tag }),
      );
      expect(brief).toEqual([412, "precondition_failed", []]);
      expect(problem.current).toEqual(current);
    }
    for (const headers of [{}, { "if-match": "*" }, { "if-match": "v2" }, { "if-match": "" }]) {
      const { brief } = await refusal(send(member, method, where(draft), body, headers));
      expect(brief).toEqual([428, "precondition_required", []]);
    }
    expect(await stored(member)).toEqual(before);
    const weak = { "if-match": 'W/"v2"' };
    expect((await send(member, method, where(draft), body, weak)).ok).toBe(true);
  });

  it("lets one of two saves at once through, and tells the other what the first wrote", async () => {
    const member = await readyMember();
    const draft = await draftOf(member);
    const texts = ["I dance.", "I sing."];
    const answers = await Promise.all(
      texts.map((fun) =>
        send(member, "PATCH", path(draft), { sections: { fun } }, at(draft.revision)),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const [won, lost] = answers.toSorted((a, b) => a.status - b.status) as [Response, Response];
    const { problem } = await refusal(lost);
    expect(problem.current).toEqual(await won.json());
    expect(await read(member, draft)).toEqual(problem.current);
  });
});

describe("committing", () => {
  it("makes the draft the active version and the one before history; asked again it answers the same", async () => {
    const member = await readyMember();
    const first = await activeOf(member, { fun: "I dance." });
    expect(first).toMatchObject({ state: "active", versionNumber: 1 });
    const draft = await writeSections(member, await draftOf(member), { love: "I love." });
    const second = await commit(member, draft);
    expect(second).toMatchObject({ id: draft.id, state: "active", versionNumber: 2 });
    expect(second.refined).toEqual(["love"]);
    const again = await send(
      member,
      "POST",
      `${path(draft)}/commit`,
      undefined,
      at(draft.revision),
    );
    expect([again.status, await again.json()]).toEqual([200, second]);
    const { items } = await list(member);
    expect(items.map(({ id, state, versionNumber }) => [id, state, versionNumber])).toEqual([
      [second.id, "active", 2],
      [first.id, "history", 1],
    ]);
  });

  it("happens once, however many requests come at once", async () => {
    const member = await readyMember();
    const draft = await draftOf(member, { fun: "I dance." });
    const answers = await Promise.all(Array.from({ length: 5 }, () => commit(member, draft)));
    expect(new Set(answers.map((vision) => JSON.stringify(vision))).size).toBe(1);
    expect(answers[0]).toMatchObject({ versionNumber: 1 });
  });

  it.each([
    ["without any text", {}],
    ["with blank text only", { fun: " \n" }],
  ])("refuses a draft %s", async (_name, sections) => {
    const member = await readyMember();
    const draft = await draftOf(member);
    await query("update vision_versions set fun = $2 where id = $1", [
      draft.id,
      Object.values(sections)[0] ?? null,
    ]);
    const before = await stored(member);
    const { brief, problem } = await refusal(
      send(member, "POST", `${path(draft)}/commit`, undefined, at(2)),
    );
    expect(brief).toEqual([409, "conflict", []]);
    expect(problem.detail).toMatch(/Write at least one section/);
    expect(await stored(member)).toEqual(before);
  });

  it("refuses a version of before", async () => {
    const member = await readyMember();
    const old = await activeOf(member, { fun: "I dance." });
    await commit(member, await draftOf(member));
    const { revision } = await read(member, old);
    const late = send(member, "POST", `${path(old)}/commit`, undefined, at(revision));
    expect((await refusal(late)).brief).toEqual([409, "conflict", []]);
  });
});

describe("deleting", () => {
  it("discards a draft and deletes a version of before, but never the active one", async () => {
    const member = await readyMember();
    const old = await activeOf(member, { fun: "I dance." });
    const active = await commit(member, await draftOf(member));
    const draft = await draftOf(member);
    const refused = await refusal(
      send(member, "DELETE", path(active), undefined, at(active.revision)),
    );
    expect(refused.brief).toEqual([409, "conflict", []]);
    expect(refused.problem.detail).toMatch(/active Life Vision cannot be deleted/);
    for (const vision of [draft, old]) {
      const { revision } = await read(member, vision);
      const answer = await send(member, "DELETE", path(vision), undefined, at(revision));
      expect(answer.status).toBe(204);
      expect((await get(member, path(vision))).status).toBe(404);
    }
    const { items } = await list(member);
    expect(items.map(({ id, parentId }) => [id, parentId])).toEqual([[active.id, null]]);
  });
});

describe("a version that is not the member's", () => {
  it("is not there, whatever is asked of it", async () => {
    const [member, other] = [await readyMember(), await readyMember()];
    const foreign = await draftOf(other, { fun: "I dance." });
    const before = await stored(other);
    for (const id of [foreign.id, crypto.randomUUID(), "newest", "%00", "1"]) {
      const where = path({ id });
      for (const request of [
        send(member, "GET", where),
        send(member, "PATCH", where, { sections: { fun: "I sing." } }, at(2)),
        send(member, "DELETE", where, undefined, at(2)),
        send(member, "POST", `${where}/commit`, undefined, at(2)),
      ]) {
        expect((await refusal(request)).brief, id).toEqual([404, "not_found", []]);
      }
    }
    expect(await stored(other)).toEqual(before);
  });
});

describe("the list", () => {
  it("is newest first, in pages, without text", async () => {
    const member = await readyMember();
    const made: string[] = [];
    for (const text of ["one", "two", "three", "four", "five"]) {
      const draft = await draftOf(member, { fun: text });
      made.unshift(draft.id);
      if (text !== "five") await commit(member, draft);
    }
    const all = await list(member);
    expect(all.items.map(({ id }) => id)).toEqual(made);
    expect(all.nextCursor).toBeNull();
    expect(all.items[0]).not.toHaveProperty("sections");
    expect(all.items.map(({ state }) => state)).toEqual([
      "draft",
      "active",
      "history",
      "history",
      "history",
    ]);
    const pages: string[][] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Page<VisionSummary> = await list(
        member,
        `?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      pages.push(page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(pages).toEqual([made.slice(0, 2), made.slice(2, 4), made.slice(4)]);
  });

  it.each(["limit=0", "limit=101", "limit=x", "cursor=5", "cursor=1.newest"])(
    "refuses ?%s",
    async (parameters) => {
      const member = await newMember();
      const { brief } = await refusal(get(member, `${VISIONS}?${parameters}`));
      expect(brief).toEqual([400, "invalid_request", [parameters.split("=")[0]]]);
    },
  );
});

describe("what VIVA knows", () => {
  it("follows draft, section, commit and discard in the very next turn, without asking", async () => {
    const member = await readyMember();
    const draft = await draftOf(member, { fun: "I dance by the river." });
    const known = () => toldInNextTurn(member, "fun");
    await setSupabase({ down: true });
    expect(await known()).toContain("I dance by the river.");
    await setSupabase({ down: false });
    const written = await writeSections(member, draft, { fun: "I sing at dawn." });
    await setSupabase({ down: true });
    expect(await known()).toContain("I sing at dawn.");
    await setSupabase({ down: false });
    await commit(member, written);
    const next = await writeSections(member, await draftOf(member), { fun: "I paint." });
    await setSupabase({ down: true });
    expect(await known()).toContain("I paint.");
    await setSupabase({ down: false });
    await send(member, "DELETE", path(next), undefined, at(next.revision));
    await setSupabase({ down: true });
    expect(await known()).toContain("I sing at dawn.");
  });

  it("costs a save no second round trip", async () => {
    const member = await readyMember();
    const draft = await draftOf(member);
    const before = await recordedCalls(member.id);
    const written = await writeSections(member, draft, { fun: "I dance." });
    await commit(member, written);
    const calls = (await recordedCalls(member.id)).slice(before.length);
    expect(calls.map((one) => one.path.split("/").at(-1))).toEqual([
      "viva_write_vision",
      "viva_commit_draft",
    ]);
    expect(calls.every(({ asService }) => !asService)).toBe(true);
  });
});

describe("while the database cannot be reached", () => {
  it("everything is answered with 503, and nothing is changed", async () => {
    const member = await readyMember();
    await activeOf(member, { fun: "I dance." });
    const draft = await draftOf(member);
    const before = await stored(member);
    await setSupabase({ down: true });
    for (const request of [
      send(member, "GET", VISIONS),
      send(member, "POST", VISIONS),
      send(member, "GET", path(draft)),
      send(member, "PATCH", path(draft), { sections: { fun: "I sing." } }, at(1)),
      send(member, "POST", `${path(draft)}/commit`, undefined, at(1)),
      send(member, "DELETE", path(draft), undefined, at(1)),
    ]) {
      const { problem } = await refusal(request);
      expect(problem).toMatchObject({ status: 503, code: "database_unavailable", retryAfter: 5 });
    }
    await setSupabase({ down: false });
    expect(await stored(member)).toEqual(before);
  });
});

it("has a section for every key of the document", async () => {
  const member = await readyMember();
  const sections = Object.fromEntries(CATEGORY_KEYS.map((key) => [key, `I choose ${key}.`]));
  const draft = await draftOf(member, sections);
  expect(draft.completion).toBe(100);
  expect(Object.entries(draft.sections)).toEqual(Object.entries(sections));
});
