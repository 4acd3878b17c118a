import { type IconNode, Lightbulb, MessageSquareQuote } from "lucide";
import type { ComponentChildren } from "preact";
import { Icon } from "../ui/Icon.tsx";
import { Text } from "../ui/Text.tsx";
import type { Proposal } from "./proposal.ts";

/** Why VIVA changed what it changed, and what it noticed in the text. */
export function ProposalNotes({ proposal: { notes, findings } }: { proposal: Proposal }) {
  return (
    <>
      {notes === null ? null : (
        <Notes look="viva-notes" icon={MessageSquareQuote} title="VIVA's notes">
          <Text look="prose" of={notes} />
        </Notes>
      )}
      {findings.length === 0 ? null : (
        <Notes look="findings" icon={Lightbulb} title="Worth a second look">
          <ul>
            {findings.map(({ rule, message }) => (
              <li key={rule + message}>{message}</li>
            ))}
          </ul>
        </Notes>
      )}
    </>
  );
}

interface NotesProps {
  readonly look: string;
  readonly icon: IconNode;
  readonly title: string;
  readonly children: ComponentChildren;
}

function Notes({ look, icon, title, children }: NotesProps) {
  return (
    <div class={look}>
      <Icon of={icon} />
      <div>
        <h4>{title}</h4>
        {children}
      </div>
    </div>
  );
}
