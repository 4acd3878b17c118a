/** What a scroll container says of itself, in CSS pixels. */
export interface ScrollState {
  readonly scrollTop: number;
  readonly clientHeight: number;
  readonly scrollHeight: number;
}

/** How near to the end counts as having arrived there: about two lines. */
const SLACK = 48;
/** How far from the end rounded sizes may place a view that stands there, in CSS pixels. */
const ROUNDING = 1;

/** How far the end is below what is in view. */
function fromEnd({ scrollTop, clientHeight, scrollHeight }: ScrollState): number {
  return scrollHeight - clientHeight - scrollTop;
}

/** Whether the view is higher up than it was. */
export function hasMovedUp(before: ScrollState, now: ScrollState): boolean {
  return now.scrollTop < before.scrollTop - ROUNDING;
}

/**
 * Whether the layout alone explains that the view is higher up. If the content shrinks or the container
 * grows (a composer that shrinks, a keyboard that closes, a bubble that gives way), the browser moves the
 * view to where the end is then, and no further. What grows afterwards moves only the end.
 */
function layoutMovedUp(before: ScrollState, now: ScrollState): boolean {
  const end =
    Math.min(before.scrollHeight, now.scrollHeight) -
    Math.max(before.clientHeight, now.clientHeight);
  return end < before.scrollTop && Math.abs(now.scrollTop - end) <= ROUNDING;
}

/**
 * Whether the view follows the newest words after a scroll event. Only a person lets go of the end, by
 * scrolling up: also in a frame in which words come.
 * @param before the container as it was when it was last looked at
 * @param byMember whether the member has just used a wheel, a finger, a key or a scrollbar here
 */
export function followsAfterScroll(
  following: boolean,
  before: ScrollState,
  now: ScrollState,
  byMember: boolean,
): boolean {
  if (now.scrollTop >= before.scrollTop) return following || fromEnd(now) <= SLACK;
  // A slow finger moves the view by one pixel a frame: too little to tell it from rounding otherwise.
  if (fromEnd(now) <= (byMember ? 0 : ROUNDING)) return true;
  return following && layoutMovedUp(before, now);
}
