/** Takes the text out of an answer that may be JSON, while it comes in. */
export interface JsonText {
  /** The text that is new with this piece. An answer that is no JSON is given as it comes. */
  take(piece: string): string;
  /** What was held back to the end, and the notes beside the text; null if there are none. */
  end(): { readonly text: string; readonly notes: string | null };
}

/** How an answer in JSON begins, in a fence too. */
const BEGINS = /^\s*(?:```(?:json)?\s*)?\{/i;
const MAY_BEGIN = /^\s*(?:`{1,3}|```j(?:s(?:on?)?)?\s*|```\s*)?$/i;
const TEXT = /^[^{]*\{\s*"text"\s*:\s*"/;
const NOTES = /"notes"\s*:\s*"((?:[^"\\]|\\.)*)/s;

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "", f: "" };

/** The text of a JSON string. Line breaks that should have been escaped are taken as they are. */
function unescaped(json: string): string {
  return json.replace(/\\(?:u([0-9a-f]{4})|(.))/gis, (_all, code?: string, letter = "") =>
    code === undefined
      ? (ESCAPED[letter] ?? letter)
      : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Length of a JSON string's beginning that no following character can change. */
function settled(json: string): number {
  const open = /(?:\\u[0-9a-f]{0,3}|(?:\\ud[89ab][0-9a-f]{2})(?:\\(?:u[0-9a-f]{0,3})?)?|\\)$/i;
  // An even number of backslashes before it is not part of an escape.
  const escapes = /^(?:[^\\]|\\(?:u[0-9a-f]{4}|[^u]))*/i.exec(json)?.[0].length ?? 0;
  const tail = open.exec(json.slice(0, escapes));
  return tail && /^\\ud[89ab]/i.test(tail[0]) ? escapes - tail[0].length : escapes;
}

/** Where a JSON string ends; -1 if its end has not come. */
function stringEnd(json: string): number {
  for (let at = 0; at < json.length; at += 1) {
    if (json[at] === "\\") at += 1;
    else if (json[at] === '"') return at;
  }
  return -1;
}

/** The fields of whole JSON in an answer; null if it is none. */
function fieldsIn(answer: string): Record<string, unknown> | null {
  try {
    return JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1));
  } catch {
    return null;
  }
}

/** How far an answer's beginning is looked at for what it is, in UTF-16 units. */
const HEAD_UNITS = 1_000;

/** Reads `{"text": "…", "notes": "…"}` as it is written. */
export function jsonText(): JsonText {
  let all = "";
  let isJson: boolean | null = null;
  /** Up to where the text has been given; -1 until it has begun. */
  let at = -1;
  /** What has come of the text and is not given yet. */
  let open = "";
  let ended = false;
  return {
    take(piece) {
      if (isJson === false) return piece;
      const looks = all.length < HEAD_UNITS;
      all += piece;
      if (isJson === null) {
        if (looks && MAY_BEGIN.test(all)) return "";
        isJson = BEGINS.test(all);
        if (!isJson) return all;
      }
      if (ended) return "";
      if (at === -1) {
        const begin = looks ? TEXT.exec(all) : null;
        if (!begin) return "";
        at = begin[0].length;
        open = all.slice(at);
      } else open += piece;
      const end = stringEnd(open);
      ended = end !== -1;
      const given = open.slice(0, ended ? end : settled(open));
      open = open.slice(given.length);
      at += given.length;
      return unescaped(given);
    },
    end() {
      if (isJson === null) return { text: all, notes: null };
      if (!isJson) return { text: "", notes: null };
      const fields = fieldsIn(all);
      const told = fields?.notes ?? unescaped(NOTES.exec(all.slice(Math.max(at, 0)))?.[1] ?? "");
      const notes = typeof told === "string" && told.trim() !== "" ? told.trim() : null;
      if (at !== -1) return { text: "", notes };
      // In another order, or another shape: no word of it is lost.
      return typeof fields?.text === "string"
        ? { text: fields.text, notes }
        : { text: all, notes: null };
    },
  };
}
