/**
 * The names under which servers take the limit of the output: the first one counts thoughts, too. If one is
 * refused, the other is sent.
 */
export const OUTPUT_LIMITS: readonly string[] = ["max_completion_tokens", "max_tokens"];

/** The parameters that a request can do without if a server refuses them. */
export const OPTIONAL_PARAMETERS: readonly string[] = [
  ...OUTPUT_LIMITS,
  "temperature",
  "stream_options",
  "response_format",
  "reasoning_effort",
  "prompt_cache_key",
  "safety_identifier",
];
