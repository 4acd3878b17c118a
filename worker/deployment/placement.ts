import { ProblemError } from "../../domain/problems.ts";
import type { DailySpending } from "../budget/daily-spending.ts";
import { locationHint } from "../http/client-location.ts";
import { settingsOf } from "../settings.ts";

/**
 * The members' objects in the deployment's jurisdiction.
 * @throws ProblemError misconfigured where the runtime has no jurisdictions, as workerd by itself has none
 */
export function objectsIn(
  env: Pick<Env, "MEMBERS">,
  jurisdiction: DurableObjectJurisdiction,
): DurableObjectNamespace {
  return within(env.MEMBERS, jurisdiction);
}

function within<Kind extends Rpc.DurableObjectBranded | undefined>(
  namespace: DurableObjectNamespace<Kind>,
  jurisdiction: DurableObjectJurisdiction,
): DurableObjectNamespace<Kind> {
  try {
    return namespace.jurisdiction(jurisdiction);
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

/**
 * The object that adds up what the deployment spends today.
 * @throws ProblemError misconfigured
 */
export function spendingObject(env: Env): DurableObjectStub<DailySpending> {
  const { JURISDICTION: jurisdiction } = settingsOf(env);
  const namespace = jurisdiction ? within(env.SPENDING, jurisdiction) : env.SPENDING;
  return namespace.getByName("deployment");
}
