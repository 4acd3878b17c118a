import { label, svg } from "./load/svg.ts";

/** A bar: half of the turns wait at most `p50`, all but one in a hundred at most `p99`; milliseconds. */
export interface ChartBar {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  /** Whether it is this product's. */
  readonly ours: boolean;
}

/** Bars that are looked at together. */
export interface ChartGroup {
  readonly title: string;
  readonly bars: readonly ChartBar[];
}

const LEFT = 250;
const RIGHT = 660;
const ROW = 24;
const TOP = 62;
/** Where the scale begins, in milliseconds: less cannot be told apart anyway. */
const LEAST_MS = 0.1;
const FAINT = "#333";
const OURS = "#39FF14";
const OTHERS = "#9CA3AF";

/** Groups of lying bars on one logarithmic scale, the p99 as a line that goes on from each. */
export function barChart(title: string, groups: readonly ChartGroup[]): string {
  const values = groups.flatMap(({ bars }) => bars.flatMap(({ p50, p99 }) => [p50, p99]));
  const most = Math.max(1, ...values.filter(Number.isFinite));
  const decades = Math.ceil(Math.log10(most / LEAST_MS));
  const x = (ms: number): number => {
    const share = Math.log10(Math.max(ms, LEAST_MS) / LEAST_MS) / decades;
    return LEFT + (Number.isFinite(share) ? share : 0) * (RIGHT - LEFT);
  };
  const rows = groups.reduce((sum, { bars }) => sum + bars.length + 1, 0);
  const bottom = TOP + rows * ROW;
  const scale = Array.from({ length: decades + 1 }, (_, decade) => {
    const ms = LEAST_MS * 10 ** decade;
    const at = x(ms).toFixed(1);
    return (
      `<line x1="${at}" x2="${at}" y1="${TOP - 8}" y2="${bottom}" stroke="${FAINT}"/>` +
      label(x(ms), TOP - 14, `${Number(ms.toFixed(1))} ms`, "middle")
    );
  });
  let row = 0;
  const body = groups.flatMap((group) => {
    const head = label(10, TOP + row * ROW + 15, group.title);
    row += 1;
    return [
      head,
      ...group.bars.map((bar) => {
        const y = TOP + row * ROW;
        row += 1;
        return drawn(bar, y, x);
      }),
    ];
  });
  const head = label(10, 22, `${title}: bar p50, line p99; logarithmic`);
  return svg(780, bottom + 12, title, [head, ...scale, ...body]);
}

function drawn(bar: ChartBar, y: number, x: (ms: number) => number): string {
  const fill = bar.ours ? OURS : OTHERS;
  const [middle, end] = [x(bar.p50), x(bar.p99)];
  const line = y + ROW / 2;
  const told = Number.isFinite(bar.p50) ? `${bar.p50.toFixed(1)} / ${bar.p99.toFixed(1)}` : "–";
  return [
    label(LEFT - 8, line + 4, bar.name, "end"),
    `<rect x="${LEFT}" y="${y + 3}" width="${(middle - LEFT).toFixed(1)}" height="${ROW - 8}" fill="${fill}"/>`,
    `<line x1="${middle.toFixed(1)}" x2="${end.toFixed(1)}" y1="${line}" y2="${line}" stroke="${fill}"/>`,
    label(Math.max(middle, end) + 6, line + 4, told),
  ].join("");
}
