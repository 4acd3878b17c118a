/** What a scroll container says of itself, in CSS pixels. */
export interface ScrollState {
  readonly scrollTop: number;
  readonly clientHeight: number;
  readonly scrollHeight: number;
}

/** How near to the end counts as being there: about two lines. */
const SLACK = 48;

/** Whether the newest words are in view. */
export function isAtEnd({ scrollTop, clientHeight, scrollHeight }: ScrollState): boolean {
  return scrollHeight - clientHeight - scrollTop <= SLACK;
}

/**
 * Whether the view goes on following the newest words after a scroll event. Only a scroll upwards by
 * the member lets go of the end: growing text moves the end away without a scroll upwards. Arriving
 * at the end takes hold of it again.
 */
export function staysStuck(stuck: boolean, lastTop: number, now: ScrollState): boolean {
  if (isAtEnd(now)) return true;
  return stuck && now.scrollTop >= lastTop;
}
