/** Names of the tags in which models think aloud. */
const NAMES =
  "think(?:ing)?|thoughts?|reason(?:ing)?|reflection|analysis|scratchpad|(?:inner|internal)_monologue";
/** Names of the tags in which some of them answer then. */
const FRAMES = "answer|response|solution|final_answer";
const ATTRIBUTES = `(?:\\s+[\\w:-]+\\s*=\\s*(?:"[^"<>]*"|'[^'<>]*'|[^\\s"'<>]+))*`;
/** A tag's `<`, slash and namespace. No tag is longer than these 200 characters. */
const TAG = (end: string) => `<(?=[^<>]{0,200}${end})\\s{0,4}/?\\s{0,4}(?:[a-z]{1,16}:)?`;

/** A mark that parts thoughts from words: a tag, a bracket, or a model's special token such as `<|channel|>`. */
const MARK = new RegExp(
  `${TAG(">")}(?:${NAMES}|${FRAMES})${ATTRIBUTES}\\s*/?>|\\[/?think(?:ing)?\\]|◁/?think▷` +
    "|<\\|channel>|<channel\\|>|<[|｜][^\\s<>|｜]{1,40}[|｜]>",
  "i",
);
const FRAME = new RegExp(`(?:${FRAMES})`, "i");

/** Special tokens that open and close a thought as tags do, e.g. `<|START_THINKING|>`, `<｜begin▁of▁thought｜>`. */
const OPENING_TOKEN =
  /^(?:(?:begin|start)_(?:of_)?)?(?:think(?:ing)?|thought|reasoning)(?:_begin|_start)?$|^inner_prefix$/;
const CLOSING_TOKEN =
  /^(?:\/|end_(?:of_)?)(?:think(?:ing)?|thought|reasoning)$|^(?:think(?:ing)?|thought|reasoning)_end$|^inner_suffix$/;

