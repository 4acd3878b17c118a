import { MessageSquarePlus, PanelLeft } from "lucide";
import { Button } from "../ui/Button.tsx";

interface GoneProps {
  readonly onNew: () => void;
  /** The member wants the list of conversations (offered on narrow screens only). */
  readonly onList: () => void;
}

/** In the place of a conversation that was deleted while it was open, or that an old link leads to. */
export function Gone({ onNew, onList }: GoneProps) {
  return (
    <div class="page page-narrow" role="status">
      <h1>This conversation was deleted</h1>
      <p class="muted">What was said in it is gone from all your devices.</p>
      <div class="button-row">
        <Button kind="primary" icon={MessageSquarePlus} onClick={onNew}>
          New conversation
        </Button>
        <span class="narrow-only">
          <Button icon={PanelLeft} onClick={onList}>
            Your conversations
          </Button>
        </span>
      </div>
    </div>
  );
}
