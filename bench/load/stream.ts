import * as v from "valibot";

const milliseconds = v.optional(v.nullable(v.pipe(v.number(), v.minValue(0))), null);

/** The parts of an event stream that tell how a turn ended; all others are passed over. */
const PartSchema = v.variant("type", [
  v.object({
    type: v.picklist(["finish", "message-metadata"]),
    messageMetadata: v.object({
      timings: v.optional(
        v.nullable(v.object({ oursMs: milliseconds, upstreamMs: milliseconds })),
        null,
      ),
    }),
  }),
  v.object({ type: v.literal("data-problem"), data: v.object({ code: v.string() }) }),
  v.object({ type: v.picklist(["error", "abort"]) }),
]);

/** What the end of an event stream tells. */
export interface StreamEnding {
  /** Null for a whole answer; the problem's code, `aborted`, or `stream_cut` where no end came. */
  readonly error: string | null;
  readonly timings: { readonly oursMs: number | null; readonly upstreamMs: number | null };
}

/** Reads how an event stream ended from its whole text. */
export function readEnding(text: string): StreamEnding {
  let finished = false;
  let error: string | null = null;
  let timings: StreamEnding["timings"] = { oursMs: null, upstreamMs: null };
  for (const line of text.split("\n")) {
    // Words are many, and none of them tells of the end: they are not parsed.
    if (!line.startsWith("data: {") || line.includes('"type":"text-delta"')) continue;
    const parsed = v.safeParse(PartSchema, parse(line.slice("data: ".length)));
    if (!parsed.success) continue;
    const part = parsed.output;
    if (part.type === "finish") finished = true;
    if (part.type === "data-problem") error = part.data.code;
    if (part.type === "error") error ??= "error";
    if (part.type === "abort") error ??= "aborted";
    if ("messageMetadata" in part) timings = part.messageMetadata.timings ?? timings;
  }
  if (!finished && error === null) error = "stream_cut";
  return { error, timings };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
