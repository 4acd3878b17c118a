import { useSignal } from "@preact/signals";
import { category } from "../../domain/categories.ts";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import { navigate } from "../router.ts";
import { services } from "../services.ts";
import { Button } from "../ui/Button.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Text } from "../ui/Text.tsx";
import type { VisionEditor } from "./editor.ts";
import { openVision } from "./open.ts";
import { visionPath } from "./wire.ts";

/** Words that were typed into a draft which is a draft no more: they are carried into the next one. */
export function UnsavedRescue({ editor }: { editor: VisionEditor }) {
  const busy = useSignal(false);
  const problem = useSignal<ClientProblem | null>(null);
  const keys = editor.unsaved.value;
  if (keys.length === 0) return null;

  async function carry() {
    busy.value = true;
    problem.value = null;
    try {
      const draft = await services().journey.visions.draft();
      const { editor: next } = openVision(draft.id);
      next.adopt(draft);
      // What stands in the draft is put aside, not lost.
      for (const key of keys) next.accept(key, editor.section(key).peek().text, null);
      editor.forget();
      navigate(visionPath(draft.id, keys[0]));
    } catch (error) {
      problem.value = problemOf(error);
    } finally {
      busy.value = false;
    }
  }

  return (
    <section class="card" aria-labelledby="leftover">
      <h2 id="leftover">Words of yours are not in this version</h2>
      <p class="muted">
        It was committed, or removed, before they were saved. They are kept on this device.
      </p>
      {keys.map((key) => (
        <div key={key} class="leftover">
          <h3>{category(key).label}</h3>
          <Text look="prose" of={editor.section(key).value.text} />
        </div>
      ))}
      {problem.value ? <ProblemNotice problem={problem.value} /> : null}
      <div class="button-row">
        <Button kind="primary" busy={busy.value} onClick={() => void carry()}>
          Carry them into a draft
        </Button>
        <Button kind="quiet" onClick={() => editor.forget()}>
          Let them go
        </Button>
      </div>
    </section>
  );
}
