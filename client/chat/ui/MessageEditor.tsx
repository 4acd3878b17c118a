import { useSignal } from "@preact/signals";
import { SendHorizontal } from "lucide";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { tidyText } from "../../../domain/text.ts";
import { Button } from "../../ui/Button.tsx";
import { ProblemNotice } from "../../ui/ProblemNotice.tsx";
import type { Chat } from "../state/chat.ts";
import type { Editing } from "../state/chat-state.ts";
import { fitHeight, lengthNote, sendable, sends } from "./composer.ts";

interface MessageEditorProps {
  readonly editing: Editing;
  readonly actions: Pick<Chat, "holdEdit" | "cancelEdit" | "sendEdit">;
  /** The change is on its way, and the field is about to go. */
  readonly onSent: () => void;
}

const HOLD_AFTER_MS = 250;

/** One's own message in a field, in its place: Enter sends the change, Escape leaves it as it was. */
export function MessageEditor({ editing, actions, onSent }: MessageEditorProps) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const text = useSignal(editing.text);
  const holding = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  useLayoutEffect(() => {
    fitHeight(area.current);
    // A field that comes back by itself does not take the focus from what the member does meanwhile.
    if (editing.problem) return;
    area.current?.focus();
    area.current?.setSelectionRange(editing.text.length, editing.text.length);
  }, []);
  // What is left unfinished is kept; what was sent or given up is no longer to be held.
  useEffect(() => {
    const save = () => {
      if (holding.current === undefined) return;
      clearTimeout(holding.current);
      actions.holdEdit(text.peek());
    };
    addEventListener("pagehide", save);
    return () => {
      removeEventListener("pagehide", save);
      save();
    };
  }, [actions, text]);

  function letGo() {
    clearTimeout(holding.current);
    holding.current = undefined;
  }

  function send() {
    if (!sendable(text.peek())) return;
    letGo();
    void actions.sendEdit(tidyText(text.peek()));
    onSent();
  }

  function cancel() {
    letGo();
    actions.cancelEdit();
  }

  const { over, note } = lengthNote(text.value);
  return (
    <form
      class="message-editor"
      aria-label="Change your message"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label class="visually-hidden" for={id}>
        Your message, to be changed
      </label>
      <textarea
        ref={area}
        id={id}
        class="input"
        rows={1}
        enterkeyhint="send"
        autocomplete="off"
        aria-describedby={`${id}-hint`}
        defaultValue={text.peek()}
        onInput={(event) => {
          const { value } = event.currentTarget;
          text.value = value;
          clearTimeout(holding.current);
          holding.current = setTimeout(() => actions.holdEdit(value), HOLD_AFTER_MS);
          fitHeight(event.currentTarget);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.preventDefault();
            cancel();
          } else if (sends(event)) {
            event.preventDefault();
            send();
          }
        }}
      />
      <p id={`${id}-hint`} class={over ? "message-editor-hint over" : "message-editor-hint"}>
        {note || "VIVA answers your changed message anew. Escape leaves it as it was."}
      </p>
      {editing.problem ? <ProblemNotice problem={editing.problem} /> : null}
      <div class="message-editor-actions">
        <Button kind="quiet" onClick={cancel}>
          Cancel
        </Button>
        <Button kind="primary" type="submit" icon={SendHorizontal}>
          Send
        </Button>
      </div>
    </form>
  );
}
