interface SkeletonProps {
  /** How many lines of text it stands for. */
  readonly lines?: number;
  /** What is being loaded, for screen readers. */
  readonly label: string;
}

const WIDTHS = ["92%", "78%", "86%", "64%"];

/** Grey lines in the place of text that is on its way. */
export function Skeleton({ lines = 3, label }: SkeletonProps) {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">{label}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} class="skeleton-line" style={{ width: WIDTHS[index % WIDTHS.length] }} />
      ))}
    </div>
  );
}
