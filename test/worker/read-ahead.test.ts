import { afterEach, expect, inject, it } from "vitest";
import { emptyAnswer } from "../../worker/model/answer.ts";
import { bodyPieces } from "../../worker/model/body-reader.ts";
import { answerReader } from "../../worker/model/chunks.ts";
import { readAhead } from "../../worker/model/read-ahead.ts";
import { memberHash, mendModel, modelRequests, setModel } from "./support/model.ts";
import { eventually } from "./support/supabase.ts";

afterEach(mendModel);

/** How the model's answer to a member has ended, as the model sees it. */
const outcome = async (member: string) => (await modelRequests(member))[0]?.outcome;

/** Asks the model, as a member. */
async function ask(member: string): Promise<ReadableStream<Uint8Array>> {
  const { modelOrigin } = inject("world");
  const { body } = await fetch(`${modelOrigin}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer rehearsal", "content-type": "application/json" },
    body: JSON.stringify({
      model: "gpt-6-luna",
      stream: true,
      safety_identifier: memberHash(member),
      messages: [{ role: "user", content: "Hello" }],
    }),
  });
  if (!body) throw new Error("no answer");
  return body;
}

it("one read gives everything of a body that has come in, and nothing of it is lost", async () => {
  await setModel({ tokens: 3_000, ttftMs: 0, gapMs: 0 });
  const pieces = bodyPieces(await ask("read-ahead"), { now: Date.now, readAhead });
  // All of it is in the sockets, and nothing has been read.
  await eventually(async () => expect(await outcome("read-ahead")).toBe("stop"));
  const answer = emptyAnswer();
  const { read: parse } = answerReader(answer);
  const sizes: number[] = [];
  let text = "";
  for (;;) {
    const { done, value } = await pieces.next(false);
    if (done) break;
    sizes.push(value.length);
    text += parse(value);
  }
  pieces.end();
  expect(answer.done).toBe(true);
  expect(text.split(" ")).toEqual(Array.from({ length: 3_000 }, (_, n) => `w${n + 1}`));
  // The model sends some 300 bytes a token, each token by itself.
  expect(Math.max(...sizes)).toBeGreaterThan(8_000);
});

it.each(["read", "gather"] as const)(
  "a word that comes alone waits for no other: %s",
  async (way) => {
    await setModel({ tokens: 2, ttftMs: 0, gapMs: 2_000 });
    const reader = readAhead(await ask(way));
    const { read: parse } = answerReader(emptyAnswer());
    let text = "";
    while (text === "") {
      const { done, value } = await reader[way]();
      if (done) break;
      text = parse(value);
    }
    expect(text).toBe("w1");
  },
);

it("what is left flows away when nobody wants it", async () => {
  await setModel({ tokens: 40_000, ttftMs: 0, gapMs: 0 });
  const { gather, cancel } = readAhead(await ask("left"));
  await gather();
  // More than sockets hold, and nothing is read beyond a limit: the model comes to a stand.
  const sent = async () => (await modelRequests("left"))[0]?.tokensSent;
  await eventually(async () => expect(await sent()).toBe(await sent()));
  expect(await outcome("left")).toBe("running");
  await cancel();
  await eventually(async () => expect(await outcome("left")).toBe("stop"));
});

it("a body that breaks off breaks off here too, after all that came before", async () => {
  await setModel({ tokens: 40, ttftMs: 0, gapMs: 5, fault: "drop", at: 30 });
  const { read } = readAhead(await ask("cut-off"));
  const { read: parse } = answerReader(emptyAnswer());
  let text = "";
  const toTheEnd = async () => {
    for (let piece = await read(); !piece.done; piece = await read()) text += parse(piece.value);
  };
  await expect(toTheEnd()).rejects.toThrow();
  expect(text).toMatch(/^w1 .* w30 ?$/);
});
