import { member, signOut } from "../auth/session.ts";
import { storage } from "../platform/storage.ts";
import { services } from "../services.ts";

/** A member's way out of this device. */
export interface Leaving {
  /** Signs out here, and takes along what was never sent: it is the member's own. @param because for the sign-in page */
  leave(because?: string): Promise<void>;
  /** The same, and nothing of the member stays in this browser. */
  leaveNothing(): Promise<void>;
}

/**
 * Prepares the way out while the member is signed in; it can be gone even where the session has ended
 * meanwhile.
 */
export function leaving(): Leaving {
  const { drafts, queue, journey } = services();
  const id = member.peek()?.id ?? "";

  async function leave(because = ""): Promise<void> {
    await signOut(because);
    drafts.clear();
    journey.clear();
    await queue.clear();
  }

  return {
    leave,
    async leaveNothing() {
      await leave();
      if (id === "") return;
      const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
      for (const key of keys) if (key?.includes(id)) storage.removeItem(key);
    },
  };
}
