import { useSignal } from "@preact/signals";
import { member } from "../../auth/session.ts";
import { storage } from "../../platform/storage.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { AboutViva } from "./AboutViva.tsx";

function metKey(): string {
  return `viva.met.${member.peek()?.id ?? ""}`;
}

/** Introduces VIVA once, at a member's first conversation on this device. */
export function MeetViva() {
  const open = useSignal(storage.getItem(metKey()) === null);
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
            storage.setItem(metKey(), new Date().toISOString());
          }}
        >
          Got it
        </Button>
      </div>
    </aside>
  );
}
