import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useRef } from "preact/hooks";
import { followsAfterScroll, hasMovedUp, type ScrollState } from "./sticky.ts";

interface StickyScroll {
  /** The element that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** The element in it that grows. */
  readonly content: RefObject<HTMLDivElement | null>;
  /** False while the member has scrolled up. */
  readonly following: ReadonlySignal<boolean>;
  readonly onScroll: (event: Event) => void;
  /** Goes to the newest words and follows them again. */
  readonly toEnd: () => void;
}

const NOWHERE: ScrollState = { scrollTop: 0, clientHeight: 0, scrollHeight: 0 };
/**
 * Frames in a row without a move after which a scroll that began earlier is over: momentum and smooth
 * scrolls move the view in each frame.
 */
const FRAMES_AT_REST = 6;
/** How long after an input event a scroll may be the one it asked for, in milliseconds. */
const GESTURE_MS = 200;
const GESTURES = ["wheel", "touchmove", "keydown", "pointerdown"] as const;

function stateOf({ scrollTop, clientHeight, scrollHeight }: ScrollState): ScrollState {
  return { scrollTop, clientHeight, scrollHeight };
}

/** Keeps the newest words in view until the member scrolls up. */
export function useStickyScroll(): StickyScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useSignal(true);
  const seen = useRef(NOWHERE);
  /** The handle of the next frame while `toEnd` holds the view at the end; 0 otherwise. */
  const holding = useRef(0);
  /** When the member last used a wheel, a finger or a key in the conversation: the event's time stamp. */
  const gestureAt = useRef(Number.NEGATIVE_INFINITY);

  /** Whether the member writes in the conversation itself, as in an older message: they must see what they write. */
  const isWriting = useCallback(
    () =>
      document.activeElement?.matches("textarea, input") &&
      content.current?.contains(document.activeElement),
    [],
  );

  const follow = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    if (following.peek() && !isWriting()) element.scrollTop = element.scrollHeight;
    seen.current = stateOf(element);
  }, [following, isWriting]);

  useLayoutEffect(() => {
    if (!scroller.current || !content.current) return;
    // Growing text, a keyboard that opens, a window that turns: all of them move the end.
    const observer = new ResizeObserver(follow);
    observer.observe(content.current);
    observer.observe(scroller.current);
    follow();
    return () => observer.disconnect();
  }, [follow]);

  const onScroll = useCallback(
    ({ timeStamp }: Event) => {
      const element = scroller.current;
      if (!element || holding.current) return;
      const now = stateOf(element);
      const byMember = timeStamp - gestureAt.current < GESTURE_MS;
      following.value = followsAfterScroll(following.peek(), seen.current, now, byMember);
      seen.current = now;
    },
    [following],
  );

  useLayoutEffect(() => {
    const element = scroller.current;
    const onGesture = ({ type, timeStamp }: Event) => {
      // The events of a wheel's momentum come in a row; anything else begins a scroll of its own.
      const isMomentum = type === "wheel" && timeStamp - gestureAt.current < GESTURE_MS;
      gestureAt.current = timeStamp;
      if (isMomentum) return;
      cancelAnimationFrame(holding.current);
      holding.current = 0;
    };
    for (const type of GESTURES) element?.addEventListener(type, onGesture, { passive: true });
    return () => {
      for (const type of GESTURES) element?.removeEventListener(type, onGesture);
    };
  }, []);

  // Browsers carry a scroll on that is under way: a key's smooth scroll, a wheel's and a finger's momentum
  // move the view away again from where it was set. The view is held until that has come to rest, or until
  // the member begins another scroll.
  const toEnd = useCallback(() => {
    following.value = true;
    follow();
    let atRest = 0;
    const hold = () => {
      holding.current = 0;
      if (!scroller.current || isWriting()) return;
      atRest = hasMovedUp(seen.current, scroller.current) ? 0 : atRest + 1;
      follow();
      if (atRest < FRAMES_AT_REST) holding.current = requestAnimationFrame(hold);
    };
    cancelAnimationFrame(holding.current);
    holding.current = requestAnimationFrame(hold);
  }, [following, follow, isWriting]);

  return { scroller, content, following, onScroll, toEnd };
}
