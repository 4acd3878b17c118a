import { signal } from "@preact/signals";

/** Where the browser is, kept in step with the address bar. */
export interface Place {
  readonly path: string;
  readonly query: string;
  /** With its `#`; empty if none. */
  readonly hash: string;
  /** Where the page was scrolled to when it was left; null where it is entered anew. */
  readonly scroll: number | null;
}

interface Entry {
  /** Unlike that of any other entry of this tab's history. */
  readonly entry: string;
}

function here(scroll: number | null): Place {
  return { path: location.pathname, query: location.search, hash: location.hash, scroll };
}

export const place = signal<Place>(here(null));

/** How far down each entry of the history was when it was left. */
const left = new Map<string, number>();

function entry(): string | null {
  return (history.state as Partial<Entry> | null)?.entry ?? null;
}

let current = entry();

function remember(): void {
  if (current !== null) left.set(current, scrollY);
}

/** Goes to a path of this app. `replace` leaves no entry in the history. */
export function navigate(to: string, { replace = false } = {}): void {
  if (to === location.pathname + location.search + location.hash) return;
  remember();
  const next: Entry = { entry: replace && current !== null ? current : crypto.randomUUID() };
  history[replace ? "replaceState" : "pushState"](next, "", to);
  current = next.entry;
  place.value = here(null);
}

/** The link within this app that an event is about; null for every other target. */
function linkOf(target: EventTarget | null): HTMLAnchorElement | null {
  const link = target instanceof Element ? target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download"))
    return null;
  if (link.origin !== location.origin || link.pathname.startsWith("/api/")) return null;
  return link;
}

/** Whether the person, or the browser for them, asks for little data. */
function saves(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}

let intend: (path: string, query: string) => void = () => {};

/** Someone is about to open a page: its code and data may be fetched. */
export function prefetch(path: string, query: string): void {
  if (!saves()) intend(path, query);
}

/**
 * Lets every plain link within the app change the page without loading it anew.
 * @param onIntent called when someone is about to follow a link: points at it, touches it, or focuses it
 */
export function watchLinks(onIntent: typeof intend): void {
  intend = onIntent;
  if (current === null) {
    current = crypto.randomUUID();
    history.replaceState({ entry: current } satisfies Entry, "");
  }
  // Pages arrive after the address: the browser would scroll the one before.
  history.scrollRestoration = "manual";
  // A page that is loaded anew is scrolled as it was.
  addEventListener("pagehide", () => {
    history.scrollRestoration = "auto";
  });
  addEventListener("pageshow", () => {
    history.scrollRestoration = "manual";
  });

  addEventListener("popstate", () => {
    remember();
    current = entry();
    if (current === null) {
      // A link to a place on the page, which the browser has followed by itself.
      current = crypto.randomUUID();
      history.replaceState({ entry: current } satisfies Entry, "");
      place.value = here(null);
    } else place.value = here(left.get(current) ?? 0);
  });

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = linkOf(event.target);
    if (!link) return;
    // A link to a place on this page, such as the skip link, is the browser's.
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    event.preventDefault();
    navigate(link.pathname + link.search + link.hash);
  });

  for (const name of ["pointerover", "focusin", "touchstart"] as const) {
    document.addEventListener(
      name,
      (event) => {
        const link = linkOf(event.target);
        if (link) prefetch(link.pathname, link.search);
      },
      { passive: true },
    );
  }
}
