import { wordsOf } from "./words.ts";

/** A stretch of two texts: in both, only in the one before, or only in the one after. */
export interface DiffPart {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/**
 * The most edits that are searched for. Beyond, the texts are two texts rather than versions of one,
 * and what lies between their common ends is shown as replaced. Bounds time and memory: about
 * 1,000² / 2 steps.
 */
export const MAX_EDITS = 1_000;

/** Words, and what stands between them in pieces of one kind: together the text again. */
function tokens(text: string): string[] {
  const found: string[] = [];
  let end = 0;
  const between = (to: number) => {
    for (const [piece] of text.slice(end, to).matchAll(/\n+|[^\S\n]+|[^\s]/gu)) found.push(piece);
  };
  for (const word of wordsOf(text)) {
    between(word.at);
    found.push(word.text);
    end = word.at + word.text.length;
  }
  between(text.length);
  return found;
}

type Kind = DiffPart["kind"];

/**
 * The shortest edit from one list to another, as a kind per token in order, by Myers' greedy search.
 * Undefined where it takes more than `MAX_EDITS`.
 */
function shortestEdit(before: readonly string[], after: readonly string[]): Kind[] | undefined {
  const [n, m] = [before.length, after.length];
  const most = Math.min(n + m, MAX_EDITS);
  const reach = new Int32Array(2 * most + 3);
  const middle = most + 1;
  const at = (diagonal: number) => reach[middle + diagonal] ?? -1;
  // What was reached before each number of edits, for the way back.
  const trail: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits += 1) {
    trail.push(reach.slice(middle - edits - 1, middle + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const down =
        diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1));
      let x = down ? at(diagonal + 1) : at(diagonal - 1) + 1;
      while (x < n && x - diagonal < m && before[x] === after[x - diagonal]) x += 1;
      reach[middle + diagonal] = x;
      if (x >= n && x - diagonal >= m) return wayBack(trail, n, m);
    }
  }
  return undefined;
}

function wayBack(trail: readonly Int32Array[], n: number, m: number): Kind[] {
  const kinds: Kind[] = [];
  let [x, y] = [n, m];
  for (let edits = trail.length - 1; edits >= 0; edits -= 1) {
    const reached = trail[edits];
    const at = (diagonal: number) => reached?.[diagonal + edits + 1] ?? -1;
    const diagonal = x - y;
    const down = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1));
    const from = down ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : at(from);
    const fromY = edits === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      kinds.push("same");
      x -= 1;
      y -= 1;
    }
    if (edits > 0) kinds.push(down ? "added" : "removed");
    [x, y] = [fromX, fromY];
  }
  return kinds.reverse();
}

/** Stretches of one kind each, the removed one before the added one wherever something changed. */
class Parts {
  readonly done: DiffPart[] = [];
  #removed = "";
  #added = "";
  /** Blanks between two changes: part of the change, unless a word in common follows. */
  #blank = "";

  #change(): void {
    if (this.#removed !== "") this.done.push({ kind: "removed", text: this.#removed });
    if (this.#added !== "") this.done.push({ kind: "added", text: this.#added });
    this.#removed = "";
    this.#added = "";
  }

  /** Whether the blank before a further change belongs to it: only where words are replaced, not added alone. */
  #meet(kind: Kind): void {
    const replaces =
      (this.#removed !== "" || kind === "removed") && (this.#added !== "" || kind === "added");
    if (!replaces && this.#blank !== "") this.end();
    this.#removed += this.#blank;
    this.#added += this.#blank;
    this.#blank = "";
  }

  #same(text: string): void {
    const last = this.done.at(-1);
    if (last?.kind === "same")
      this.done[this.done.length - 1] = { kind: "same", text: last.text + text };
    else if (text !== "") this.done.push({ kind: "same", text });
  }

  take(kind: Kind, text: string): void {
    if (kind === "removed") {
      this.#meet(kind);
      this.#removed += text;
    } else if (kind === "added") {
      this.#meet(kind);
      this.#added += text;
    } else if (/^[^\S\n]+$/u.test(text) && (this.#removed !== "" || this.#added !== "")) {
      this.#blank += text;
    } else {
      this.end();
      this.#same(text);
    }
  }

  end(): void {
    this.#change();
    this.#same(this.#blank);
    this.#blank = "";
  }
}

/**
 * What changed between two texts, word by word. The parts without `added` are the text before, those
 * without `removed` the text after, to the last blank. Neighbours differ in kind, and in a change what
 * was removed comes first. A blank between two replaced words counts as replaced with them.
 */
export function wordDiff(before: string, after: string): DiffPart[] {
  const [old, fresh] = [tokens(before), tokens(after)];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  const most = Math.min(old.length, fresh.length) - start;
  while (end < most && old[old.length - 1 - end] === fresh[fresh.length - 1 - end]) end += 1;
  const [oldMiddle, freshMiddle] = [
    old.slice(start, old.length - end),
    fresh.slice(start, fresh.length - end),
  ];

  const parts = new Parts();
  parts.take("same", old.slice(0, start).join(""));
  const kinds = shortestEdit(oldMiddle, freshMiddle);
  if (kinds) {
    let [x, y] = [0, 0];
    for (const kind of kinds) {
      parts.take(kind, (kind === "added" ? freshMiddle[y] : oldMiddle[x]) ?? "");
      if (kind !== "added") x += 1;
      if (kind !== "removed") y += 1;
    }
  } else {
    parts.take("removed", oldMiddle.join(""));
    parts.take("added", freshMiddle.join(""));
  }
  if (end > 0) parts.take("same", old.slice(old.length - end).join(""));
  parts.end();
  return parts.done;
}
