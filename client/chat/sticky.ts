/** What a scroll container says of itself, in CSS pixels. */
export interface ScrollState {
  readonly scrollTop: number;
  readonly clientHeight: number;
  readonly scrollHeight: number;
}

/** How near to the end counts as having arrived there: about two lines. */
const SLACK = 48;
/** What rounding and a bounce at the end may move, in CSS pixels. */
const ROUNDING = 2;

/** How far the end is below what is in view. */
function fromEnd({ scrollTop, clientHeight, scrollHeight }: ScrollState): number {
  return scrollHeight - clientHeight - scrollTop;
}

/** Whether the view is higher up than it was. */
export function hasMovedUp(before: ScrollState, now: ScrollState): boolean {
  return now.scrollTop < before.scrollTop - ROUNDING;
}

/**
 * Whether the view follows the newest words after a scroll event.
 *
 * Only a person lets go of the end, by scrolling up. The browser scrolls up too if the layout changes:
 * a composer that shrinks, a keyboard that closes and a bubble that gives way all move the view. Those
 * scrolls come with another size of the container or of its content, a person's do not.
 * @param before the container as it was when it was last looked at
 */
export function followsAfterScroll(
  following: boolean,
  before: ScrollState,
  now: ScrollState,
): boolean {
  const sameLayout =
    now.clientHeight === before.clientHeight && now.scrollHeight === before.scrollHeight;
  if (sameLayout && now.scrollTop < before.scrollTop) return fromEnd(now) <= ROUNDING;
  return following || fromEnd(now) <= SLACK;
}
