import { TAB_HEADER } from "../domain/live-line.ts";
import { createApi } from "./api/http.ts";
import { lazy } from "./api/lazy.ts";
import { createWarmer } from "./api/warm.ts";
import { member, tokens } from "./auth/session.ts";
import { type Chat, createChat } from "./chat/state/chat.ts";
import { createDrafts, type Drafts } from "./chat/state/drafts.ts";
import { createQueue, indexedStore, type Queue } from "./chat/state/queue.ts";
import type { Topic } from "./chat/state/topic.ts";
import { type Conversations, createConversations } from "./conversations/conversations.ts";
import { createJourney, type Journey } from "./data/data.ts";
import { browserFrames } from "./platform/frames.ts";
import { browserNetwork, pause } from "./platform/network.ts";
import { storage } from "./platform/storage.ts";
import { browserTabs } from "./platform/tabs.ts";
import { tell } from "./ui/toasts.ts";

/** The server, as the member who is signed in. */
export const api = createApi({
  tokens,
  // What this tab changes it is not told of.
  fetch: (input, init = {}) =>
    fetch(input, { ...init, headers: { ...init.headers, [TAB_HEADER]: browserTabs.id } }),
});

/** Has the server get ready for a turn that may come. */
export const warm = createWarmer(api, () => performance.now());

/** Everything that belongs to one member and ends with the session. */
export interface MemberServices {
  readonly drafts: Drafts;
  readonly queue: Queue;
  readonly conversations: Conversations;
  /** Profile, assessment and visions. */
  readonly journey: Journey;
  /** The chat of a conversation: the one already open, so that an answer goes on across pages, or a new one. */
  chat(id: string, topic: Topic): Chat;
}

const queueStore = indexedStore();
const loadLive = lazy(() => import("./live/start.ts"));

/** Calls back once the page has been painted and the browser has time. */
function afterPaint(run: () => void): void {
  requestAnimationFrame(() => {
    if ("requestIdleCallback" in window) requestIdleCallback(run, { timeout: 2_000 });
    else setTimeout(run, 200);
  });
}

/** Chats that stay open behind the one on the screen. */
const OPEN_CHATS = 6;

function createMemberServices(memberId: string): MemberServices & { end(): void } {
  const drafts = createDrafts(storage, memberId);
  const queue = createQueue(queueStore, memberId);
  const conversations = createConversations(api);
  const journey = createJourney(memberId, { api, storage, tabs: browserTabs, tell, pause });
  const chats = new Map<string, Chat>();
  let over = false;
  let hangUp = () => {};

  const all = {
    drafts,
    queue,
    conversations,
    journey,
    chat(id: string, topic: Topic) {
      const open = chats.get(id);
      if (open) return open;
      const chat = createChat(id, topic, {
        api,
        queue,
        frames: browserFrames,
        network: browserNetwork,
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        newId: () => crypto.randomUUID(),
        now: () => new Date().toISOString(),
        onTurn: (conversationId, about, text) =>
          conversations.touch(conversationId, about, text, new Date().toISOString()),
      });
      chats.set(id, chat);
      for (const [oldId, old] of chats) {
        if (chats.size <= OPEN_CHATS) break;
        old.close();
        chats.delete(oldId);
      }
      void chat.open();
      return chat;
    },
    end() {
      over = true;
      hangUp();
      journey.close();
      for (const chat of chats.values()) chat.close();
    },
  };

  // Its code is no part of what a page needs before it can be used.
  const since = performance.now();
  afterPaint(async function start() {
    if (over) return;
    try {
      const { startLive } = await loadLive();
      const host = { shown: { conversations, journey, chats }, api, tokens, since };
      if (!over) hangUp = startLive({ ...host, tab: browserTabs.id });
    } catch {
      if (!browserNetwork.isOnline()) addEventListener("online", start, { once: true });
    }
  });

  // What waits goes out whatever page the member is on.
  void queue.all().then((waiting) => {
    if (over) return;
    for (const { conversationId, topic, refused } of waiting) {
      if (!refused) all.chat(conversationId, topic);
    }
  });
  return all;
}

let current: { memberId: string; services: ReturnType<typeof createMemberServices> } | null = null;

/**
 * The services of the member who is signed in.
 * @throws Error when nobody is: pages that use them are for members only
 */
export function services(): MemberServices {
  const id = member.peek()?.id;
  if (id === undefined) throw new Error("nobody is signed in");
  if (current?.memberId !== id) {
    current?.services.end();
    current = { memberId: id, services: createMemberServices(id) };
    // A member's first turn then costs what a warm one costs.
    afterPaint(warm);
  }
  return current.services;
}

// A session that ends takes its open chats along; what was not sent stays in the queue.
member.subscribe((now) => {
  if (current && current.memberId !== now?.id) {
    current.services.end();
    current = null;
  }
});
