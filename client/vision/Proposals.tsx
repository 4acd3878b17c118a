import { useSignal } from "@preact/signals";
import { Check, RotateCcw, X } from "lucide";
import type { Category } from "../../domain/categories.ts";
import { Difference } from "../text/Difference.tsx";
import { ProposalNotes } from "../text/ProposalNotes.tsx";
import { Button } from "../ui/Button.tsx";
import { Text } from "../ui/Text.tsx";
import type { OpenVision } from "./open.ts";

interface ProposalsProps {
  readonly open: OpenVision;
  readonly category: Category;
  /** A second text is asked for, beside the first. */
  readonly onSecond: () => void;
  readonly onClose: () => void;
}

/** What VIVA proposes: against what stands there, why, and the member's choice. */
export function Proposals({ open, category, onSecond, onClose }: ProposalsProps) {
  const { editor } = open;
  const { key, label } = category;
  const refinement = open.refinement(key);
  const { versions: proposals, chosen } = refinement.choice.value;
  const reading = useSignal(false);
  const proposal = proposals[chosen];
  const { text } = editor.section(key).value;
  if (!proposal) return null;

  function finish() {
    refinement.clear();
    onClose();
  }

  return (
    <>
      {proposals.length > 1 ? (
        <fieldset class="choice">
          <legend>Two versions</legend>
          <div class="pills">
            {proposals.map((_, index) => (
              <label key={index} class="pill">
                <input
                  class="pill-input"
                  type="radio"
                  name={`proposal-${key}`}
                  checked={index === chosen}
                  onChange={() => refinement.choose(index)}
                />
                <span>
                  {index === 0 ? "First" : index === 1 ? "Second" : `Number ${index + 1}`}
                </span>
              </label>
            ))}
          </div>
        </fieldset>
      ) : null}
      {reading.value ? (
        <Text look="prose" of={proposal.text} />
      ) : (
        <Difference before={text} after={proposal.text} />
      )}
      <ProposalNotes proposal={proposal} />
      {proposal.ownWords === null ? null : (
        <p class="muted">{Math.round(proposal.ownWords * 100)} % of it are words of your own.</p>
      )}
      <div class="button-row">
        <Button
          kind="primary"
          icon={Check}
          onClick={() => {
            editor.accept(key, proposal.text, proposal.refinementId);
            finish();
          }}
        >
          Take this text
        </Button>
        <Button icon={X} aria-label={`Discard VIVA's text for ${label}`} onClick={finish}>
          Discard
        </Button>
        {proposal.findings.length > 0 && proposals.length === 1 ? (
          <Button icon={RotateCcw} onClick={onSecond}>
            A second version
          </Button>
        ) : null}
        <Button
          kind="quiet"
          aria-pressed={reading.value}
          onClick={() => {
            reading.value = !reading.value;
          }}
        >
          {reading.value ? "Show the changes" : "Just read it"}
        </Button>
      </div>
    </>
  );
}
