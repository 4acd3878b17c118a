import { useSignal } from "@preact/signals";
import { Trash2 } from "lucide";
import { useId } from "preact/hooks";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import { NOT_CHECKED, useCaptcha } from "../auth/Captcha.tsx";
import { codeIn } from "../auth/second-step.ts";
import { member, ownFactor } from "../auth/session.ts";
import { signInAgain } from "../auth/sign-in.ts";
import { navigate } from "../router.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { erasure } from "./erasing.ts";
import { leaving } from "./leave.ts";

/** What the member types to say that they mean it. */
const ERASE_WORD = "ERASE";

/** The way to have everything of oneself erased: what that means, and a question that no slip answers. */
export function EraseCard() {
  const open = useSignal(false);
  return (
    <section class="card" aria-labelledby="account-erase">
      <h2 id="account-erase">Erase everything</h2>
      <p class="muted">
        Your profile, assessments, Life Visions and every conversation go for good. Your sign-in
        stays, so that you can begin anew.
      </p>
      <span class="danger">
        <Button
          icon={Trash2}
          onClick={() => {
            open.value = true;
          }}
        >
          Erase everything
        </Button>
      </span>
      <Dialog
        open={open.value}
        title="Erase everything?"
        onClose={() => {
          open.value = false;
        }}
      >
        <EraseQuestion
          onClose={() => {
            open.value = false;
          }}
        />
      </Dialog>
    </section>
  );
}

/** The word as it must be typed, in whatever language the page is read. */
function EraseWord() {
  return <span translate={false}>{ERASE_WORD}</span>;
}

function EraseQuestion({ onClose }: { readonly onClose: () => void }) {
  const id = useId();
  const typed = useSignal("");
  const busy = useSignal(false);
  const password = useSignal("");
  const code = useSignal("");
  const missing = useSignal<"word" | "password" | "code" | null>(null);
  const refused = useSignal("");
  const captcha = useCaptcha();
  const problem = useSignal<ClientProblem | null>(null);

  async function submit(event: Event) {
    event.preventDefault();
    if (busy.value) return;
    problem.value = null;
    refused.value = "";
    const meant = typed.value.trim().toUpperCase() === ERASE_WORD;
    const digits = ownFactor.value === null ? "" : codeIn(code.value);
    const lacking = password.value === "" ? "password" : digits === null ? "code" : null;
    missing.value = meant ? lacking : "word";
    if (missing.value) return;
    if (captcha.isMissing()) {
      refused.value = NOT_CHECKED;
      return;
    }
    busy.value = true;
    try {
      const again = await captcha.spend((token) =>
        signInAgain(password.value, token, digits ?? ""),
      );
      if (again.kind !== "in") {
        refused.value = again.kind === "refused" ? again.detail : "";
        busy.value = false;
        return;
      }
      const { leaveNothing } = leaving();
      await erasure.begin();
      await leaveNothing();
      navigate("/", { replace: true });
    } catch (error) {
      problem.value = problemOf(error);
      busy.value = false;
    }
  }

  return (
    <form class="erase" onSubmit={(event) => void submit(event)} noValidate>
      <div class="erase-what">
        <h3>This goes, on all your devices</h3>
        <ul>
          <li>your Life Profile and Vibrational Assessments</li>
          <li>your Life Visions, with all their versions</li>
          <li>every conversation with VIVA, and what waits to be sent</li>
        </ul>
        <h3>This stays</h3>
        <ul>
          <li>your sign-in: the same e-mail and password let you begin anew</li>
          <li>how many credits were used when, without your name or any of your words</li>
          <li>a note that this was erased, so that nothing old comes back</li>
        </ul>
      </div>
      <p>It cannot be undone. If you may want any of it later, download your data first.</p>
      <div class="field">
        <label for={id}>
          Type <EraseWord /> to go on
        </label>
        <input
          id={id}
          class="input"
          type="text"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          aria-invalid={missing.value === "word" || undefined}
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
            missing.value = null;
          }}
        />
      </div>
      {/* Password managers fill in the password that belongs to this address. */}
      <input type="email" autocomplete="username" value={member.value?.email} readOnly hidden />
      <div class="field">
        <label for={`${id}-password`}>Your password</label>
        <input
          id={`${id}-password`}
          class="input"
          type="password"
          autocomplete="current-password"
          aria-invalid={missing.value === "password" || refused.value !== "" || undefined}
          value={password.value}
          onInput={(event) => {
            password.value = event.currentTarget.value;
            missing.value = null;
            refused.value = "";
          }}
        />
      </div>
      {ownFactor.value === null ? null : (
        <div class="field">
          <label for={`${id}-code`}>Code from your authenticator app</label>
          <input
            id={`${id}-code`}
            class="input"
            type="text"
            inputMode="numeric"
            autocomplete="one-time-code"
            maxLength={10}
            aria-invalid={missing.value === "code" || undefined}
            value={code.value}
            onInput={(event) => {
              code.value = event.currentTarget.value;
              missing.value = null;
              refused.value = "";
            }}
          />
        </div>
      )}
      {captcha.shown}
      <div role="alert">
        {missing.value === "word" ? (
          <p class="form-error">
            Type <EraseWord /> into the field first.
          </p>
        ) : null}
        {missing.value === "password" ? (
          <p class="form-error">Type your password first: nobody else may do this.</p>
        ) : null}
        {missing.value === "code" ? (
          <p class="form-error">Enter the 6 digits that your authenticator app shows.</p>
        ) : null}
        {refused.value ? <p class="form-error">{refused.value}</p> : null}
        {problem.value ? <ProblemNotice problem={problem.value} /> : null}
      </div>
      <div class="button-row">
        <span class="danger">
          <Button type="submit" busy={busy.value}>
            Erase everything now
          </Button>
        </span>
        <Button kind="quiet" onClick={onClose}>
          Keep everything
        </Button>
      </div>
    </form>
  );
}
