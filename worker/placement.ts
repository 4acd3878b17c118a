import { ProblemError } from "../domain/problems.ts";
import { locationHint } from "./http/place.ts";
import { settingsOf } from "./settings.ts";

/**
 * The objects of the deployment's jurisdiction.
 * @throws ProblemError misconfigured where the runtime has no jurisdictions, as workerd by itself has none
 */
export function objectsIn(
  env: Pick<Env, "MEMBERS">,
  jurisdiction: DurableObjectJurisdiction,
): DurableObjectNamespace {
  try {
    return env.MEMBERS.jurisdiction(jurisdiction);
  } catch (cause) {
    throw new ProblemError("misconfigured", {}, { cause });
  }
}

/**
 * A member's object: in the deployment's jurisdiction where it has one, else near the member.
 * @throws ProblemError misconfigured
 */
export function memberObject(env: Env, request: Request, memberId: string): DurableObjectStub {
  const { JURISDICTION: jurisdiction } = settingsOf(env);
  // A jurisdiction says enough: an object begins near its first request, as far as that allows.
  if (jurisdiction) return objectsIn(env, jurisdiction).getByName(memberId);
  const hint = locationHint(request);
  return env.MEMBERS.getByName(memberId, hint ? { locationHint: hint } : {});
}
