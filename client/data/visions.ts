import type { Vision, VisionSummary } from "../../domain/journey.ts";
import type { Page } from "../../domain/messages.ts";
import type { Api } from "../api/http.ts";
import { type ClientProblem, problemAmong } from "../api/problem.ts";
import { createResource, type Resource } from "./resource.ts";

/** One version with its text, as the server confirmed it last. Editing it is another matter: `vision/`. */
export interface VisionRead extends Pick<Resource<Vision>, "value" | "problem" | "refresh"> {
  /** Takes over what another request answered with, unless a newer revision is known. */
  take(vision: Vision): void;
  /** It has changed elsewhere: see `Resource`. */
  changed(): Promise<ClientProblem | null>;
}

/** Told of a version that has changed elsewhere. */
type ChangeListener = (id: string) => Promise<ClientProblem | null>;

/** The versions of the member's Life Vision. */
export interface VisionsStore extends Pick<Resource<readonly VisionSummary[]>, "problem"> {
  /** Newest first; null until read. */
  readonly list: Resource<readonly VisionSummary[]>["value"];
  refresh(): Promise<void>;
  /** A version has changed elsewhere, or is new or gone: reads again what was read before, see `Resource`. */
  changed(id: string): Promise<ClientProblem | null>;
  /** Any of them may have. */
  allChanged(): Promise<ClientProblem | null>;
  /**
   * Calls back for every version that has changed elsewhere; what the listener reads on that account
   * resolves as `changed` does. The returned function ends that.
   */
  onChange(listener: ChangeListener): () => void;
  /** One version; nothing is read before `refresh`. */
  open(id: string): VisionRead;
  /**
   * The draft: the one there is, else a new one; with `from` a copy of that version.
   * @throws ApiError: 403 `profile_incomplete` with the fields in `errors`; 409 where `from` meets a draft
   */
  draft(from?: string): Promise<Vision>;
  /**
   * Commits a draft as it is stored: save what is unsaved first.
   * @throws ApiError: 409 for an empty one, 412 where it has changed elsewhere
   */
  commit(id: string, revision: number): Promise<Vision>;
  /**
   * Discards a draft, or deletes a version of before.
   * @throws ApiError: 409 for the active one, 412 where it has changed elsewhere
   */
  remove(id: string, revision: number): Promise<void>;
}

/** Versions read at once; members with more are rare, and the older ones are found by their address. */
const LISTED = 100;

/** The versions without one's text, as the list holds it. */
function summaryOf({ sections: _, ...summary }: Vision): VisionSummary {
  return summary;
}

const path = (id: string) => `/api/visions/${encodeURIComponent(id)}`;

/** The store of the visions. */
export function createVisionsStore(api: Api): VisionsStore {
  const open = new Map<string, VisionRead>();
  const listeners = new Set<ChangeListener>();
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

  function read(id: string): VisionRead {
    const known = open.get(id);
    if (known) return known;
    const resource = createResource(() => api.json<Vision>(path(id)));
    const made: VisionRead = {
      value: resource.value,
      problem: resource.problem,
      refresh: () => resource.refresh(),
      changed: () => resource.changed(),
      take(vision) {
        const standing = resource.value.peek();
        // An answer that was overtaken says nothing new.
        if (standing && standing.revision > vision.revision) return;
        resource.set(vision);
        listed(vision);
      },
    };
    open.set(id, made);
    return made;
  }

  const changedOne = (id: string) => [
    ...[...listeners].map((listener) => listener(id)),
    open.get(id)?.changed(),
  ];

  return {
    list: list.value,
    problem: list.problem,
    refresh: () => list.refresh(),
    open: read,

    changed: (id) => problemAmong([list.changed(), ...changedOne(id)]),
    allChanged: () => problemAmong([list.changed(), ...[...open.keys()].flatMap(changedOne)]),

    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    async draft(from) {
      const body = from === undefined ? {} : { from };
      const vision = await api.json<Vision>("/api/visions", { method: "POST", body });
      read(vision.id).take(vision);
      return vision;
    },

    async commit(id, revision) {
      const vision = await api.json<Vision>(`${path(id)}/commit`, {
        method: "POST",
        headers: { "If-Match": `"v${revision}"` },
      });
      read(id).take(vision);
      // The one that was active is history now.
      const items = list.value.peek();
      if (items) {
        list.set(
          items.map((item) => {
            if (item.id === id || item.state !== "active") return item;
            open.delete(item.id);
            return { ...item, state: "history" as const };
          }),
        );
      }
      return vision;
    },

    async remove(id, revision) {
      await api.open(path(id), { method: "DELETE", headers: { "If-Match": `"v${revision}"` } });
      open.delete(id);
      const items = list.value.peek();
      if (items) list.set(items.filter((item) => item.id !== id));
    },
  };
}
