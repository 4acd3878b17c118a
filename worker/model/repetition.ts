/** Scripts that are written without spaces between words: there a sentence may follow itself at once. */
export const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** How many units two texts have in common at their beginning. */
export function commonStart(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let at = 0;
  while (at < most && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  return at;
}

/**
 * After how many units a text repeats itself: 2 for `haha`, 3 for `ha ha`, all of them for `Hello`. Takes
 * time in proportion to the text (the prefix function of Knuth, Morris and Pratt).
 */
export function period(text: string): number {
  const borders = new Uint32Array(text.length);
  let border = 0;
  for (let at = 1; at < text.length; at += 1) {
    while (border > 0 && text.charCodeAt(at) !== text.charCodeAt(border)) {
      border = borders[border - 1] ?? 0;
    }
    if (text.charCodeAt(at) === text.charCodeAt(border)) border += 1;
    borders[at] = border;
  }
  return text.length - border;
}
