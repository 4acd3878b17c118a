import type { Tile } from "./category-discovery.ts";

/** How a theme can show up in an ideal week. */
const RHYTHM_IDS = ["daily", "weekly", "spontaneous", "weekends", "all"] as const;

export type RhythmId = (typeof RHYTHM_IDS)[number];

/** The rhythms as tiles: one of them is chosen. */
export const RHYTHMS: readonly (Tile & { readonly id: RhythmId })[] = [
  { id: "daily", emoji: "☀️", label: "Daily moments", sublabel: "a little of it every day" },
  { id: "weekly", emoji: "🗓️", label: "Weekly rituals", sublabel: "a fixed, treasured time" },
  { id: "spontaneous", emoji: "✨", label: "Spontaneous bursts", sublabel: "whenever it calls me" },
  { id: "weekends", emoji: "🌅", label: "Weekends", sublabel: "when time opens wide" },
  { id: "all", emoji: "🌈", label: "All of it", sublabel: "it runs through my whole week" },
];

/** Whether a text from outside names a rhythm. */
export function isRhythm(id: string): id is RhythmId {
  return (RHYTHM_IDS as readonly string[]).includes(id);
}
