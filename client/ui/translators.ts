import { options, type VNode } from "preact";

/** Preact's own packages know a virtual node's DOM node by this name too. */
type Rendered = VNode & { readonly __e?: ChildNode | null };

/** A text that a translator replaced. */
interface Swap {
  readonly original: string;
  /** What the member sees in its place. */
  readonly standIns: ChildNode[];
}

const isText = (node: Node): node is Text => node.nodeType === Node.TEXT_NODE;

/**
 * Keeps the page right while the browser translates it. Translators take text nodes out of the document and
 * put elements (Chrome, Edge) or other text nodes (Safari) in their place. Preact does not notice: it writes
 * into nodes that nobody sees, and leaves behind what it does not know.
 *
 * So a text node that was replaced goes back to its place, empty, before its translation. There Preact finds
 * it. If Preact writes into it or removes it, the translation goes. The translator then translates the new text.
 */
export function surviveTranslators(root: Node): void {
  const rendered = new WeakSet<Node>();
  const swaps = new WeakMap<Node, Swap>();
  const originals = new WeakMap<Node, Text>();

  function removeTranslation(text: Node): void {
    const swap = swaps.get(text);
    swaps.delete(text);
    for (const node of swap?.standIns ?? []) node.remove();
  }

  function onReplaced(text: Text, standIn: ChildNode): void {
    originals.set(standIn, text);
    const known = swaps.get(text);
    if (known) {
      // This translator replaces empty text too: to put it back again would never end.
      known.standIns.push(standIn);
      observer.observe(text, { characterData: true });
      return;
    }
    swaps.set(text, { original: text.data, standIns: [standIn] });
    // Some translators keep the node and move it into their element.
    if (standIn.contains(text)) text.replaceWith(text.cloneNode());
    standIn.before(text);
    text.data = "";
  }

  function onWritten(text: Text): void {
    const [first, ...more] = swaps.get(text)?.standIns ?? [];
    if (more.length > 0) first?.before(text);
    removeTranslation(text);
  }

  function onTakenBack(text: Text): void {
    const swap = swaps.get(text);
    if (!swap || swap.standIns.some((node) => node.isConnected)) return;
    swaps.delete(text);
    if (text.data === "") text.data = swap.original;
  }

  function apply(records: readonly MutationRecord[]): void {
    if (records.length === 0) return;
    const foreign = new Set<Node | null>();
    for (const { addedNodes } of records) {
      for (const node of addedNodes) if (!rendered.has(node)) foreign.add(node);
    }
    // A translator may also write into a node that it is about to replace: only later writes are Preact's.
    const replacedBefore = new Set(
      records.map((record) => record.target).filter((node) => swaps.has(node)),
    );
    for (const record of records) {
      const { target, addedNodes, removedNodes, previousSibling, nextSibling } = record;
      if (record.type === "characterData" && replacedBefore.has(target)) onWritten(target as Text);
      for (const node of removedNodes) {
        if (isText(node) && rendered.has(node) && node.parentNode !== target) {
          const standIn = [...addedNodes, previousSibling, nextSibling].find(
            (other) => foreign.has(other) && other?.parentNode === target,
          );
          if (standIn) onReplaced(node, standIn as ChildNode);
        }
        const text = originals.get(node);
        if (text && !node.isConnected) onTakenBack(text);
      }
      // What Preact puts behind a text belongs behind its translation too.
      const text = nextSibling && originals.get(nextSibling);
      if (text && text.nextSibling !== nextSibling && nextSibling.isConnected)
        text.after(nextSibling);
    }
    // What was done here needs no answer.
    observer.takeRecords();
  }

  const observer = new MutationObserver(apply);
  observer.observe(root, { childList: true, characterData: true, subtree: true });

  const { diffed, unmount, debounceRendering } = options;
  options.diffed = (vnode: Rendered) => {
    if (vnode.__e) rendered.add(vnode.__e);
    diffed?.(vnode);
  };
  options.unmount = (vnode: Rendered) => {
    if (vnode.__e) removeTranslation(vnode.__e);
    unmount?.(vnode);
  };
  // Preact renders into a document in which its text nodes are in their places.
  options.debounceRendering = (render) => {
    (debounceRendering ?? queueMicrotask)(() => {
      apply(observer.takeRecords());
      render();
    });
  };
}
