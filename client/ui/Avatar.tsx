import { Sparkles } from "lucide";
import { Icon } from "./Icon.tsx";

interface AvatarProps {
  /** Diameter in CSS pixels. */
  readonly size?: number;
  /** Breathes while VIVA is at work. */
  readonly busy?: boolean;
}

/** VIVA's avatar: a gradient circle with a sparkle. Decorative. */
export function Avatar({ size = 36, busy = false }: AvatarProps) {
  return (
    <span
      class={busy ? "avatar avatar-busy" : "avatar"}
      style={{ width: `${size}px`, height: `${size}px` }}
      aria-hidden="true"
    >
      <Icon of={Sparkles} size={Math.round(size * 0.55)} />
    </span>
  );
}
