import { Check } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { CATEGORIES, type CategoryKey } from "../../domain/categories.ts";
import { categoryIcon } from "../ui/category-icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { Meter } from "../ui/Meter.tsx";
import type { GridSection, Progress } from "./progress.ts";

interface SectionGridProps {
  readonly progress: Progress;
  readonly href: (category: CategoryKey) => string;
}

const WORDS: Readonly<Record<GridSection["state"], string>> = {
  done: "written",
  current: "you are here",
  open: "to come",
};

/** The sections of the vision: what is written, where the member is, what is to come. */
export function SectionGrid({ progress, href }: SectionGridProps) {
  const { sections, written, percent } = progress;
  const strip = useRef<HTMLOListElement>(null);
  const here = sections.find(({ state }) => state === "current")?.category.key;

  useEffect(() => {
    const list = strip.current;
    const item = here && list?.querySelector<HTMLElement>(`[data-section="${here}"]`);
    // On a phone the sections are a strip; only that is moved, never the page.
    if (list && item) list.scrollLeft = item.offsetLeft - (list.clientWidth - item.offsetWidth) / 2;
  }, [here]);

  return (
    <nav
      class={sections.length === CATEGORIES.length ? "create-grid" : "create-grid create-grid-life"}
      aria-label="Sections of your Life Vision"
    >
      <p class="create-count">
        <strong>
          {written} of {CATEGORIES.length}
        </strong>{" "}
        <span class="muted">sections written · {percent} %</span>
      </p>
      <Meter label="Your Life Vision" percent={percent} />
      <ol ref={strip}>
        {sections.map(({ category: { key, label }, state, written: hasWords }) => (
          <li key={key}>
            <a
              class={`create-cell create-cell-${state}`}
              data-section={key}
              href={href(key)}
              aria-current={state === "current" ? "step" : undefined}
            >
              <span class="create-cell-icon">
                <Icon of={categoryIcon(key)} size={20} />
                {hasWords ? (
                  <span class="create-cell-mark">
                    <Icon of={Check} size={12} />
                  </span>
                ) : null}
              </span>
              <span>{label}</span>
              <span class="visually-hidden">
                {hasWords && state === "current" ? "written, you are here" : WORDS[state]}
              </span>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
