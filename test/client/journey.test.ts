import { describe, expect, it } from "vitest";
import type { Api, RequestOptions } from "../../client/api/http.ts";
import { radiusOf, wedgesOf } from "../../client/assessment/chart.ts";
import { answeredOf, categoriesOf, openFrom } from "../../client/assessment/progress.ts";
import { createAssessmentStore } from "../../client/data/assessment.ts";
import { createProfileStore } from "../../client/data/profile.ts";
import { createVisionsStore } from "../../client/data/visions.ts";
import { PROFILE_SECTIONS, type ProfileField, STORY_FIELDS } from "../../client/profile/fields.ts";
import { readField, withTag } from "../../client/profile/reading.ts";
import { STATEMENTS } from "../../domain/assessment.ts";
import type { Assessment, Vision } from "../../domain/journey.ts";
import { SECTION_CHARACTERS } from "../../domain/journey.ts";
import { COMPLETION_FIELDS } from "../../domain/profile.ts";
import {
  CHILDREN,
  HOBBIES,
  HOBBY_CHARACTERS,
  PROFILE_CHARACTERS,
} from "../../domain/profile-request.ts";

const TODAY = "2026-11-23";

function field(name: string): ProfileField {
  const all = [...PROFILE_SECTIONS.flatMap(({ fields }) => fields), ...STORY_FIELDS];
  const found = all.find((each) => each.name === name);
  if (!found) throw new Error(`no field ${name}`);
  return found;
}

/** An API that answers by method and path; everything asked is on record. */
function fakeApi(answers: Record<string, (body: unknown) => unknown>) {
  const asked: { readonly what: string; readonly body: unknown }[] = [];
  const json = async (path: string, options: RequestOptions = {}) => {
    const method = options.method ?? (options.body === undefined ? "GET" : "POST");
    const what = `${method} ${path}`;
    asked.push({ what, body: options.body });
    const answer = answers[what];
    if (!answer) throw new Error(`not expected: ${what}`);
    return answer(options.body);
  };
  const api: Api = {
    json: json as Api["json"],
    open: async (path, options) => Response.json((await json(path, options)) ?? null),
  };
  return { api, asked };
}

const deps = (api: Api) => ({
  api,
  kept: { write: () => {}, adopt: () => {} },
  tell: () => ({ close: () => {} }),
  pause: () => new Promise<void>(() => {}),
});

describe("the profile's form", () => {
  it("has every field that completion counts, in its order", () => {
    const names = PROFILE_SECTIONS.flatMap(({ fields }) => fields.map(({ name }) => name));
    const always = names.filter((name) => !["partner_name", "number_of_children"].includes(name));
    expect(always).toEqual([...COMPLETION_FIELDS]);
    expect(STORY_FIELDS).toHaveLength(12);
  });

  it("takes as much as the server", () => {
    for (const { name, input } of PROFILE_SECTIONS.flatMap(({ fields }) => fields)) {
      if (input.kind === "text") {
        expect([name, input.characters]).toEqual([
          name,
          PROFILE_CHARACTERS[name as keyof typeof PROFILE_CHARACTERS],
        ]);
      }
    }
    expect(field("hobbies").input).toMatchObject({ most: HOBBIES, characters: HOBBY_CHARACTERS });
    expect(field("number_of_children").input).toMatchObject({ most: CHILDREN });
    expect(field("fun_story").input).toMatchObject({ characters: SECTION_CHARACTERS });
  });

  it("asks for a partner's name and a number of children only where there are any", () => {
    const asks = (name: string, profile: Record<string, unknown>) => field(name).when?.(profile);
    expect(asks("partner_name", {})).toBe(false);
    expect(asks("partner_name", { relationship_status: "Single" })).toBe(false);
    expect(asks("partner_name", { relationship_status: "Married" })).toBe(true);
    expect(asks("number_of_children", { has_children: null })).toBe(false);
    expect(asks("number_of_children", { has_children: true })).toBe(true);
  });

  it.each([
    ["first_name", "  Mia   Sol ", "Mia Sol"],
    ["first_name", "   ", null],
    ["email", "mia@viva.local", "mia@viva.local"],
    ["number_of_children", "0", 0],
    ["number_of_children", "12", 12],
    ["date_of_birth", "1988-04-17", "1988-04-17"],
    ["date_of_birth", TODAY, TODAY],
    ["fun_story", " One.\n\n  Two. ", "One.\n\n  Two."],
  ])("reads %s: %j", (name, typed, value) => {
    expect(readField(field(name), typed, TODAY)).toEqual({ kind: "value", value });
  });

  it.each([
    ["email", "mia at viva"],
    ["number_of_children", "two"],
    ["number_of_children", "51"],
    ["number_of_children", "-1"],
    ["number_of_children", "1.5"],
    ["date_of_birth", "1899-12-31"],
    ["date_of_birth", "2026-11-24"],
  ])("says at once that %s cannot be %j", (name, typed) => {
    expect(readField(field(name), typed, TODAY).kind).toBe("refused");
  });

  it("adds a hobby once, whatever its case, and several at a comma", () => {
    const tags = ["pottery"];
    expect(withTag(tags, "  Pottery ")).toBe(tags);
    expect(withTag(tags, " , \u200b")).toBe(tags);
    for (const text of [
      "a,b",
      "a、b",
      "a，b",
      "a،b",
      "a؛b",
      "a；b",
      "a;b",
      "a､b",
      "a\nb",
      "a\r\nb",
      "a\u2028b",
    ]) {
      expect(withTag([], text), text).toEqual(["a", "b"]);
    }
    expect(withTag(tags, "trail  running, sourdough")).toEqual([
      "pottery",
      "trail running",
      "sourdough",
    ]);
  });
});

