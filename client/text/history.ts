import { type ReadonlySignal, signal } from "@preact/signals";
import { sectionText } from "../../domain/vision.ts";
import { wordDiff } from "../../domain/word-diff.ts";
import type { KeyValue } from "../platform/storage.ts";

/** A text that stood in a section, or was offered for it. */
export interface SeenText {
  readonly text: string;
  /** Who wrote it: `member` also for words of theirs from another device. */
  readonly by: "viva" | "member";
}

/** Every text of one section that the member has seen: what replaces it can be undone. Survives a reload. */
export interface TextHistory {
  /** Newest first, each text once. */
  readonly texts: ReadonlySignal<readonly SeenText[]>;
  /** A text was seen. One that is there already becomes the newest. */
  add(text: string, by: SeenText["by"]): void;
  /**
   * The member typed. Notes the text that the typing began with, and the text before every cut.
   * @param before the text as it was before this change
   */
  type(before: string, after: string): void;
  /** The typing is over: what is typed next begins with another text. */
  rest(): void;
  /** Forgets everything: the vision was deleted. */
  clear(): void;
}

/** The most texts that are remembered of a section. */
const MOST = 30;
/** From how many removed characters (UTF-16 units) on a change counts as a cut. */
const CUT = 40;

function isSeen(value: unknown): value is SeenText {
  const { text, by } = Object(value) as Partial<Record<keyof SeenText, unknown>>;
  return typeof text === "string" && (by === "viva" || by === "member");
}

function parse(json: string | null): SeenText[] {
  try {
    const value: unknown = JSON.parse(json ?? "[]");
    return Array.isArray(value) ? value.filter(isSeen) : [];
  } catch {
    return [];
  }
}

/** How many characters between the common ends of two texts are gone: quick, and never too few. */
function roughlyGone(before: string, after: string): number {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return before.length - start - end;
}

/** Whether so much of a text is gone that the member may want it back. */
function isCut(before: string, after: string): boolean {
  if (roughlyGone(before, after) < CUT) return false;
  const gone = wordDiff(before, after).filter(({ kind }) => kind === "removed");
  return gone.reduce((sum, { text }) => sum + text.length, 0) >= CUT;
}

/**
 * The history of a section's texts.
 * @param place the key under which it is kept in the browser
 */
export function createTextHistory(storage: KeyValue, place: string): TextHistory {
  const texts = signal<readonly SeenText[]>(parse(storage.getItem(place)));
  /** The fullest text since the typing began; null if nobody types. */
  let typedFrom: string | null = null;

  function add(text: string, by: SeenText["by"]): void {
    if (text.trim() === "") return;
    // Another tab may have noted texts meanwhile.
    const known = [...texts.peek(), ...parse(storage.getItem(place))];
    const others = known.filter(
      (other, index) =>
        sectionText(other.text) !== sectionText(text) &&
        known.findIndex((same) => same.text === other.text) === index,
    );
    texts.value = [{ text, by }, ...others].slice(0, MOST);
    try {
      storage.setItem(place, JSON.stringify(texts.peek()));
    } catch {
      // A full storage: the history lasts as long as the page.
    }
  }

  return {
    texts,
    add,
    type(before, after) {
      if (typedFrom === null) {
        add(before, "member");
        typedFrom = before;
      }
      const single = isCut(before, after);
      if (single || isCut(typedFrom, after)) {
        add(single ? before : typedFrom, "member");
        typedFrom = after;
      } else if (after.length > typedFrom.length) typedFrom = after;
    },
    rest() {
      typedFrom = null;
    },
    clear() {
      texts.value = [];
      storage.removeItem(place);
    },
  };
}
