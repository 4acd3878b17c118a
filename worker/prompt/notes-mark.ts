/** The line after which the model says why it changed what it changed. */
export const NOTES_MARK = "===NOTES===";

/** Whose or what notes they are, what they are called, and whom or what they are for. */
const OF = [
  ...["", "viva's ", "viva ", "viva_", "a few ", "quick ", "key ", "refinement "],
  ...["edit ", "editor's ", "coach's ", "author's "],
];
const CALLED = ["notes", "note", "changes", "comments"];
const FOR = [
  ...["", " from viva", " by viva", " to you", " for you", " to the member", " for the member"],
  ...[" on the changes", " on changes", " made", " i made"],
];

/** What models write above their notes, in lower case, beside the mark that they were asked for. */
const NOTES_LABELS = [
  ...OF.flatMap((of) => CALLED.flatMap((called) => FOR.map((end) => of + called + end))),
  ...["what i changed", "what i changed and why", "what changed", "what changed and why"],
  ...["here's what i changed", "here's what i changed and why", "what has changed"],
  ...["why i changed it", "why these changes", "summary of changes"],
  ...["explanation", "rationale", "reasoning", "explicación", "explication"],
  ...["erklärung", "erläuterung", "erläuterungen", "解释", "解釋", "変更点"],
  ...[
    "notas",
    "nota",
    "notas de viva",
    "notizen",
    "anmerkungen",
    "anmerkung",
    "hinweise",
    "hinweis",
  ],
  ...[
    "remarques",
    "remarque",
    "notes de viva",
    "note di viva",
    "notities",
    "opmerkingen",
    "notatki",
  ],
  ...["uwagi", "notlar", "anteckningar", "noter", "примечания", "примечание", "заметки", "нотатки"],
  ...[
    "备注",
    "備註",
    "说明",
    "說明",
    "笔记",
    "メモ",
    "ノート",
    "注記",
    "노트",
    "메모",
    "참고",
    "ملاحظات",
    "הערות",
  ],
];

/** What models write above the text itself. */
const TEXT_LABELS = [
  ...["text", "the text", "your text", "vision text", "section", "the section", "section text"],
  ...["refined text", "new text", "revised text", "refined section", "your section"],
];

const NOT_WORD = "[^\\p{L}\\p{N}]*";
const PARTS = new RegExp(`^(${NOT_WORD})(.*)$`, "su");
const WORD = /^[\p{L}\p{N}]/u;

const plain = (text: string) => text.toLowerCase().replaceAll("’", "'");

/** What stands behind one of these labels in a line that is a mark; null if it is none. */
function behind(line: string, labels: readonly string[]): string | null {
  const [, prefix = "", rest = ""] = PARTS.exec(line) ?? [];
  const lower = plain(rest);
  const found = labels
    .filter((label) => lower.startsWith(label) && !WORD.test(rest.slice(label.length)))
    .toSorted((a, b) => b.length - a.length)[0];
  if (found === undefined) return null;
  const label = rest.slice(0, found.length);
  const [, suffix = "", content = ""] = PARTS.exec(rest.slice(found.length)) ?? [];
  if (content === "" || /[:\uff1a]/.test(suffix)) return content;
  const framed = prefix.trim() !== "" && suffix.trim() !== "";
  const loud = label === label.toUpperCase() && label !== label.toLowerCase();
  return framed && (loud || suffix.includes("=")) ? content : null;
}

/**
 * What of the notes stands in the line that begins them, however their mark is printed: decorated, in
 * another language, with a colon. Null for any other line; a sentence with such a word is one.
 */
export function notesBegin(line: string): string | null {
  return behind(line, NOTES_LABELS);
}

/** Whether a line is nothing but a heading above the text. */
export function isTextMark(line: string): boolean {
  return behind(line, TEXT_LABELS) === "" && !/^[\p{L}\p{N} ]+$/u.test(line.trim());
}

/** How much of a line's beginning tells whether it may become a mark, in UTF-16 units. */
export const MARK_HEAD_UNITS = 200;

/**
 * Whether the beginning of a line may still become a mark.
 * @param head at most the first `MARK_HEAD_UNITS` of the line
 */
export function mayBeMark(head: string): boolean {
  const [, , rest = ""] = PARTS.exec(head) ?? [];
  const lower = plain(rest);
  const begun =
    head.length < MARK_HEAD_UNITS &&
    [...NOTES_LABELS, ...TEXT_LABELS].some((label) => label.startsWith(lower));
  return begun || notesBegin(head) !== null || behind(head, TEXT_LABELS) === "";
}
