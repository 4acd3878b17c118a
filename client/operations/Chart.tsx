import { useId } from "preact/hooks";
import {
  AREA,
  barsOf,
  greatestSum,
  HEIGHT,
  heightOf,
  lineOf,
  middleOf,
  namedDays,
  ticksOf,
  topOf,
  WIDTH,
} from "./chart.ts";
import type { Series } from "./figures.ts";

interface ChartProps {
  readonly title: string;
  /** What is counted, and what to make of it. */
  readonly note?: string;
  readonly days: readonly string[];
  readonly series: readonly Series[];
  /** Lines beside one another, or bars on top of one another. */
  readonly form: "lines" | "bars";
  /** A value in words. */
  readonly show: (value: number) => string;
}

const DAY = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });
const dayName = (day: string) => DAY.format(new Date(day));

/** Figures by day: a picture, what its lines stand for, and the same as a table. */
export function Chart({ title, note, days, series, form, show }: ChartProps) {
  const id = useId();
  const empty = series.every(({ values }) => values.every((value) => !value));
  return (
    <figure class="ops-chart card">
      <figcaption>
        <h3>{title}</h3>
        {note ? <p class="muted">{note}</p> : null}
      </figcaption>
      {empty ? (
        <p class="ops-none">Nothing in these days.</p>
      ) : (
        <>
          <Picture {...{ days, series, form, show }} label={title} table={`${id}-table`} />
          <ul class="ops-legend">
            {series.map(({ name, tone }, index) => (
              <li key={name} class={`ops-${form}-${tone ?? index}`}>
                {name}
              </li>
            ))}
          </ul>
          <details>
            <summary>As a table</summary>
            <Table {...{ days, series, show }} caption={title} id={`${id}-table`} />
          </details>
        </>
      )}
    </figure>
  );
}

interface PictureProps extends Pick<ChartProps, "days" | "series" | "form" | "show"> {
  readonly label: string;
  /** Id of the table that says the same. */
  readonly table: string;
}

function Picture({ days, series, form, show, label, table }: PictureProps) {
  const layers = series.map(({ values }) => values);
  const greatest =
    form === "bars"
      ? greatestSum(layers)
      : Math.max(...layers.flatMap((values) => values.map((value) => value ?? 0)));
  const top = topOf(greatest);
  return (
    <svg
      class="ops-picture"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
      aria-details={table}
    >
      {ticksOf(top).map((value) => (
        <g key={value}>
          <line
            class="ops-grid"
            x1={AREA.left}
            x2={AREA.right}
            y1={heightOf(value, top)}
            y2={heightOf(value, top)}
          />
          <text class="ops-tick" x={AREA.left - 6} y={heightOf(value, top) + 4} text-anchor="end">
            {show(value)}
          </text>
        </g>
      ))}
      {namedDays(days.length).map((index) => (
        <text
          key={index}
          class="ops-tick"
          x={middleOf(index, days.length)}
          y={HEIGHT - 6}
          text-anchor={index === days.length - 1 && days.length > 4 ? "end" : "middle"}
        >
          {dayName(days[index] ?? "")}
        </text>
      ))}
      {form === "bars" ? <Bars series={series} top={top} /> : <Lines series={series} top={top} />}
    </svg>
  );
}

interface DrawnProps {
  readonly series: readonly Series[];
  /** The value at the upper edge. */
  readonly top: number;
}

function Lines({ series, top }: DrawnProps) {
  return (
    <>
      {series.map(({ name, values }, index) => {
        const { path, points } = lineOf(values, top);
        return (
          <g key={name} class={`ops-line ops-lines-${index}`}>
            <path d={path} />
            {points.map(([x, y]) => (
              <circle key={x} cx={x} cy={y} r="3" />
            ))}
          </g>
        );
      })}
    </>
  );
}

function Bars({ series, top }: DrawnProps) {
  return (
    <>
      {barsOf(
        series.map(({ values }) => values),
        top,
      ).map((bars, index) => (
        <g key={series[index]?.name} class={`ops-bar ops-bars-${series[index]?.tone ?? index}`}>
          {bars.map(({ x, y, width, height }) => (
            <rect key={x} x={x} y={y} width={width} height={height} />
          ))}
        </g>
      ))}
    </>
  );
}

interface TableProps extends Pick<ChartProps, "days" | "series" | "show"> {
  readonly caption: string;
  readonly id: string;
}

function Table({ days, series, show, caption, id }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="ops-scroll" tabIndex={0} aria-label={`${caption}, as a table`}>
      <table id={id} class="ops-table">
        <thead>
          <tr>
            <th scope="col">Day</th>
            {series.map(({ name }) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day, index) => (
            <tr key={day}>
              <th scope="row">{dayName(day)}</th>
              {series.map(({ name, values }) => {
                const value = values[index] ?? null;
                return (
                  <td key={name} class="number">
                    {value === null ? "–" : show(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