/** The beginning of one whose rest has not come. */
const PARTIAL = new RegExp(
  `^(?:${TAG("$")}(?:[a-z_]{0,20}|(?:${NAMES})[\\s/][^<>]*)|<\\s{0,4}/?\\s{0,4}[a-z]{0,16}` +
    "|<[|｜][^\\s<>|｜]{0,40}[|｜]?|<channel\\|?|\\[/?t?h?i?n?k?i?n?g?|◁/?t?h?i?n?k?)$",
  "i",
);
/** What a mark begins with. */
const MARK_BEGIN = /[<[\u25c1]/;
/** No mark is longer. */
const MARK_UNITS = 240;

/** How a model's answer begins that thinks in channels, if its server has removed the special tokens … */
const BARE_THOUGHT = /^(?:analysis|commentary)(?=[A-Z])/;
const BARE_NAMES = ["analysis", "commentary"];
/** … and what stands before its words then. */
const BARE_END = "assistantfinal";

/** What the text at hand is. */
type Mode =
  /** Words for the member. */
  | "words"
  /** Thoughts between two tags. */
  | "tag"
  /** The head of a message in channels: its role and its channel. */
  | "head"
  /** A message in a channel, or a call of a tool, that is not for the member. */
  | "channel"
  /** Thoughts in channels without special tokens. */
  | "bare";

/** Takes the model's thoughts out of an answer while it comes in. */
export interface ThoughtFilter {
  /** The words that are certain with this text. What may be the beginning of a mark waits for its rest. */
  take(text: string): string;
  /** The words that have waited, once nothing more comes. */
  end(): string;
}

/** What a filter tells beside the words. */
export interface ThoughtEvents {
  /** A closing tag came without an opening one: all words before it were a thought. */
  readonly onThoughtAloud: () => void;
}

/** Where a text's end begins that may become a mark; its length if there is none. */
function partialFrom(text: string): number {
  for (let from = Math.max(0, text.length - MARK_UNITS); from < text.length; from += 1) {
    if (MARK_BEGIN.test(text[from] ?? "") && PARTIAL.test(text.slice(from))) return from;
  }
  return text.length;
}

/**
 * Makes a filter for one answer. Models think between `<think>` and `</think>` (and tags like these),
 * or in channels (`<|channel|>analysis<|message|>…`), if their server does not sort it out. Words
 * before, between and after are given as they come; an unfinished thought is no word.
 *
 * Some chat templates write the opening tag into the prompt, so that only `</think>` comes: then
 * all that came before was a thought. With `holds` nothing is given until then, or until the end.
 */
export function thoughtFilter(holds: boolean, { onThoughtAloud }: ThoughtEvents): ThoughtFilter {
  let mode: Mode = "words";
  let pending = "";
  /** Words that are held back because the model thinks without an opening tag. */
  let held: string | null = holds ? "" : null;
  /** The last character that was no mark: a mark behind a backtick is quoted. */
  let before = "";
  /** Whether a word has come. White space alone is none. */
  let begun = false;
  /** White space before the first word. It goes if a thought stands before it too. */
  let space = "";
  let thought = false;
  /** Whether that was opened by a special token, so that one may end it. */
  let byToken = false;
  let head = "";
  /** The token that ends a call of a tool; empty outside of one. */
  let callEnd = "";

  function words(text: string): string {
    if (text === "") return "";
    before = text[text.length - 1] ?? "";
    if (mode === "head") head += text;
    if (mode !== "words") return "";
    let said = text;
    if (!begun) {
      const first = text.search(/\S/);
      if (first === -1) {
        space += text;
        return "";
      }
      said = thought ? text.slice(first) : space + text;
      begun = true;
      space = "";
    }
    if (held === null) return said;
    held += said;
    return "";
  }

  /** A special token of a model, such as `message` in `<|message|>`. Those that open no message only vanish. */
  function onToken(token: string): void {
    if (token === "start" || token === "begin" || token === "channel") {
      mode = "head";
      head = "";
    } else if (token === "constrain" && mode === "head") {
      // Says in which form the message is written: a part of its head, and no word.
    } else if (/^tool.*begin$/.test(token) && mode === "words") {
      // A call of a tool. We offer none, but some models write one all the same.
      mode = "channel";
      callEnd = token.replace(/begin$/, "end");
    } else if (callEnd !== "") {
      if (token !== callEnd) return;
      mode = "words";
      callEnd = "";
    } else if ((token === "message" || token === "content") && mode === "head") {
      const name = head.trim().toLowerCase();
      mode = /^(?:analysis|commentary|thought)/.test(name) ? "channel" : "words";
      thought ||= mode === "channel";
    } else if (mode !== "words") {
      mode = "words";
    }
  }

  /** A thought begins or ends. @returns whether everything before it was a thought */
  function onBoundary(closes: boolean): boolean {
    const alone = closes && mode === "words" && !thought;
    mode = closes ? "words" : "tag";
    thought = true;
    return alone;
  }

  /** @returns whether everything before it was a thought */
  function onMark(mark: string): boolean {
    const token = /^<[|\uff5c](.+)[|\uff5c]>$/.exec(mark)?.[1];
    if (token === undefined) {
      thought ||= mark.endsWith("/>");
      if (mark.endsWith("/>")) return false;
      return onBoundary(/^[<[\u25c1]\s*\//.test(mark) || mark === "<channel|>");
    }
    const name = token.trim().toLowerCase().replaceAll("\u2581", "_");
    if (OPENING_TOKEN.test(name) || CLOSING_TOKEN.test(name)) {
      byToken = OPENING_TOKEN.test(name);
      return onBoundary(!byToken);
    }
    if (mode !== "tag") onToken(name);
    else if (byToken && name === "end") onBoundary(true);
    return false;
  }

  function skipBare(): void {
    const end = pending.indexOf(BARE_END);
    if (end === -1) {
      pending = pending.slice(-(BARE_END.length - 1));
      return;
    }
    pending = pending.slice(end + BARE_END.length);
    mode = "words";
    thought = true;
  }

  /** Whether an answer begins with a thought without any mark; undefined if that cannot be told yet. */
  function beginsBare(): boolean | undefined {
    if (begun || thought || space !== "" || pending === "") return false;
    if (BARE_NAMES.some((name) => name.startsWith(pending))) return undefined;
    return BARE_THOUGHT.test(pending);
  }

  /** Everything that was given or held was a thought. */
  function retract(): void {
    if (begun) onThoughtAloud();
    begun = false;
    space = "";
    if (held !== null) held = "";
  }

  return {
    take(text) {
      // Nearly all of an answer: words that have nothing to do with a mark.
      if (begun && pending === "" && mode === "words" && !MARK_BEGIN.test(text)) return words(text);
      pending += text;
      if (mode === "words") {
        const bare = beginsBare();
        if (bare === undefined) return "";
        if (bare) mode = "bare";
      }
      if (mode === "bare") skipBare();
      if (mode === "bare") return "";
      let said = "";
      let from = 0;
      for (let rest = pending; ; rest = pending.slice(from)) {
        const mark = MARK.exec(rest);
        if (!mark) break;
        said += words(rest.slice(0, mark.index));
        from += mark.index + mark[0].length;
        const framesAnswer = !/[|\uff5c]/.test(mark[0]) && FRAME.test(mark[0]);
        if (before === "`" || (framesAnswer && !thought)) {
          said += words(mark[0]);
        } else if (framesAnswer) {
          // Says what follows a thought: no word itself.
        } else if (onMark(mark[0])) {
          retract();
          said = "";
          held = null;
        }
      }
      const rest = pending.slice(from);
      const end = MARK_BEGIN.test(rest) ? partialFrom(rest) : rest.length;
      pending = rest.slice(end);
      return said + words(rest.slice(0, end));
    },
    end() {
      const last = mode === "bare" ? "" : words(pending);
      pending = "";
      const all = (held ?? "") + last;
      held = null;
      return all;
    },
  };
}
