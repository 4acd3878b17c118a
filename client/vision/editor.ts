import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { CATEGORY_KEYS, type CategoryKey } from "../../domain/categories.ts";
import { SECTION_CHARACTERS, type Vision } from "../../domain/journey.ts";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import type { Network } from "../platform/network.ts";
import type { TextHistory } from "../text/history.ts";
import { createSaveTimer } from "./save-timer.ts";
import {
  broughtBack,
  fresh,
  isToSave,
  isUnsaved,
  keepMine,
  letGo,
  met,
  replaced,
  type SectionState,
  stored,
  takeTheirs,
  typed,
} from "./section.ts";
import type { VisionWire } from "./wire.ts";
import type { WordsStore } from "./words.ts";

/** What became of what the member typed, over all sections. */
export type Saving =
  | { readonly kind: "saved" }
  /** Typed, and about to be sent. */
  | { readonly kind: "waiting" }
  | { readonly kind: "sending" }
  /** Kept in this browser; sent again by itself where that may help. */
  | { readonly kind: "failed"; readonly problem: ClientProblem };

/** One vision on the screen: what the server holds, and what is being typed into it. */
export interface VisionEditor {
  readonly id: string;
  /** As the server said last; null until it has said anything. */
  readonly vision: ReadonlySignal<Vision | null>;
  /** Why the vision cannot be shown, or no longer exists. */
  readonly problem: ReadonlySignal<ClientProblem | null>;
  readonly saving: ReadonlySignal<Saving>;
  section(key: CategoryKey): ReadonlySignal<SectionState>;
  /**
   * Loads, or asks again for what changed elsewhere. Resolves with why that failed, null where it did not;
   * what is to be shown of it is in `problem`.
   */
  refresh(): Promise<ClientProblem | null>;
  /** The member typed. Kept at once, sent soon. */
  write(key: CategoryKey, text: string): void;
  /** Puts VIVA's proposal in the place of the text. What stood there can be brought back. */
  accept(key: CategoryKey, text: string, refinementId: string | null): void;
  keepMine(key: CategoryKey): void;
  takeTheirs(key: CategoryKey): void;
  bringBack(key: CategoryKey): void;
  letGo(key: CategoryKey): void;
  /** Sends what is unsaved now. False where something stays unsaved. */
  flush(): Promise<boolean>;
  /** A write that answered with the vision's new state, such as a commit. */
  adopt(vision: Vision): void;
  /** Sections whose words the server does not have. */
  readonly unsaved: ReadonlySignal<readonly CategoryKey[]>;
  /** Lets go of what is unsaved: it was carried elsewhere, or the draft was discarded. */
  forget(): void;
  close(): void;
}

export interface EditorDeps {
  readonly wire: Pick<VisionWire, "get" | "change">;
  readonly words: WordsStore;
  readonly network: Network;
  /** The texts that the member has seen in a section. */
  history(key: CategoryKey): TextHistory;
  /** Told of every state that the server confirms. */
  confirmed?(vision: Vision): void;
  /** Told the revision when this page has changed the vision, for the other pages. */
  changed?(revision: number): void;
}

/** Attempts in a row against writers who are always faster. */
const RACES = 5;

