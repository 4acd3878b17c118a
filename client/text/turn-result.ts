import { isCareTurn } from "../../domain/care-turn.ts";
import type { Message } from "../../domain/messages.ts";
import { textOf } from "../../domain/messages.ts";
import { type ClientProblem, localProblem } from "../api/problem.ts";
import type { TurnOutcome } from "../api/turn-transport.ts";
import { type Proposal, toProposal } from "../vision/refine-request.ts";

/** Whether a message of the record says what a member in crisis was met with. */
export function isCare({ metadata }: Message): boolean {
  return isCareTurn(metadata.turnId);
}

/** What a turn brought: a text, words that are none, a problem, or nothing because it was stopped. */
export type Brought = Proposal | { readonly spoken: string } | ClientProblem | null;

/**
 * What a turn brought.
 * @param written what was read of it
 */
export function broughtBy(outcome: TurnOutcome, written: string): Brought {
  switch (outcome.kind) {
    case "aborted":
      return null;
    case "failed":
    case "broken":
      return outcome.problem;
    case "recorded":
      if (isCare(outcome.message)) return { spoken: textOf(outcome.message) };
      return outcome.message.metadata.status === "complete"
        ? toProposal(textOf(outcome.message), {})
        : localProblem("broken");
    case "complete":
      return written.trim() === ""
        ? localProblem("unknown")
        : typeof outcome.metadata.vision === "object"
          ? toProposal(written, outcome.metadata)
          : { spoken: written.trim() };
  }
}
