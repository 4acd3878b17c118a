import { CATEGORIES, type Category, type CategoryKey } from "../../domain/categories.ts";
import type { VisionSummary } from "../../domain/journey.ts";
import { hasText } from "../../domain/vision.ts";
import { categoryIcon } from "../ui/category-icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { Text } from "../ui/Text.tsx";
import type { VisionEditor } from "./editor.ts";
import { dateLabel, titleOf, versionName } from "./versions.ts";

interface PrintedVisionProps {
  readonly editor: VisionEditor;
  readonly vision: VisionSummary;
  readonly chosen: readonly CategoryKey[];
  /** The member's name for the cover; empty where it is not known. */
  readonly name: string;
}

/** The document on paper: a cover and the chosen sections. On the screen there is nothing of it. */
export function PrintedVision({ editor, vision, chosen, name }: PrintedVisionProps) {
  const isDraft = vision.state === "draft";
  return (
    <div class="printed">
      <div class="printed-cover">
        <p class="printed-overline">Life Vision</p>
        <p class="printed-title">{titleOf(vision)}</p>
        <span class="printed-line" />
        {name === "" ? null : <p class="printed-name">{name}</p>}
        <p class="printed-date">
          {dateLabel(isDraft ? vision.updatedAt : vision.createdAt, "long")}
        </p>
        <p class="printed-foot">{isDraft ? "Draft" : versionName(vision)} · VibrationFit</p>
      </div>
      {CATEGORIES.filter(({ key }) => chosen.includes(key)).map((category) => (
        <PrintedSection
          key={category.key}
          editor={editor}
          category={category}
          // On paper there is what the member sees; in a version that is done, what it holds.
          isDraft={isDraft}
        />
      ))}
    </div>
  );
}

interface PrintedSectionProps {
  readonly editor: VisionEditor;
  readonly category: Category;
  readonly isDraft: boolean;
}

/** One section on paper. Of its own, so that a key press renders this one and no other. */
function PrintedSection({ editor, category, isDraft }: PrintedSectionProps) {
  const { text, saved } = editor.section(category.key).value;
  const words = isDraft ? text : saved;
  if (!hasText(words)) return null;
  return (
    <section class="printed-section">
      <h2>
        <Icon of={categoryIcon(category.key)} size={22} />
        {category.label}
      </h2>
      <Text look="prose" of={words} />
    </section>
  );
}
