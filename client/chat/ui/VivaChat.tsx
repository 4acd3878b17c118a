import { useSignal } from "@preact/signals";
import { ArrowDown, Info, PanelLeft } from "lucide";
import { useMemo, useRef } from "preact/hooks";
import type { CategoryKey } from "../../../domain/categories.ts";
import { DEFAULT_PHASE, PHASES, type PhaseKey } from "../../../domain/phases.ts";
import { member } from "../../auth/session.ts";
import { services, warm } from "../../services.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button, IconButton } from "../../ui/Button.tsx";
import { categoryIcon } from "../../ui/category-icons.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { ProblemNotice } from "../../ui/ProblemNotice.tsx";
import type { Chat } from "../state/chat.ts";
import type { Topic } from "../state/topic.ts";
import { categoryLabel, PHASE_SHORT } from "../state/topic.ts";
import { AboutViva } from "./AboutViva.tsx";
import { ChatSkeleton } from "./ChatSkeleton.tsx";
import { Composer } from "./Composer.tsx";
import { MeetViva } from "./MeetViva.tsx";
import { MessageList } from "./MessageList.tsx";
import { TopicPicker } from "./TopicPicker.tsx";
import { useStickyScroll } from "./useStickyScroll.ts";

export interface VivaChatProps {
  /** The phase of a new conversation; a known one keeps its own. */
  readonly visionBuildPhase?: PhaseKey;
  /** The category of a new conversation, null for none; a known one keeps its own. */
  readonly currentCategory?: CategoryKey | null;
  /** The conversation to show. Without it, a new one. */
  readonly conversationId?: string;
  /**
   * Offered below VIVA's finished answers where given. `text` is the answer as it was said; a chat
   * reply is not vision text, so the receiver turns it into that and has the member accept it.
   */
  readonly onSaveVision?: (text: string) => void;
  /** The member wants to talk about something else. Without it, the topic cannot be changed here. */
  readonly onTopic?: (topic: Topic) => void;
  /** The member wants the list of conversations (offered on narrow screens only). */
  readonly onList?: () => void;
}

/** The talk with VIVA: one conversation, its topic, and the place to write. */
export function VivaChat(props: VivaChatProps) {
  const { visionBuildPhase = DEFAULT_PHASE, currentCategory = null, onSaveVision } = props;
  // Another topic is another conversation.
  const made = useMemo(() => crypto.randomUUID(), [currentCategory, visionBuildPhase]);
  const id = props.conversationId ?? made;
  const { chat, drafts } = useMemo(() => {
    const { chat: open, drafts: unsent } = services();
    return {
      chat: open(id, { category: currentCategory, phase: visionBuildPhase }),
      drafts: unsent,
    };
    // The topic only matters for a conversation that is new: a change of it alone opens no other chat.
  }, [id]);

  const { scroller, content, following, onScroll, toEnd } = useStickyScroll();
  const load = chat.load.value;
  const section = useRef<HTMLElement>(null);
  const { send, ...actions } = useMemo(() => {
    /** Whoever asks VIVA for something sees what comes of it. */
    const seen =
      <Args extends unknown[], Result>(act: (...args: Args) => Result) =>
      (...args: Args): Result => {
        const result = act(...args);
        toEnd();
        return result;
      };
    /** The same from a button in the list that goes away: the focus stays in the conversation. */
    const pressed =
      <Args extends unknown[]>(act: (...args: Args) => void) =>
      (...args: Args) => {
        seen(act)(...args);
        scroller.current?.focus({ preventScroll: true });
      };
    return {
      ...chat,
      send: seen(chat.send),
      sendEdit: seen(chat.sendEdit),
      retry: pressed(chat.retry),
      goOn: pressed(chat.goOn),
      askAnew: pressed(chat.askAnew),
      toComposer: () => section.current?.querySelector<HTMLElement>(".composer textarea")?.focus(),
    };
  }, [chat, toEnd, scroller]);

  return (
    <section ref={section} class="chat" aria-label="Talk with VIVA">
      <ChatHeader
        chat={chat}
        {...(props.onTopic ? { onTopic: props.onTopic } : {})}
        onList={props.onList}
      />
      <div class="chat-scroll">
        <div
          ref={scroller}
          class="chat-log"
          role="log"
          aria-live="off"
          aria-label="Conversation with VIVA"
          aria-busy={load.kind === "loading"}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          onScroll={onScroll}
        >
          <div ref={content} class="chat-content">
            <MeetViva />
            {load.kind === "loading" ? <ChatSkeleton /> : null}
            {load.kind === "failed" ? (
              <ProblemNotice problem={load.problem} onRetry={() => void chat.open()} />
            ) : null}
            {load.kind === "ready" ? (
              <MessageList
                chat={chat}
                actions={actions}
                scroller={scroller}
                {...(onSaveVision ? { onSaveVision } : {})}
              />
            ) : null}
          </div>
        </div>
        {following.value ? null : (
          <div class="chat-latest">
            <Button
              kind="secondary"
              icon={ArrowDown}
              onClick={() => {
                toEnd();
                // The button goes away; the focus stays with what is read.
                scroller.current?.focus({ preventScroll: true });
              }}
            >
              Jump to latest
            </Button>
          </div>
        )}
      </div>
      <Announcement key={`${id}-said`} of={chat.announcement} />
      <Composer
        key={id}
        conversationId={id}
        drafts={drafts}
        ready={load.kind === "ready"}
        onSend={send}
        answering={chat.answering.value}
        onStop={chat.stop}
        onReady={warm}
      />
    </section>
  );
}

