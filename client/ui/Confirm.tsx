import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { ProblemNotice } from "./ProblemNotice.tsx";

interface ConfirmProps {
  readonly open: boolean;
  readonly title: string;
  /** What the button that does it says. */
  readonly action: string;
  /** Something ends with it that cannot come back. */
  readonly danger?: boolean;
  readonly onClose: () => void;
  /** Does it; what it throws is shown, and the dialog stays. */
  readonly act: () => Promise<void>;
  readonly children: ComponentChildren;
}

/** Asks before something is done that cannot be undone. */
export function Confirm(props: ConfirmProps) {
  const { open, title, action, danger = false, onClose, act, children } = props;
  const busy = useSignal(false);
  const problem = useSignal<ClientProblem | null>(null);

  function close() {
    problem.value = null;
    onClose();
  }

  async function go() {
    busy.value = true;
    problem.value = null;
    try {
      await act();
      close();
    } catch (error) {
      problem.value = problemOf(error);
    } finally {
      busy.value = false;
    }
  }

  return (
    <Dialog open={open} title={title} onClose={close}>
      {children}
      <div role="alert">{problem.value ? <ProblemNotice problem={problem.value} /> : null}</div>
      <div class="button-row">
        <span class={danger ? "danger" : undefined}>
          <Button
            kind={danger ? "secondary" : "primary"}
            busy={busy.value}
            onClick={() => void go()}
          >
            {action}
          </Button>
        </span>
        <Button kind="quiet" onClick={close}>
          Not now
        </Button>
      </div>
    </Dialog>
  );
}
