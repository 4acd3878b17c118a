import { useSignal } from "@preact/signals";
import { KeyRound } from "lucide";
import type { ComponentChildren } from "preact";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { codeIn, giveCode } from "./second-step.ts";

interface CodeFormProps {
  readonly factorId: string;
  /** What the button says. */
  readonly press: string;
  readonly onDone?: () => void;
  /** What stands beside the button, such as the way back. */
  readonly children?: ComponentChildren;
}

/** Asks for a code of the authenticator app, and checks it. */
export function CodeForm({ factorId, press, onDone, children }: CodeFormProps) {
  const busy = useSignal(false);
  const refused = useSignal("");

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (busy.value || !(event.currentTarget instanceof HTMLFormElement)) return;
    const code = codeIn(String(new FormData(event.currentTarget).get("code") ?? ""));
    if (code === null) {
      refused.value = "Enter the 6 digits that your authenticator app shows.";
      return;
    }
    busy.value = true;
    refused.value = "";
    const result = await giveCode(factorId, code);
    busy.value = false;
    if (result.kind === "refused") refused.value = result.detail;
    else onDone?.();
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Field
        label="Code"
        name="code"
        type="code"
        autocomplete="one-time-code"
        hint="The 6 digits that your authenticator app shows now."
      />
      <div role="alert">{refused.value ? <p class="form-error">{refused.value}</p> : null}</div>
      <div class="button-row">
        <Button kind="primary" type="submit" icon={KeyRound} busy={busy.value}>
          {press}
        </Button>
        {children}
      </div>
    </form>
  );
}
