import type { CategoryKey } from "../../domain/categories.ts";
import { etag } from "../../domain/vision.ts";
import { writingConversation } from "../../domain/writing-conversation.ts";
import { isRecord } from "../api/problem.ts";
import {
  createTextGeneration,
  type TextDeps,
  type TextGeneration,
} from "../text/text-generation.ts";
import { FIRST_REQUEST, type RefineRequest, toRefineRequest } from "./refine-request.ts";
import { visionUrl } from "./wire.ts";

/** A refinement of the text as the server has it. */
export interface RefineAsk {
  readonly request: RefineRequest;
  /** The revision of the draft, with nothing unsaved in this section. */
  readonly revision: number;
  /** Asks for a text beside the first: the server tells VIVA what that one missed. */
  readonly second: boolean;
}

/** VIVA's work on one section of a draft, from the request to the proposals. */
export interface Refinement extends TextGeneration<RefineAsk, RefineRequest> {
  /** Whether something is asked for, being written or proposed. */
  isOpen(): boolean;
}

function toAsk(value: unknown): RefineAsk | null {
  if (!isRecord(value) || typeof value.revision !== "number") return null;
  const { request, revision, second } = value;
  return { request: toRefineRequest(request), revision, second: second === true };
}

/**
 * The refinement of one section.
 * @param place the storage key of what is unsaved
 */
export function createRefinement(
  visionId: string,
  key: CategoryKey,
  place: string,
  deps: TextDeps,
): Refinement {
  const texts = createTextGeneration<RefineAsk, RefineRequest>(
    {
      conversationId: writingConversation(visionId, key),
      blank: FIRST_REQUEST,
      toAsk,
      toForm: toRefineRequest,
      request: ({ request, revision, second }) => ({
        path: `${visionUrl(visionId)}/sections/${key}/refine`,
        body: { ...request, ...(second && { second }) },
        headers: { "If-Match": etag(revision) },
      }),
      add({ choice, form }, _ask, text) {
        const versions = [...choice.versions, { ...text, made: "new" as const }];
        return { choice: { versions, chosen: versions.length - 1 }, form };
      },
      announce: {
        asked: "VIVA is reading your words.",
        arrived: () => "VIVA's proposal is here.",
      },
    },
    place,
    deps,
  );
  return {
    ...texts,
    isOpen: () =>
      texts.running.peek() !== null ||
      texts.reply.peek() !== null ||
      texts.choice.peek().versions.length > 0 ||
      JSON.stringify(texts.form.peek()) !== JSON.stringify(FIRST_REQUEST),
  };
}