/** The chat's one sentence for screen readers; what was said before this chat was opened is not said again. */
function Announcement({ of }: { of: Chat["announcement"] }) {
  const before = useRef<string | null>(of.peek());
  if (of.value !== before.current) before.current = null;
  return (
    <p class="visually-hidden" role="status">
      {before.current === null ? of.value : ""}
    </p>
  );
}

interface ChatHeaderProps {
  readonly chat: Chat;
  readonly onTopic?: (topic: Topic) => void;
  readonly onList: (() => void) | undefined;
}

function ChatHeader({ chat, onTopic, onList }: ChatHeaderProps) {
  const infoOpen = useSignal(false);
  const pickerOpen = useSignal(false);
  const topic = chat.topic.value;
  const label = categoryLabel(topic);

  return (
    <header class="chat-header">
      {onList ? (
        <span class="narrow-only">
          <IconButton icon={PanelLeft} label="Conversations" onClick={onList} />
        </span>
      ) : null}
      <Avatar size={40} busy={chat.answering.value} />
      <div class="chat-name">
        <h1>VIVA</h1>
        {onTopic ? (
          <button
            type="button"
            class="topic-button"
            aria-label={`Topic: ${label}. Change it`}
            onClick={() => {
              pickerOpen.value = true;
            }}
          >
            <Icon of={categoryIcon(topic.category)} size={16} />
            <span>{label}</span>
          </button>
        ) : (
          <span class="topic-label">{label}</span>
        )}
      </div>
      {onTopic ? (
        <fieldset class="phases" aria-label="Phase">
          {PHASES.map(({ key, label: name, tagline }) => (
            <label key={key} class={`phase step-${key}`} title={`${name}: ${tagline}`}>
              <input
                type="radio"
                name="chat-phase"
                aria-label={`${name}: ${tagline}`}
                checked={topic.phase === key}
                onChange={() => onTopic({ category: topic.category, phase: key })}
              />
              <span aria-hidden="true">{PHASE_SHORT[key]}</span>
            </label>
          ))}
        </fieldset>
      ) : null}
      <IconButton
        icon={Info}
        label="About VIVA"
        onClick={() => {
          infoOpen.value = true;
        }}
      />
      <Dialog
        open={infoOpen.value}
        title="About VIVA"
        onClose={() => {
          infoOpen.value = false;
        }}
      >
        <AboutViva />
        <p class="muted">
          Signed in as {member.value?.email ?? ""}. Enter sends, Shift and Enter begin a new line.
        </p>
      </Dialog>
      <Dialog
        open={pickerOpen.value}
        title="Change the topic"
        onClose={() => {
          pickerOpen.value = false;
        }}
      >
        <TopicPicker
          topic={topic}
          action="Go"
          onPick={(wanted) => {
            pickerOpen.value = false;
            onTopic?.(wanted);
          }}
        />
      </Dialog>
    </header>
  );
}
