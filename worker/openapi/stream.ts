import * as v from "valibot";
import {
  CreditsShape,
  ProblemShape,
  TimingsShape,
  UsageShape,
  WrittenTextShape,
} from "./shapes.ts";

const place = { conversationId: v.string(), turnId: v.string(), model: v.string() };

const Begun = v.object({ ...place, status: v.literal("streaming") });

const Ended = v.object({
  ...place,
  status: v.picklist(["complete", "stopped", "superseded", "interrupted", "failed"]),
  usage: v.nullable(UsageShape),
  timings: TimingsShape,
  credits: v.nullable(CreditsShape),
  vision: v.exactOptional(WrittenTextShape),
  /** An answer of care to a member in crisis: nothing to go on from. */
  care: v.exactOptional(v.literal(true)),
});

/** The `data` of one event of a turn's stream: the parts of the AI SDK's UI message stream that are sent. */
export const StreamPart = v.variant("type", [
  v.object({ type: v.literal("start"), messageId: v.string(), messageMetadata: Begun }),
  v.object({ type: v.literal("text-start"), id: v.string() }),
  v.object({ type: v.literal("text-delta"), id: v.string(), delta: v.string() }),
  v.object({ type: v.literal("text-end"), id: v.string() }),
  v.object({
    type: v.literal("finish"),
    finishReason: v.picklist(["stop", "length", "content-filter", "other"]),
    messageMetadata: Ended,
  }),
  v.object({ type: v.literal("message-metadata"), messageMetadata: Ended }),
  v.object({ type: v.literal("abort"), reason: v.picklist(["stopped", "superseded"]) }),
  v.object({ type: v.literal("data-problem"), data: ProblemShape, transient: v.literal(true) }),
  v.object({ type: v.literal("error"), errorText: v.string() }),
]);
