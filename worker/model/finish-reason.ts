import type { EndReason } from "./answer.ts";

const words = (list: string) => list.split(" ");

/** What servers call the ends that we know. Anything else is no end: see {@link readFinishReason}. */
const ENDS: Readonly<Record<string, EndReason>> = Object.fromEntries([
  // `normal` is Baidu's.
  ...words(
    "stop normal stop_sequence stop_token im_end end end_of_text end_of_turn end_turn eos eos_token eot " +
      "complete completed done finish finished",
  ).map((word) => [word, "stop"]),
  ...words(
    "length max_tokens max_output_tokens max_completion_tokens max_new_tokens max_length " +
      "model_length token_limit model_context_window_exceeded",
  ).map((word) => [word, "length"]),
  ["content_filter", "content-filter"],
  ...words(
    "content_filtered content_policy content_policy_violation safety sensitive " +
      "refusal refused recitation blocklist blocked prohibited_content spii image_safety " +
      "guardrail guardrail_intervened moderation error_toxic",
  ).map((word) => [word, "declined"]),
  // We offer no tools. A model that calls one all the same has ended its answer.
  ...words("tool_calls tool_call tool_use function_call").map((word) => [word, "other"]),
]);

/** Words by which a server says that it could not finish. */
const BREAK =
  /abort|cancel|error|exception|fail|insufficient|interrupt|kill|overload|preempt|time_?out|unavailable/;

/**
 * `endTurn`, `END_TURN`, `end-turn`, `FINISH_REASON_STOP` → `end_turn`, `end_turn`, `end_turn`, `stop`. Of
 * `content_filter: SAFETY`, as Gemini has it, what the filter found.
 */
function normalized(reason: string): string {
  return reason
    .trim()
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z]+/g, "_")
    .replace(/^_|_$/g, "")
    .replace(/^finish_reason_|^content_filter_(?=.)/, "");
}

/**
 * What a chunk's finish reason says.
 * @returns the reason of a known end; `break` if the server says that it could not finish; null for
 *   everything else (empty, no text, an unknown word), which says nothing about the end
 */
export function readFinishReason(reason: unknown): EndReason | "break" | null {
  if (typeof reason !== "string") return null;
  const word = normalized(reason);
  if (Object.hasOwn(ENDS, word)) return ENDS[word] ?? null;
  return BREAK.test(word) ? "break" : null;
}
