import { signal } from "@preact/signals";

/** Where the browser is: path and query, kept in step with the address bar. */
export const place = signal({ path: location.pathname, query: location.search });

function follow(): void {
  place.value = { path: location.pathname, query: location.search };
}

/** Goes to a path of this app. `replace` leaves no entry in the history. */
export function navigate(to: string, { replace = false } = {}): void {
  if (to === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", to);
  follow();
}

/** Lets every plain link within the app change the page without loading it anew. */
export function watchLinks(): void {
  addEventListener("popstate", follow);
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download"))
      return;
    if (link.origin !== location.origin || link.pathname.startsWith("/api/")) return;
    // A link to a place on this page, such as the skip link, is the browser's.
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}
