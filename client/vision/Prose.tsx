import { paragraphs } from "../chat/paragraphs.ts";

/** A section's text as paragraphs and lines; nothing in it is ever taken for markup. */
export function Prose({ text, growing = false }: { text: string; growing?: boolean }) {
  return (
    <div class={growing ? "prose prose-growing" : "prose"}>
      {paragraphs(text).map((lines, index) => (
        <p key={index}>{lines.map((line, number) => (number === 0 ? line : [<br />, line]))}</p>
      ))}
    </div>
  );
}
