import { useSignal } from "@preact/signals";
import { member } from "../auth/session.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Button } from "../ui/Button.tsx";
import { AboutViva } from "./AboutViva.tsx";

function metKey(): string {
  return `viva.met.${member.peek()?.id ?? ""}`;
}

function hasMet(): boolean {
  try {
    return localStorage.getItem(metKey()) !== null;
  } catch {
    return false;
  }
}

/** Introduces VIVA once, at a member's first conversation on this device. */
export function MeetViva() {
  const open = useSignal(!hasMet());
  if (!open.value) return null;
  return (
    <aside class="card card-viva meet" aria-labelledby="meet-viva">
      <Avatar size={48} />
      <div class="meet-text">
        <h2 id="meet-viva">Meet VIVA</h2>
        <AboutViva />
        <Button
          kind="primary"
          onClick={() => {
            open.value = false;
            try {
              localStorage.setItem(metKey(), new Date().toISOString());
            } catch {
              // Then VIVA introduces itself again next time.
            }
          }}
        >
          Got it
        </Button>
      </div>
    </aside>
  );
}
