import { useSignal } from "@preact/signals";
import { Ellipsis, Pencil, Trash2 } from "lucide";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ConversationSummary } from "../../domain/messages.ts";
import { topicLabel, topicPath } from "../chat/state/topic.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { categoryIcon } from "../ui/category-icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { TitleInput } from "./TitleInput.tsx";

interface ConversationRowProps {
  readonly item: ConversationSummary;
  readonly current: boolean;
  /** How the title is shown; where something was found in it, with marks. */
  readonly title: ComponentChildren;
  /** What stands below the title. */
  readonly about: ComponentChildren;
  /** The conversation was chosen: its link has been followed. */
  readonly onPick: () => void;
  readonly onRename: (title: string) => void;
  readonly onDelete: () => void;
}

/** One conversation in a list: the way to it, and what can be done with it. */
export function ConversationRow(props: ConversationRowProps) {
  const { item, current, title, about, onPick, onRename, onDelete } = props;
  const open = useSignal(false);
  const renaming = useSignal(false);
  const row = useRef<HTMLLIElement>(null);
  const name = item.title || topicLabel(item);

  /** Whether the focus belongs on the way to the actions, once that is there again. */
  const returns = useRef(false);
  useLayoutEffect(() => {
    if (renaming.value || !returns.current) return;
    returns.current = false;
    row.current?.querySelector<HTMLElement>(".conversation-more button")?.focus();
  }, [renaming.value]);

  function close(focus: boolean) {
    returns.current = focus;
    renaming.value = false;
    open.value = false;
  }

  return (
    <li ref={row} class="conversation-row" data-conversation={item.id}>
      {renaming.value ? (
        <TitleInput
          title={item.title}
          onSave={(next, byKey) => {
            close(byKey);
            if (next !== item.title) onRename(next);
          }}
          onCancel={() => close(true)}
        />
      ) : (
        <a
          class="conversation"
          href={topicPath(item, item.id)}
          aria-current={current ? "page" : undefined}
          onClick={onPick}
        >
          <Icon of={categoryIcon(item.category)} size={18} />
          <span class="conversation-text">
            <span class="conversation-title" dir="auto">
              {title}
            </span>
            <span class="conversation-about">{about}</span>
          </span>
        </a>
      )}
      {renaming.value ? null : (
        <span class="conversation-more">
          <IconButton
            icon={Ellipsis}
            label={`More for “${name}”`}
            aria-expanded={open.value}
            onClick={() => {
              open.value = !open.value;
            }}
          />
        </span>
      )}
      {open.value && !renaming.value ? (
        <div class="conversation-actions">
          <Button
            kind="quiet"
            icon={Pencil}
            onClick={() => {
              renaming.value = true;
            }}
          >
            Rename
          </Button>
          <Button kind="quiet" icon={Trash2} onClick={onDelete}>
            Delete
          </Button>
        </div>
      ) : null}
    </li>
  );
}
