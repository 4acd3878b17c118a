import { useSignal } from "@preact/signals";
import { Check, Lightbulb, MessageSquareQuote, RotateCcw, X } from "lucide";
import type { Category } from "../../domain/categories.ts";
import { Difference } from "../text/Difference.tsx";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { Text } from "../ui/Text.tsx";
import type { OpenVision } from "./open.ts";
import type { Proposal } from "./refine-request.ts";

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
  const proposals = refinement.proposals.value;
  const chosen = useSignal(proposals.length - 1);
  const reading = useSignal(false);
  const proposal = proposals[chosen.value] ?? proposals.at(-1);
  const { text } = editor.section(key).value;
  if (!proposal) return null;

  function finish() {
    refinement.done();
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
                  checked={proposals[index] === proposal}
                  onChange={() => {
                    chosen.value = index;
                  }}
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
      <Reasons proposal={proposal} />
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

/** Why VIVA changed what it changed, and what it noticed. */
function Reasons({ proposal }: { proposal: Proposal }) {
  const { notes, findings, ownWords } = proposal;
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
      {findings.length > 0 ? (
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
      ) : null}
      {ownWords === null ? null : (
        <p class="muted">{Math.round(ownWords * 100)} % of it are words of your own.</p>
      )}
    </>
  );
}
