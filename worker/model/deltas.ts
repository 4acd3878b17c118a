import { commonStart, period, SPACELESS } from "./repetition.ts";

/** A chunk that is shorter than this, and than the text so far, is taken as a delta without a look at it. */
const LOOK_UNITS = 12;
const HEAD_UNITS = 8;
/** So many growing chunks, each of which begins with the whole one before, are the texts so far … */
const GROWING = 3;
/** … if what they repeat has so many units that do not repeat themselves. */
const CERTAIN_UNITS = 12;
/** So long a text is repeated by a server, not by a model, if one chunk repeats what came in several. */
const REPEATED_UNITS = 24;
/** One word: two of them are never written without a space between. */
const WORD_UNITS = 5;
/** What a restart must have in common with the text before, to be known as one. */
const RESTART_UNITS = 16;
/** A whole text that the server has changed on the way has at least so many units in common with what was streamed … */
const CHANGED_UNITS = 64;
/** … which came in so many pieces that one with all of it is no delta. */
const MANY_PIECES = 8;

/** Half a character, as a server decodes it that cuts texts at bytes. */
const withoutHalf = (text: string) => text.replace(/\ufffd+$/, "");

/** Chunks that are held until it is clear what they are. Each begins with all of the one before. */
interface Chain {
  /** Where in the text the first of them begins, if they are the texts so far. */
  readonly from: number;
  /** The end of the given text that the first held chunk begins with; empty if it repeats none. */
  readonly repeated: string;
  readonly held: string[];
}

/**
 * Makes deltas of what servers send as such. Some send in each chunk the whole text so far, some repeat
 * the whole text in a last chunk, and some begin again from the start if their own server has failed.
 *
 * A chunk that begins with all of the text so far may be a delta all the same: `ha` and `ha`, `1` and
 * `11`, a refrain. It is held until the next chunks tell, or the end does. In doubt it is a delta, so
 * that no letter is lost. An ordinary delta costs one comparison of two numbers.
 */
export class Deltas {
  readonly #onRestart: () => void;
  /** The text that was given. */
  #text = "";
  /** In how many pieces. */
  #pieces = 0;
  /** The chunk that was given last; empty if it was no delta. */
  #last = "";
  /** The first units of the text: what does not begin with them repeats none of it. */
  #head = "";
  /** Shorter chunks are deltas. */
  #deltasBelow = 0;
  #chain: Chain | null = null;
  /** Where the texts so far begin, in a stream that is known to send them; null for other streams. */
  #wholesFrom: number | null = null;
  /** How much of the text a stream that may have begun again has repeated; null for other streams. */
  #replayed: number | null = null;

  /** @param onRestart all text that was given makes way for what is given next */
  constructor(onRestart: () => void) {
    this.#onRestart = onRestart;
  }

