const FOCUSABLE =
  "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex]";

/** Where the focus was: the element, and its place in each element around it. */
interface Spot {
  readonly element: HTMLElement;
  readonly around: readonly { readonly parent: Element; readonly index: number }[];
}

/** How many places the way back may have: a dialog's opener may be gone as well. */
const MOST_SPOTS = 8;

function spotOf(element: HTMLElement): Spot {
  const around: Spot["around"][number][] = [];
  for (let child: Element = element; child.parentElement; child = child.parentElement) {
    const parent = child.parentElement;
    around.push({ parent, index: Array.prototype.indexOf.call(parent.children, child) });
  }
  return { element, around };
}

const isThere = (element: Element) => element.isConnected && element.checkVisibility();

/** Whether the focus could be put there. What is behind an open dialog refuses it. */
function focused(element: HTMLElement): boolean {
  if (!isThere(element) || !element.matches(FOCUSABLE)) return false;
  element.focus({ preventScroll: true });
  return document.activeElement === element;
}

function focusedWithin(element: Element | undefined, first: boolean): boolean {
  if (!(element instanceof HTMLElement)) return false;
  const inside = [element, ...element.querySelectorAll<HTMLElement>(FOCUSABLE)];
  return (first ? inside : inside.reverse()).some(focused);
}

/** Puts the focus back, or next to where it was: on what has come in its place, else on what stood before it. */
function returned({ element, around }: Spot): boolean {
  if (focused(element)) return true;
  const lasting = around.find(({ parent }) => parent.isConnected);
  // What a closed dialog held is no place to go to.
  if (!lasting || !isThere(lasting.parent)) return false;
  for (const { parent, index } of around.slice(around.indexOf(lasting))) {
    const children = [...parent.children];
    for (const child of children.slice(index)) if (focusedWithin(child, true)) return true;
    for (const child of children.slice(0, index).reverse()) {
      if (focusedWithin(child, false)) return true;
    }
    if (parent instanceof HTMLElement && focused(parent)) return true;
    if (parent.matches("main, dialog")) break;
  }
  return false;
}

/**
 * Keeps the focus on the page if the element that has it is removed, hidden or disabled: browsers then
 * drop it, and a keyboard or a screen reader begins again at the top. It goes to the part that has just
 * been opened (`data-opened`, with a tabindex), else next to where it was, else to what opened that.
 * A component that moves the focus itself in a layout effect comes first.
 */
export function keepFocus(): void {
  let spots: Spot[] = [];
  let opened: HTMLElement | null = null;
  let waiting = false;

  function remember(target: EventTarget | null): void {
    const element = target instanceof Element ? target.closest<HTMLElement>(FOCUSABLE) : null;
    // A press beside everything gives the focus up on purpose.
    if (!element) spots = [];
    else spots = [spotOf(element), ...spots.filter((spot) => spot.element !== element)];
    spots = spots.slice(0, MOST_SPOTS);
  }

  function check(): void {
    const { activeElement } = document;
    const lost = !activeElement || activeElement === document.body || !isThere(activeElement);
    const [last] = spots;
    if (!lost || !last || (isThere(last.element) && last.element.matches(FOCUSABLE))) return;
    if (opened && focused(opened)) return;
    if (spots.some(returned)) return;
    const heading = document.querySelector<HTMLElement>("main h1");
    heading?.setAttribute("tabindex", "-1");
    (heading ?? document.getElementById("main"))?.focus({ preventScroll: true });
  }

  document.addEventListener("focusin", ({ target }) => remember(target));
  document.addEventListener("pointerdown", ({ target }) => remember(target), true);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        const found = node.matches("[data-opened]") ? node : node.querySelector("[data-opened]");
        if (found instanceof HTMLElement) opened = found;
      }
    }
    check();
    if (waiting) return;
    waiting = true;
    // What is hidden or disabled loses the focus only when the page is drawn.
    requestAnimationFrame(() =>
      setTimeout(() => {
        waiting = false;
        check();
        opened = null;
      }),
    );
  }).observe(document, {
    ...{ subtree: true, childList: true, attributes: true },
    attributeFilter: ["hidden", "disabled", "open", "inert"],
  });
}
