/** A timer for silence: it goes off once nothing was heard for a while. */
export interface SilenceTimer {
  /** Something was heard: the timer begins anew, with as many milliseconds as given. */
  heard(ms: number): void;
  /** Switches the timer off. */
  end(): void;
}

/**
 * Starts a timer for silence. Hearing something only moves a deadline; the platform's timer is set
 * anew where it would go off too late, so that a token costs no timer of its own.
 * @param now milliseconds on any clock that does not go back
 */
export function silenceTimer(now: () => number, ms: number, onSilence: () => void): SilenceTimer {
  let deadline = 0;
  let armedFor = Number.POSITIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function arm(delay: number): void {
    clearTimeout(timer);
    armedFor = deadline;
    timer = setTimeout(check, delay);
  }
  function check(): void {
    armedFor = Number.POSITIVE_INFINITY;
    const left = deadline - now();
    if (left > 0) arm(left);
    else onSilence();
  }
  function heard(delay: number): void {
    deadline = now() + delay;
    if (deadline < armedFor) arm(delay);
  }

  heard(ms);
  return { heard, end: () => clearTimeout(timer) };
}
