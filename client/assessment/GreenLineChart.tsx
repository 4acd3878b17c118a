import { LIFE_CATEGORY_COUNT } from "../../domain/categories.ts";
import { ABOVE_FROM, TRANSITION_FROM } from "../../domain/green-line.ts";
import type { Assessment } from "../../domain/journey.ts";
import { radiusOf, SIZE, wedgesOf } from "./chart.ts";

interface GreenLineChartProps {
  readonly scores: Assessment["scores"];
  /** Id of the table that says the same in words. */
  readonly table: string;
}

/** The life categories around the Green Line: what reaches over the green ring is lived in alignment. */
export function GreenLineChart({ scores, table }: GreenLineChartProps) {
  const middle = SIZE / 2;
  return (
    <svg
      class="chart"
      viewBox={`-46 18 ${SIZE + 92} ${SIZE - 36}`}
      role="img"
      aria-label={`Your ${LIFE_CATEGORY_COUNT} life categories around the Green Line`}
      aria-describedby={table}
    >
      {wedgesOf(scores).map(({ key, label, path, track, greenLine, name }) => (
        <g key={key} class={`wedge wedge-${greenLine ?? "none"}`}>
          <path class="wedge-track" d={track} />
          {path ? <path class="wedge-fill" d={path} /> : null}
          <text x={name.x} y={name.y} text-anchor={name.anchor} dominant-baseline="middle">
            {label}
          </text>
        </g>
      ))}
      <circle class="ring ring-transition" cx={middle} cy={middle} r={radiusOf(TRANSITION_FROM)} />
      <circle class="ring ring-shade" cx={middle} cy={middle} r={radiusOf(ABOVE_FROM)} />
      <circle class="ring ring-above" cx={middle} cy={middle} r={radiusOf(ABOVE_FROM)} />
    </svg>
  );
}
