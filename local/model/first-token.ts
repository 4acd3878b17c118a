/**
 * How the time to the first token varies from request to request; `ttftMs` is its scale. The same seed
 * gives the same times in the same order, from each `POST /control` that names it on.
 * - `"each"`: these times, one after the other; the last one for all that follow;
 * - `"lognormal"`: the median is `ttftMs`, 68 % lie within a factor of e^sigma of it;
 * - `"pareto"`: at least `ttftMs`; the chance to take x times as long is x^-alpha: a heavy tail, without
 *   a mean where alpha is 1 or less. Each thousand requests hold each thousandth of it once, in random
 *   order: otherwise a few slow ones more or less would decide every comparison.
 */
export type FirstTokenTimes =
  | { readonly kind: "each"; readonly ms: readonly number[] }
  | { readonly kind: "lognormal"; readonly sigma: number; readonly seed: number }
  | { readonly kind: "pareto"; readonly alpha: number; readonly seed: number };

const isNumber = (value: unknown, least: number): boolean =>
  typeof value === "number" && Number.isFinite(value) && value >= least;

/** Whether a value from outside says how first tokens come. */
export function isFirstTokenTimes(value: unknown): value is FirstTokenTimes {
  if (typeof value !== "object" || value === null) return false;
  const { kind, ms, sigma, alpha, seed } = value as Record<string, unknown>;
  if (kind === "each") {
    return Array.isArray(ms) && ms.length > 0 && ms.every((time) => isNumber(time, 0));
  }
  if (!Number.isSafeInteger(seed)) return false;
  if (kind === "lognormal") return isNumber(sigma, 0);
  return kind === "pareto" && isNumber(alpha, 0.1);
}

/** Numbers spread evenly between 0 and 1, neither of them included, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 1) / 4_294_967_297;
  };
}

const STRATA = 1_000;

/** The same, but with each thousandth once in each thousand. */
function stratified(seed: number): () => number {
  const random = seeded(seed);
  let left: number[] = [];
  return () => {
    if (left.length === 0) left = Array.from({ length: STRATA }, (_, index) => index);
    const [stratum = 0] = left.splice(Math.floor(random() * left.length), 1);
    return (stratum + random()) / STRATA;
  };
}

/** The time to the first token of one request after the other, in milliseconds, for a scale in milliseconds. */
export function firstTokenTimes(times: FirstTokenTimes | null): (ttftMs: number) => number {
  if (times === null) return (ttftMs) => ttftMs;
  if (times.kind === "each") {
    const left = [...times.ms];
    return () => (left.length > 1 ? left.shift() : left[0]) ?? 0;
  }
  if (times.kind === "lognormal") {
    const random = seeded(times.seed);
    const { sigma } = times;
    return (ttftMs) => {
      const normal = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
      return ttftMs * Math.exp(sigma * normal);
    };
  }
  const { alpha } = times;
  const random = stratified(times.seed);
  return (ttftMs) => ttftMs * random() ** (-1 / alpha);
}
