/** A chart's coordinates: narrow, so that its words can be read on a phone. */
export const WIDTH = 360;
export const HEIGHT = 190;
/** Where the values are drawn. */
const LEFT = 62;
const RIGHT = WIDTH - 6;
const TOP = 12;
const BOTTOM = HEIGHT - 24;

export const AREA = { left: LEFT, right: RIGHT, top: TOP, bottom: BOTTOM } as const;

/** A number that is not below the greatest value, and of which the half is round as well. */
export function topOf(greatest: number): number {
  if (!(greatest > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(greatest));
  const factor = [1, 2, 4, 6, 8].find((one) => one * power >= greatest) ?? 10;
  return factor * power;
}

/** The values that are named beside a chart: no half of what comes whole. */
export function ticksOf(top: number): number[] {
  return top === 1 ? [0, top] : [0, top / 2, top];
}

const round = (value: number) => Math.round(value * 10) / 10;

/** How high a value stands. */
export function heightOf(value: number, top: number): number {
  return round(BOTTOM - ((BOTTOM - TOP) * value) / top);
}

/** The middle of a day's place. */
export function middleOf(index: number, days: number): number {
  return round(LEFT + ((RIGHT - LEFT) * (index + 0.5)) / days);
}

/** How wide a day's bar is. */
function barWidth(days: number): number {
  return round(Math.min(28, ((RIGHT - LEFT) / days) * 0.72));
}

/** A line through the values, broken where there is none, and the points that stand alone. */
export function lineOf(
  values: readonly (number | null)[],
  top: number,
): { readonly path: string; readonly points: readonly (readonly [x: number, y: number])[] } {
  const path: string[] = [];
  const points: [number, number][] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const at: [number, number] = [middleOf(index, values.length), heightOf(value, top)];
    const [before, after] = [values[index - 1] ?? null, values[index + 1] ?? null];
    path.push(`${before === null ? "M" : "L"}${at}`);
    if (before === null && after === null) points.push(at);
  }
  return { path: path.join(" "), points };
}

/** One day's part of a layer of bars. */
export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Bars on top of one another: a list per layer, without those of no height. */
export function barsOf(layers: readonly (readonly (number | null)[])[], top: number): Bar[][] {
  const days = layers[0]?.length ?? 0;
  const width = barWidth(days);
  const below = new Array<number>(days).fill(0);
  return layers.map((values) =>
    values.flatMap((value, index) => {
      if (value === null || value <= 0) return [];
      const from = below[index] ?? 0;
      below[index] = from + value;
      const y = heightOf(from + value, top);
      const height = round(heightOf(from, top) - y);
      return [{ x: round(middleOf(index, days) - width / 2), y, width, height }];
    }),
  );
}

/** The greatest sum of a day. */
export function greatestSum(layers: readonly (readonly (number | null)[])[]): number {
  const days = layers[0]?.length ?? 0;
  const sums = Array.from({ length: days }, (_, index) =>
    layers.reduce((sum, values) => sum + (values[index] ?? 0), 0),
  );
  return Math.max(0, ...sums);
}

/** Which days are named below: the first, the last, and at most three between. */
export function namedDays(days: number): number[] {
  const step = Math.max(1, Math.ceil(days / 4));
  const named: number[] = [];
  for (let index = days - 1; index >= 0; index -= step) named.unshift(index);
  return named;
}
