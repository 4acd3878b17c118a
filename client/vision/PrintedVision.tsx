import { CATEGORIES, type CategoryKey } from "../../domain/categories.ts";
import type { Sections } from "../../domain/context.ts";
import type { VisionSummary } from "../../domain/journey.ts";
import { hasText } from "../../domain/vision.ts";
import { categoryIcon } from "../ui/category-icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { Prose } from "./Prose.tsx";
import { dateLabel, titleOf, versionName } from "./versions.ts";

interface PrintedVisionProps {
  readonly vision: VisionSummary;
  readonly sections: Sections;
  readonly chosen: readonly CategoryKey[];
  /** The member's name for the cover; empty where it is not known. */
  readonly name: string;
}

/** The document on paper: a cover and the chosen sections. On the screen there is nothing of it. */
export function PrintedVision({ vision, sections, chosen, name }: PrintedVisionProps) {
  const written = CATEGORIES.filter(({ key }) => chosen.includes(key) && hasText(sections[key]));
  return (
    <div class="printed">
      <div class="printed-cover">
        <p class="printed-overline">Life Vision</p>
        <p class="printed-title">{titleOf(vision)}</p>
        <span class="printed-line" />
        {name === "" ? null : <p class="printed-name">{name}</p>}
        <p class="printed-date">
          {dateLabel(vision.state === "draft" ? vision.updatedAt : vision.createdAt, "long")}
        </p>
        <p class="printed-foot">
          {vision.state === "draft" ? "Draft" : versionName(vision)} · VibrationFit
        </p>
      </div>
      {written.map(({ key, label }) => (
        <section key={key} class="printed-section">
          <h2>
            <Icon of={categoryIcon(key)} size={22} />
            {label}
          </h2>
          <Prose text={sections[key] ?? ""} />
        </section>
      ))}
    </div>
  );
}
