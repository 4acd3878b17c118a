import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useRef } from "preact/hooks";
import { followsAfterScroll, type ScrollState } from "./sticky.ts";

interface StickyScroll {
  /** The element that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** The element in it that grows. */
  readonly content: RefObject<HTMLDivElement | null>;
  /** False while the member has scrolled up. */
  readonly following: ReadonlySignal<boolean>;
  readonly onScroll: () => void;
  /** Goes to the newest words and follows them again. */
  readonly toEnd: () => void;
}

const NOWHERE: ScrollState = { scrollTop: 0, clientHeight: 0, scrollHeight: 0 };

function stateOf({ scrollTop, clientHeight, scrollHeight }: ScrollState): ScrollState {
  return { scrollTop, clientHeight, scrollHeight };
}

/** Keeps the newest words in view until the member scrolls up. */
export function useStickyScroll(): StickyScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useSignal(true);
  const seen = useRef(NOWHERE);

  const follow = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    // Whoever writes in the conversation itself, as in an older message, must see what they write.
    const writes = document.activeElement?.matches("textarea, input");
    const busy = writes && content.current?.contains(document.activeElement);
    if (following.peek() && !busy) element.scrollTop = element.scrollHeight;
    seen.current = stateOf(element);
  }, [following]);

  useLayoutEffect(() => {
    if (!scroller.current || !content.current) return;
    // Growing text, a keyboard that opens, a window that turns: all of them move the end.
    const observer = new ResizeObserver(follow);
    observer.observe(content.current);
    observer.observe(scroller.current);
    follow();
    return () => observer.disconnect();
  }, [follow]);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const now = stateOf(element);
    following.value = followsAfterScroll(following.peek(), seen.current, now);
    seen.current = now;
  }, [following]);

  const toEnd = useCallback(() => {
    following.value = true;
    follow();
  }, [following, follow]);

  return { scroller, content, following, onScroll, toEnd };
}
