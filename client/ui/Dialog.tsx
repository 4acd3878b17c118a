import { X } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { IconButton } from "./Button.tsx";

interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  /** Called when the member closes it: by the button, Escape, or a press outside. */
  readonly onClose: () => void;
  /** `side` slides in from the left edge, over the full height. */
  readonly shape?: "card" | "side";
  readonly children: ComponentChildren;
}

/** A modal dialog on the platform's own: focus stays inside and returns to where it was. */
export function Dialog({ open, title, onClose, shape = "card", children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const dialog = ref.current;
    if (open && dialog && !dialog.open) dialog.showModal();
    else if (!open && dialog?.open) dialog.close();
  }, [open]);

  return (
    // The keyboard's way to close is Escape, which the platform handles.
    // biome-ignore lint/a11y/useKeyWithClickEvents: a press on the backdrop is a shortcut only
    <dialog
      ref={ref}
      class={`dialog dialog-${shape}`}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      {open ? (
        <div class="dialog-body">
          <header class="dialog-header">
            <h2 id={titleId}>{title}</h2>
            <IconButton icon={X} label="Close" onClick={onClose} />
          </header>
          {children}
        </div>
      ) : null}
    </dialog>
  );
}
