import * as v from "valibot";
import type { Vision, VisionSummary } from "../../../domain/journey.ts";
import type { Page } from "../../../domain/messages.ts";
import { type ProblemCode, ProblemError } from "../../../domain/problems.ts";
import { commitRefusal, deleteRefusal, editRefusal } from "../../../domain/vision.ts";
import { cursorOf, type VisionChanges, type VisionPage } from "../../../domain/vision-request.ts";
import type { SeenVision } from "../../commands.ts";
import { type Call, readRow } from "./database.ts";
import { admitToVision } from "./profile.ts";
import { placeOf, SummaryRows, summaryOf, VisionRow, visionOf } from "./rows.ts";

/** What the writing functions answer: how it went, the version as it is now, the context where it changed. */
const Answer = v.object({
  outcome: v.string(),
  vision: v.optional(v.nullable(VisionRow)),
  context: v.optional(v.unknown()),
});

interface Outcome {
  readonly outcome: string;
  /** The version as it is now; undefined where there is none (any more). */
  readonly vision: Vision | undefined;
  readonly context: unknown;
}

/** A version that was written, or was found as it should be. */
export interface WrittenVision {
  readonly vision: Vision;
  /** The result of `viva_context` after it, where it changed. */
  readonly context: unknown;
  readonly created: boolean;
}

async function write(call: Call, name: string, args: Record<string, unknown>): Promise<Outcome> {
  const { outcome, vision, context } = readRow(Answer, await call(name, args));
  if (outcome === "not_found") throw new ProblemError("not_found");
  const current = vision ? visionOf(vision) : undefined;
  if (outcome === "stale") throw new ProblemError("precondition_failed", { current });
  return { outcome, vision: current, context };
}

function refused(
  detail: string | null,
  current: Vision | undefined,
  code: ProblemCode = "conflict",
) {
  return new ProblemError(code, { ...(detail !== null && { detail }), current });
}

/** The written version of an outcome that must hold one. */
function written({ outcome, vision, context }: Outcome): WrittenVision {
  if (!vision) throw new Error(`no version in the answer "${outcome}"`);
  return { vision, context, created: outcome === "created" };
}

/** The member's versions, newest first. @throws ProblemError */
export async function listVisions(
  call: Call,
  { limit, after }: VisionPage,
): Promise<Page<VisionSummary>> {
  const answer = await call("viva_visions", {
    // One more tells whether there is another page.
    p_limit: limit + 1,
    p_after_micros: after?.micros ?? null,
    p_after_id: after?.id ?? null,
  });
  const rows = readRow(SummaryRows, answer);
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items: items.map(summaryOf), nextCursor: last ? cursorOf(placeOf(last)) : null };
}

/** One version with its text. @throws ProblemError not_found */
export async function readVision(call: Call, id: string): Promise<Vision> {
  const row = readRow(v.nullable(VisionRow), await call("viva_vision", { p_id: id }));
  if (!row) throw new ProblemError("not_found");
  return visionOf(row);
}

/**
 * The member's draft: the one there is, else a new one.
 * @throws ProblemError profile_incomplete; not_found for a `from` that is not theirs; conflict where it
 * would have to replace a draft
 */
export async function beginVision(call: Call, from: string | null): Promise<WrittenVision> {
  await admitToVision(call);
  const outcome = await write(call, "viva_begin_vision", { p_from: from });
  if (outcome.outcome === "exists" && from !== null) {
    throw refused("You have a draft already. Commit or discard it first.", outcome.vision);
  }
  return written(outcome);
}

/**
 * Changes a draft.
 * @throws ProblemError not_found, precondition_failed, conflict; the latter two with the `current` version
 */
export async function writeVision(
  call: Call,
  { id, revision, changes, refinementId }: SeenVision & VisionChanges,
): Promise<WrittenVision> {
  const outcome = await write(call, "viva_write_vision", {
    p_id: id,
    p_revision: revision,
    p_changes: changes,
    p_refinement: refinementId,
  });
  const { vision } = outcome;
  if (outcome.outcome === "read_only" && vision) throw refused(editRefusal(vision.state), vision);
  if (outcome.outcome === "decided") {
    throw refused("This suggestion is no longer open. Ask VIVA for a new one.", vision);
  }
  return written(outcome);
}

/**
 * Discards a draft, or deletes a version of before.
 * @returns the context after it
 * @throws ProblemError not_found, precondition_failed, conflict for the active one
 */
export async function deleteVision(call: Call, { id, revision }: SeenVision): Promise<unknown> {
  const { outcome, vision, context } = await write(call, "viva_delete_vision", {
    p_id: id,
    p_revision: revision,
  });
  if (outcome === "read_only" && vision) throw refused(deleteRefusal(vision.state), vision);
  return context;
}

/**
 * Makes a draft the active version; asked again with the same revision it answers the same.
 * @throws ProblemError not_found, precondition_failed, conflict for an empty draft or a version of before
 */
export async function commitVision(
  call: Call,
  { id, revision }: SeenVision,
): Promise<WrittenVision> {
  const outcome = await write(call, "viva_commit_draft", { p_id: id, p_revision: revision });
  const { vision } = outcome;
  if ((outcome.outcome === "read_only" || outcome.outcome === "empty") && vision) {
    throw refused(commitRefusal(vision.state, vision.sections), vision);
  }
  return written(outcome);
}