  /** The text that a chunk adds. What may be a repetition is given later. */
  take(chunk: string): string {
    if (chunk.length < this.#deltasBelow) return this.#append(chunk);
    if (chunk === "") return "";
    const more = this.#look(chunk);
    this.#deltasBelow = this.#lookless();
    return more;
  }

  /** Tells that the server may have begun again: it says so, or seems to. */
  mayBeginAgain(): void {
    if (this.#text === "" || this.#chain || this.#wholesFrom !== null) return;
    this.#replayed ??= 0;
    this.#deltasBelow = 0;
  }

  /** Takes what is known to be the whole text so far. One that differs from the text is left out. */
  whole(text: string): string {
    const newest = this.#chain?.held.at(-1) ?? "";
    if (!text.startsWith(newest) || !text.startsWith(this.#text)) return "";
    this.#chain = null;
    return this.#become(text);
  }

  /** The text that was held, once nothing more comes. */
  end(): string {
    if (this.#replayed !== null) return this.#replay("");
    return this.#chain ? this.#resolve(this.#chain) : "";
  }

  #lookless(): number {
    const ordinary = !this.#chain && this.#wholesFrom === null && this.#replayed === null;
    return ordinary ? Math.min(LOOK_UNITS, this.#text.length) : 0;
  }

  #append(chunk: string): string {
    this.#text += chunk;
    this.#last = chunk;
    this.#pieces += 1;
    return chunk;
  }

  /** Makes this the text. @returns what it adds to what was given, or all of it after a restart */
  #become(text: string): string {
    const before = this.#text;
    this.#text = text;
    this.#last = "";
    this.#pieces += 1;
    if (text.startsWith(before)) return text.slice(before.length);
    this.#onRestart();
    return text;
  }

  #look(chunk: string): string {
    if (this.#replayed !== null) return this.#replay(chunk);
    if (this.#wholesFrom !== null) return this.#takeWhole(chunk, this.#wholesFrom);
    if (this.#chain) return this.#follow(chunk, this.#chain);
    const repeated = this.#repeatedBy(chunk);
    if (repeated !== null) {
      const from = this.#text.lastIndexOf(repeated);
      this.#chain = { from, repeated, held: [chunk] };
      return "";
    }
    return this.#isChanged(chunk) ? this.#become(chunk) : this.#append(chunk);
  }

  /** Whether a chunk begins as the text does, at a glance: most of the text is not touched. */
  #beginsLikeText(chunk: string): boolean {
    if (this.#head.length < HEAD_UNITS) this.#head = this.#text.trimStart().slice(0, HEAD_UNITS);
    return this.#head !== "" && chunk.trimStart().startsWith(this.#head);
  }

  /** What a chunk begins with: the text so far, or the chunk before; null if neither. */
  #repeatedBy(chunk: string): string | null {
    if (this.#beginsLikeText(chunk)) {
      if (chunk.startsWith(this.#text)) return this.#text;
      // Servers leave out the white space around a whole text.
      const start = this.#text.trimStart();
      if (chunk.startsWith(start) || chunk === start.trimEnd()) return start;
    }
    const long = this.#last.length >= CERTAIN_UNITS;
    return long && chunk.startsWith(withoutHalf(this.#last)) ? this.#last : null;
  }

  /** Whether a chunk is the whole text, changed on the way: with sources, or without what a filter took. */
  #isChanged(chunk: string): boolean {
    const { length } = this.#text;
    if (this.#pieces < MANY_PIECES || chunk.length < CHANGED_UNITS) return false;
    if (!this.#beginsLikeText(chunk)) return false;
    return chunk.length > length * 0.75 && commonStart(chunk, this.#text) >= CHANGED_UNITS;
  }

  #follow(chunk: string, chain: Chain): string {
    const { held, from } = chain;
    if (!chunk.startsWith(withoutHalf(held.at(-1) ?? ""))) {
      const before = this.#resolve(chain);
      return before + this.#look(chunk);
    }
    held.push(chunk);
    const { steps, unit } = evidence(chain);
    if (steps < GROWING || unit < CERTAIN_UNITS) return "";
    this.#chain = null;
    this.#wholesFrom = from;
    return this.#become(this.#text.slice(0, from) + withoutHalf(chunk));
  }

  /** Decides what the held chunks are, as nothing more tells it. */
  #resolve(chain: Chain): string {
    const { from, held } = chain;
    const wholes = this.#areWholes(chain);
    this.#chain = null;
    const newest = held.at(-1) ?? "";
    const late = this.#wholesFrom !== null && newest.length >= WORD_UNITS;
    if (late && this.#text.startsWith(newest, from)) return "";
    const whole = this.#text.slice(0, from) + newest;
    // A whole text without the white space at its end.
    if (wholes && this.#text.startsWith(whole)) return "";
    return this.#become(wholes ? whole : this.#text + held.join(""));
  }

  #areWholes(chain: Chain): boolean {
    if (this.#text.slice(0, chain.from).trim() !== "") return false;
    const { steps, unit, last } = evidence(chain);
    if (unit === 0) return false;
    const apart = /^\s|\s$/.test(last) || SPACELESS.test(last) || !/\p{L}/u.test(last);
    if (!apart && unit >= WORD_UNITS) return true;
    if (this.#pieces > 1 && unit >= REPEATED_UNITS) return true;
    return steps > 1 && unit >= WORD_UNITS + 3;
  }

  /** Takes a chunk of a stream that sends the texts so far. */
  #takeWhole(chunk: string, from: number): string {
    const given = this.#text.slice(from);
    const whole = withoutHalf(chunk);
    const head = this.#text.slice(0, from);
    if (whole.startsWith(given)) {
      this.#chain = null;
      return this.#become(head + whole);
    }
    const held = this.#chain?.held ?? [];
    const last = held.at(-1);
    if (last !== undefined && !chunk.startsWith(last)) {
      // These were deltas. They may be followed by whole texts again.
      this.#chain = null;
      this.#wholesFrom = null;
      return this.#become(this.#text + held.join("")) + this.#look(chunk);
    }
    const repeats = given.startsWith(chunk);
    const begunAgain = last !== undefined && period(last) >= 3 && last.length < chunk.length;
    const changed = commonStart(given, chunk) >= CERTAIN_UNITS;
    if (!repeats && (begunAgain || changed)) {
      this.#chain = null;
      return this.#become(head + whole);
    }
    held.push(chunk);
    this.#chain = { from, repeated: "", held };
    return "";
  }

  /** Takes a chunk of a stream that may have begun again; the empty one at its end. */
  #replay(chunk: string): string {
    const at = this.#replayed ?? 0;
    const rest = this.#text.slice(at);
    if (chunk !== "" && rest.startsWith(chunk)) {
      this.#replayed = at + chunk.length;
      return "";
    }
    this.#replayed = null;
    const again = this.#text.slice(0, at) + chunk;
    const same = at + commonStart(rest, chunk);
    if (same < RESTART_UNITS) return this.#become(this.#text + again);
    return this.#text.startsWith(again) ? "" : this.#become(again);
  }
}

/** How sure it is that the chunks of a chain are the texts so far. */
function evidence({ repeated, held }: Chain) {
  const all = repeated === "" ? held : [repeated, ...held];
  const steps = all.filter((text, i) => i > 0 && text.length > (all[i - 1]?.length ?? 0)).length;
  /** What the newest chunk repeats. */
  const last = withoutHalf(all.at(-2) ?? "");
  const repeating = period(last);
  // What repeats itself, such as `ha ha`, may go on to do so.
  const unit = 2 * repeating > last.length ? repeating : 0;
  return { steps, last, unit };
}
