import type { IconNode } from "lucide";
import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";

type Kind = "primary" | "secondary" | "quiet";

interface ButtonProps extends Omit<ButtonHTMLAttributes, "icon" | "class"> {
  readonly kind?: Kind;
  readonly icon?: IconNode;
  /** At work on what it was pressed for: keeps its size and focus, and takes no second press. */
  readonly busy?: boolean;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** A pill button, at least 44 pixels high. */
export function Button({
  kind = "secondary",
  icon,
  busy = false,
  wide = false,
  children,
  type = "button",
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      class={`button button-${kind}${wide ? " button-wide" : ""}`}
      aria-busy={busy}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon ? <Icon of={icon} /> : null}
      <span>{children}</span>
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes, "icon" | "class" | "label"> {
  readonly icon: IconNode;
  /** What it does: read by screen readers, shown as a tooltip. */
  readonly label: string;
}

/** A round button of 44 pixels that shows only an icon. */
export function IconButton({ icon, label, type = "button", ...rest }: IconButtonProps) {
  return (
    <button {...rest} type={type} class="icon-button" aria-label={label} title={label}>
      <Icon of={icon} />
    </button>
  );
}

interface LinkButtonProps {
  readonly href: string;
  readonly kind?: Kind;
  readonly icon?: IconNode;
  readonly children: ComponentChildren;
}

/** A link that looks like a button. */
export function LinkButton({ href, kind = "secondary", icon, children }: LinkButtonProps) {
  return (
    <a href={href} class={`button button-${kind}`}>
      {icon ? <Icon of={icon} /> : null}
      <span>{children}</span>
    </a>
  );
}
