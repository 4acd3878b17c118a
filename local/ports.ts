import { LocalError } from "./local-error.ts";

/** What to tell of a port that is taken; `variable` is the one that chooses another. */
export function portInUse(port: number, variable: string): LocalError {
  return new LocalError(
    `Port ${port} is in use: stop what listens there, or set ${variable} to another one (0 takes any free port).`,
  );
}
