import type { ComponentChildren } from "preact";
import { Avatar } from "../ui/Avatar.tsx";

/** What VIVA says in a step. */
export function Reflection({
  busy = false,
  children,
}: {
  readonly busy?: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="reflection">
      <Avatar size={44} busy={busy} />
      <div class="reflection-words">{children}</div>
    </div>
  );
}
