import { type ComponentChildren, Fragment } from "preact";
import { paragraphs } from "./paragraphs.ts";

interface TextProps {
  readonly of: string;
  /** `prose` for the text of a section, which is set in larger type. */
  readonly look?: "text" | "prose" | "text care-text";
  /** Whether more of it is still arriving. */
  readonly growing?: boolean;
  /** Draws one line. Without it a line is drawn as it is. */
  readonly line?: (line: string) => ComponentChildren;
}

/** Untrusted text as paragraphs and lines. Nothing in it is ever taken for markup. */
export function Text({ of, look = "text", growing = false, line = (words) => words }: TextProps) {
  return (
    <div class={growing ? `${look} ${look}-growing` : look}>
      {paragraphs(of).map((lines, index) => (
        <p key={index}>
          {lines.map((words, number) => (
            <Fragment key={number}>
              {number === 0 ? null : <br />}
              {line(words)}
            </Fragment>
          ))}
        </p>
      ))}
    </div>
  );
}