export function createVisionEditor(id: string, deps: EditorDeps): VisionEditor {
  const { wire, words, network } = deps;
  const vision = signal<Vision | null>(null);
  const problem = signal<ClientProblem | null>(null);
  const saving = signal<Saving>({ kind: "saved" });
  const sections = new Map<CategoryKey, Signal<SectionState>>(
    CATEGORY_KEYS.map((key) => [key, signal(fresh(""))]),
  );
  /** Accepted proposals that the server does not know of yet. */
  const accepted = new Map<CategoryKey, string>();
  const over = new AbortController();
  const timer = createSaveTimer(() => void save(), network, over.signal);
  let running: Promise<void> | null = null;
  let loading: Promise<ClientProblem | null> | null = null;

  function at(key: CategoryKey): Signal<SectionState> {
    const found = sections.get(key);
    if (!found) throw new RangeError(`not a category key: ${key}`);
    return found;
  }

  const unsaved = computed(() => CATEGORY_KEYS.filter((key) => isUnsaved(at(key).value)));

  function toSave(): CategoryKey[] {
    return CATEGORY_KEYS.filter((key) => {
      const state = at(key).peek();
      // A text that is too long would be refused, and with it everything beside it.
      return isToSave(state) && state.text.length <= SECTION_CHARACTERS;
    });
  }

  /**
   * A section's new state, with the words kept for as long as the server does not have them. Whatever
   * the change is, the texts that go with it stay in the history.
   */
  function set(key: CategoryKey, next: SectionState): void {
    const history = deps.history(key);
    const before = at(key).peek();
    for (const text of [before.theirs, before.text]) {
      if (text !== null && text !== next.text && text !== next.theirs) history.add(text, "member");
    }
    if (before.text !== next.text) history.rest();
    put(key, next);
  }

  function put(key: CategoryKey, next: SectionState): void {
    at(key).value = next;
    if (isUnsaved(next)) words.keep(id, key, next.text, next.saved);
    else words.drop(id, key);
  }

  /** Takes over what the server holds; what is unsaved here stays. */
  function meet(now: Vision): void {
    const before = vision.peek();
    if (before && now.revision < before.revision) return;
    batch(() => {
      for (const key of CATEGORY_KEYS) {
        const text = now.sections[key] ?? "";
        const kept = before ? null : words.take(id, key);
        const state = kept ? { ...fresh(kept.base), text: kept.text } : at(key).peek();
        const next = before || kept ? met(state, text) : fresh(text);
        if (next !== at(key).peek()) set(key, next);
      }
      vision.value = now;
      problem.value = null;
    });
    deps.confirmed?.(now);
  }

  async function load(): Promise<ClientProblem | null> {
    try {
      meet(await wire.get(id));
      if (toSave().length > 0) soon();
      return null;
    } catch (error) {
      const found = problemOf(error);
      // A page that is there stays there through a bad connection; one that is gone does not.
      if (!vision.peek() || found.status === 404) problem.value = found;
      if (!vision.peek() && found.status === 404) takeKept();
      return found;
    }
  }

  /** What was typed into a vision that is gone is still the member's. */
  function takeKept(): void {
    for (const key of CATEGORY_KEYS) {
      const kept = words.take(id, key);
      if (kept) at(key).value = { ...fresh(kept.base), text: kept.text };
    }
  }

  function soon(): void {
    timer.cancel();
    if (vision.peek()?.state !== "draft") return;
    timer.typed(saving.peek().kind !== "waiting");
    if (saving.peek().kind !== "sending") saving.value = { kind: "waiting" };
  }

  /** One write at a time, in order, each with all that is unsaved. */
  function save(): Promise<void> {
    timer.cancel();
    running ??= drain().finally(() => {
      running = null;
      if (over.signal.aborted) return;
      if (saving.peek().kind !== "failed" && toSave().length > 0) soon();
    });
    return running;
  }

  async function drain(): Promise<void> {
    let races = 0;
    for (;;) {
      const current = vision.peek();
      const keys = toSave();
      const proposal = keys.find((key) => accepted.has(key));
      if (current?.state !== "draft" || keys.length === 0) break;
      saving.value = { kind: "sending" };
      // An accepted proposal goes out by itself: the record of it is about one section.
      const sent = Object.fromEntries(
        (proposal ? [proposal] : keys).map((key) => [key, at(key).peek().text]),
      );
      const refinementId = proposal && accepted.get(proposal);
      try {
        const answer = await wire.change(id, current.revision, {
          sections: sent,
          ...(refinementId ? { refinementId } : {}),
        });
        if (proposal) accepted.delete(proposal);
        timer.succeeded();
        batch(() => {
          for (const [key, text] of Object.entries(sent) as [CategoryKey, string][]) {
            set(key, stored(at(key).peek(), text, answer.sections[key] ?? ""));
          }
          meet(answer);
        });
        deps.changed?.(answer.revision);
      } catch (error) {
        const found = problemOf(error);
        const conflict = found.code === "precondition_failed" || found.code === "conflict";
        races += 1;
        if (conflict && races < RACES) {
          if (await caughtUp(current)) continue;
          // The record of the proposal is closed already; the member's text stands for itself.
          if (proposal && accepted.delete(proposal)) continue;
        }
        fail(found);
        return;
      }
    }
    timer.succeeded();
    saving.value = { kind: "saved" };
  }

  /** Whether a newer state than `refused` could be had: then another attempt is about that one. */
  async function caughtUp(refused: Vision): Promise<boolean> {
    try {
      meet(await wire.get(id));
    } catch {
      return false;
    }
    const now = vision.peek();
    return now !== null && (now.revision > refused.revision || now.state !== refused.state);
  }

  function fail(found: ClientProblem): void {
    saving.value = { kind: "failed", problem: found };
    if (found.status === 404) problem.value = found;
    timer.failed(found);
  }

  /** A change of the member's hand, which is then sent. */
  function change(key: CategoryKey, next: SectionState, write = set): void {
    if (next === at(key).peek()) return;
    write(key, next);
    if (isToSave(next)) soon();
    else if (toSave().length === 0 && saving.peek().kind === "waiting") {
      timer.cancel();
      saving.value = { kind: "saved" };
    }
  }

  return {
    id,
    vision,
    problem,
    saving,
    section: at,
    unsaved,

    refresh() {
      loading ??= load().finally(() => {
        loading = null;
      });
      return loading;
    },

    write(key, text) {
      const before = at(key).peek();
      if (text === before.text) return;
      deps.history(key).type(before.text, text);
      change(key, typed(before, text), put);
    },
    keepMine: (key) => change(key, keepMine(at(key).peek())),
    takeTheirs: (key) => change(key, takeTheirs(at(key).peek())),
    bringBack(key) {
      accepted.delete(key);
      change(key, broughtBack(at(key).peek()));
    },
    letGo: (key) => change(key, letGo(at(key).peek())),

    accept(key, text, refinementId) {
      const next = replaced(at(key).peek(), text);
      if (next === at(key).peek()) return;
      if (refinementId !== null) accepted.set(key, refinementId);
      change(key, next);
      void save();
    },

    async flush() {
      // A write on its way may have begun before the newest words.
      await running;
      await save();
      return unsaved.peek().length === 0;
    },

    adopt(now) {
      meet(now);
      deps.changed?.(now.revision);
    },

    forget() {
      timer.cancel();
      batch(() => {
        for (const key of CATEGORY_KEYS) {
          const { saved } = at(key).peek();
          set(key, fresh(saved));
          words.drop(id, key);
        }
        saving.value = { kind: "saved" };
      });
    },

    close() {
      timer.cancel();
      // What is unsaved leaves with the page: it is kept here, and the next page sends it anyway.
      if (toSave().length > 0) void save();
      over.abort();
    },
  };
}
