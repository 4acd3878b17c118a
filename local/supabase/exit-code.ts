/**
 * PGlite leaves Postgres' own exit status in the process it runs in (99 when it is up, 100 after an
 * error in SQL). The process's own must stand: a failed run would otherwise end as a good one, and a
 * good one as failed.
 */
export async function keepExitCode<Result>(work: () => Promise<Result>): Promise<Result> {
  const { exitCode } = process;
  try {
    return await work();
  } finally {
    process.exitCode = exitCode;
  }
}

/** What of a PGlite runs Postgres: every statement goes through it. */
interface RunsPostgres {
  execProtocolRawSync(message: Uint8Array): Uint8Array;
}

/** Lets no statement of an open PGlite, failed or not, touch the process's exit code. */
export function keepExitCodeOfStatements(driver: RunsPostgres): void {
  const run = driver.execProtocolRawSync.bind(driver);
  driver.execProtocolRawSync = (message) => {
    const { exitCode } = process;
    try {
      return run(message);
    } finally {
      process.exitCode = exitCode;
    }
  };
}
