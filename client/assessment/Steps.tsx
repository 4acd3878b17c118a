import { STATEMENTS } from "../../domain/assessment.ts";
import type { CategoryKey } from "../../domain/categories.ts";
import { categoryIcon } from "../ui/category-icons.ts";
import { Icon } from "../ui/Icon.tsx";
import type { CategoryProgress } from "./progress.ts";

interface StepsProps {
  readonly progress: readonly CategoryProgress[];
  readonly current: CategoryKey;
  readonly onPick: (category: CategoryProgress) => void;
}

/** How far the member has come: of all statements, and in each category, which is a way there too. */
export function Steps({ progress, current, onPick }: StepsProps) {
  const answered = progress.reduce((sum, category) => sum + category.answered, 0);
  return (
    <nav class="steps-bar" aria-label="Categories of the assessment">
      <p>
        <strong>
          {answered} of {STATEMENTS.length}
        </strong>{" "}
        <span class="muted">answered</span>
      </p>
      <ol>
        {progress.map((item) => {
          const { category, answered: done, statements } = item;
          return (
            <li key={category.key}>
              <button
                type="button"
                class="step-button"
                aria-current={category.key === current ? "step" : undefined}
                aria-label={`${category.label}: ${done} of ${statements.length} answered`}
                title={category.label}
                onClick={() => onPick(item)}
              >
                <Icon of={categoryIcon(category.key)} size={18} />
                <span class="step-track">
                  <span style={{ width: `${(done / statements.length) * 100}%` }} />
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
