import { afterEach, expect, inject, it } from "vitest";
import { chunkParser, emptyAnswer } from "../../worker/model/chunks.ts";
import { readAhead } from "../../worker/model/read-ahead.ts";
import { memberHash, mendModel, modelRequests, setModel } from "./support/model.ts";
import { eventually } from "./support/supabase.ts";

afterEach(mendModel);

/** Asks the model, as a member; more of an answer than sockets hold. */
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
  await setModel({ tokens: 20_000, ttftMs: 0, gapMs: 0 });
  const { read } = readAhead(await ask("read-ahead"));
  // The model comes to its end though nobody reads here: the platform does.
  await eventually(async () => {
    const [request] = await modelRequests("read-ahead");
    expect(request?.outcome).toBe("stop");
  });

  const answer = emptyAnswer();
  const parse = chunkParser(answer);
  const sizes: number[] = [];
  let text = "";
  for (let piece = await read(); !piece.done; piece = await read()) {
    sizes.push(piece.value.length);
    text += parse(piece.value);
  }
  expect(answer.done).toBe(true);
  expect(text.split(" ")).toEqual(Array.from({ length: 20_000 }, (_, n) => `w${n + 1}`));
  // The model sends some 300 bytes a token, each token by itself.
  expect(sizes[0]).toBeGreaterThan(8_000);
});

it("a body that breaks off breaks off here too, after all that came before", async () => {
  await setModel({ tokens: 40, ttftMs: 0, gapMs: 5, fault: "drop", at: 30 });
  const { read } = readAhead(await ask("cut-off"));
  const parse = chunkParser(emptyAnswer());
  let text = "";
  const toTheEnd = async () => {
    for (let piece = await read(); !piece.done; piece = await read()) text += parse(piece.value);
  };
  await expect(toTheEnd()).rejects.toThrow();
  expect(text).toMatch(/^w1 .* w30 ?$/);
});
