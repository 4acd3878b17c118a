import { describe, expect, it } from "vitest";
import { emptyAnswer } from "../../worker/model/answer.ts";
import { readAnswer } from "../../worker/model/read-answer.ts";

const GAP_MS = 15_000;
const FINISH_MS = 2_000;

const delta = (fields: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ delta: fields, finish_reason: finish }] })}\n\n`;
const word = (content: string) => delta({ content });
const end = (reason: string) => delta({}, reason);

/** Reads a body of these pieces. With `broken` its connection breaks then. */
async function reading(pieces: readonly string[], broken = false) {
  const waits: number[] = [];
  const answer = emptyAnswer();
  let text = "";
  const rest = pieces.map((piece) => new TextEncoder().encode(piece));
  const next = () => {
    const value = rest.shift();
    if (value) return Promise.resolve({ done: false as const, value });
    if (broken) return Promise.reject(new Error("reset"));
    return Promise.resolve({ done: true as const, value: undefined });
  };
  const read = readAnswer(
    {
      pieces: { next, end: () => {} },
      silence: { heard: (ms) => waits.push(ms), end: () => {} },
      gapTimeoutMs: GAP_MS,
      finishWaitMs: FINISH_MS,
      thinksAloud: false,
      onText: (more) => {
        text += more;
      },
      onRetract: () => {
        text = "";
      },
    },
    answer,
    new AbortController().signal,
  );
  const error = await read.then(
    () => null,
    (thrown: Error) => thrown.message,
  );
  return { text, waits, error };
}

describe("an answer that is read", () => {
  it("gives the words of a last event without a line end, also if its connection breaks", async () => {
    const pieces = [word("Hel"), word("lo").trimEnd()];
    expect(await reading(pieces, true)).toMatchObject({ text: "Hello", error: "reset" });
  });

  it("is waited for only a little longer once it has ended", async () => {
    expect((await reading([word("Hello"), end("stop")])).waits).toEqual([GAP_MS, FINISH_MS]);
  });

  it("is waited for only a little longer if it is withheld, with or without words", async () => {
    expect((await reading([delta({ refusal: "No." })])).waits).toEqual([FINISH_MS]);
    expect((await reading([end("content_filter")])).waits).toEqual([FINISH_MS]);
  });

  it("may name its end before its words, also if all before was a thought", async () => {
    expect((await reading([end("stop"), word("Hello")])).waits).not.toContain(FINISH_MS);
    const thought = [word("Hm."), word("</think>") + end("stop")];
    expect(await reading(thought)).toMatchObject({ text: "", waits: [GAP_MS] });
  });
});
