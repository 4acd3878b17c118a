import type { Drafts } from "../chat/state/drafts.ts";
import type { Queue } from "../chat/state/queue.ts";

/** Forgets what the member had begun to write in conversations that are deleted: it could go nowhere. */
export async function forgetUnsent(
  ids: ReadonlySet<string>,
  { drafts, queue }: { readonly drafts: Drafts; readonly queue: Queue },
): Promise<void> {
  if (ids.size === 0) return;
  for (const id of ids) drafts.setText(id, "");
  for (const { conversationId, id } of await queue.all()) {
    if (ids.has(conversationId)) await queue.remove(conversationId, id);
  }
}
