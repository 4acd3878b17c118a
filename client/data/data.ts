import type { Credits } from "../../domain/credits.ts";
import type { Api } from "../api/http.ts";
import type { KeyValue } from "../platform/storage.ts";
import { keysOf } from "../platform/storage.ts";
import type { Tabs } from "../platform/tabs.ts";
import type { Tell } from "../ui/toasts.ts";
import { type AssessmentStore, createAssessmentStore } from "./assessment.ts";
import { createProfileStore, type ProfileStore } from "./profile.ts";
import { createResource, type Resource } from "./resource.ts";
import { createKept } from "./unsaved-changes.ts";
import { createVisionsStore, type VisionsStore } from "./visions.ts";

/** What a member's way to their Life Vision is made of. */
export interface Journey {
  readonly profile: ProfileStore;
  readonly assessment: AssessmentStore;
  readonly visions: VisionsStore;
  /** The Creation Credits of this month. */
  readonly credits: Resource<Credits>;
  /** Forgets what was never sent: it does not stay behind on a device the member signs out of. */
  clear(): void;
  /** Sends nothing any more. */
  close(): void;
}

export interface JourneyDeps {
  readonly api: Api;
  readonly storage: KeyValue;
  readonly tabs: Tabs;
  readonly tell: Tell;
  pause(ms: number): Promise<void>;
}

/** The stores of one member. */
export function createJourney(memberId: string, deps: JourneyDeps): Journey {
  const { api, storage, tabs, tell, pause } = deps;
  const prefix = `viva.unsaved.${memberId}.`;
  const common = { api, tell, pause };
  const profile = createProfileStore({
    ...common,
    kept: createKept(storage, `${prefix}profile`, tabs),
  });
  const assessment = createAssessmentStore({
    ...common,
    kept: createKept(storage, `${prefix}assessment`, tabs),
  });
  return {
    profile,
    assessment,
    visions: createVisionsStore(api),
    credits: createResource(async () => {
      const { credits } = await api.json<{ readonly credits: Credits }>("/api/usage");
      return credits;
    }),
    clear() {
      for (const key of keysOf(storage, prefix)) storage.removeItem(key);
    },
    close() {
      profile.close();
      assessment.close();
    },
  };
}
