/**
 * What workerd reports when a connection breaks, which is what many of these tests are about: an
 * answer that must not end cleanly, a database that hangs up, a provider that drops the stream.
 */
const EXPECTED =
  /^(uncaught exception; |exception = ).*(the answer broke off|Network connection lost|disconnected: )/;
/** What follows such a line. */
const DETAIL = /^(stack: \/| {4}at )/;

/** Drops the expected reports from a piece of output, which may hold several. */
function withoutExpected(output: string): string {
  let dropping = false;
  const kept = output.split("\n").filter((line) => {
    dropping = EXPECTED.test(line) || (dropping && DETAIL.test(line));
    return !dropping;
  });
  return kept.join("\n");
}

/**
 * Leaves those reports out of the output, so that what is not expected can be seen in it.
 * @returns what undoes it
 */
export function hideExpectedNoise(): () => void {
  const { stderr } = process;
  const write = stderr.write;
  stderr.write = function (this: typeof stderr, ...args: Parameters<typeof write>) {
    const [piece, ...rest] = args;
    const output = typeof piece === "string" ? piece : new TextDecoder().decode(piece);
    if (!/exception/.test(output)) return write.apply(this, args);
    const shown = withoutExpected(output);
    return shown.trim() === "" || write.apply(this, [shown, ...rest] as Parameters<typeof write>);
  } as typeof write;
  return () => {
    stderr.write = write;
  };
}
