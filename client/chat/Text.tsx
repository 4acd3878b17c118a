import { paragraphs } from "./paragraphs.ts";

/** Untrusted text as paragraphs and lines; nothing in it is ever taken for markup. */
export function Text({ of, growing = false }: { of: string; growing?: boolean }) {
  return (
    <div class={growing ? "text text-growing" : "text"}>
      {paragraphs(of).map((lines, index) => (
        <p key={index}>{lines.map((line, number) => (number === 0 ? line : [<br />, line]))}</p>
      ))}
    </div>
  );
}
