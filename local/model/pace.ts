/** Milliseconds of the Unix epoch with a sub-millisecond fraction, comparable between processes. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Resolves at a point in time of {@link now}, or as soon as the signal fires. Never early. */
export function until(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const step = (): void => {
      const left = time - now();
      if (signal.aborted || left <= 0) {
        signal.removeEventListener("abort", wake);
        resolve();
      } else {
        timer = setTimeout(step, left);
      }
    };
    const wake = (): void => {
      clearTimeout(timer);
      resolve();
    };
    let timer: NodeJS.Timeout | undefined;
    signal.addEventListener("abort", wake, { once: true });
    step();
  });
}
