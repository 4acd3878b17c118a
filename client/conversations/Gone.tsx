import { MessageSquarePlus } from "lucide";
import { Button } from "../ui/Button.tsx";

/** In the place of a conversation that was deleted while it was open, or that an old link leads to. */
export function Gone({ onNew }: { readonly onNew: () => void }) {
  return (
    <div class="page page-narrow" role="status">
      <h1>This conversation was deleted</h1>
      <p class="muted">What was said in it is gone from all your devices.</p>
      <Button kind="primary" icon={MessageSquarePlus} onClick={onNew}>
        New conversation
      </Button>
    </div>
  );
}
