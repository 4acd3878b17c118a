/** Small charts as SVG text, for pages that must stand alone. */

const COLOURS = ["#39FF14", "#00FFFF", "#BF00FF", "#FFFF00", "#FF0040", "#9CA3AF"];
const INK = "#E5E7EB";
const FAINT = "#666";

/** Text made harmless inside markup. */
export function harmless(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

export function colour(index: number): string {
  return COLOURS[index % COLOURS.length] ?? INK;
}

/** A picture of a size, with a title for those who do not see it. */
export function svg(width: number, height: number, title: string, body: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
    `<title>${harmless(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#000"/>`,
    ...body,
    "</svg>",
  ].join("\n");
}

const at = (value: number): string => value.toFixed(1);

/** Text at a point. */
export function label(x: number, y: number, text: string, anchor = "start", fill = INK): string {
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="${fill}">${harmless(text)}</text>`;
}

function legend(names: readonly string[], y: number): string[] {
  return names.map((name, index) => {
    const x = 160 + index * 120;
    const box = `<rect x="${x}" y="${y - 10}" width="10" height="10" fill="${colour(index)}"/>`;
    return box + label(x + 14, y, name);
  });
}

/** A bar and the values it is made of, in milliseconds. */
export interface Bar {
  readonly name: string;
  readonly values: readonly number[];
}

/** Lying bars, each put together of the same parts. */
export function stackedBars(title: string, parts: readonly string[], bars: readonly Bar[]): string {
  const [left, right, row, top] = [160, 700, 26, 50];
  const total = (bar: Bar): number => bar.values.reduce((sum, value) => sum + (value || 0), 0);
  const most = Math.max(1, ...bars.map(total));
  const scale = (right - left) / most;
  const body = bars.flatMap((bar, index) => {
    const y = top + index * row;
    let x = left;
    const pieces = bar.values.map((value, part) => {
      const width = (value || 0) * scale;
      const piece = `<rect x="${at(x)}" y="${y}" width="${at(width)}" height="${row - 8}" fill="${colour(part)}"/>`;
      x += width;
      return piece;
    });
    const middle = y + row / 2;
    return [
      label(left - 8, middle, bar.name, "end"),
      ...pieces,
      label(x + 6, middle, `${Math.round(total(bar))} ms`),
    ];
  });
  const height = top + bars.length * row + 10;
  const head = [label(10, 20, title), ...legend(parts, 38)];
  return svg(780, height, title, [...head, ...body]);
}

/** A line of a chart of shares: for each share of the turns the milliseconds they took at most. */
export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [share: number, ms: number])[];
}

/** How far right a share stands: each nine further is as far as the one before. */
const nines = (share: number): number => -Math.log10(1 - share);

/** Curves over the percentiles, stretched towards the tail, where a load test has its say. */
export function percentileCurves(title: string, curves: readonly Curve[]): string {
  const [left, right, top, bottom] = [70, 740, 60, 300];
  const points = curves.flatMap((curve) => curve.points);
  const most = Math.max(1, ...points.map(([, ms]) => ms).filter(Number.isFinite));
  const furthest = Math.max(2, ...points.map(([share]) => nines(share)));
  const x = (share: number): number => left + (nines(share) / furthest) * (right - left);
  const y = (ms: number): number => bottom - (ms / most) * (bottom - top);
  const grid = [0.5, 0.9, 0.99, 0.999, 0.9999]
    .filter((share) => nines(share) <= furthest + 1e-9)
    .flatMap((share) => [
      `<line x1="${at(x(share))}" x2="${at(x(share))}" y1="${top}" y2="${bottom}" stroke="${FAINT}"/>`,
      label(x(share), bottom + 18, `p${Number((share * 100).toFixed(2))}`, "middle"),
    ]);
  const levels = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    `<line x1="${left}" x2="${right}" y1="${at(y(share * most))}" y2="${at(y(share * most))}" stroke="#333"/>`,
    label(left - 6, y(share * most) + 4, `${Math.round(share * most)}`, "end"),
  ]);
  const lines = curves.map((curve, index) => {
    const path = curve.points.map(([share, ms]) => `${at(x(share))},${at(y(ms))}`).join(" ");
    return `<polyline fill="none" stroke="${colour(index)}" stroke-width="2" points="${path}"/>`;
  });
  const names = curves.map(({ name }) => name);
  const head = [label(10, 20, `${title} (ms)`), ...legend(names, 42)];
  return svg(780, 330, title, [...head, ...levels, ...grid, ...lines]);
}
