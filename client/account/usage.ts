import type { Credits } from "../../domain/credits.ts";
import type { DayUsage } from "../../domain/messages.ts";

/** What `GET /api/usage` answers. */
export interface Usage {
  readonly credits: Credits;
  /** Of this month, the newest day first. */
  readonly days: readonly DayUsage[];
}

/** What credits are used for, in the order of the picture. */
export const ACTIONS = [
  { action: "chat_conversation", label: "Talks with VIVA" },
  { action: "vision_generation", label: "Vision texts" },
  { action: "vision_refinement", label: "Refinements" },
  { action: "vision_discovery", label: "Discovery" },
] as const;

/** How a member calls what credits were used for. */
export function actionLabel(action: string): string {
  return ACTIONS.find((known) => known.action === action)?.label ?? "Other";
}

/** The picture's coordinates: its height, and the width of a day with the gap before the next. */
export const HEIGHT = 100;
const DAY_WIDTH = 10;
const BAR_WIDTH = 7;

/** A part of a day's bar: what one kind of use took of it. */
export interface Bar {
  readonly action: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A month of use as a picture. */
export interface UsageChart {
  /** `YYYY-MM-DD` of the first and the last day, UTC. */
  readonly first: string;
  readonly last: string;
  readonly width: number;
  readonly bars: readonly Bar[];
  /** Credits of the day that took the most: as high as the picture. */
  readonly most: number;
  /** Credits of the whole month. */
  readonly total: number;
  /** Kinds of use that took any credits, in the order of `ACTIONS`, others last. */
  readonly actions: readonly string[];
}

const round = (value: number) => Math.round(value * 100) / 100;

/** The days of the month before the credits renew, `YYYY-MM-DD`. */
function daysOfMonth(renewsAt: string): string[] {
  const end = new Date(renewsAt);
  const count = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth(), 0)).getUTCDate();
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() - 1, index + 1))
      .toISOString()
      .slice(0, 10),
  );
}

/** This month's use by day and action, stacked. What is no day of this month is left out. */
export function chartOf({ credits, days }: Usage): UsageChart {
  const month = daysOfMonth(credits.renewsAt);
  const order: readonly string[] = ACTIONS.map(({ action }) => action);
  const used = days.filter(({ day, credits: took }) => took > 0 && month.includes(day));
  const rankOf = (action: string) =>
    order.includes(action) ? order.indexOf(action) : order.length;
  const actions = [...new Set(used.map(({ action }) => action))].sort(
    (a, b) => rankOf(a) - rankOf(b) || a.localeCompare(b),
  );
  const totals = month.map((day) =>
    used.reduce((sum, row) => sum + (row.day === day ? row.credits : 0), 0),
  );
  const most = Math.max(0, ...totals);
  const bars = month.flatMap((day, index) => {
    let top = HEIGHT;
    return actions.flatMap((action) => {
      const took = used.find((row) => row.day === day && row.action === action)?.credits ?? 0;
      if (took === 0) return [];
      // A day with little use is seen all the same.
      const height = Math.max(1.5, round((took / most) * HEIGHT));
      top = Math.max(0, round(top - height));
      return [{ action, x: index * DAY_WIDTH, y: top, width: BAR_WIDTH, height }];
    });
  });
  return {
    ...{ first: month[0] ?? "", last: month.at(-1) ?? "", width: month.length * DAY_WIDTH },
    ...{ bars, most, total: totals.reduce((sum, took) => sum + took, 0), actions },
  };
}
