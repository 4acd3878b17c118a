/** What a log line tells beside its event. Never a member's words, a token or an address. */
type LogFields = Readonly<Record<string, unknown>>;

/** Writes one structured line. Operators search for `event`: OPERATIONS.md names them. */
export function log(
  event: string,
  fields: LogFields = {},
  level: "log" | "warn" | "error" = "warn",
): void {
  console[level](JSON.stringify({ event, ...fields }));
}

/** What a log line tells of something that was thrown. */
export function causeOf(thrown: unknown): { readonly name: string; readonly message: string } {
  const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { name, message };
}
