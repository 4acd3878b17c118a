import type { CategoryKey } from "../../../domain/categories.ts";
import { type DiscoverySelections, spokenWords, type Theme } from "../../../domain/discovery.ts";

/** What the notes are kept with. */
export interface NotesPorts {
  readonly load: (category: CategoryKey) => string | undefined;
  /** Empty notes are removed. */
  readonly save: (category: CategoryKey, notes: string, visionId: string) => void;
  /** Categories with notes, and the version they are of; null if that was not written down. */
  readonly list: () => readonly (readonly [category: CategoryKey, visionId: string | null])[];
}

/**
 * What discovery found, by category, so that VIVA knows of it when the member talks it through. The
 * state itself is kept in Postgres; these are its words, as they were last seen.
 */
export class DiscoveryNotes {
  readonly #ports: NotesPorts;
  readonly #kept = new Map<CategoryKey, string>();

  constructor(ports: NotesPorts) {
    this.#ports = ports;
  }

  /** What was chosen and said; empty for nothing. */
  of(category: CategoryKey | null): string {
    if (category === null) return "";
    const kept = this.#kept.get(category) ?? this.#ports.load(category) ?? "";
    this.#kept.set(category, kept);
    return kept;
  }

  /** Takes over how far discovery has come. */
  keep(
    visionId: string,
    category: CategoryKey,
    selections: DiscoverySelections,
    theme: Theme | null,
  ): void {
    const words = [...(theme ? [`Theme: ${theme.name}`] : []), ...spokenWords(selections)];
    const notes = words.join("; ");
    if (notes === this.of(category)) return;
    this.#kept.set(category, notes);
    this.#ports.save(category, notes, visionId);
  }

  /** Forgets what was chosen for a version that is gone. */
  forget(visionId: string): void {
    for (const [category, of] of this.#ports.list()) {
      if (of !== null && of !== visionId) continue;
      this.#kept.set(category, "");
      this.#ports.save(category, "", visionId);
    }
  }
}
