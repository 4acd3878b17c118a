/** Halves of the finest range: a value is kept to one part in a thousand, however large it is. */
const HALF = 1_024;
const MICRO = 1_000;

/** A histogram as it stands in a report: counts by bucket, buckets without any left out. */
export type HistogramData = readonly (readonly [bucket: number, count: number])[];

/** The bucket of a whole number of microseconds: exact below 2,048, from there 1,024 to each doubling. */
function bucketOf(microseconds: number): number {
  if (microseconds < 2 * HALF) return microseconds;
  const doublings = Math.floor(Math.log2(microseconds)) - Math.log2(HALF);
  return doublings * HALF + Math.floor(microseconds / 2 ** doublings);
}

/** The middle of a bucket, in microseconds. */
function middleOf(bucket: number): number {
  if (bucket < 2 * HALF) return bucket;
  const doublings = Math.floor(bucket / HALF) - 1;
  const width = 2 ** doublings;
  return (bucket - doublings * HALF) * width + (width - 1) / 2;
}

/**
 * A histogram of high dynamic range: durations from a microsecond to days, each to within 0.1 %, in
 * bounded space. Two of them add up without loss, so that reports of several regions can be merged.
 */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #count = 0;

  /** @param data what {@link Histogram.data} gave */
  static from(data: HistogramData): Histogram {
    const histogram = new Histogram();
    for (const [bucket, count] of data) histogram.#add(bucket, count);
    return histogram;
  }

  /** How many values were recorded. */
  get count(): number {
    return this.#count;
  }

  /** Records a duration in milliseconds; negative ones count as 0. */
  record(ms: number): void {
    this.#add(bucketOf(Math.max(0, Math.round(ms * MICRO))), 1);
  }

  /** Takes over all that another one has recorded. */
  merge(other: Histogram): void {
    for (const [bucket, count] of other.#counts) this.#add(bucket, count);
  }

  /** The least value that at least `share` (0 to 1) of all do not exceed, in milliseconds; NaN when empty. */
  quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (const [bucket, count] of this.data()) {
      seen += count;
      if (seen >= wanted) return middleOf(bucket) / MICRO;
    }
    return Number.NaN;
  }

  /** Mean in milliseconds; NaN when empty. */
  mean(): number {
    let sum = 0;
    for (const [bucket, count] of this.#counts) sum += middleOf(bucket) * count;
    return sum / this.#count / MICRO;
  }

  /** Its counts in order, for a report. */
  data(): HistogramData {
    return [...this.#counts].toSorted(([a], [b]) => a - b);
  }

  #add(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#count += count;
  }
}
