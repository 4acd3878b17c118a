import { describe, expect, it } from "vitest";
import { readJson, readOptionalJson } from "../../worker/http/body.ts";

/** A request whose body breaks off after some pieces, as a lost connection has it. */
function brokenOff(pieces: readonly string[]): Request {
  const left = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = left.shift();
      if (piece === undefined) controller.error(new Error("Network connection lost."));
      else controller.enqueue(new TextEncoder().encode(piece));
    },
  });
  const init = { method: "POST", body, duplex: "half" };
  return new Request("https://viva.example.com/", init as RequestInit);
}

describe("a body that breaks off", () => {
  it.each([[[]], [['{"mess']], [['{"messages"', ": []}"]]])(
    "after %j is no request, and no fault of ours",
    async (pieces) => {
      for (const read of [readJson, readOptionalJson]) {
        await expect(read(brokenOff(pieces), 1_000)).rejects.toMatchObject({
          name: "ProblemError",
          code: "invalid_json",
        });
      }
    },
  );
});
