import type { LiveChange } from "../../domain/live.ts";
import { pauseMs } from "../../domain/retry.ts";
import { isWriting } from "../../domain/writing-conversation.ts";
import type { ClientProblem } from "../api/problem.ts";
import type { Chat } from "../chat/state/chat.ts";
import type { Conversations } from "../conversations/conversations.ts";
import type { Journey } from "../data/data.ts";

/** What a member sees, and what may therefore have to be read again. */
export interface Shown {
  readonly conversations: Pick<Conversations, "changed">;
  readonly journey: {
    readonly credits: Pick<Journey["credits"], "value" | "set" | "changed">;
    readonly profile: Pick<Journey["profile"], "changed">;
    readonly assessment: Pick<Journey["assessment"], "changed">;
    readonly visions: Pick<Journey["visions"], "changed" | "allChanged">;
  };
  /** The chats that are open, by the id of their conversation. */
  readonly chats: ReadonlyMap<string, Pick<Chat, "isNews" | "catchUp">>;
}

/** What surrounds a hearing; everything that differs between a browser and a test. */
export interface HearingPorts {
  /** Resolves after the time, or sooner when connection or member come back. */
  pause(ms: number): Promise<void>;
  /** At least 0, less than 1. */
  random(): number;
  /** Fires when nothing is shown any more. */
  readonly over: AbortSignal;
}

/** What this tab does about what it hears. */
export interface Hearing {
  changed(change: LiveChange): void;
  /** Reads again everything that is shown. */
  missed(): void;
}

/**
 * Brings what is shown up to date with what changed elsewhere. What nobody has looked at is not read;
 * what cannot be read is read again until it could be: nobody tells of the same change twice.
 */
export function createHearing(
  { conversations, journey, chats }: Shown,
  { pause, random, over }: HearingPorts,
): Hearing {
  /** How often each was to be read; whoever was asked last goes on trying. */
  const asked = new Map<string, number>();

  async function follow(what: string, read: () => Promise<ClientProblem | null>): Promise<void> {
    const mine = (asked.get(what) ?? 0) + 1;
    asked.set(what, mine);
    for (let failures = 0; asked.get(what) === mine && !over.aborted; failures += 1) {
      const problem = await read();
      if (!problem?.retryable) return;

      await pause(pauseMs("live", failures, { ...problem, random: random() }));
    }
  }

  const list = () => void follow("conversations", () => conversations.changed());
  const profile = () => void follow("profile", () => journey.profile.changed());
  const assessment = () => void follow("assessment", () => journey.assessment.changed());
  const chat = (id: string) =>
    void follow(`chat ${id}`, async () => (await chats.get(id)?.catchUp()) ?? null);

  async function heardTurn(conversationId: string, turnId: string, began: boolean): Promise<void> {
    // Vision texts are in no list, and are read where they are written.
    if (isWriting(conversationId)) return;
    const open = chats.get(conversationId);
    const isNews = open ? await open.isNews(turnId) : began;
    if (!isNews) return;
    if (open) chat(conversationId);
    list();
  }

  return {
    changed(change) {
      switch (change.type) {
        case "turn-began":
          return void heardTurn(change.conversationId, change.turnId, true);
        case "turn-ended":
          return void heardTurn(change.conversationId, change.turnId, false);
        case "conversation":
          list();
          return chat(change.id);
        case "profile":
          return profile();
        case "assessment":
          return assessment();
        case "vision":
          return void follow(`vision ${change.id}`, () => journey.visions.changed(change.id));
        case "credits": {
          const known = journey.credits.value.peek();
          if (known) journey.credits.set({ ...known, left: change.left });
        }
      }
    },

    missed() {
      list();
      profile();
      assessment();
      void follow("visions", () => journey.visions.allChanged());
      void follow("credits", () => journey.credits.changed());
      for (const id of chats.keys()) chat(id);
    },
  };
}
