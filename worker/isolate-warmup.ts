import { findCrisis } from "../domain/care.ts";
import { loadSdk } from "./model/openai-request.ts";

let ready = false;
let preparing: Promise<void> | undefined;

/** Whether there is nothing left to prepare. */
export function isPrepared(): boolean {
  return ready;
}

/**
 * Prepares, once per isolate, what its first turn would otherwise wait for: the SDK, and the phrases
 * that a message is looked through for. Some 40 ms each, so neither is done at start-up.
 */
export function prepare(): Promise<void> {
  preparing ??= loadSdk().then(
    () => {
      findCrisis("");
      ready = true;
    },
    (error: unknown) => {
      // What fails now may work for the next turn.
      preparing = undefined;
      throw error;
    },
  );
  return preparing;
}
