import * as v from "valibot";
import { FRAME_BYTES } from "./live-line.ts";

const id = v.string();

/** What has changed for a member. It names what to read again, and never holds what they said. */
export const LiveChange = v.variant("type", [
  v.object({
    type: v.literal("turn-began"),
    conversationId: id,
    turnId: id,
    /** Of the answer that is being written. */
    messageId: id,
  }),
  v.object({
    type: v.literal("turn-ended"),
    conversationId: id,
    turnId: id,
    state: v.picklist(["complete", "stopped", "interrupted", "superseded", "failed"]),
  }),
  /** A conversation was renamed or deleted. */
  v.object({ type: v.literal("conversation"), id }),
  v.object({ type: v.literal("profile") }),
  v.object({ type: v.literal("vision"), id }),
  v.object({ type: v.literal("assessment") }),
  /** Creation Credits that are left of this month. */
  v.object({ type: v.literal("credits"), left: v.number() }),
]);

export type LiveChange = v.InferOutput<typeof LiveChange>;

/** The line stands: the first frame, and the answer to a renewal. */
const Ready = v.object({
  type: v.literal("ready"),
  /** Milliseconds until the connection ends unless it is renewed. */
  expiresInMs: v.number(),
  /** Milliseconds since something changed the last time; null where that is not known. */
  quietMs: v.nullable(v.number()),
});

/**
 * A frame to a client. `seq` counts the frames of one connection from 1, so that a lost one shows.
 * After a new connection a client reads again what it shows.
 */
export const LiveFrame = v.intersect([
  v.object({ seq: v.number() }),
  v.variant("type", [Ready, ...LiveChange.options]),
]);

export type LiveFrame = v.InferOutput<typeof LiveFrame>;

/** A frame from a client: a newer token of the same member. */
export const ClientFrame = v.strictObject({
  type: v.literal("renew"),
  token: v.pipe(v.string(), v.minLength(1), v.maxLength(FRAME_BYTES)),
});

export type ClientFrame = v.InferOutput<typeof ClientFrame>;

/** Reads a frame as it came over the line; null for anything that is none. */
export function parseFrame<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
): v.InferOutput<Schema> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : null;
}
