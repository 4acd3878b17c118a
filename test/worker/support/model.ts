import { env } from "cloudflare:workers";
import { inject } from "vitest";
import type { Control, LogEntry } from "../../../local/model/types.ts";

/** A request to the model as these tests read it. */
export interface ModelRequest extends LogEntry {
  readonly body: {
    readonly model: string;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly safety_identifier?: string;
    readonly [parameter: string]: unknown;
  };
}

/** Changes how the model behaves from its next request on. */
export async function setModel(change: Partial<Control>): Promise<void> {
  const { modelOrigin } = inject("world");
  const response = await fetch(`${modelOrigin}/control`, {
    method: "POST",
    body: JSON.stringify(change),
  });
  if (!response.ok) throw new Error(await response.text());
  await response.body?.cancel();
}

/** The model as it is when nothing is wrong. */
export async function mendModel(): Promise<void> {
  const { modelOrigin } = inject("world");
  await fetch(`${modelOrigin}/control`, { method: "DELETE" }).then((r) => r.body?.cancel());
}

/** What stands for a member with the provider. */
export function memberHash(member: string): string {
  return env.MEMBERS.idFromName(member).toString().slice(0, 32);
}

/** The requests that reached the model for a member, oldest first. */
export async function modelRequests(member: string): Promise<ModelRequest[]> {
  const { modelOrigin } = inject("world");
  const log: ModelRequest[] = await (await fetch(`${modelOrigin}/log`)).json();
  return log.filter((entry) => entry.body?.safety_identifier === memberHash(member));
}

/** The requests that reached a model by its name, oldest first. */
export async function requestsTo(model: string): Promise<ModelRequest[]> {
  const { modelOrigin } = inject("world");
  const log: ModelRequest[] = await (await fetch(`${modelOrigin}/log`)).json();
  return log.filter((entry) => entry.body?.model === model);
}
