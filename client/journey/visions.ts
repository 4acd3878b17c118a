import type { CategoryKey } from "../../domain/categories.ts";
import type { Vision, VisionSummary } from "../../domain/journey.ts";
import type { Page } from "../../domain/messages.ts";
import type { Api } from "../api/http.ts";
import { createResource, type Resource } from "./resource.ts";
import { createVisionStore, type VisionDeps, type VisionStore } from "./vision.ts";

/** The versions of the member's Life Vision. */
export interface VisionsStore extends Pick<Resource<readonly VisionSummary[]>, "problem"> {
  /** Newest first; null until read. */
  readonly list: Resource<readonly VisionSummary[]>["value"];
  refresh(): Promise<void>;
  /** One version with its text: the store already open, or a new one (which reads it). */
  open(id: string): VisionStore;
  /**
   * The draft: the one there is, else a new one; with `from` a copy of that version.
   * @throws ApiError: 403 `profile_incomplete` with the fields in `errors`; 409 where `from` meets a draft
   */
  draft(from?: string): Promise<Vision>;
  /**
   * Commits a draft as it is stored: save what is on its way first (`VisionStore.settled`).
   * @throws ApiError: 409 for an empty one, 412 where it has changed elsewhere
   */
  commit(id: string, revision: number): Promise<Vision>;
  /**
   * Discards a draft, or deletes a version of before.
   * @throws ApiError: 409 for the active one, 412 where it has changed elsewhere
   */
  remove(id: string, revision: number): Promise<void>;
  close(): void;
}

/** Versions read at once; members with more are rare, and the older ones are found by their address. */
const LISTED = 100;

/** The versions without one's text, as the list holds it. */
function summaryOf({ sections: _, ...summary }: Vision): VisionSummary {
  return summary;
}

const path = (id: string) => `/api/visions/${encodeURIComponent(id)}`;

/** The path of one section, for what concerns it alone. */
export const sectionPath = (id: string, key: CategoryKey) => `${path(id)}/sections/${key}`;

/** The store of the visions. */
export function createVisionsStore(
  deps: Omit<VisionDeps, "confirmed" | "kept"> & {
    readonly api: Api;
    readonly keptOf: (id: string) => VisionDeps["kept"];
  },
): VisionsStore {
  const { api, keptOf } = deps;
  const stores = new Map<string, VisionStore>();
  const list = createResource<readonly VisionSummary[]>(async () => {
    const { items } = await api.json<Page<VisionSummary>>(`/api/visions?limit=${LISTED}`);
    return items;
  });

  function listed(vision: Vision): void {
    const items = list.value.peek();
    if (!items) return;
    const summary = summaryOf(vision);
    const known = items.some(({ id }) => id === vision.id);
    list.set(
      known ? items.map((item) => (item.id === vision.id ? summary : item)) : [summary, ...items],
    );
  }

  function open(id: string): VisionStore {
    const known = stores.get(id);
    if (known) return known;
    const store = createVisionStore(id, { ...deps, kept: keptOf(id), confirmed: listed });
    stores.set(id, store);
    return store;
  }

  function forget(id: string): void {
    stores.get(id)?.close();
    stores.delete(id);
  }

  return {
    list: list.value,
    problem: list.problem,
    refresh: () => list.refresh(),
    open,

    async draft(from) {
      const body = from === undefined ? {} : { from };
      const vision = await api.json<Vision>("/api/visions", { method: "POST", body });
      open(vision.id).take(vision);
      listed(vision);
      return vision;
    },

    async commit(id, revision) {
      const vision = await api.json<Vision>(`${path(id)}/commit`, {
        method: "POST",
        headers: { "If-Match": `"v${revision}"` },
      });
      open(id).take(vision);
      // The one that was active is history now.
      const items = list.value.peek() ?? [];
      const now = items.map((item) =>
        item.id !== id && item.state === "active" ? { ...item, state: "history" as const } : item,
      );
      list.set([summaryOf(vision), ...now.filter((item) => item.id !== id)]);
      for (const item of items) {
        if (item.state === "active" && item.id !== id) forget(item.id);
      }
      return vision;
    },

    async remove(id, revision) {
      await api.open(path(id), { method: "DELETE", headers: { "If-Match": `"v${revision}"` } });
      forget(id);
      list.set((list.value.peek() ?? []).filter((item) => item.id !== id));
    },

    close() {
      for (const store of stores.values()) store.close();
    },
  };
}
