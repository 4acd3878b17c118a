import type { IconNode } from "lucide";
import { h } from "preact";

interface IconProps {
  /** An icon of the `lucide` package, imported by name so that only the used ones are bundled. */
  readonly of: IconNode;
  /** Width and height in CSS pixels. */
  readonly size?: number;
}

/** A Lucide icon as inline SVG. Decorative: what it means is said by the text or label beside it. */
export function Icon({ of, size = 20 }: IconProps) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {of.map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  );
}
