import { type CategoryKey, normaliseCategory } from "../../domain/categories.ts";
import { DEFAULT_PHASE, isPhase, type PhaseKey } from "../../domain/phases.ts";

/** A part of the way through one category: a step of discovery, the text, or the talk about it. */
export type View = 1 | 2 | 3 | "text" | "talk";

/** Where on the way a member is, as the address says it: a reload and another device begin there. */
export interface Whereabouts {
  /** Null where the address names none: the next section without text is meant. */
  readonly category: CategoryKey | null;
  /** Null for wherever the member has come to in this category. */
  readonly view: View | null;
  /** Of the talk. */
  readonly phase: PhaseKey;
}

const VIEWS: Readonly<Record<string, View>> = { 1: 1, 2: 2, 3: 3, text: "text", talk: "talk" };

/** Reads an address. What it says that is unknown counts as not said. */
export function whereabouts(query: URLSearchParams): Whereabouts {
  const phase = query.get("phase") ?? "";
  const view = query.get("step") ?? "";
  return {
    category: normaliseCategory(query.get("category") ?? "") ?? null,
    view: Object.hasOwn(VIEWS, view) ? (VIEWS[view] ?? null) : null,
    phase: isPhase(phase) ? phase : DEFAULT_PHASE,
  };
}

/** The addresses of one of the entrances: `/life-vision/create-with-viva` or `/vision/build`. */
export interface Ways {
  /** The entrance itself, which finds out where to go on. */
  readonly entrance: string;
  /** One category, at a part of its way where one is named. */
  to(category: CategoryKey, view?: View, phase?: PhaseKey): string;
}

/** The addresses below a path. */
export function waysFrom(entrance: string): Ways {
  return {
    entrance,
    to(category, view, phase) {
      const query = new URLSearchParams({ category });
      if (view !== undefined) query.set("step", String(view));
      if (phase !== undefined) query.set("phase", phase);
      return `${entrance}?${query}`;
    },
  };
}
