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
  const undo = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write;
    stream.write = function (this: typeof stream, ...args: Parameters<typeof write>) {
      const [piece, ...rest] = args;
      const output = typeof piece === "string" ? piece : new TextDecoder().decode(piece);
      if (!output.includes("exception")) return write.apply(this, args);
      const shown = withoutExpected(output);
      if (shown.trim() === "") return true;
      return write.apply(this, [shown, ...rest] as Parameters<typeof write>);
    } as typeof write;
    return () => {
      stream.write = write;
    };
  });
  return () => {
    for (const one of undo) one();
  };
}
