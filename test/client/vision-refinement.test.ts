import { describe, expect, it } from "vitest";
import { amountLabel, FIRST_REQUEST } from "../../client/vision/refine-request.ts";
import { createRefinement } from "../../client/vision/refinement.ts";
import { finish, refusal, start, textWorld, words } from "./text-world.ts";

// What a refinement has in common with every text of VIVA's is in text-generation.test.ts.

function setUp() {
  const world = textWorld();
  const refinement = createRefinement("v1", "fun", "place", world.deps);
  const ask = (revision: number, second = false) =>
    refinement.ask({ request: refinement.form.peek(), revision, second });
  return { ...world, refinement, ask };
}

describe("refining a section with VIVA", () => {
  it("asks for what the member said, about the revision they see", async () => {
    const { at, refinement, ask } = setUp();
    expect(refinement.isOpen()).toBe(false);
    refinement.update({ form: { instructions: "The ocean.", amount: 70, tone: "encouraging" } });
    expect(refinement.isOpen()).toBe(true);
    const asking = ask(4);
    await at.streamed(1);
    expect(at.asked).toEqual([
      {
        path: "/api/visions/v1/sections/fun/refine",
        ...{ ifMatch: '"v4"', key: "key-1" },
        body: {
          ...{ instructions: "The ocean.", amount: 70, tone: "encouraging" },
          intensity: "moderate",
        },
      },
    ]);
    at.send(start("t1"), words("I swim."), finish([], "More of the ocean."));
    await asking;
    expect(refinement.choice.value.versions).toMatchObject([
      { text: "I swim.", refinementId: "r1", notes: "More of the ocean." },
    ]);
    refinement.clear();
    expect(refinement.form.value).toEqual(FIRST_REQUEST);
    expect(refinement.isOpen()).toBe(false);
  });

  it("puts a second text beside the first, and keeps the first if the second fails", async () => {
    const { at, refinement, ask } = setUp();
    const first = ask(1);
    await at.streamed(1);
    at.send(start("t1"), words("I never rest."), finish(["Say what is."]));
    await first;
    at.answer(refusal("provider_timeout", 504));
    await ask(1, true);
    expect(refinement.problem.value?.code).toBe("provider_timeout");
    expect(refinement.choice.value.versions).toHaveLength(1);
    const second = ask(1, true);
    await at.streamed(2);
    // The server knows what the first one missed: the wish stays the member's own.
    expect(at.asked.at(-1)?.body).toEqual({ ...at.asked[0]?.body, second: true });
    at.send(start("t2"), words("I move."), finish());
    await second;
    expect(refinement.choice.value).toMatchObject({
      versions: [{ text: "I never rest." }, { text: "I move." }],
      chosen: 1,
    });
  });
});

it("has words for every amount", () => {
  for (let amount = 0; amount <= 100; amount += 5) expect(amountLabel(amount)).not.toBe("");
});
