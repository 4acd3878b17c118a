import { ArrowRight, ListChecks } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { STATEMENTS } from "../../domain/assessment.ts";
import { category as categoryOf } from "../../domain/categories.ts";
import { Button } from "../ui/Button.tsx";
import { categoryIcon } from "../ui/category-icons.ts";
import { Icon } from "../ui/Icon.tsx";
import type { CategoryProgress } from "./progress.ts";

interface CategoryDoneProps {
  readonly progress: readonly CategoryProgress[];
  readonly done: CategoryProgress;
  /** Index of the statement to go on with; null when all have an answer. */
  readonly next: number | null;
  readonly onGoOn: () => void;
  readonly finishing: boolean;
}

const SPARKS = Array.from({ length: 12 }, (_, index) => index);

/** A short moment when the last statement of a category is answered. */
export function CategoryDone({ progress, done, next, onGoOn, finishing }: CategoryDoneProps) {
  const root = useRef<HTMLElement>(null);
  useEffect(() => {
    root.current?.querySelector<HTMLElement>(".button")?.focus({ preventScroll: true });
  }, []);
  const complete = progress.filter(
    ({ answered, statements }) => answered === statements.length,
  ).length;
  const to = next === null ? null : STATEMENTS[next];
  return (
    <section ref={root} class="card celebrate" aria-labelledby="celebrate-title">
      <div class="celebrate-mark" aria-hidden="true">
        {SPARKS.map((spark) => (
          <span key={spark} class="celebrate-spark" style={{ rotate: `${spark * 30}deg` }} />
        ))}
        <Icon of={categoryIcon(done.category.key)} size={40} />
      </div>
      <h2 id="celebrate-title">{done.category.label} is complete</h2>
      <p class="muted" role="status">
        {complete === progress.length
          ? `All ${progress.length} areas of your life are looked at. Beautiful.`
          : `${complete} of ${progress.length} areas are looked at. You are getting clearer.`}
      </p>
      <Button kind="primary" icon={to ? ArrowRight : ListChecks} busy={finishing} onClick={onGoOn}>
        {to ? `On to ${categoryOf(to.category).label}` : "See where you stand"}
      </Button>
    </section>
  );
}
