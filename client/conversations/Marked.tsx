import { useMemo } from "preact/hooks";
import { marksOf } from "./marks.ts";

interface MarkedProps {
  readonly text: string;
  readonly words: readonly string[];
}

/** A text with the words that were found in it marked. It stays text, whatever it holds. */
export function Marked({ text, words }: MarkedProps) {
  const parts = useMemo(() => marksOf(text, words), [text, words]);
  return (
    <>
      {parts.map((part, index) => (part.found ? <mark key={index}>{part.text}</mark> : part.text))}
    </>
  );
}
