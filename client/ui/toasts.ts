/** What a toast is about, which decides its colour and how long it stays. */
export type ToastTone = "success" | "info" | "celebration" | "problem";

export interface ToastOptions {
  readonly tone?: ToastTone;
  /** A toast of the same name takes the place of the one there is. */
  readonly name?: string;
  /** What the member can do about it. */
  readonly action?: { readonly label: string; run(): void };
}

export interface Toast {
  close(): void;
}

/** Says something to the member, over whatever page there is. */
export type Tell = (text: string, options?: ToastOptions) => Toast;

const STAYS_MS = 6_000;
/** As long as a toast takes to fade. */
const FADES_MS = 300;
const shown = new Map<string, Toast>();

/** One polite region for all toasts: screen readers hear only of what is put into a region that was there. */
function makeRegion(): HTMLElement {
  const region = document.createElement("div");
  region.className = "toasts";
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  region.setAttribute("aria-relevant", "additions");
  document.body.append(region);
  return region;
}

const region = typeof document === "undefined" ? null : makeRegion();

function button(label: string, className: string, run: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = className;
  element.textContent = label;
  element.addEventListener("click", run);
  return element;
}

/**
 * Shows a toast. What went wrong, or waits for an answer, stays until the member has seen it; the rest goes by
 * itself, and waits while the pointer is on it. A text that comes from elsewhere is never markup.
 */
export const tell: Tell = (text, { tone = "info", name, action } = {}) => {
  if (name !== undefined) shown.get(name)?.close();
  const element = document.createElement("div");
  element.className = `toast toast-${tone} on`;
  const body = document.createElement("div");
  body.className = "toast-body";
  const words = document.createElement("p");
  words.dir = "auto";
  words.textContent = text;
  body.append(words);
  element.append(body);

  let timer: ReturnType<typeof setTimeout> | undefined;
  const toast: Toast = {
    close() {
      clearTimeout(timer);
      if (!element.classList.contains("on")) return;
      element.classList.remove("on");
      if (name !== undefined && shown.get(name) === toast) shown.delete(name);
      setTimeout(() => element.remove(), FADES_MS);
    },
  };
  if (action) {
    body.append(
      button(action.label, "toast-action", () => {
        toast.close();
        action.run();
      }),
    );
  }
  const close = button("×", "toast-close", () => toast.close());
  close.setAttribute("aria-label", "Dismiss");
  body.append(close);
  if (tone !== "problem" && !action) {
    const wait = () => {
      timer = setTimeout(toast.close, STAYS_MS);
    };
    element.addEventListener("pointerenter", () => clearTimeout(timer));
    element.addEventListener("pointerleave", wait);
    wait();
  }
  if (name !== undefined) shown.set(name, toast);
  region?.prepend(element);
  return toast;
};
