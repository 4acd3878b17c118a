import { useSignal } from "@preact/signals";
import { KeyRound } from "lucide";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import type { Operations } from "./operations.ts";

/** The way in: the operator's secret. */
export function Gate({ operations }: { readonly operations: Operations }) {
  const busy = useSignal(false);
  const refused = useSignal("");
  // Where a secret that was kept is not good any more.
  const why = refused.value || (operations.problem.value?.detail ?? "");

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (busy.value || !(event.currentTarget instanceof HTMLFormElement)) return;
    const secret = String(new FormData(event.currentTarget).get("secret") ?? "");
    if (secret === "") {
      refused.value = "Fill in the operator's secret.";
      return;
    }
    busy.value = true;
    refused.value = "";
    const problem = await operations.enter(secret);
    busy.value = false;
    if (problem?.code === "not_found") {
      refused.value = "This deployment has no operator's secret yet: see OPERATIONS.md.";
    } else if (problem) refused.value = problem.detail;
  }

  return (
    <div class="page page-narrow">
      <h1>Operations</h1>
      <section class="card sign-in" aria-labelledby="ops-gate">
        <h2 id="ops-gate">Operators only</h2>
        <form onSubmit={(event) => void submit(event)} noValidate>
          <Field
            label="Operator's secret"
            name="secret"
            type="password"
            autocomplete="off"
            hint="Kept in this tab only, until you leave or close it."
          />
          <div role="alert">{why ? <p class="form-error">{why}</p> : null}</div>
          <Button kind="primary" type="submit" icon={KeyRound} busy={busy.value} wide>
            Enter
          </Button>
        </form>
      </section>
    </div>
  );
}
