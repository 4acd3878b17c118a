import { useSignal } from "@preact/signals";
import { LogIn, MailCheck, Sparkles, UserPlus } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import type { ClientConfig } from "../../domain/messages.ts";
import { PHASES } from "../../domain/phases.ts";
import { auth, endedBecause, type SignInResult, signIn, signUp } from "../auth/session.ts";
import { config } from "../config.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { Icon } from "../ui/Icon.tsx";

type Mode = "in" | "up";
const PASSWORD_CHARACTERS = 8;

/** Where everyone begins who is not signed in: what this is, and the way in. */
export default function SignIn() {
  return (
    <div class="page welcome">
      <section class="welcome-hero">
        <Avatar size={72} />
        <h1>
          The life I choose begins with a <em>conversation</em>.
        </h1>
        <p class="lead">
          VIVA listens, asks one good question at a time, and helps you find the words for a life
          you love.
        </p>
      </section>
      <SignInCard />
      <ol class="steps">
        {PHASES.map(({ key, label, tagline }) => (
          <li key={key} class={`step step-${key}`}>
            <strong>{label}</strong>
            <span>{tagline}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function SignInCard() {
  const mode = useSignal<Mode>("in");
  const busy = useSignal<"form" | "demo" | null>(null);
  const refused = useSignal("");
  const confirm = useSignal("");
  const demo = useSignal<ClientConfig["demo"]>(null);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    // A failure shows when the member signs in; until then there is just no demo button.
    config().then(
      (settings) => {
        demo.value = settings.demo;
      },
      () => {},
    );
  }, [demo]);

  async function run(what: "form" | "demo", act: () => Promise<SignInResult>) {
    if (busy.value) return;
    busy.value = what;
    refused.value = "";
    const result = await act();
    busy.value = null;
    if (result.kind === "refused") refused.value = result.detail;
    if (result.kind === "confirm") confirm.value = result.email;
  }

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (!form.current) return;
    const fields = new FormData(form.current);
    const email = String(fields.get("email") ?? "").trim();
    const password = String(fields.get("password") ?? "");
    if (email === "" || password === "") {
      refused.value = "Fill in your e-mail and your password.";
    } else if (mode.value === "up" && password.length < PASSWORD_CHARACTERS) {
      refused.value = `Choose a password of at least ${PASSWORD_CHARACTERS} characters.`;
    } else {
      const act = mode.value === "in" ? signIn : signUp;
      void run("form", () => act(email, password));
    }
  }

  if (confirm.value) {
    return (
      <section class="card card-viva sign-in" role="status">
        <Icon of={MailCheck} size={32} />
        <h2>One more step</h2>
        <p>
          We sent a link to <strong>{confirm.value}</strong>. Open it on this device and you are in.
        </p>
        <Button
          onClick={() => {
            confirm.value = "";
            mode.value = "in";
          }}
        >
          Back to sign in
        </Button>
      </section>
    );
  }

  const creating = mode.value === "up";
  return (
    <section class="card sign-in" aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">{creating ? "Create your account" : "Sign in"}</h2>
      {endedBecause.value ? <p class="notice notice-info">{endedBecause.value}</p> : null}
      {/* The auth library is fetched while the member types. */}
      <form ref={form} onSubmit={submit} onFocusIn={() => void auth().catch(() => {})} noValidate>
        <Field label="E-mail" name="email" type="email" autocomplete="username" />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete={creating ? "new-password" : "current-password"}
          {...(creating ? { hint: `At least ${PASSWORD_CHARACTERS} characters.` } : {})}
        />
        <div role="alert">{refused.value ? <p class="form-error">{refused.value}</p> : null}</div>
        <Button
          kind="primary"
          type="submit"
          icon={creating ? UserPlus : LogIn}
          busy={busy.value === "form"}
          wide
        >
          {creating ? "Create account" : "Sign in"}
        </Button>
      </form>
      <p class="sign-in-switch">
        {creating ? "Already with us?" : "New here?"}{" "}
        <button
          type="button"
          class="text-button"
          onClick={() => {
            mode.value = creating ? "in" : "up";
            refused.value = "";
          }}
        >
          {creating ? "Sign in" : "Create an account"}
        </button>
      </p>
      <Demo
        demo={demo.value}
        busy={busy.value === "demo"}
        onPick={({ email, password }) => void run("demo", () => signIn(email, password))}
      />
    </section>
  );
}

interface DemoProps {
  readonly demo: ClientConfig["demo"];
  readonly busy: boolean;
  readonly onPick: (credentials: { email: string; password: string }) => void;
}

/** In the local world, the way in by one press. */
function Demo({ demo, busy, onPick }: DemoProps) {
  if (!demo) return null;
  return (
    <div class="demo">
      <Button icon={Sparkles} busy={busy} wide onClick={() => onPick(demo)}>
        Enter as the demo member
      </Button>
      <p class="field-hint">This is a local world: everything stays on this machine.</p>
    </div>
  );
}
