import { useSignal } from "@preact/signals";
import { Sparkles, X } from "lucide";
import type { Category } from "../../domain/categories.ts";
import { type ClientProblem, localProblem } from "../api/problem.ts";
import { GrowingTextView } from "../text/GrowingTextView.tsx";
import { Avatar } from "../ui/Avatar.tsx";
import { Button, IconButton } from "../ui/Button.tsx";
import { CareText } from "../ui/CareText.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import type { OpenVision } from "./open.ts";
import { Proposals } from "./Proposals.tsx";
import { RefineForm } from "./RefineForm.tsx";

interface RefinePanelProps {
  readonly open: OpenVision;
  readonly category: Category;
  readonly onClose: () => void;
}

const UNSAVED: ClientProblem = {
  ...localProblem("unknown"),
  detail: "Your latest words are not saved yet. VIVA reads them as soon as they are.",
};

/** VIVA's hand on one section: what to change, the text as it grows, and what becomes of it. */
export function RefinePanel({ open, category, onClose }: RefinePanelProps) {
  const { editor } = open;
  const { key, label } = category;
  const refinement = open.refinement(key);
  const running = refinement.running.value;
  const reply = refinement.reply.value;
  const isProposed = refinement.choice.value.versions.length > 0;
  const unsaved = useSignal<ClientProblem | null>(null);
  const problem = unsaved.value ?? refinement.problem.value;

  /** VIVA reads what the server has: the member's newest words come first. */
  async function ask(second: boolean) {
    await editor.flush();
    const vision = editor.vision.peek();
    const stays = editor.unsaved.peek().includes(key);
    unsaved.value = !vision || stays ? UNSAVED : null;
    if (!vision || stays) return;
    await refinement.ask({ request: refinement.form.peek(), revision: vision.revision, second });
    if (refinement.problem.peek()?.code === "precondition_failed") await editor.refresh();
  }

  return (
    <section class="refine card-viva" aria-label={`Refine ${label} with VIVA`}>
      <header class="refine-head">
        <Avatar size={36} busy={running !== null} />
        <h3 data-opened tabIndex={-1}>
          Refine with VIVA
        </h3>
        {running ? null : (
          <IconButton
            icon={X}
            label="Close VIVA's panel"
            onClick={() => {
              refinement.clear();
              onClose();
            }}
          />
        )}
      </header>
      <p class="visually-hidden" role="status">
        {refinement.announcement.value}
      </p>
      {reply === null ? null : <CareText of={reply} />}
      {problem ? (
        <ProblemNotice
          problem={problem}
          onRetry={problem.retryable ? () => void ask(isProposed) : undefined}
        />
      ) : null}
      {running ? (
        <GrowingTextView running={running} waits="VIVA is reading" onStop={refinement.stop} />
      ) : isProposed ? (
        <Proposals
          open={open}
          category={category}
          onSecond={() => void ask(true)}
          onClose={onClose}
        />
      ) : (
        <RefineForm refinement={refinement} onAsk={() => void ask(false)} />
      )}
    </section>
  );
}

/** The button that opens the panel. */
export function RefineButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button icon={Sparkles} aria-label={`Refine with VIVA: ${label}`} onClick={onClick}>
      Refine with VIVA
    </Button>
  );
}
