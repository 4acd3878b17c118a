import type { Vision, VisionSummary } from "../../domain/journey.ts";
import { ApiError, localProblem } from "../api/problem.ts";
import { navigate } from "../router.ts";
import { services } from "../services.ts";
import { closeVision, openVision } from "./open.ts";
import { visionPath } from "./wire.ts";

/** What can be done with a version as a whole. Each throws ApiError where it is refused. */

/** Opens the draft: the one there is, else a new one, a copy of `from` or of the active version. */
export async function openDraft(from?: string): Promise<void> {
  const draft = await services().journey.visions.draft(from);
  openVision(draft.id).editor.adopt(draft);
  navigate(visionPath(draft.id));
}

/** Makes the draft the active version, with the member's last words in it. */
export async function commitDraft(id: string): Promise<Vision> {
  const { editor } = openVision(id);
  // On the list the version itself may never have been read.
  if (!editor.vision.peek()) await editor.refresh();
  const saved = await editor.flush();
  const vision = editor.vision.peek();
  const unread = editor.problem.peek();
  if (!vision && unread) throw new ApiError(unread);
  if (!vision || !saved) {
    const saving = editor.saving.peek();
    throw new ApiError(
      saving.kind === "failed"
        ? saving.problem
        : {
            ...localProblem("unknown"),
            detail: "Some of your words are not saved yet. Look at them first.",
          },
    );
  }
  try {
    const active = await services().journey.visions.commit(id, vision.revision);
    editor.adopt(active);
    return active;
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 412) await editor.refresh();
    throw error;
  }
}

/** Discards a draft or deletes a version of before, with what was unsaved in it. */
export async function removeVersion({ id, revision }: VisionSummary): Promise<void> {
  const { visions } = services().journey;
  try {
    await visions.remove(id, revision);
  } catch (error) {
    // What someone else has removed is removed.
    if (!(error instanceof ApiError) || error.problem.status !== 404) {
      await visions.refresh();
      throw error;
    }
    await visions.refresh();
  }
  closeVision(id);
}
