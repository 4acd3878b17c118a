import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { CATEGORY_KEYS, type CategoryKey } from "../../domain/categories.ts";
import type { Sections } from "../../domain/context.ts";
import type { Vision } from "../../domain/journey.ts";
import type { Api } from "../api/http.ts";
import type { ClientProblem } from "../api/problem.ts";
import type { Changes, Kept } from "./kept.ts";
import { createResource } from "./resource.ts";
import { createSaveQueue, type Refusal, type SaveStatus } from "./save-queue.ts";
import type { Tell } from "./toasts.ts";

/** A section that was changed here and elsewhere, both from the same text. */
export interface Conflict {
  readonly key: string;
  /** What this tab wrote. */
  readonly mine: string;
  /** What is stored now. */
  readonly theirs: string;
  /** What both began from. */
  readonly base: string;
}

/** One version of the Life Vision. */
export interface VisionStore {
  readonly id: string;
  /** As the member sees it: what is confirmed and what is on its way. Null until read. */
  readonly state: ReadonlySignal<Vision | null>;
  /** As the server confirmed it last. */
  readonly stored: ReadonlySignal<Vision | null>;
  /** Why it could not be read. */
  readonly problem: ReadonlySignal<ClientProblem | null>;
  readonly saving: ReadonlySignal<SaveStatus>;
  /** Why it is still `waiting`. */
  readonly savingProblem: ReadonlySignal<ClientProblem | null>;
  /** By section (or `title`): refused, with what was typed and the reason. */
  readonly refusals: ReadonlySignal<Readonly<Record<string, Refusal<string>>>>;
  /** Changed here and elsewhere: saving is `held` until each one is resolved. */
  readonly conflicts: ReadonlySignal<readonly Conflict[]>;
  refresh(): Promise<void>;
  /** Changes a section's text (or the `title`): shown at once, saved behind; unchanged text is not sent. */
  save(key: CategoryKey | "title", text: string): void;
  /** The way out of a conflict; with a text, that one is saved in the place of both. */
  resolve(key: string, choice: "mine" | "theirs" | { readonly text: string }): void;
  /** Takes over a version that another request answered with. */
  take(vision: Vision): void;
  /** Resolves once nothing is on its way: true when all is saved. */
  settled(): Promise<boolean>;
  /**
   * A write of another kind, in line with the saves: waits until they are through and takes over the
   * version it answers with. `ifMatch` is the value of the header.
   * @throws ApiError; Error when saves are held or refused, as they are on the page already
   */
  exclusively(write: (ifMatch: string) => Promise<Vision>): Promise<Vision>;
  close(): void;
}

export interface VisionDeps {
  readonly api: Api;
  readonly kept: Kept<string>;
  readonly tell: Tell;
  pause(ms: number): Promise<void>;
  /** Called with every version that the server confirms. */
  confirmed(vision: Vision): void;
}

const isSection = (key: string): key is CategoryKey =>
  (CATEGORY_KEYS as readonly string[]).includes(key);

/** The text under a key: a section's, or the title. */
function textIn(vision: Vision | null, key: string): string {
  if (key === "title") return vision?.title ?? "";
  return isSection(key) ? (vision?.sections[key] ?? "") : "";
}

/** A version with changes put over it. */
function overlay(vision: Vision, changes: Changes<string>): Vision {
  const sections: Sections = { ...vision.sections };
  let title = vision.title;
  for (const [key, text] of Object.entries(changes)) {
    if (key === "title") title = text;
    else if (isSection(key)) sections[key] = text;
  }
  const filled = CATEGORY_KEYS.filter((key) => (sections[key] ?? "").trim() !== "").length;
  return {
    ...vision,
    title,
    sections,
    completion: Math.round((filled / CATEGORY_KEYS.length) * 100),
  };
}

function isVision(value: unknown, id: string): value is Vision {
  const vision = value as Partial<Vision> | null;
  return (
    typeof vision === "object" &&
    vision?.id === id &&
    typeof vision.revision === "number" &&
    typeof vision.sections === "object"
  );
}

/** The store of one version. */
export function createVisionStore(id: string, deps: VisionDeps): VisionStore {
  const { api, kept, tell, pause, confirmed } = deps;
  const url = `/api/visions/${encodeURIComponent(id)}`;
  const resource = createResource(() => api.json<Vision>(url));
  const conflicts = signal<readonly Conflict[]>([]);

  function take(vision: Vision): void {
    const known = resource.value.peek();
    // An answer that was overtaken says nothing new.
    if (known && known.revision > vision.revision) return;
    resource.set(vision);
    confirmed(vision);
  }

  async function ifMatch(): Promise<string> {
    if (!resource.value.peek()) resource.set(await api.json<Vision>(url));
    return `"v${resource.value.peek()?.revision}"`;
  }

  const queue = createSaveQueue<string, Vision>({
    async send(changes) {
      const sections = Object.fromEntries(
        Object.entries(changes).filter(([key]) => isSection(key)),
      );
      return api.json<Vision>(url, {
        method: "PATCH",
        headers: { "If-Match": await ifMatch() },
        body: {
          ...(changes.title === undefined ? {} : { title: changes.title }),
          ...(Object.keys(sections).length === 0 ? {} : { sections }),
        },
      });
    },
    confirmed: take,
    refused(refusals) {
      const [first] = Object.values(refusals);
      tell(`Not saved: ${first?.reason ?? "please try again."}`, {
        ...{ tone: "problem", name: `vision-${id}` },
      });
    },
    conflict({ current }) {
      const before = resource.value.peek();
      if (!isVision(current, id)) return "hold";
      const found: Conflict[] = [];
      for (const [key, mine] of Object.entries(queue.pending.peek())) {
        const theirs = textIn(current, key);
        const base = textIn(before, key);
        if (theirs !== base && theirs !== mine) found.push({ key, mine, theirs, base });
      }
      batch(() => {
        take(current);
        conflicts.value = found;
      });
      return found.length === 0 ? "again" : "hold";
    },
    kept,
    pause,
  });

  const state = computed<Vision | null>(() => {
    const known = resource.value.value;
    const pending = queue.pending.value;
    return known && Object.keys(pending).length > 0 ? overlay(known, pending) : known;
  });

  function resolveOne(key: string): void {
    conflicts.value = conflicts.peek().filter((conflict) => conflict.key !== key);
    if (conflicts.peek().length === 0) queue.release();
  }

  return {
    id,
    state,
    stored: resource.value,
    problem: resource.problem,
    saving: queue.status,
    savingProblem: queue.problem,
    refusals: queue.refusals,
    conflicts,
    async refresh() {
      // What is being written decides by itself, with `If-Match`, whether it is still up to date.
      if (Object.keys(queue.pending.peek()).length === 0) await resource.refresh();
    },
    save(key, text) {
      const standing = state.peek();
      if (standing && textIn(standing, key) === text && !(key in queue.refusals.peek())) return;
      const open = conflicts.peek().find((conflict) => conflict.key === key);
      if (open) {
        conflicts.value = conflicts
          .peek()
          .map((conflict) => (conflict === open ? { ...conflict, mine: text } : conflict));
      }
      queue.put({ [key]: text });
    },
    resolve(key, choice) {
      batch(() => {
        if (choice === "theirs") queue.drop([key]);
        else if (choice !== "mine") queue.put({ [key]: choice.text });
        resolveOne(key);
      });
    },
    take,
    settled: () => queue.settled(),
    async exclusively(write) {
      if (!(await queue.settled())) throw new Error("changes are waiting for the member");
      const vision = await write(await ifMatch());
      take(vision);
      return vision;
    },
    close: () => queue.close(),
  };
}
