import type { CategoryKey } from "../../domain/categories.ts";
import type { Sections } from "../../domain/context.ts";
import type { Vision, VisionSummary } from "../../domain/journey.ts";
import type { Page } from "../../domain/messages.ts";
import type { Api } from "../api/http.ts";

/** What a write to a draft brings. */
export interface VisionChange {
  readonly sections: Sections;
  /** The proposal of VIVA's that was accepted with it. */
  readonly refinementId?: string;
}

/** The requests about visions. Each throws ApiError where it fails. */
export interface VisionWire {
  list(cursor: string | null): Promise<Page<VisionSummary>>;
  get(id: string): Promise<Vision>;
  /** A draft: the one there is, else a copy of `from`, of the active version, or an empty one. */
  begin(from?: string): Promise<Vision>;
  change(id: string, revision: number, change: VisionChange): Promise<Vision>;
  commit(id: string, revision: number): Promise<Vision>;
  remove(id: string, revision: number): Promise<void>;
}

const PAGE = 30;

/** The address of a vision in the API, or of something below it. */
export function visionUrl(id: string, ...below: readonly string[]): string {
  return ["/api/visions", id, ...below]
    .map((part, at) => (at ? encodeURIComponent(part) : part))
    .join("/");
}

/** The address of the page of a vision, at one of its sections where one is named. */
export function visionPath(id: string, section?: CategoryKey): string {
  return `/life-vision/${encodeURIComponent(id)}${section ? `#${section}` : ""}`;
}

/** Says which revision a write is about. */
export function ifMatch(revision: number): Readonly<Record<string, string>> {
  return { "If-Match": `"v${revision}"` };
}

export function createVisionWire(api: Api): VisionWire {
  return {
    list: (cursor) =>
      api.json(
        `/api/visions?limit=${PAGE}${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      ),
    get: (id) => api.json(visionUrl(id)),
    begin: (from) => api.json("/api/visions", { body: from === undefined ? {} : { from } }),
    change: (id, revision, body) =>
      api.json(visionUrl(id), { method: "PATCH", body, headers: ifMatch(revision) }),
    commit: (id, revision) =>
      api.json(visionUrl(id, "commit"), { body: {}, headers: ifMatch(revision) }),
    async remove(id, revision) {
      const response = await api.open(visionUrl(id), {
        method: "DELETE",
        headers: ifMatch(revision),
      });
      await response.body?.cancel();
    },
  };
}
