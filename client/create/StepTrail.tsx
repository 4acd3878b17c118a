import type { CategoryKey } from "../../domain/categories.ts";
import type { View, Ways } from "./address.ts";
import type { Discovery, OpenStep } from "./discovery.ts";

interface StepTrailProps {
  readonly ways: Ways;
  readonly category: CategoryKey;
  readonly discovery: Discovery;
  readonly view: View;
  /** Whether there is a text, wherever it came from. */
  readonly written: boolean;
}

const STEPS: readonly { readonly step: OpenStep; readonly view: View; readonly name: string }[] = [
  { step: 1, view: 1, name: "What calls you" },
  { step: 2, view: 2, name: "A closer look" },
  { step: 3, view: 3, name: "Your rhythm" },
  { step: 4, view: "text", name: "Your words" },
];

/** The four steps of a section; those that are open lead back to what was chosen there. */
export function StepTrail({ ways, category, discovery, view, written }: StepTrailProps) {
  const open = discovery.open.value ?? 1;
  return (
    <nav aria-label="Steps of this section">
      <ol class="trail">
        {STEPS.map((entry) => {
          const current = entry.view === view;
          const inner = (
            <>
              <span class="trail-number" aria-hidden="true">
                {entry.step}
              </span>
              <span class="trail-name">{entry.name}</span>
            </>
          );
          return (
            <li key={entry.step}>
              {entry.step <= open || current || (entry.step === 4 && written) ? (
                <a
                  class="trail-step"
                  href={ways.to(category, entry.view)}
                  aria-current={current ? "step" : undefined}
                >
                  {inner}
                </a>
              ) : (
                <span class="trail-step trail-later">{inner}</span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
