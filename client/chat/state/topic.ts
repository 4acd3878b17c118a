import { type CategoryKey, category, normaliseCategory } from "../../../domain/categories.ts";
import { DEFAULT_PHASE, isPhase, PHASES, type PhaseKey } from "../../../domain/phases.ts";

/** What a conversation is about. */
export interface Topic {
  /** Null for a conversation that stands alone. */
  readonly category: CategoryKey | null;
  readonly phase: PhaseKey;
}

/** Short names of the phases, where their labels do not fit. */
export const PHASE_SHORT: Readonly<Record<PhaseKey, string>> = {
  contrast: "Contrast",
  peak: "Peak",
  specific: "Specific",
};

/** The name of a topic's category, for members. */
export function categoryLabel(topic: Topic): string {
  return topic.category ? category(topic.category).label : "Open talk";
}

/** A topic as one line: `Fun · Contrast Clarity`. */
export function topicLabel(topic: Topic): string {
  const phase = PHASES.find(({ key }) => key === topic.phase);
  return `${categoryLabel(topic)} · ${phase?.label ?? ""}`;
}

/** The address of a topic: its newest conversation, or with an id that one. */
export function topicPath(topic: Topic, conversationId?: string): string {
  const query = new URLSearchParams();
  if (conversationId !== undefined) query.set("c", conversationId);
  query.set("category", topic.category ?? "none");
  query.set("phase", topic.phase);
  return `/viva?${query}`;
}

/** The topic an address names; null where it names none. An unknown name counts as not given. */
export function topicOf(query: URLSearchParams): Topic | null {
  const name = query.get("category");
  const phase = query.get("phase");
  if (name === null && phase === null) return null;
  return {
    category: name === null ? null : (normaliseCategory(name) ?? null),
    phase: phase !== null && isPhase(phase) ? phase : DEFAULT_PHASE,
  };
}
