import type { CategoryKey } from "../../domain/categories.ts";
import type { MemberContext } from "../../domain/context.ts";
import { checkVoice, ownWords } from "../../domain/voice.ts";
import type { RefineRequest, WrittenText } from "../../domain/writing.ts";

/**
 * What a vision text is written from. It is stored with its turn while that runs, so that a lost one can be
 * asked for again. Once the turn has ended only `finishedTask` of it stays.
 */
export interface WritingTask {
  /** After discovery, from a conversation, or a text that is there once more. */
  readonly kind: "discovery" | "draft" | "refine";
  readonly visionId: string;
  readonly category: CategoryKey;
  /** The text there was: the section's own, or the version that is bettered. Empty for none. */
  readonly before: string;
  /** What the member chose and wrote in discovery. Absent in turns that were stored without it. */
  readonly chosen?: readonly string[];
  /** What the member said in talks about the section, oldest first. */
  readonly said: readonly string[];
  /** The conversations that `said` is from. Absent as `chosen` is. */
  readonly talks?: readonly string[];
  /** What the member asked to change in earlier texts, oldest first. Absent as `chosen` is. */
  readonly wishes?: readonly string[];
  /** VIVA's newest text, if it differs from `before`. Absent as `chosen` is. */
  readonly unsaved?: string;
  /** The pattern that discovery found, in a sentence; empty for none. */
  readonly theme: string;
  /** What is to change in the text there was; null where one is written anew. */
  readonly refine: RefineRequest | null;
  /** What the version before did that vision text does not, in sentences. */
  readonly missed: readonly string[];
  /** What is told of the text, once there is one. */
  readonly written?: WrittenText;
}

/**
 * What stays of a task once its turn has ended: nothing that was said or written elsewhere, so that such
 * words can be deleted where they belong.
 * @param written what is told of the text; null for none
 */
export function finishedTask(task: WritingTask, written: WrittenText | null): WritingTask {
  const { kind, visionId, category, talks, refine } = task;
  return {
    ...{ kind, visionId, category, refine, before: "", said: [], theme: "", missed: [] },
    ...(talks && { talks }),
    ...(written && { written }),
  };
}

/** The names of people that are also words of wishing: Will, Hope. */
export function namesIn(context: MemberContext | null): string[] {
  const { first_name, last_name, partner_name } = context?.profile ?? {};
  return [first_name, last_name, partner_name].filter((name) => typeof name === "string");
}

/**
 * What is told of a text that has been written.
 * @param turnId of the turn that wrote it: a suggestion's id too
 */
export function writtenText(
  task: WritingTask,
  text: string,
  notes: string | null,
  turnId: string,
  context: MemberContext | null,
): WrittenText {
  const { visionId, category, refine, before, said, chosen = [], wishes = [] } = task;
  return {
    visionId,
    category,
    refinementId: refine ? turnId : null,
    notes,
    findings: checkVoice(text, { names: namesIn(context) }),
    ownWords: ownWords(text, [before, refine?.instructions ?? "", ...chosen, ...said, ...wishes]),
  };
}
