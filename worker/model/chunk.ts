import { storable } from "../../domain/text.ts";
import type { EndReason, ReportedUsage } from "./answer.ts";
import { readFinishReason } from "./finish-reason.ts";
import { fieldsOf, readUsage } from "./reported-usage.ts";

/** What a chunk of an answer says. Nothing of it is taken on trust. */
export interface Chunk {
  /** What the server calls the answer; empty for none. */
  readonly id: string;
  /** Whether it says whose words these are, as servers do at an answer's beginning. */
  readonly hasRole: boolean;
  /** Empty for none. */
  readonly model: string;
  /** Text that the chunk adds, from its delta or from what stands in place of one. */
  readonly text: string;
  /** Whether the text is not a delta's: some servers repeat the whole answer in a `message` at the end. */
  readonly mayRepeat: boolean;
  /** Thoughts that stand in a field of their own. */
  readonly thoughts: string;
  readonly end: EndReason | "break" | null;
  readonly usage: ReportedUsage | null;
  /** The failure that the server reports in place of an answer; null for none. */
  readonly error: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Longest name of a model that is kept. */
const MODEL_UNITS = 200;

/** Types of content parts that are text. A part without a type is text if it has some. */
const TEXT_TYPES: readonly unknown[] = ["text", "output_text", "text_delta", undefined];

function partText(part: unknown): string {
  if (typeof part === "string") return part;
  const fields = fieldsOf(part);
  if (!fields || !TEXT_TYPES.includes(fields.type) || fields.thought === true) return "";
  const text = fieldsOf(fields.text)?.value ?? fields.text;
  return typeof text === "string" ? text : "";
}

/** The text of a content: a text, a number, a part, a list of parts. Anything else has none. */
function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (typeof content === "number") return String(content);
  if (Array.isArray(content)) return content.map(partText).join("");
  return partText(content);
}

/** Whether there are words of refusal: in a field of their own, or in a part of the content. */
function declines(fields: Fields | null): boolean {
  if (!fields) return false;
  if (contentText(fields.refusal).trim() !== "") return true;
  const parts = Array.isArray(fields.content) ? fields.content.map(fieldsOf) : [];
  return parts.some((part) => part?.type === "refusal");
}

/** Whether the server says that its own filter withholds the prompt from the model, or the answer from us. */
function filtered(chunk: Fields): boolean {
  if (chunk.input_sensitive === true || chunk.output_sensitive === true) return true;
  const results = JSON.stringify(chunk.prompt_filter_results ?? null);
  const feedback = fieldsOf(chunk.promptFeedback ?? chunk.prompt_feedback);
  return results.includes('"filtered":true') || !!(feedback?.blockReason ?? feedback?.block_reason);
}

/** The choice of a chunk: we ask for one, which is the first. A chunk without choices may be one itself. */
function choiceOf(chunk: Fields): Fields | null {
  const { choices } = chunk;
  if (!Array.isArray(choices)) return fieldsOf(choices) ?? chunk;
  return fieldsOf(choices.find((choice) => fieldsOf(choice)?.index === 0) ?? choices[0]);
}

/** Where servers say why an answer ended, beside the place that the protocol has for it. */
const REASONS = ["finish_reason", "finishReason", "done_reason", "stop_reason"];

/** What the first reason says that says something: servers leave empty ones in the other places. */
function endOf(...places: readonly (Fields | null)[]): EndReason | "break" | null {
  for (const place of places) {
    for (const name of REASONS) {
      const end = readFinishReason(place?.[name]);
      if (end !== null) return end;
    }
  }
  return null;
}

/** Whose words are not VIVA's: a tool's, an echo of the prompt, the model's thoughts. */
const OTHER_ROLES: readonly unknown[] =
  "developer function reasoning system thinking thought tool user".split(" ");

/** Whether the text of a delta is marked as something else than words. */
function isNoWord(delta: Fields | null): boolean {
  const google = fieldsOf(fieldsOf(delta?.extra_content)?.google);
  return OTHER_ROLES.includes(delta?.role) || google?.thought === true;
}

function errorOf(chunk: Fields): unknown {
  if (chunk.error) return chunk.error;
  return chunk.object === "error" || chunk.type === "error" ? chunk : null;
}

/** A delta that is nothing but its text. */
function bareDelta(delta: unknown): Fields | null {
  return typeof delta === "string" ? { content: delta } : null;
}

/** Reads a chunk. Never throws. */
export function readChunk(chunk: Fields): Chunk {
  const choice = choiceOf(chunk);
  const delta = fieldsOf(choice?.delta) ?? bareDelta(choice?.delta);
  const message = fieldsOf(choice?.message);
  const content = contentText(delta?.content ?? delta?.text ?? null);
  const added = isNoWord(delta) ? "" : content;
  const whole = contentText(message?.content ?? null) || contentText(choice?.text ?? null);
  const thoughts = delta?.reasoning_content ?? delta?.reasoning ?? delta?.thinking ?? null;
  const declined = declines(delta) || declines(message) || filtered(chunk);
  return {
    id: typeof chunk.id === "string" ? chunk.id : "",
    hasRole: typeof delta?.role === "string",
    model:
      typeof chunk.model === "string" ? storable(chunk.model.slice(0, MODEL_UNITS)).trim() : "",
    text: added || whole,
    mayRepeat: added === "",
    thoughts: contentText(thoughts) || (added === "" ? content : ""),
    end: declined ? "declined" : endOf(choice, delta, chunk),
    usage: readUsage(chunk, choice),
    error: errorOf(chunk),
  };
}
