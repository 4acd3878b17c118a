import { type ClientProblem, localProblem } from "../api/problem.ts";

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
