/**
 * Whether a key belongs to an input method that composes a word (Japanese, Chinese, Korean …). Safari ends the
 * composition before it tells of the key that ended it: that key has the code 229.
 */
function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/**
 * The one rule for keys during a composition: Enter and Escape there accept or drop a word, and nothing else.
 * No handler of the page sees such a key, and an Enter in a single line does not submit its form.
 */
export function leaveKeysToComposition(): void {
  addEventListener(
    "keydown",
    (event) => {
      if (!isComposing(event)) return;
      event.stopImmediatePropagation();
      if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
    },
    { capture: true },
  );
}
