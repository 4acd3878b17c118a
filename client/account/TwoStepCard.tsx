import { useSignal } from "@preact/signals";
import { ShieldCheck } from "lucide";
import { useEffect } from "preact/hooks";
import { ApiError, localProblem } from "../api/problem.ts";
import { CodeForm } from "../auth/CodeForm.tsx";
import {
  addFactor,
  type Factor,
  listFactors,
  type NewFactor,
  removeFactor,
} from "../auth/second-step.ts";
import { api } from "../services.ts";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Confirm.tsx";
import { online } from "../ui/online.ts";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";

const DATE = new Intl.DateTimeFormat("en-US", { dateStyle: "medium" });

/** Two-step sign-in: turned on with an authenticator app, and off. Nothing if the auth server has none. */
export function TwoStepCard() {
  const factors = useSignal<readonly Factor[] | null | undefined>(undefined);
  const failed = useSignal(false);
  const adding = useSignal<NewFactor | null>(null);
  const removing = useSignal<Factor | null>(null);
  const busy = useSignal(false);
  const refused = useSignal("");
  const said = useSignal("");

  async function load() {
    failed.value = false;
    try {
      factors.value = await listFactors();
    } catch {
      failed.value = true;
    }
  }
  useEffect(() => void load(), []);

  async function begin() {
    busy.value = true;
    [refused.value, said.value] = ["", ""];
    const made = await addFactor();
    busy.value = false;
    if ("refused" in made) refused.value = made.refused;
    else adding.value = made;
  }

  async function added() {
    adding.value = null;
    said.value = "Two-step sign-in is on. From now on you sign in with your password and a code.";
    // The server learns at once that one step is not enough any more.
    await api.json("/api/sync").catch(() => {});
    await load();
  }

  async function remove(factor: Factor) {
    const result = await removeFactor(factor.id);
    if (result.kind === "refused") {
      throw new ApiError({ ...localProblem("unknown"), detail: result.detail });
    }
    said.value = "This authenticator app is removed.";
    await load();
  }

  if (factors.value === null) return null;
  const list = factors.value ?? [];
  return (
    <section class="card" aria-labelledby="account-two-step">
      <h2 id="account-two-step">Two-step sign-in</h2>
      <p class="muted">
        With an authenticator app on your phone, nobody gets in with your password alone.
      </p>
      {factors.value === undefined && !failed.value ? <Skeleton label="Loading" lines={2} /> : null}
      {failed.value ? (
        <ProblemNotice
          problem={localProblem(online.value ? "unreachable" : "offline")}
          onRetry={() => void load()}
        />
      ) : null}
      {list.length > 0 ? (
        <ul class="sign-ins">
          {list.map((factor) => (
            <li key={factor.id}>
              <div>
                <strong>Authenticator app</strong>
                <p class="muted">Added {DATE.format(new Date(factor.since))}</p>
              </div>
              <Button
                onClick={() => {
                  removing.value = factor;
                }}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      <div role="status">{said.value ? <p>{said.value}</p> : null}</div>
      {refused.value ? (
        <p class="form-error" role="alert">
          {refused.value}
        </p>
      ) : null}
      {adding.value ? (
        <Adding
          factor={adding.value}
          onDone={() => void added()}
          onLeave={() => {
            adding.value = null;
          }}
        />
      ) : factors.value ? (
        <div class="button-row">
          <Button icon={ShieldCheck} busy={busy.value} onClick={() => void begin()}>
            {list.length > 0 ? "Add another app" : "Turn on two-step sign-in"}
          </Button>
        </div>
      ) : null}
      <Confirm
        open={removing.value !== null}
        title="Remove this authenticator app?"
        action="Remove it"
        danger
        onClose={() => {
          removing.value = null;
        }}
        act={async () => {
          if (removing.value) await remove(removing.value);
        }}
      >
        <p>
          {list.length > 1
            ? "You go on signing in with a code from another app."
            : "From then on your password alone is enough to sign in."}
        </p>
      </Confirm>
    </section>
  );
}

interface AddingProps {
  readonly factor: NewFactor;
  readonly onDone: () => void;
  readonly onLeave: () => void;
}

/** What the app needs, and the first code that shows that it has it. */
function Adding({ factor, onDone, onLeave }: AddingProps) {
  return (
    <div class="two-step">
      <p>
        1. Scan this picture with an authenticator app, such as the one of your phone, Google
        Authenticator or 1Password.
      </p>
      {factor.picture ? (
        <img
          src={factor.picture}
          width={200}
          height={200}
          alt="QR code for your authenticator app"
        />
      ) : null}
      <p>
        On the same device, or if you cannot scan: enter this key in the app.
        <br />
        <code class="secret" translate={false}>
          {factor.secret}
        </code>
      </p>
      <p>2. Enter the code that the app shows.</p>
      <CodeForm factorId={factor.id} press="Turn it on" onDone={onDone}>
        <Button kind="quiet" onClick={onLeave}>
          Not now
        </Button>
      </CodeForm>
    </div>
  );
}