describe("the profile's store", () => {
  it("counts what is on its way, and does not send what is saved already", async () => {
    const profile = { city: "Oaxaca", hobbies: ["pottery"] };
    const { api, asked } = fakeApi({
      "GET /api/profile": () => ({ profile, completion: 10, missing: [] }),
      "PATCH /api/profile": () => new Promise(() => {}),
    });
    const store = createProfileStore(deps(api));
    await store.refresh();
    store.save("city", "Oaxaca");
    store.save("hobbies", ["pottery"]);
    store.save("phone", null);
    expect(asked).toHaveLength(1);
    store.save("has_children", false);
    expect(asked.at(-1)).toEqual({ what: "PATCH /api/profile", body: { has_children: false } });
    expect(store.state.value?.profile.has_children).toBe(false);
    expect(store.state.value?.missing).not.toContain("has_children");
  });
});

const assessment = (given: Partial<Assessment>): Assessment => ({
  ...{ id: null, status: "not_started", responses: {}, scores: {}, total: 0, completedAt: null },
  ...given,
});

describe("the assessment's store", () => {
  it("writes to the one in progress, by its id", async () => {
    const standing = assessment({ id: "a", status: "in_progress", responses: { fun_1: 4 } });
    const { api, asked } = fakeApi({
      "GET /api/assessment": () => standing,
      "PATCH /api/assessment": () => standing,
    });
    const store = createAssessmentStore(deps(api));
    await store.refresh();
    store.answer("fun_1", 4);
    expect(asked).toHaveLength(1);
    store.answer("fun_2", null);
    expect(store.state.value?.responses).toEqual({ fun_1: 4, fun_2: null });
    await store.settled();
    expect(asked.at(-1)?.body).toEqual({ id: "a", responses: { fun_2: null } });
  });

  it("begins a new one only when the member says so, and leaves the completed one alone", async () => {
    const done = assessment({ id: "a", status: "completed", responses: { fun_1: 4 } });
    const begun = assessment({ id: "b", status: "in_progress", responses: { fun_1: 2 } });
    const { api, asked } = fakeApi({
      "GET /api/assessment": () => done,
      "PATCH /api/assessment": () => begun,
    });
    const store = createAssessmentStore(deps(api));
    await store.refresh();
    store.beginNew();
    expect(store.state.value).toMatchObject({ status: "not_started", responses: {} });
    expect(store.completed.value).toEqual(done);
    store.answer("fun_1", 2);
    expect(store.state.value?.responses).toEqual({ fun_1: 2 });
    await store.settled();
    expect(asked.at(-1)?.body).toEqual({ responses: { fun_1: 2 } });
    expect(store.state.value).toEqual(begun);
  });

  it("completes after what is on its way", async () => {
    const standing = assessment({ id: "a", status: "in_progress" });
    const done = assessment({ id: "a", status: "completed" });
    const { api, asked } = fakeApi({
      "GET /api/assessment": () => standing,
      "PATCH /api/assessment": () => standing,
      "POST /api/assessment/complete": () => done,
    });
    const store = createAssessmentStore(deps(api));
    await store.refresh();
    store.answer("fun_1", 5);
    await store.complete();
    expect(asked.map(({ what }) => what)).toEqual([
      "GET /api/assessment",
      "PATCH /api/assessment",
      "POST /api/assessment/complete",
    ]);
    expect(asked.at(-1)?.body).toEqual({ id: "a" });
    expect(store.state.value).toEqual(done);
  });
});

