import { searchable } from "../../domain/search.ts";

/** A part of a text: found or not. */
export interface Part {
  readonly text: string;
  readonly found: boolean;
}

/** A text folded, and for each unit of that the place in the text where its character begins. */
function folded(text: string): { readonly text: string; readonly from: number[] } {
  const from: number[] = [];
  let [whole, at] = ["", 0];
  for (const character of text) {
    const part = searchable(character);
    whole += part;
    for (let unit = 0; unit < part.length; unit += 1) from.push(at);
    at += character.length;
  }
  return { text: whole, from: [...from, at] };
}

/** The places of the words in a text, in order, those that touch as one. */
function spansOf(text: string, words: readonly string[]): [from: number, to: number][] {
  const { text: whole, from } = folded(text);
  const spans: [number, number][] = [];
  for (const word of words) {
    for (let at = whole.indexOf(word); at >= 0; at = whole.indexOf(word, at + word.length)) {
      const last = from[at + word.length - 1] ?? 0;
      // To the end of the last character, with the accents that follow it.
      let after = at + word.length;
      while (after < from.length && (from[after] ?? 0) <= last) after += 1;
      const next = from[after] ?? text.length;
      spans.push([from[at] ?? 0, next]);
    }
  }
  spans.sort(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [begin, end] of spans) {
    const last = merged.at(-1);
    if (last && begin <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([begin, end]);
  }
  return merged;
}

/** A text in parts, by whether they hold words of a question. Together the parts are the text. */
export function marksOf(text: string, words: readonly string[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  const add = (to: number, found: boolean) => {
    if (to > at) parts.push({ text: text.slice(at, to), found });
    at = Math.max(at, to);
  };
  for (const [begin, end] of spansOf(text, words)) {
    add(begin, false);
    add(end, true);
  }
  add(text.length, false);
  return parts;
}
