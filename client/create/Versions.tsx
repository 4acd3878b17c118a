import { useSignal } from "@preact/signals";
import { FileDiff, Lightbulb, MessageSquareQuote } from "lucide";
import { Difference } from "../text/Difference.tsx";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { Text } from "../ui/Text.tsx";
import { Growing } from "./Growing.tsx";
import { comparedWith, isSecond, type Version, versionLabel } from "./versions.ts";
import type { Writing } from "./writing.ts";

interface VersionsProps {
  readonly writing: Writing;
  /** The section's text in the draft; empty for none. */
  readonly saved: string;
  /** What names the choice of radios. */
  readonly name: string;
}

/** The texts to choose from, beside one another, with what VIVA says of each. */
export function Versions({ writing, saved, name }: VersionsProps) {
  const choosing = writing.choosing.value;
  const { versions, chosen } = choosing;
  const underWay = writing.underWay.value;
  const second = underWay && isSecond(underWay.ask) ? underWay : null;
  const asked = useSignal<boolean | null>(null);
  const version = versions[chosen];
  const before = comparedWith(choosing, saved);
  // What is changed is shown as changes, until the member wants just to read.
  const comparing = asked.value ?? before !== null;
  const several = versions.length > 1 || second !== null;
  if (!version) return null;
  return (
    <>
      <div class={several ? "versions-beside" : undefined}>
        {versions.map((each, index) => (
          <article
            key={each.made + each.text}
            class={index === chosen ? "version version-chosen" : "version"}
            aria-label={several ? versionLabel(versions, index) : "Your text"}
          >
            {versions.length > 1 ? (
              <label class="pill">
                <input
                  class="pill-input"
                  type="radio"
                  name={name}
                  checked={index === chosen}
                  onChange={() => writing.choose(index)}
                />
                <span>{versionLabel(versions, index)}</span>
              </label>
            ) : null}
            {comparing && index === chosen && before !== null ? (
              <Difference before={before} after={each.text} />
            ) : (
              <Text look="prose" of={each.text} />
            )}
            <Notes version={each} />
          </article>
        ))}
        {second ? (
          <article class="version" aria-label="Second version">
            <p class="overline">VIVA writes a second version, closer to the voice of a vision.</p>
            <Growing underWay={second} onStop={writing.stop} />
          </article>
        ) : null}
      </div>
      {before !== null && before !== version.text ? (
        <Button
          kind="quiet"
          icon={FileDiff}
          aria-pressed={comparing}
          onClick={() => {
            asked.value = !comparing;
          }}
        >
          {comparing ? "Just read it" : "Show what changed"}
        </Button>
      ) : null}
    </>
  );
}

/** Why VIVA changed what it changed, and what it noticed. */
function Notes({ version: { notes, findings } }: { version: Version }) {
  return (
    <>
      {notes === null ? null : (
        <div class="viva-notes">
          <Icon of={MessageSquareQuote} />
          <div>
            <h4>VIVA's notes</h4>
            <Text look="prose" of={notes} />
          </div>
        </div>
      )}
      {findings.length === 0 ? null : (
        <div class="findings">
          <Icon of={Lightbulb} />
          <div>
            <h4>Worth a second look</h4>
            <ul>
              {findings.map(({ rule, message }) => (
                <li key={rule + message}>{message}</li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </>
  );
}