describe("the visions' store", () => {
  const vision = (given: Partial<Vision>): Vision => ({
    ...{ id: "v", title: "", versionNumber: null, state: "draft", parentId: null, refined: [] },
    ...{ completion: 0, revision: 1, createdAt: "", updatedAt: "", sections: {} },
    ...given,
  });
  const summary = ({ sections: _, ...rest }: Vision) => rest;

  it("knows a new draft and, once it is committed, what became of the active one", async () => {
    const active = vision({ id: "old", state: "active", versionNumber: 1 });
    const draft = vision({ id: "new" });
    const committed = vision({ id: "new", state: "active", versionNumber: 2, revision: 2 });
    const { api, asked } = fakeApi({
      "GET /api/visions?limit=100": () => ({ items: [summary(active)], nextCursor: null }),
      "POST /api/visions": () => draft,
      "POST /api/visions/new/commit": () => committed,
    });
    const visions = createVisionsStore(api);
    await visions.refresh();
    await visions.draft("old");
    expect(asked.at(-1)?.body).toEqual({ from: "old" });
    expect(visions.list.value?.map(({ id }) => id)).toEqual(["new", "old"]);
    await visions.commit("new", 1);
    expect(visions.list.value?.map(({ id, state }) => `${id} ${state}`)).toEqual([
      "new active",
      "old history",
    ]);
    expect(visions.open("new").value.value).toEqual(committed);
  });

  it("is not set back by an older revision", () => {
    const { api } = fakeApi({});
    const { value, take } = createVisionsStore(api).open("v");
    take(vision({ revision: 3, title: "newer" }));
    take(vision({ revision: 2, title: "older" }));
    expect(value.value?.title).toBe("newer");
  });
});

describe("the way through the assessment", () => {
  const all = Object.fromEntries(STATEMENTS.map(({ key }) => [key, 3 as const]));

  it("goes on with the next open statement, and round again to those passed over", () => {
    expect(openFrom({}, 0)).toBe(0);
    expect(openFrom({ fun_1: 5, fun_2: null }, 0)).toBe(2);
    const { fun_3: _, ...rest } = all;
    expect(openFrom(rest, 80)).toBe(2);
    expect(openFrom(all, 0)).toBeNull();
  });

  it("counts not applicable as an answer", () => {
    expect(answeredOf({ fun_1: null, fun_2: 1 })).toBe(2);
    expect(categoriesOf({ fun_1: null, love_1: 5 }).map(({ answered }) => answered)).toEqual([
      ...[1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
    ]);
  });

  it("draws a wedge by its share, and none without a score", () => {
    const wedges = wedgesOf({ fun: { score: 28, max: 35, percent: 80, greenLine: "above" } });
    expect(wedges).toHaveLength(12);
    expect(wedges[0]?.path).toContain(`A${radiusOf(80)} ${radiusOf(80)}`);
    expect(wedges[0]?.greenLine).toBe("above");
    expect(wedges[1]).toMatchObject({ path: "", greenLine: null });
    expect(wedges.map(({ name }) => name.anchor)).toEqual([
      ...["middle", "start", "start", "start", "start", "start"],
      ...["middle", "end", "end", "end", "end", "end"],
    ]);
  });
});
