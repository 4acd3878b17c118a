import type { CategoryKey } from "../../domain/categories.ts";
import { LIFE_CATEGORIES } from "../../domain/categories.ts";
import type { GreenLine } from "../../domain/green-line.ts";
import type { Assessment } from "../../domain/journey.ts";

/** The picture's coordinates: a square of this size, drawn from its middle. */
export const SIZE = 400;
/** Where 0 % and 100 % lie, from the middle. */
const INNER = 34;
const OUTER = 150;
/** Where the names stand. */
const NAMES = 168;
/** Degrees between two wedges. */
const GAP = 4;

/** A wedge of the picture: one category. */
export interface Wedge {
  readonly key: CategoryKey;
  readonly label: string;
  /** SVG path of the part that is filled; empty without a score. */
  readonly path: string;
  /** SVG path of the whole. */
  readonly track: string;
  readonly greenLine: GreenLine | null;
  /** Where its name stands, and how it is aligned there. */
  readonly name: {
    readonly x: number;
    readonly y: number;
    readonly anchor: "start" | "middle" | "end";
  };
}

/** Distance from the middle that stands for a percentage. */
export function radiusOf(percent: number): number {
  return INNER + ((OUTER - INNER) * percent) / 100;
}

function point(radius: number, degrees: number): [x: number, y: number] {
  const angle = ((degrees - 90) * Math.PI) / 180;
  const round = (value: number) => Math.round(value * 100) / 100;
  return [round(SIZE / 2 + radius * Math.cos(angle)), round(SIZE / 2 + radius * Math.sin(angle))];
}

/** A ring's segment between two angles, clockwise from the top, and two radii. */
function segment(from: number, to: number, inner: number, outer: number): string {
  const [a, b, c, d] = [point(outer, from), point(outer, to), point(inner, to), point(inner, from)];
  return `M${a} A${outer} ${outer} 0 0 1 ${b} L${c} A${inner} ${inner} 0 0 0 ${d}Z`;
}

/** The life categories around the middle, in the document's order from the top, clockwise. */
export function wedgesOf(scores: Assessment["scores"]): Wedge[] {
  const step = 360 / LIFE_CATEGORIES.length;
  return LIFE_CATEGORIES.map(({ key, label }, index) => {
    const score = scores[key];
    const middle = index * step;
    const [from, to] = [middle - step / 2 + GAP / 2, middle + step / 2 - GAP / 2];
    const [x, y] = point(NAMES, middle);
    const side = x - SIZE / 2;
    return {
      key,
      label,
      path: score ? segment(from, to, INNER, radiusOf(score.percent)) : "",
      track: segment(from, to, INNER, OUTER),
      greenLine: score?.greenLine ?? null,
      name: { x, y, anchor: Math.abs(side) < 10 ? "middle" : side > 0 ? "start" : "end" },
    };
  });
}
