/**
 * Something about this machine is in the way (a port in use, a broken data folder, another process
 * holding it). `message` is one sentence for the person at the terminal that says what to do; show
 * it without a stack trace and end with exit code 1.
 */
export class LocalError extends Error {
  override readonly name = "LocalError";
}
