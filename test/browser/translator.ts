import type { Page } from "playwright-core";

/**
 * How a translator replaces a text: by an element with a text of its own (Chrome, Edge), by an element that the
 * text node is moved into, or by another text node (Safari). `eager` is one that replaces empty texts too.
 */
export type TranslatorKind = "element" | "eager" | "moved" | "text";
export const TRANSLATORS: readonly TranslatorKind[] = ["element", "eager", "moved", "text"];

/** What stands behind every text that was translated. */
const MARK = "°";

/** Translates a page as a browser's translator does, and everything that changes on it, until it is left. */
export async function translate(page: Page, kind: TranslatorKind): Promise<void> {
  await page.evaluate(
    ({ how, mark }) => {
      const own = new WeakSet<Node>();
      const waiting = new Set<Text>();

      function replace(text: Text): void {
        const words = text.data + mark;
        if (how === "text") {
          const other = document.createTextNode(words);
          own.add(other);
          text.replaceWith(other);
          return;
        }
        const outer = document.createElement("font");
        const inner = outer.appendChild(document.createElement("font"));
        if (how === "moved") {
          text.before(outer);
          inner.append(text);
          text.data = words;
        } else {
          inner.textContent = words;
          text.parentNode?.insertBefore(outer, text);
          text.remove();
        }
      }

      function work(): void {
        for (const text of waiting) if (text.isConnected) replace(text);
        waiting.clear();
      }

      function look(root: Node): void {
        const texts = document.createNodeIterator(root, NodeFilter.SHOW_TEXT);
        for (let node = texts.nextNode(); node; node = texts.nextNode()) {
          const text = node as Text;
          if (own.has(text) || (how !== "eager" && text.data.trim() === "")) continue;
          if (text.parentElement?.closest("script, style, textarea, font, svg, [translate=no]")) {
            continue;
          }
          if (waiting.size === 0) setTimeout(work);
          waiting.add(text);
        }
      }

      new MutationObserver((records) => {
        for (const { target, addedNodes } of records) {
          if (target.nodeType === Node.TEXT_NODE) look(target);
          for (const node of addedNodes) look(node);
        }
      }).observe(document.body, { childList: true, characterData: true, subtree: true });
      look(document.body);
    },
    { how: kind, mark: MARK },
  );
}

/** What a member sees of a page's content, line by line, without the marks of the translator. */
export async function seen(page: Page, where = "main"): Promise<string> {
  const text = await page.locator(where).first().innerText();
  const lines = text.replaceAll(MARK, "").split("\n");
  return lines
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter((line) => line !== "")
    .join("\n");
}

/** Whether a page's content is translated. */
export async function isTranslated(page: Page): Promise<boolean> {
  return (await page.locator("main").innerText()).includes(MARK);
}
