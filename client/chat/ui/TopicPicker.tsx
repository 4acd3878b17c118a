import { useSignal } from "@preact/signals";
import { ArrowRight, Sparkles } from "lucide";
import { CATEGORIES, type CategoryKey } from "../../../domain/categories.ts";
import { PHASES, type PhaseKey } from "../../../domain/phases.ts";
import { Button } from "../../ui/Button.tsx";
import { categoryIcon } from "../../ui/category-icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import type { Topic } from "../state/topic.ts";

interface TopicPickerProps {
  readonly topic: Topic;
  /** What the button says. */
  readonly action: string;
  readonly onPick: (topic: Topic) => void;
}

/** Chooses what to talk about: a category (or none) and a phase. */
export function TopicPicker({ topic, action, onPick }: TopicPickerProps) {
  const category = useSignal<CategoryKey | null>(topic.category);
  const phase = useSignal<PhaseKey>(topic.phase);
  const choices = [{ key: null, label: "Open talk" }, ...CATEGORIES];

  return (
    <form
      class="picker"
      onSubmit={(event) => {
        event.preventDefault();
        onPick({ category: category.value, phase: phase.value });
      }}
    >
      <fieldset>
        <legend>What would you like to talk about?</legend>
        <div class="chips">
          {choices.map(({ key, label }) => (
            <label key={key ?? "none"} class="chip">
              <input
                type="radio"
                name="category"
                checked={category.value === key}
                onChange={() => {
                  category.value = key;
                }}
              />
              <Icon of={key ? categoryIcon(key) : Sparkles} size={18} />
              <span>{label}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>Where are you with it?</legend>
        <div class="phase-cards">
          {PHASES.map(({ key, label, tagline }) => (
            <label key={key} class={`phase-card step-${key}`}>
              <input
                type="radio"
                name="phase"
                checked={phase.value === key}
                onChange={() => {
                  phase.value = key;
                }}
              />
              <strong>{label}</strong>
              <span class="muted">{tagline}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Button kind="primary" type="submit" icon={ArrowRight} wide>
        {action}
      </Button>
    </form>
  );
}
