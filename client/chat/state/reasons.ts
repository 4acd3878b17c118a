import type { EarlyEnd } from "../../../domain/messages.ts";
import { type ClientProblem, localProblem } from "../../api/problem.ts";

/** What is said of a whole answer that the provider ended before its own end. */
export const EARLY: Readonly<Record<EarlyEnd, string>> = {
  length: "VIVA's answer reached its full length here. Ask VIVA to go on to hear the rest.",
  "content-filter":
    "A content filter ended VIVA's answer here. Try other words, or ask for another answer.",
};

/** A change of a message that this browser kept, and that the server never took. */
export const CHANGE_NOT_SENT: ClientProblem = {
  ...localProblem("unreachable"),
  detail: "This change was not sent. Your message stands as it was.",
};

/** A message that this browser kept, and that the server never took. */
export const NOT_SENT: ClientProblem = {
  ...localProblem("unreachable"),
  detail: "This message was not sent.",
};

/** A stored message whose answer failed before its first word. */
export const NOT_ANSWERED: ClientProblem = {
  ...localProblem("unknown"),
  detail: "VIVA has not answered this message yet.",
};

/** The member stopped an answer before its first word. */
export const STOPPED: ClientProblem = {
  ...localProblem("unknown"),
  detail: "You stopped VIVA before the first word.",
};

/** A stored message without an answer: it was stopped, or overtaken. */
export const UNANSWERED: ClientProblem = {
  ...NOT_ANSWERED,
  detail: "VIVA has not answered this message.",
};

/** What screen readers say once a page of older messages stands above the others. */
export const OLDER_SHOWN = "Earlier messages are shown above.";
