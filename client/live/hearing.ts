import type { LiveChange } from "../../domain/live.ts";
import { isWriting } from "../../domain/writing.ts";
import type { Chat } from "../chat/chat.ts";
import type { Conversations } from "../chat/conversations.ts";
import type { Journey } from "../journey/journey.ts";

/** What a member sees, and what may therefore have to be read again. */
export interface Shown {
  readonly conversations: Pick<Conversations, "changed">;
  readonly journey: Pick<Journey, "credits"> & {
    readonly profile: Pick<Journey["profile"], "changed">;
    readonly assessment: Pick<Journey["assessment"], "changed">;
    readonly visions: Pick<Journey["visions"], "changed" | "allChanged">;
  };
  /** The chats that are open, by the id of their conversation. */
  readonly chats: ReadonlyMap<string, Pick<Chat, "heard" | "catchUp">>;
}

/** What this tab does about what it hears. */
export interface Hearing {
  changed(change: LiveChange): void;
  /** Reads again everything that is shown. */
  missed(): void;
}

/** Brings what is shown up to date with what changed elsewhere. What nobody has looked at is not read. */
export function createHearing({ conversations, journey, chats }: Shown): Hearing {
  async function heardTurn(conversationId: string, turnId: string, began: boolean): Promise<void> {
    // Vision texts are in no list, and are read where they are written.
    if (isWriting(conversationId)) return;
    const chat = chats.get(conversationId);
    const isNews = chat ? await chat.heard(turnId) : began;
    if (isNews) await conversations.changed();
  }

  return {
    changed(change) {
      switch (change.type) {
        case "turn-began":
          return void heardTurn(change.conversationId, change.turnId, true);
        case "turn-ended":
          return void heardTurn(change.conversationId, change.turnId, false);
        case "conversation":
          void conversations.changed();
          return void chats.get(change.id)?.catchUp();
        case "profile":
          return void journey.profile.changed();
        case "assessment":
          return void journey.assessment.changed();
        case "vision":
          return void journey.visions.changed(change.id);
        case "credits": {
          const known = journey.credits.value.peek();
          if (known) journey.credits.set({ ...known, left: change.left });
        }
      }
    },

    missed() {
      void conversations.changed();
      void journey.profile.changed();
      void journey.assessment.changed();
      void journey.visions.allChanged();
      void journey.credits.changed();
      for (const chat of chats.values()) void chat.catchUp();
    },
  };
}
