import { JSDOM } from "jsdom";
import type { ReactNode } from "react";
import { vi } from "vitest";

/** What of a browser's window React and its libraries look for. All else stays Node's: fetch, streams, signals. */
const FROM_WINDOW = [
  ...(["document", "HTMLElement", "HTMLIFrameElement", "Element", "Node", "Event"] as const),
  ...(["CustomEvent", "MutationObserver", "getSelection", "localStorage"] as const),
  ...(["getComputedStyle", "DocumentFragment", "FormData", "NodeFilter", "KeyboardEvent"] as const),
];

const { window } = new JSDOM("<!doctype html><body></body>", { url: "https://app.example.com/" });
Object.assign(globalThis, { window });
for (const name of FROM_WINDOW) {
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true });
}
/** Layout is nobody's business here: nothing has a size, and nothing is observed. */
class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
Object.assign(globalThis, { ResizeObserver: NoObserver, IntersectionObserver: NoObserver });
Object.assign(window, { ResizeObserver: NoObserver, IntersectionObserver: NoObserver });
window.Element.prototype.scrollTo = () => {};
globalThis.requestAnimationFrame = (done) => Number(setTimeout(() => done(performance.now()), 16));
globalThis.cancelAnimationFrame = (id) => clearTimeout(id);

/** An app on a page of its own, and what somebody does there. */
export interface Screen {
  /** The texts of elements, in the page's order. */
  texts(selector: string): string[];
  /** Waits until the page satisfies a condition. */
  until(condition: () => boolean | Promise<boolean>): Promise<void>;
  /** Presses the button of a name, within the elements that a selector finds (the last of them). */
  press(name: string, within?: string): void;
  /** Writes into the form's field and sends it. */
  send(text: string): Promise<void>;
  /** Leaves, as one who closes the tab. */
  leave(): void;
}

/** Opens an app. */
export async function open(app: ReactNode): Promise<Screen> {
  // Loaded once there is a window to look for.
  const { createRoot } = await import("react-dom/client");
  const place = document.createElement("div");
  document.body.append(place);
  const root = createRoot(place);
  root.render(app);

  const find = (name: string, within: string): HTMLButtonElement => {
    const holder = Array.from(place.querySelectorAll(within)).at(-1) ?? place;
    const button = Array.from(holder.querySelectorAll("button")).find(
      ({ textContent }) => textContent === name,
    );
    if (!button) throw new Error(`no button ${name}: ${place.innerHTML}`);
    return button;
  };
  const screen: Screen = {
    texts: (selector) =>
      Array.from(place.querySelectorAll(selector), ({ textContent }) => textContent ?? ""),
    async until(condition) {
      await vi.waitFor(
        async () => {
          if (!(await condition())) throw new Error(`not yet: ${place.innerHTML}`);
        },
        { timeout: 8_000, interval: 10 },
      );
    },
    press: (name, within = "main") => find(name, within).click(),
    async send(text) {
      const form = place.querySelector("form");
      const field = form?.querySelector<HTMLInputElement>("input, textarea");
      if (!form || !field) throw new Error(`no form: ${place.innerHTML}`);
      // As a key press does it: React looks for the event, and for a value that it did not set itself.
      const { prototype } =
        field instanceof window.HTMLInputElement
          ? window.HTMLInputElement
          : window.HTMLTextAreaElement;
      Object.getOwnPropertyDescriptor(prototype, "value")?.set?.call(field, text);
      field.dispatchEvent(new window.Event("input", { bubbles: true }));
      await screen.until(() => form.querySelector("button:not([disabled])") !== null);
      form.requestSubmit();
    },
    leave() {
      root.unmount();
      place.remove();
    },
  };
  await screen.until(() => place.childElementCount > 0);
  return screen;
}
