import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useRef } from "preact/hooks";
import { staysStuck } from "./sticky.ts";

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

/** Keeps the newest words in view until the member scrolls up. */
export function useStickyScroll(): StickyScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useSignal(true);
  const lastTop = useRef(0);

  const follow = useCallback(() => {
    const element = scroller.current;
    if (!element || !following.peek()) return;
    element.scrollTop = element.scrollHeight;
    lastTop.current = element.scrollTop;
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
    following.value = staysStuck(following.peek(), lastTop.current, element);
    lastTop.current = element.scrollTop;
  }, [following]);

  const toEnd = useCallback(() => {
    following.value = true;
    follow();
  }, [following, follow]);

  return { scroller, content, following, onScroll, toEnd };
}
