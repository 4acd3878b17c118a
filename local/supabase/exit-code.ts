/**
 * PGlite leaves Postgres' own exit status in the process it runs in. The process's own must stand: a
 * failed run would otherwise end as a good one.
 */
export async function keepExitCode<Result>(work: () => Promise<Result>): Promise<Result> {
  const { exitCode } = process;
  try {
    return await work();
  } finally {
    process.exitCode = exitCode;
  }
}
