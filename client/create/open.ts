import type { CategoryKey } from "../../domain/categories.ts";
import { member } from "../auth/session.ts";
import { browserFrames } from "../platform/frames.ts";
import { browserNetwork } from "../platform/network.ts";
import { keysOf, storage } from "../platform/storage.ts";
import { api } from "../services.ts";
import { openVision } from "../vision/open.ts";
import { createDiscovery, type Discovery } from "./discovery.ts";
import { createWriting, type Writing } from "./writing.ts";

/** The way through one section of a draft: what is chosen, and what is written of it. */
export interface SectionWay {
  readonly discovery: Discovery;
  readonly writing: Writing;
}

const ways = new Map<string, SectionWay>();
let owner: string | null = null;

// A session that ends takes its open sections along; what is unsent stays kept.
member.subscribe((now) => {
  if (now?.id === owner) return;
  for (const { writing } of ways.values()) writing.close();
  ways.clear();
  owner = now?.id ?? null;
});

/** How the keys begin under which the sections of all drafts are kept: among what signing out forgets. */
const keptPrefix = () => `viva.unsaved.${owner ?? ""}.create.`;

/** Forgets what is kept of drafts other than this one: they were committed or discarded. */
function forgetOthers(visionId: string): void {
  for (const key of keysOf(storage, keptPrefix())) {
    if (!key.startsWith(`${keptPrefix()}${visionId}.`)) storage.removeItem(key);
  }
}

/**
 * The way through a section, of the member who is signed in: the one that is open already, so that a
 * text goes on being written across pages, or a new one.
 */
export function sectionWay(visionId: string, category: CategoryKey): SectionWay {
  const name = `${visionId}.${category}`;
  const standing = ways.get(name);
  if (standing) return standing;
  forgetOthers(visionId);
  const place = keptPrefix() + name;
  const discovery = createDiscovery(visionId, category, place, { api, storage });
  const writing = createWriting(visionId, category, `${place}.text`, {
    history: openVision(visionId).history(category),
    ...{ api, storage, network: browserNetwork, frames: browserFrames },
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    newId: () => crypto.randomUUID(),
    begun: discovery.written,
  });
  const made = { discovery, writing };
  ways.set(name, made);
  return made;
}
