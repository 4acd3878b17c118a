import type { AskOnce } from "../session/turn-ports.ts";

/** The line after which the model says why it changed what it changed. */
export const NOTES_MARK = "===NOTES===";

/** Takes a text apart while it comes in. */
export interface NotesSplitter {
  /** What of the text so far can be shown: never a part of the mark. */
  take(text: string): string;
  /** What was held back to the end, and the notes; null where there were none. */
  end(): { readonly text: string; readonly notes: string | null };
}

/** Where the part of a text begins that may be the start of the mark, or the blank space before it. */
function heldFrom(text: string): number {
  for (let from = Math.max(0, text.length - NOTES_MARK.length); from < text.length; from += 1) {
    if (NOTES_MARK.startsWith(text.slice(from))) return text.slice(0, from).trimEnd().length;
  }
  return text.trimEnd().length;
}

/** Splits a vision text from the notes that follow it behind their mark. */
export function notesSplitter(): NotesSplitter {
  let held = "";
  let notes: string | null = null;
  return {
    take(text) {
      if (notes !== null) {
        notes += text;
        return "";
      }
      held += text;
      const mark = held.indexOf(NOTES_MARK);
      const end = mark === -1 ? heldFrom(held) : held.slice(0, mark).trimEnd().length;
      if (mark !== -1) notes = held.slice(mark + NOTES_MARK.length);
      const shown = held.slice(0, end);
      held = mark === -1 ? held.slice(end) : "";
      return shown;
    },
    end() {
      return { text: held.trimEnd(), notes: notes?.trim() || null };
    },
  };
}

/**
 * A way of asking whose text is shown without the notes behind it.
 * @param heard gets the notes once the answer has ended
 */
export function withoutNotes(ask: AskOnce, heard: (notes: string | null) => void): AskOnce {
  return async (events, signal, answer) => {
    let splitter = notesSplitter();
    const show = (text: string) => {
      if (text !== "") events.onText(text);
    };
    const onText = (text: string) => show(splitter.take(text));
    const onRetract = () => {
      splitter = notesSplitter();
      events.onRetract();
    };
    await ask({ ...events, onText, onRetract }, signal, answer);
    const { text, notes } = splitter.end();
    show(text);
    heard(notes);
  };
}
