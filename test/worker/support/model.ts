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

/** Selected where the model runs: all prompts since the run began are many megabytes. */
async function requestsWith(field: string, value: string): Promise<ModelRequest[]> {
  const { modelOrigin } = inject("world");
  return (await fetch(`${modelOrigin}/log?${field}=${encodeURIComponent(value)}`)).json();
}

/** The requests that reached the model for a member, oldest first. */
export function modelRequests(member: string): Promise<ModelRequest[]> {
  return requestsWith("safety_identifier", memberHash(member));
}

/** The requests that reached a model by its name, oldest first. */
export function requestsTo(model: string): Promise<ModelRequest[]> {
  return requestsWith("model", model);
}
