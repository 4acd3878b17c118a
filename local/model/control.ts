import { ModelError } from "./errors.ts";
import { isFirstTokenTimes } from "./first-token.ts";
import { isScript } from "./script.ts";
import { type Control, FAULTS, type ModelOptions } from "./types.ts";
import { NOTES } from "./vision-text.ts";

/** What a change may hold, by field. */
const CHECKS: { readonly [Field in keyof Control]: (value: unknown) => boolean } = {
  ttftMs: (value) => typeof value === "number" && value >= 0,
  ttft: (value) => value === null || isFirstTokenTimes(value),
  gapMs: (value) => typeof value === "number" && value >= 0,
  tokens: (value) => value === null || (Number.isInteger(value) && (value as number) >= 0),
  fault: (value) => value === null || FAULTS.some((fault) => fault === value),
  at: (value) => Number.isInteger(value) && (value as number) >= -1,
  times: (value) => value === null || (Number.isInteger(value) && (value as number) >= 1),
  retryAfter: (value) => value === null || (typeof value === "number" && value >= 0),
  unsupported: (value) => Array.isArray(value) && value.every((name) => typeof name === "string"),
  refuseAs: (value) => value === "code" || value === "words" || value === "list",
  usage: (value) => typeof value === "boolean",
  script: (value) => value === null || isScript(value),
  notesMark: (value) => typeof value === "string",
  stamp: (value) => typeof value === "boolean",
};

/** How a model behaves until it is told otherwise. */
export function initialControl(options: ModelOptions): Control {
  return {
    ttftMs: options.ttftMs ?? 250,
    ttft: null,
    gapMs: options.gapMs ?? 22,
    tokens: null,
    fault: null,
    at: 0,
    times: null,
    retryAfter: 1,
    unsupported: [],
    refuseAs: "code",
    usage: true,
    script: null,
    notesMark: NOTES,
    stamp: false,
  };
}

/**
 * The control after a `POST /control` body. A new fault begins with `at: 0` and no `times` unless it
 * names them. Throws a 400 for a field or value that does not exist, and then changes nothing.
 */
export function changeControl(control: Control, body: string): Control {
  let change: unknown;
  try {
    change = JSON.parse(body);
  } catch {
    throw new ModelError(400, "The control must be JSON.");
  }
  if (typeof change !== "object" || change === null) {
    throw new ModelError(400, "The control must be an object.");
  }
  for (const [field, value] of Object.entries(change)) {
    const check = CHECKS[field as keyof Control];
    if (!check?.(value)) {
      throw new ModelError(400, `Invalid control '${field}'.`, { param: field });
    }
  }
  const fresh = "fault" in change ? { at: 0, times: null } : {};
  return { ...control, ...fresh, ...change };
}
