import { useSignal } from "@preact/signals";
import { SendHorizontal, Square } from "lucide";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { tidyText } from "../../../domain/text.ts";
import { Icon } from "../../ui/Icon.tsx";
import type { Drafts } from "../state/drafts.ts";
import { fitHeight, lengthNote, sendable, sends } from "./composer.ts";

interface ComposerProps {
  readonly conversationId: string;
  readonly drafts: Drafts;
  /** Whether the conversation is there to be written to; until then what is typed is only kept. */
  readonly ready: boolean;
  /** Resolves once the message is kept where a reload does not reach it. */
  readonly onSend: (text: string) => Promise<void>;
  /** Whether VIVA is answering, and can be stopped. */
  readonly answering: boolean;
  readonly onStop: () => void;
  /** Someone is about to write. */
  readonly onReady: () => void;
}

const SAVE_AFTER_MS = 250;

/** The place to write. What is in it survives a reload, and keeps the focus when it is sent. */
export function Composer(props: ComposerProps) {
  const { conversationId, drafts, ready, onSend, answering, onStop, onReady } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const text = useSignal(drafts.text(conversationId));
  const saving = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  /** Sent before the conversation was there: goes off when it is. */
  const waiting = useRef(false);

  useLayoutEffect(() => fitHeight(area.current), []);

  useEffect(() => {
    const save = () => {
      clearTimeout(saving.current);
      drafts.setText(conversationId, text.peek());
    };
    addEventListener("pagehide", save);
    // A keyboard that slides in by itself on a phone would hide the conversation.
    if (matchMedia("(pointer: fine)").matches) area.current?.focus({ preventScroll: true });
    // What was kept is gone on with at its end.
    area.current?.setSelectionRange(text.peek().length, text.peek().length);
    return () => {
      removeEventListener("pagehide", save);
      save();
    };
  }, [conversationId, drafts, text]);

  function set(value: string) {
    text.value = value;
    waiting.current = false;
    clearTimeout(saving.current);
    saving.current = setTimeout(() => drafts.setText(conversationId, value), SAVE_AFTER_MS);
  }

  function send() {
    const element = area.current;
    if (!element) return;
    const message = tidyText(element.value);
    element.focus();
    if (!sendable(message)) return;
    waiting.current = !ready;
    if (!ready) return;
    const kept = onSend(message);
    element.value = "";
    clearTimeout(saving.current);
    text.value = "";
    // Until the message is kept elsewhere, the draft still holds it.
    void kept.then(() => drafts.setText(conversationId, text.peek()));
    fitHeight(element);
  }

  useEffect(() => {
    if (ready && waiting.current) send();
  });

  const { over, note } = lengthNote(text.value);
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="composer-box">
        <label class="visually-hidden" for="composer-text">
          Your message to VIVA
        </label>
        <textarea
          ref={area}
          id="composer-text"
          rows={1}
          placeholder="Write to VIVA"
          enterkeyhint="send"
          autocomplete="off"
          aria-describedby="composer-count"
          defaultValue={text.peek()}
          onFocus={onReady}
          onInput={(event) => {
            set(event.currentTarget.value);
            fitHeight(event.currentTarget);
          }}
          onKeyDown={(event) => {
            if (!sends(event)) return;
            event.preventDefault();
            send();
          }}
        />
        {answering ? (
          <button
            type="button"
            class="stop"
            aria-label="Stop"
            title="Stop this answer"
            onClick={() => {
              onStop();
              // The button goes away with what it stops; the focus stays where one goes on.
              area.current?.focus();
            }}
          >
            <Icon of={Square} size={16} />
          </button>
        ) : null}
        <button type="submit" class="send" aria-label="Send" title="Send (Enter)">
          <Icon of={SendHorizontal} />
        </button>
      </div>
      <p id="composer-count" class={over ? "composer-count over" : "composer-count"}>
        {note}
      </p>
    </form>
  );
}
