const CONTENT = '"content":"';
const PADDING = '"obfuscation":"';

/** What stands around the text of a chunk. */
interface Template {
  /** From the line's beginning to the text. */
  readonly before: string;
  /** From the quotation mark behind the text to the event's end, or to the provider's padding. */
  readonly after: string;
  /** From the quotation mark behind the padding to the event's end; empty where there is no padding. */
  readonly afterPadding: string;
}

/** Whether a part stands at this offset. Slices are compared in one go, `startsWith` goes unit by unit. */
function standsAt(events: string, offset: number, part: string): boolean {
  return events.slice(offset, offset + part.length) === part;
}

/**
 * Reads the text out of chunks that differ in nothing else (and in the padding that OpenAI sends with
 * each), as nearly all of an answer do. Comparing takes 0.2 to 0.4 µs a token where `JSON.parse` takes
 * 2.3, and leaves no objects behind. A chunk that differs in anything is not read.
 */
export class ChunkTemplate {
  #template: Template | null = null;
  /** Where the event ends whose text was given last. */
  end = 0;

  /** The text of the event that begins at this offset; null where it has to be parsed. */
  textAt(events: string, offset: number): string | null {
    const template = this.#template;
    if (template === null || !standsAt(events, offset, template.before)) return null;
    const start = offset + template.before.length;
    const quote = events.indexOf('"', start);
    if (quote === -1 || !standsAt(events, quote, template.after)) return null;
    this.end = quote + template.after.length;
    if (template.afterPadding !== "") {
      const padded = events.indexOf('"', this.end);
      if (padded === -1 || !standsAt(events, padded, template.afterPadding)) return null;
      this.end = padded + template.afterPadding.length;
    }
    const text = events.slice(start, quote);
    // What is escaped is for JSON; the quotation mark found may be escaped itself.
    return text.includes("\\") ? null : text;
  }

  /** Takes an event that says nothing but this text for the template of those to come, where it is clear which of its strings the text is. */
  learn(event: string, text: string): void {
    const at = event.indexOf(CONTENT);
    if (at === -1 || at !== event.lastIndexOf(CONTENT)) return;
    const start = at + CONTENT.length;
    const quote = start + text.length;
    if (text === "" || text.includes("\\") || !standsAt(event, start, `${text}"`)) return;
    const padding = event.indexOf(PADDING, quote);
    const padded = padding === -1 ? undefined : padding + PADDING.length;
    this.#template = {
      before: event.slice(0, start),
      after: event.slice(quote, padded),
      afterPadding: padded === undefined ? "" : event.slice(event.indexOf('"', padded)),
    };
  }
}
