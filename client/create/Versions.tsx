import { useSignal } from "@preact/signals";
import { FileDiff } from "lucide";
import { Difference } from "../text/Difference.tsx";
import { GrowingTextView } from "../text/GrowingTextView.tsx";
import { ProposalNotes } from "../text/ProposalNotes.tsx";
import { comparedWith, versionLabel } from "../text/text-versions.ts";
import { Button } from "../ui/Button.tsx";
import { Text } from "../ui/Text.tsx";
import { isSecond, type Writing } from "./writing.ts";

interface VersionsProps {
  readonly writing: Writing;
  /** The section's text in the draft; empty for none. */
  readonly saved: string;
  /** What names the choice of radios. */
  readonly name: string;
}

/** The texts to choose from, beside one another, with what VIVA says of each. */
export function Versions({ writing, saved, name }: VersionsProps) {
  const choice = writing.choice.value;
  const { versions, chosen } = choice;
  const running = writing.running.value;
  const second = running && isSecond(running.ask) ? running : null;
  const asked = useSignal<boolean | null>(null);
  const version = versions[chosen];
  const before = comparedWith(choice, saved);
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
            <ProposalNotes proposal={each} />
          </article>
        ))}
        {second ? (
          <article class="version" aria-label="Second version">
            <p class="overline">VIVA writes a second version, closer to the voice of a vision.</p>
            <GrowingTextView
              running={second}
              waits="VIVA is gathering your words"
              onStop={writing.stop}
            />
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
