/** How a thing stands. `skipped`: it could not be looked at. */
export type FindingState = "ok" | "warning" | "problem" | "skipped";

/** What the doctor has found out about one thing. No text of it ever holds a secret. */
export interface Finding {
  readonly state: FindingState;
  /** The setting, file or part it is about. */
  readonly about: string;
  /** What was found, a phrase. */
  readonly text: string;
  /** What to do next; empty where there is nothing to do. */
  readonly todo: string;
}

/** All is well. */
export function ok(about: string, text: string): Finding {
  return { state: "ok", about, text, todo: "" };
}

/** Works, but not as it should for long, or not as somebody may think. */
export function warning(about: string, text: string, todo: string): Finding {
  return { state: "warning", about, text, todo };
}

/** Something will not work, or is not safe: a deployment is refused. */
export function problem(about: string, text: string, todo: string): Finding {
  return { state: "problem", about, text, todo };
}

/** Could not be looked at; `todo` says how it could. */
export function skipped(about: string, text: string, todo = ""): Finding {
  return { state: "skipped", about, text, todo };
}
