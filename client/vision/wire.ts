import type { CategoryKey } from "../../domain/categories.ts";
import type { Sections } from "../../domain/context.ts";
import type { Vision } from "../../domain/journey.ts";
import { etag } from "../../domain/vision.ts";
import type { Api } from "../api/http.ts";

/** What a write to a draft brings. */
export interface VisionChange {
  readonly sections: Sections;
  /** The proposal of VIVA's that was accepted with it. */
  readonly refinementId?: string;
}

/** The requests about one vision's text. Each throws ApiError where it fails. */
export interface VisionWire {
  get(id: string): Promise<Vision>;
  change(id: string, revision: number, change: VisionChange): Promise<Vision>;
}

/** The address of a vision in the API. */
export function visionUrl(id: string): string {
  return `/api/visions/${encodeURIComponent(id)}`;
}

/** The address of the page of a vision, at one of its sections where one is named. */
export function visionPath(id: string, section?: CategoryKey): string {
  return `/life-vision/${encodeURIComponent(id)}${section ? `#${section}` : ""}`;
}

export function createVisionWire(api: Api): VisionWire {
  return {
    get: (id) => api.json(visionUrl(id)),
    change: (id, revision, body) =>
      api.json(visionUrl(id), { method: "PATCH", body, headers: { "If-Match": etag(revision) } }),
  };
}
