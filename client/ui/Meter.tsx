interface MeterProps {
  /** What is measured, for screen readers. */
  readonly label: string;
  /** Whole percent. */
  readonly percent: number;
  /** A place on the bar that matters, in percent. */
  readonly mark?: number;
}

/** A bar that fills. */
export function Meter({ label, percent, mark }: MeterProps) {
  return (
    <div
      class="meter"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={`${percent} %`}
    >
      <span class="meter-fill" style={{ width: `${percent}%` }} />
      {mark === undefined ? null : (
        <span
          class={percent >= mark ? "meter-mark meter-mark-passed" : "meter-mark"}
          style={{ left: `${mark}%` }}
        />
      )}
    </div>
  );
}
