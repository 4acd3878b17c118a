import { options, type VNode } from "preact";

/** Elements that hold a text of their own: each shows it in the direction that its words have. */
const TEXTS = new Set(["p", "h1", "h2", "h3", "h4", "dd", "blockquote", "textarea"]);

/** An input of words; e-mail addresses, numbers and dates have one direction only. */
const isWords = ({ type, props }: VNode) => {
  const kind = (props as { type?: unknown }).type;
  return type === "input" && (kind === undefined || kind === "text" || kind === "search");
};

/**
 * Lets every text of the client begin at the side where its language begins: Arabic and Hebrew at the right.
 * Members and models write in any language, so each paragraph and each field finds its own direction.
 * Inline elements with a text of their own (a title in a row, a tag) say `dir="auto"` themselves.
 */
export function followDirections(): void {
  const before = options.vnode;
  options.vnode = (vnode) => {
    if (TEXTS.has(vnode.type as string) || isWords(vnode)) {
      const props = vnode.props as { dir?: unknown };
      props.dir ??= "auto";
    }
    before?.(vnode);
  };
}
