import { computed, type ReadonlySignal } from "@preact/signals";
import type { ProfileState } from "../../domain/journey.ts";
import { profileCompletion } from "../../domain/profile.ts";
import type { Api } from "../api/http.ts";
import type { ClientProblem } from "../api/problem.ts";
import type { Tell } from "../ui/toasts.ts";
import { createResource } from "./resource.ts";
import { createSaveQueue, type Refusal, type SaveStatus } from "./save-queue.ts";
import type { Kept } from "./unsaved-changes.ts";

/** A value of a profile field as the form writes it; null clears the field. */
export type FieldValue = string | number | boolean | readonly string[] | null;

/** The member's Life Profile. */
export interface ProfileStore {
  /** As the member has filled it in: what is confirmed and what is on its way. Null until read. */
  readonly state: ReadonlySignal<ProfileState | null>;
  /** Why it could not be read. */
  readonly problem: ReadonlySignal<ClientProblem | null>;
  readonly saving: ReadonlySignal<SaveStatus>;
  /** Fields that were refused: rolled back in `state`, with what was typed and the reason. */
  readonly refusals: ReadonlySignal<Readonly<Record<string, Refusal<FieldValue>>>>;
  refresh(): Promise<void>;
  /** It has changed elsewhere: see `Resource`. */
  changed(): Promise<ClientProblem | null>;
  /** Shown at once, saved behind. A value that is saved already is not sent. */
  save(field: string, value: FieldValue): void;
  /** Resolves once nothing is on its way: true when all is saved. */
  settled(): Promise<boolean>;
  close(): void;
}

export interface StoreDeps<Value> {
  readonly api: Api;
  readonly kept: Kept<Value>;
  readonly tell: Tell;
  pause(ms: number): Promise<void>;
}

function same(a: unknown, b: unknown): boolean {
  return (a ?? null) === (b ?? null) || JSON.stringify(a) === JSON.stringify(b);
}

/** The store of the profile. */
export function createProfileStore({
  api,
  kept,
  tell,
  pause,
}: StoreDeps<FieldValue>): ProfileStore {
  const resource = createResource(() => api.json<ProfileState>("/api/profile"));
  const queue = createSaveQueue<FieldValue, ProfileState>({
    send: (body) => api.json<ProfileState>("/api/profile", { method: "PATCH", body }),
    confirmed: (answer) => resource.set(answer),
    refused(refusals) {
      const [first] = Object.values(refusals);
      tell(`Not saved: ${first?.reason ?? "please check what you entered."}`, {
        ...{ tone: "problem", name: "profile" },
      });
    },
    kept,
    pause,
  });

  const state = computed<ProfileState | null>(() => {
    const confirmed = resource.value.value;
    const pending = queue.pending.value;
    if (!confirmed || Object.keys(pending).length === 0) return confirmed;
    const profile = { ...confirmed.profile, ...pending };
    return { profile, ...profileCompletion(profile) };
  });

  return {
    state,
    problem: resource.problem,
    saving: queue.status,
    refusals: queue.refusals,
    refresh: () => resource.refresh(),
    changed: () => resource.changed(),
    save(field, value) {
      const standing = state.peek()?.profile[field];
      const refused = queue.refusals.peek()[field];
      if (!refused && state.peek() && same(standing, value)) return;
      queue.put({ [field]: value });
    },
    settled: () => queue.settled(),
    close: () => queue.close(),
  };
}
