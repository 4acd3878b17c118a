import { MESSAGE_CHARACTERS } from "../../../domain/messages.ts";
import { tidyText } from "../../../domain/text.ts";

/** From how many characters before the limit the rest is shown. */
const COUNT_FROM = 500;
const COUNT = new Intl.NumberFormat();

/** Whether a key press sends. Shift and Alt begin a new line. */
export function sends(event: KeyboardEvent): boolean {
  return event.key === "Enter" && !event.shiftKey && !event.altKey;
}

/** Whether a text is one that may be sent. */
export function sendable(text: string): boolean {
  const { length } = tidyText(text);
  return length > 0 && length <= MESSAGE_CHARACTERS;
}

/** What is said of a text's length: nothing, until it comes near to the limit. */
export function lengthNote(text: string): { readonly over: boolean; readonly note: string } {
  const left = MESSAGE_CHARACTERS - tidyText(text).length;
  if (left < 0) {
    const note = `${COUNT.format(-left)} characters too many: shorten it or send it in two.`;
    return { over: true, note };
  }
  return { over: false, note: left <= COUNT_FROM ? `${COUNT.format(left)} characters left` : "" };
}

/** Gives an area the height of what is in it. */
export function fitHeight(area: HTMLTextAreaElement | null): void {
  const box = area?.parentElement;
  if (!area || !box) return;
  // What is around the area keeps its height while the area is measured: a conversation that has more room
  // for a moment is scrolled up by the browser.
  box.style.minHeight = `${box.offsetHeight}px`;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
  box.style.minHeight = "";
}
