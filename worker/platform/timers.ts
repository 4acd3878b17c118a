/** Resolves after so many milliseconds. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The next macrotask: by then what was handed to the platform in this one has left. */
export const nextTask = () => pause(0);

/** What of a request's body the platform hands to its connection at once, in bytes; the rest follows piece by piece. */
const PIECE_BYTES = 8 * 1024;

/**
 * Resolves when a request that has just been handed to the platform has left, a body of several
 * pieces too: what blocks this thread after its first piece holds the others back.
 * @param length of the body, in UTF-16 units
 */
export async function departed(length: number): Promise<void> {
  for (let left = length; left >= 0; left -= PIECE_BYTES) await nextTask();
}

/** Whether a promise resolves within a time, in milliseconds. False if it rejects; never rejects itself. */
export async function resolvesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const resolved = promise.then(
    () => true,
    () => false,
  );
  const inTime = await Promise.race([resolved, late]);
  clearTimeout(timer);
  return inTime;
}
