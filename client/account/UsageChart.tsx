import { ACTIONS, actionLabel, type UsageChart as Chart, HEIGHT } from "./usage.ts";

interface UsageChartProps {
  readonly chart: Chart;
  /** Id of the table that says the same in words. */
  readonly table: string;
}

const NUMBER = new Intl.NumberFormat();
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });

/** The day of the books, which count in UTC, as a member reads it. */
export function dayLabel(day: string): string {
  return DAY.format(new Date(`${day}T00:00:00Z`));
}

/** The name of an action's colour. */
function toneOf(action: string): string {
  const index = ACTIONS.findIndex((known) => known.action === action);
  return `usage-${index < 0 ? "other" : index + 1}`;
}

/** A month of Creation Credits, a bar for each day, its parts by what they were used for. */
export function UsageChart({ chart, table }: UsageChartProps) {
  const { first, last, width, bars, most, total, actions } = chart;
  return (
    <figure class="usage">
      <p class="usage-most" aria-hidden="true">
        {NUMBER.format(most)}
      </p>
      <svg
        class="usage-chart"
        viewBox={`0 0 ${width} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Creation Credits by day, ${NUMBER.format(total)} this month, at most ${NUMBER.format(most)} a day`}
        aria-describedby={table}
      >
        <line class="usage-line" x1="0" x2={width} y1="0" y2="0" />
        <line class="usage-line" x1="0" x2={width} y1={HEIGHT} y2={HEIGHT} />
        {bars.map(({ action, x, y, width: wide, height }) => (
          <rect
            key={`${x} ${action}`}
            class={toneOf(action)}
            x={x}
            y={y}
            width={wide}
            height={height}
          />
        ))}
      </svg>
      <p class="usage-days" aria-hidden="true">
        <span>{dayLabel(first)}</span>
        <span>{dayLabel(last)}</span>
      </p>
      <figcaption>
        <ul class="usage-key">
          {actions.map((action) => (
            <li key={action}>
              <span class={`usage-dot ${toneOf(action)}`} aria-hidden="true" />
              {actionLabel(action)}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}
