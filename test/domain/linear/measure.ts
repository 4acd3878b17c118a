/**
 * Below this much computing (in milliseconds) a run says nothing about how it grows. Over the longest
 * texts here, quadratic time is far beyond it.
 */
const TELLING_MS = 30;
/** How much shorter the text is that a long one is compared with … */
const SHORTER = 8;
/** … and how much less time it may take: 8 times less is linear, 64 times less is quadratic. */
const LINEAR_RATIO = 24;
/** What is judged is repeated until it has taken this long … */
const ENOUGH_MS = 20;
/** … so many times over. The quickest counts: collections of garbage and a busy processor only ever add time. */
const SERIES = 3;

/** Computing of this thread, whatever else the machine does. */
function cpuMs(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** Milliseconds that one run takes. */
function precisely(run: () => void): number {
  const series = Array.from({ length: SERIES }, () => {
    let [total, runs] = [0, 0];
    for (; total < ENOUGH_MS; runs += 1) total += cpuMs(run);
    return total / runs;
  });
  return Math.min(...series);
}

/**
 * Runs something over long and short texts and compares the computing they take.
 * @param sizes lengths, growing: a short first one ends at once what takes exponential time
 * @param make makes the text of a length; it is not measured
 * @returns the length from which on it takes more than linear time; null if it never does
 */
export function superlinearFrom(
  sizes: readonly number[],
  make: (length: number) => string,
  run: (text: string) => void,
): number | null {
  for (const size of sizes) {
    const long = make(size);
    // A second look: the first run may have met the compiler or a collection of garbage.
    if (cpuMs(() => run(long)) < TELLING_MS || cpuMs(() => run(long)) < TELLING_MS) continue;
    const short = make(size / SHORTER);
    if (precisely(() => run(long)) > LINEAR_RATIO * precisely(() => run(short))) return size;
  }
  return null;
}
