import { useSignal } from "@preact/signals";
import { CircleStop, Sparkles, X } from "lucide";
import type { Category } from "../../domain/categories.ts";
import { type ClientProblem, localProblem } from "../api/problem.ts";
import type { GrowingText } from "../text/growing-text.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Button, IconButton } from "../ui/Button.tsx";
import { CareText } from "../ui/CareText.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Text } from "../ui/Text.tsx";
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
  const state = refinement.state.value;
  const unsaved = useSignal<ClientProblem | null>(null);
  const problem = unsaved.value ?? (state.kind === "writing" ? null : state.problem);

  /** VIVA reads what the server has: the member's newest words come first. */
  async function ask(how: (revision: number) => Promise<void>) {
    await editor.flush();
    const vision = editor.vision.peek();
    const stays = editor.unsaved.peek().includes(key);
    unsaved.value = !vision || stays ? UNSAVED : null;
    if (!vision || stays) return;
    await how(vision.revision);
    const after = refinement.state.peek();
    if (after.kind !== "writing" && after.problem?.code === "precondition_failed") {
      await editor.refresh();
    }
  }

  return (
    <section class="refine card-viva" aria-label={`Refine ${label} with VIVA`}>
      <header class="refine-head">
        <Avatar size={36} busy={state.kind === "writing"} />
        <h3 data-opened tabIndex={-1}>
          Refine with VIVA
        </h3>
        {state.kind === "writing" ? null : (
          <IconButton
            icon={X}
            label="Close VIVA's panel"
            onClick={() => {
              refinement.done();
              onClose();
            }}
          />
        )}
      </header>
      <p class="visually-hidden" role="status">
        {refinement.said.value}
      </p>
      {problem?.care ? (
        <CareText of={problem.detail} />
      ) : problem ? (
        <ProblemNotice
          problem={problem}
          onRetry={problem.retryable ? () => void ask(refinement.ask) : undefined}
        />
      ) : null}
      {state.kind === "asking" ? (
        <RefineForm refinement={refinement} onAsk={() => void ask(refinement.ask)} />
      ) : null}
      {state.kind === "writing" ? (
        <>
          <Growing growth={state.growth} />
          {state.lost ? <p class="muted">The connection is lost. Reconnecting…</p> : null}
          <div class="button-row">
            <Button icon={CircleStop} busy={state.stopping} onClick={refinement.stop}>
              Stop
            </Button>
          </div>
        </>
      ) : null}
      {state.kind === "proposed" ? (
        <Proposals
          open={open}
          category={category}
          onSecond={() => void ask(refinement.askSecond)}
          onClose={onClose}
        />
      ) : null}
    </section>
  );
}

/** The proposal as it is written: the only thing that renders while words arrive. */
function Growing({ growth }: { growth: GrowingText }) {
  const text = growth.shown.value;
  if (text === "") {
    return (
      <p class="refine-wait">
        <span class="typing" role="img" aria-label="VIVA is reading">
          <span />
          <span />
          <span />
        </span>
      </p>
    );
  }
  return <Text look="prose" of={text} growing />;
}

/** The button that opens the panel. */
export function RefineButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button icon={Sparkles} aria-label={`Refine with VIVA: ${label}`} onClick={onClick}>
      Refine with VIVA
    </Button>
  );
}
