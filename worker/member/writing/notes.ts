import {
  isTextMark,
  MARK_HEAD_UNITS,
  mayBeMark,
  NOTES_MARK,
  notesBegin,
} from "../../prompt/notes-mark.ts";
import type { AskOnce } from "../turns/turn-ports.ts";
import { jsonText } from "./json-text.ts";

export { NOTES_MARK } from "../../prompt/notes-mark.ts";

/** Takes a text apart while it comes in. */
export interface NotesSplitter {
  /** What of the text so far can be shown: never a part of a mark. */
  take(text: string): string;
  /** What was held back to the end, and the notes; null if there are none. */
  end(): { readonly text: string; readonly notes: string | null };
}

const FENCE = /^\s*(?:```|~~~)\w*\s*$/;
/** A line that only divides. */
const RULE = /^\s*(?:[-*_=~\u2014]\s*){3,}$/;
/** A line with no letter and no number: a rule, a fence, what is left of a mark. */
const NO_WORDS = /^[^\p{L}\p{N}]*$/u;

/** Length of the end of a text that may be the beginning of the mark. */
function markBegun(text: string): number {
  for (let from = Math.max(0, text.length - NOTES_MARK.length); from < text.length; from += 1) {
    if (NOTES_MARK.startsWith(text.slice(from))) return text.length - from;
  }
  return 0;
}

/** Notes without marks and rules around them. */
function cleaned(notes: string): string | null {
  const lines = notes.split("\n");
  const idle = (line: string | undefined) =>
    line !== undefined && (NO_WORDS.test(line) || notesBegin(line) === "");
  while (idle(lines[0])) lines.shift();
  while (idle(lines.at(-1))) lines.pop();
  return lines.join("\n").trim() || null;
}

/** Text and notes of an answer that begins with the mark of the notes. */
function notesFirst(body: string): { readonly text: string; readonly notes: string | null } {
  const lines = body.split("\n");
  const at = lines.findIndex((line, index) => index > 0 && notesBegin(line) !== null);
  if (at > 0 && lines.slice(0, at).some((line) => !NO_WORDS.test(line))) {
    const notes = [notesBegin(lines[at] ?? ""), ...lines.slice(at + 1)].join("\n");
    return { text: lines.slice(0, at).join("\n").trim(), notes: cleaned(notes) };
  }
  const heading = lines.findIndex(isTextMark);
  const [before, after] =
    heading > 0
      ? [lines.slice(0, heading), lines.slice(heading + 1)]
      : body
          .trim()
          .split(/\n\s*\n/, 1)
          .flatMap((first) => [[first], [body.trim().slice(first.length)]]);
  return { text: (after ?? []).join("\n").trim(), notes: cleaned((before ?? []).join("\n")) };
}

/**
 * Splits a vision text from the notes that follow it, and takes off a fence or a heading that is put
 * around the whole. Nothing else of the text is touched.
 * @param own the text that is refined: a line that stands in it is the member's, whatever it looks like
 */
export function notesSplitter(own = ""): NotesSplitter {
  const ownLines = new Set(own.split("\n").map((line) => line.trim()));
  /** What has come in and is not decided: the end of a line, or all of it. */
  let line = "";
  /** The beginning of the line, as much as tells whether it is a mark. */
  let head = "";
  /** Whether the beginning of the line has been given. */
  let begun = false;
  /** Blank space and dividing lines: given with the words behind them, not above notes. */
  let blank = "";
  let said = false;
  let fenced = false;
  let notes: string | null = null;
  /** What follows a mark at the very beginning. */
  let first: string | null = null;

  const give = (text: string): string => {
    if (text.trim() === "") {
      blank += text;
      return "";
    }
    const all = blank + text;
    const shown = all.trimEnd();
    blank = all.slice(shown.length);
    if (said) return shown;
    said = true;
    return shown.replace(/^(?:[^\S\n]*\n)+/, "");
  };
  /** Text that is no mark, unless the very mark stands in it. */
  const giveText = (text: string): string => {
    const mark = text.indexOf(NOTES_MARK);
    if (mark === -1) return give(text);
    const shown = give(text.slice(0, mark));
    beginNotes(text.slice(mark + NOTES_MARK.length));
    return shown;
  };
  const beginNotes = (content: string) => {
    if (said) notes = content;
    else first = content;
  };
  const wholeLine = (whole: string): string => {
    if (begun) return giveText(`${whole}\n`);
    const wraps = (!said && FENCE.test(whole)) || (fenced && FENCE.test(whole));
    if (wraps) {
      fenced = true;
      return give("\n");
    }
    if (!ownLines.has(whole.trim())) {
      const content = notesBegin(whole);
      if (content !== null) {
        beginNotes(`${content}\n`);
        return "";
      }
      if (!said && isTextMark(whole)) return "";
      if (RULE.test(whole)) {
        blank += `${whole}\n`;
        return "";
      }
    }
    return giveText(`${whole}\n`);
  };

  return {
    take(text) {
      let rest = text;
      let shown = "";
      while (notes === null && first === null) {
        // The line so far holds no end: it is not searched again with each piece.
        const end = rest.indexOf("\n");
        if (end === -1) break;
        const whole = line + rest.slice(0, end);
        rest = rest.slice(end + 1);
        [line, head] = ["", ""];
        shown += wholeLine(whole);
        begun = false;
      }
      if (notes !== null || first !== null) {
        if (notes === null) first += rest;
        else notes += rest;
        return shown;
      }
      line += rest;
      if (!begun) {
        if (head.length < MARK_HEAD_UNITS) head = (head + rest).slice(0, MARK_HEAD_UNITS);
        if (mayBeMark(head)) return shown;
      }
      begun = true;
      const held = line.includes(NOTES_MARK) ? 0 : markBegun(line);
      const known = line.slice(0, line.length - held);
      line = line.slice(known.length);
      return shown + giveText(known);
    },
    end() {
      const rest = line === "" ? "" : wholeLine(line);
      line = "";
      if (first !== null) return notesFirst(first);
      if (notes !== null) return { text: rest, notes: cleaned(notes) };
      return { text: said ? rest + blank.trimEnd() : rest, notes };
    },
  };
}

/**
 * A way of asking whose text is shown without the notes behind it, whether the model answers in JSON or
 * in text with a mark.
 * @param own the text that is refined
 * @param heard gets the notes once the answer has ended
 */
export function withoutNotes(
  ask: AskOnce,
  heard: (notes: string | null) => void,
  own = "",
): AskOnce {
  return async (events, signal, answer) => {
    let json = jsonText();
    let splitter = notesSplitter(own);
    const show = (text: string) => {
      if (text !== "") events.onText(text);
    };
    const onText = (text: string) => show(splitter.take(json.take(text)));
    const onRetract = () => {
      json = jsonText();
      splitter = notesSplitter(own);
      events.onRetract();
    };
    await ask({ ...events, onText, onRetract }, signal, answer);
    const last = json.end();
    show(splitter.take(last.text));
    const { text, notes } = splitter.end();
    show(text);
    heard(last.notes ?? notes);
  };
}
