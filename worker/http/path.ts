import { ProblemError } from "../../domain/problems.ts";

/**
 * A parameter of a path, decoded.
 * @throws ProblemError not_found if it is not URL-encoded: nothing has such an id
 */
export function pathParameter(parameter: string): string {
  try {
    return decodeURIComponent(parameter);
  } catch {
    throw new ProblemError("not_found");
  }
}
