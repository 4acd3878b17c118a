import { isCareTurn } from "../../domain/care-turn.ts";
import { type Message, textOf } from "../../domain/messages.ts";
import { type ClientProblem, localProblem } from "../api/problem.ts";
import type { TurnOutcome } from "../api/turn-transport.ts";
import { type Proposal, toProposal } from "./proposal.ts";

/** Whether a stored message is the reply to a member in crisis. */
export function isCrisisReply({ metadata }: Message): boolean {
  return isCareTurn(metadata.turnId);
}

/** What a turn that writes a text has come to. */
export type TurnResult =
  | { readonly kind: "text"; readonly proposal: Proposal }
  /** VIVA said something else than a text, as to a member in crisis. */
  | { readonly kind: "reply"; readonly reply: string }
  | { readonly kind: "problem"; readonly problem: ClientProblem }
  | { readonly kind: "stopped" };

const failed = (problem: ClientProblem): TurnResult => ({ kind: "problem", problem });

/**
 * What a turn has come to. Only a turn whose `finish` speaks of a vision text has written one.
 * @param written what was read of it
 */
export function resultOf(outcome: TurnOutcome, written: string): TurnResult {
  switch (outcome.kind) {
    case "aborted":
      return { kind: "stopped" };
    case "failed":
    case "broken":
      return failed(outcome.problem);
    case "recorded": {
      const { message } = outcome;
      if (isCrisisReply(message)) return { kind: "reply", reply: textOf(message) };
      return message.metadata.status === "complete"
        ? { kind: "text", proposal: toProposal(textOf(message)) }
        : failed(localProblem("broken"));
    }
    case "complete":
      if (written.trim() === "") return failed(localProblem("unknown"));
      return typeof outcome.metadata.vision === "object"
        ? { kind: "text", proposal: toProposal(written, outcome.metadata.vision) }
        : { kind: "reply", reply: written.trim() };
  }
}
