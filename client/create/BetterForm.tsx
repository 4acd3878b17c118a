import { Sparkles, X } from "lucide";
import { useEffect, useId, useRef } from "preact/hooks";
import { OWN_TEXT_CHARACTERS } from "../../domain/discovery.ts";
import { isBlank } from "../../domain/text.ts";
import { Button } from "../ui/Button.tsx";
import type { Writing } from "./writing.ts";

interface BetterFormProps {
  readonly writing: Writing;
  readonly onClose: () => void;
}

/** What the member wants different. Kept as it is typed. */
export function BetterForm({ writing, onClose }: BetterFormProps) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const wish = writing.form.value.wish;
  useEffect(() => area.current?.focus(), []);
  return (
    <form
      class="better"
      onSubmit={(event) => {
        event.preventDefault();
        if (isBlank(wish)) return area.current?.focus();
        void writing.ask({ kind: "better", instructions: wish });
        onClose();
      }}
    >
      <div class="field">
        <label for={id}>What would you love to change?</label>
        <textarea
          ref={area}
          id={id}
          class="input own-words"
          rows={3}
          required
          maxLength={OWN_TEXT_CHARACTERS}
          value={wish}
          placeholder="Bring in the sea. More of how mornings feel. Say “my boys”."
          onInput={(event) => writing.update({ form: { wish: event.currentTarget.value } })}
        />
      </div>
      <div class="button-row">
        <Button kind="primary" type="submit" icon={Sparkles} disabled={isBlank(wish)}>
          Make it better
        </Button>
        <Button kind="quiet" icon={X} onClick={onClose}>
          Not now
        </Button>
      </div>
    </form>
  );
}
