import { useSignal } from "@preact/signals";
import { Copy, PencilLine, Sunrise, Trash2 } from "lucide";
import type { ComponentChildren } from "preact";
import type { Vision, VisionSummary } from "../../domain/journey.ts";
import { ApiError, problemOf } from "../api/problem.ts";
import { navigate } from "../router.ts";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Confirm.tsx";
import { tell } from "../ui/toasts.ts";
import { commitDraft, openDraft, removeVersion } from "./actions.ts";
import { versionName } from "./versions.ts";
import { visionPath } from "./wire.ts";

interface VersionActionsProps {
  readonly version: VisionSummary;
  /** The draft there is; null for none. */
  readonly draft: VisionSummary | null;
  /** The version was committed. */
  readonly onCommitted?: (vision: Vision) => void;
  /** The version is gone. */
  readonly onRemoved?: () => void;
  /** More buttons, in front. */
  readonly children?: ComponentChildren;
}

type Asking = "commit" | "remove" | "copy" | null;

/** What can be done with a version: commit, refine, copy to a draft, discard or delete. */
export function VersionActions(props: VersionActionsProps) {
  const { version, draft, onCommitted, onRemoved, children } = props;
  const { id, state, completion } = version;
  const asking = useSignal<Asking>(null);
  const busy = useSignal(false);
  const close = () => {
    asking.value = null;
  };
  const name = versionName(version);

  async function toDraft(from?: string) {
    busy.value = true;
    try {
      await openDraft(from);
    } catch (error) {
      const problem = problemOf(error);
      // A draft that is there already is the member's to decide about.
      if (problem.status === 409 && from !== undefined) asking.value = "copy";
      else tell(problem.detail, { tone: "problem", name: "vision-draft" });
    } finally {
      busy.value = false;
    }
  }

  return (
    <div class="button-row">
      {children}
      {state === "draft" ? (
        <Button
          // Before all is written, going on writing comes first.
          kind={completion === 100 ? "primary" : "secondary"}
          icon={Sunrise}
          onClick={() => {
            asking.value = "commit";
          }}
        >
          Commit
        </Button>
      ) : null}
      {state === "draft" ? null : (
        <Button
          kind={state === "active" ? "primary" : "secondary"}
          icon={state === "active" ? PencilLine : Copy}
          busy={busy.value}
          aria-label={state === "active" ? "Refine" : `Copy to draft: ${name}`}
          onClick={() => {
            if (state === "active") void toDraft();
            else if (draft) asking.value = "copy";
            else void toDraft(id);
          }}
        >
          {state === "active" ? "Refine" : "Copy to draft"}
        </Button>
      )}
      {state === "active" ? null : (
        <Button
          kind="quiet"
          icon={Trash2}
          aria-label={state === "draft" ? "Discard the draft" : `Delete ${name}`}
          onClick={() => {
            asking.value = "remove";
          }}
        >
          {state === "draft" ? "Discard" : "Delete"}
        </Button>
      )}

      <Confirm
        open={asking.value === "commit"}
        title="Make this the life you choose?"
        action="Commit my vision"
        onClose={close}
        act={async () => onCommitted?.(await commitDraft(id))}
      >
        <p>
          This draft becomes your active Life Vision, and the version that was active before stays
          in your history.
        </p>
        {completion < 100 ? (
          <p class="muted">
            {completion} % is written. You can commit it as it is, and refine it whenever you like.
          </p>
        ) : null}
      </Confirm>
      <Confirm
        open={asking.value === "remove"}
        title={state === "draft" ? "Discard this draft?" : `Delete ${name}?`}
        action={state === "draft" ? "Discard it" : "Delete it"}
        danger
        onClose={close}
        act={async () => {
          await removeVersion(version);
          tell(state === "draft" ? "The draft is discarded." : `${name} is deleted.`);
          onRemoved?.();
        }}
      >
        <p>
          {state === "draft"
            ? "Its words are gone then. Your active version stays as it is."
            : "Its words are gone then. Your active version and your draft stay as they are."}
        </p>
      </Confirm>
      <Confirm
        open={asking.value === "copy"}
        title="There is a draft already"
        action="Discard it and copy"
        danger
        onClose={close}
        act={async () => {
          if (draft) await removeVersion(draft);
          try {
            await openDraft(id);
          } catch (error) {
            if (!(error instanceof ApiError) || error.problem.status !== 409) throw error;
            throw new ApiError({
              ...error.problem,
              detail: "There is a draft already. Open it first, and decide what becomes of it.",
            });
          }
        }}
      >
        <p>
          One draft at a time: you can go on with it, or discard it and begin a copy of {name}{" "}
          instead.
        </p>
        {draft ? (
          <Button
            onClick={() => {
              close();
              navigate(visionPath(draft.id));
            }}
          >
            Open the draft
          </Button>
        ) : null}
      </Confirm>
    </div>
  );
}
