import { useMemo } from "preact/hooks";
import { wordDiff } from "../../domain/word-diff.ts";

interface DifferenceProps {
  readonly before: string;
  readonly after: string;
  /** What stands only in the text before, in a word or two. */
  readonly removed?: string;
  /** What stands only in the text after. */
  readonly added?: string;
}

/** What changed between two texts, word by word: struck through and underlined, not by colour alone. */
export function Difference({
  before,
  after,
  removed = "Taken out",
  added = "New",
}: DifferenceProps) {
  const parts = useMemo(() => wordDiff(before, after), [before, after]);
  return (
    <div class="difference">
      <p class="difference-legend">
        <span>
          <del>{removed}</del>
        </span>
        <span>
          <ins>{added}</ins>
        </span>
      </p>
      {/* Word beside word: a translation of each by itself says nothing. */}
      <div class="difference-text" dir="auto" translate={false}>
        {parts.map(({ kind, text }, index) =>
          kind === "same" ? (
            text
          ) : kind === "removed" ? (
            <del key={index}>{text}</del>
          ) : (
            <ins key={index}>{text}</ins>
          ),
        )}
      </div>
    </div>
  );
}
