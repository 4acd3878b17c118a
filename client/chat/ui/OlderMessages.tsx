import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { ProblemNotice } from "../../ui/ProblemNotice.tsx";
import type { OlderState } from "../state/chat-state.ts";

/** How far above what is in view the next page is asked for, in CSS pixels. */
const AHEAD = 600;

/**
 * Keeps what is in view where it is when messages come above it.
 * @param first the key of the first message; undefined for none
 */
export function useKeptView(scroller: RefObject<HTMLElement | null>, first: string | undefined) {
  const shown = useRef<string | undefined>(undefined);
  const element = scroller.current;
  // Read while the messages are still as they were.
  const toEnd = element ? element.scrollHeight - element.scrollTop : 0;
  useLayoutEffect(() => {
    const before = shown.current;
    shown.current = first;
    if (before === undefined || before === first || !scroller.current) return;
    scroller.current.scrollTop = scroller.current.scrollHeight - toEnd;
    // Only when another message is the first one.
  }, [first]);
}

interface OlderMessagesProps {
  readonly older: OlderState;
  /** The element that scrolls. */
  readonly scroller: RefObject<HTMLElement | null>;
  readonly onLoad: () => void;
}

/** The way to what was said before the first message: a button, which whoever scrolls up need not press. */
export function OlderMessages({ older, scroller, onLoad }: OlderMessagesProps) {
  const end = useRef<HTMLDivElement>(null);
  const held = end.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    // The button has gone away; the focus stays in the conversation.
    if (!older && held) scroller.current?.focus({ preventScroll: true });
  }, [older, held, scroller]);
  useLayoutEffect(() => {
    if (!older || older.loading || older.problem || !end.current) return;
    const observer = new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) onLoad();
      },
      { root: scroller.current, rootMargin: `${AHEAD}px 0px 0px 0px` },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [older, onLoad, scroller]);

  if (!older) return null;
  return (
    <div ref={end} class="chat-older">
      {older.problem ? (
        <ProblemNotice problem={older.problem} onRetry={onLoad} />
      ) : (
        <Button busy={older.loading ?? false} onClick={onLoad}>
          {older.loading ? "Loading earlier messages" : "Show earlier messages"}
        </Button>
      )}
    </div>
  );
}
