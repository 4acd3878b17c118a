import { CATEGORY_KEYS, type CategoryKey } from "../../domain/categories.ts";
import { member } from "../auth/session.ts";
import { browserFrames } from "../platform/frames.ts";
import { browserNetwork } from "../platform/network.ts";
import { storage } from "../platform/storage.ts";
import { api, services } from "../services.ts";
import { createTextHistory, type TextHistory } from "../text/history.ts";
import { createVisionEditor, type VisionEditor } from "./editor.ts";
import { createRefinement, type Refinement } from "./refinement.ts";
import { createVisionWire } from "./wire.ts";
import { createWordsStore, wordsPrefix } from "./words.ts";

/** A vision that is open: its editor, and VIVA's work on its sections. */
export interface OpenVision {
  readonly editor: VisionEditor;
  refinement(key: CategoryKey): Refinement;
  /** The texts of a section that the member has seen. */
  history(key: CategoryKey): TextHistory;
  close(): void;
}

const pageId = crypto.randomUUID();
/** What one tab of this browser tells the others. */
interface News {
  readonly id: string;
  /** The one that was written. */
  readonly revision: number;
}

const news = new BroadcastChannel("viva.vision");
const open = new Map<string, OpenVision>();
let owner: string | null = null;

async function hear({ id, revision }: News): Promise<void> {
  const editor = open.get(id)?.editor;
  const isBehind = () => (editor?.vision.peek()?.revision ?? revision) < revision;
  if (isBehind()) await editor?.refresh();
  // A read that was on its way already may have come too early.
  if (isBehind()) await editor?.refresh();
}

news.addEventListener("message", ({ data }: MessageEvent<News>) => void hear(data));

function closeAll(): void {
  for (const vision of open.values()) vision.close();
  open.clear();
}

// A session that ends takes its open visions along; what is unsaved stays kept.
member.subscribe((now) => {
  if (now?.id !== owner) closeAll();
  owner = now?.id ?? null;
});

/**
 * The open vision of an id, of the member who is signed in: the one that is open already, so that
 * what is unsaved or being written goes on across pages, or a new one.
 */
export function openVision(id: string): OpenVision {
  const standing = open.get(id);
  if (standing) return standing;
  const memberId = owner ?? "";
  const { visions } = services().journey;
  const refinements = new Map<CategoryKey, Refinement>();
  const histories = new Map<CategoryKey, TextHistory>();
  function history(key: CategoryKey): TextHistory {
    const known = histories.get(key);
    if (known) return known;
    const made = createTextHistory(storage, `viva.unsaved.${memberId}.texts.${id}.${key}`);
    histories.set(key, made);
    return made;
  }
  const editor = createVisionEditor(id, {
    wire: createVisionWire(api),
    words: createWordsStore(storage, memberId, pageId),
    network: browserNetwork,
    history,
    confirmed: (vision) => visions.open(id).take(vision),
    changed: (revision) => news.postMessage({ id, revision } satisfies News),
  });
  const unheard = visions.onChange(async (changed) => (changed === id ? editor.refresh() : null));
  const made: OpenVision = {
    editor,
    history,
    refinement(key) {
      const known = refinements.get(key);
      if (known) return known;
      const refinement = createRefinement(id, key, `${wordsPrefix(memberId)}refine.${id}.${key}`, {
        ...{ api, storage, network: browserNetwork, frames: browserFrames },
        history: history(key),
        newId: () => crypto.randomUUID(),
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      });
      refinements.set(key, refinement);
      return refinement;
    },
    close() {
      unheard();
      editor.close();
      for (const refinement of refinements.values()) refinement.close();
    },
  };
  open.set(id, made);
  return made;
}

/** Forgets an open vision: it was deleted. */
export function closeVision(id: string): void {
  const vision = open.get(id);
  vision?.editor.forget();
  for (const key of CATEGORY_KEYS) vision?.history(key).clear();
  vision?.close();
  open.delete(id);
}
