import { useSignal } from "@preact/signals";
import { KeyRound, LogIn, Mail, MailCheck, Sparkles, UserPlus } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import type { ClientConfig } from "../../domain/messages.ts";
import { PHASES } from "../../domain/phases.ts";
import { Farewell } from "../account/Farewell.tsx";
import { config } from "../api/config.ts";
import { NOT_CHECKED, useCaptcha } from "../auth/Captcha.tsx";
import { CodeForm } from "../auth/CodeForm.tsx";
import { requestLink, requestReset, setPassword } from "../auth/password.ts";
import {
  arriving,
  auth,
  awaitedFactor,
  endedBecause,
  recovering,
  signOut,
} from "../auth/session.ts";
import { type SignInResult, signIn, signUp } from "../auth/sign-in.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { Icon } from "../ui/Icon.tsx";

const PASSWORD_CHARACTERS = 8;
const TOO_SHORT = `Choose a password of at least ${PASSWORD_CHARACTERS} characters.`;

/** What the card is for. Without a password, a link is sent. */
interface Mode {
  readonly title: string;
  readonly press: string;
  readonly icon: typeof LogIn;
  /** The platform's token for the password field; null where there is none. */
  readonly password: "current-password" | "new-password" | null;
  readonly act: (email: string, password: string, captcha: string | null) => Promise<SignInResult>;
  /** What a link that was sent is good for. */
  readonly sent: string;
}

const MODES = {
  in: {
    ...{ title: "Sign in", press: "Sign in", icon: LogIn, password: "current-password" },
    ...{ act: signIn, sent: "" },
  },
  up: {
    ...{ title: "Create your account", press: "Create account", icon: UserPlus },
    ...{ password: "new-password", act: signUp, sent: "Open it on this device and you are in." },
  },
  reset: {
    ...{ title: "Set a new password", press: "Send me a link", icon: KeyRound, password: null },
    act: requestReset,
    sent: "Open it in this browser and choose a new password.",
  },
  link: {
    ...{ title: "Sign in by e-mail", press: "Send me a link", icon: Mail, password: null },
    ...{ act: requestLink, sent: "Open it in this browser and you are in." },
  },
} as const satisfies Record<string, Mode>;

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
      {awaitedFactor.value !== null ? (
        <CodeCard factorId={awaitedFactor.value} />
      ) : recovering.value ? (
        <NewPassword />
      ) : (
        <SignInCard />
      )}
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

/** The second step of a sign-in: a code, or the way back. */
function CodeCard({ factorId }: { readonly factorId: string }) {
  return (
    <section class="card card-viva sign-in" aria-labelledby="code-title">
      <h2 id="code-title">Enter your code</h2>
      <p>Your sign-in asks for a second step.</p>
      <CodeForm factorId={factorId} press="Go on">
        <Button kind="quiet" onClick={() => void signOut()}>
          Back to sign in
        </Button>
      </CodeForm>
    </section>
  );
}

function SignInCard() {
  const mode = useSignal<keyof typeof MODES>("in");
  const busy = useSignal<"form" | "demo" | null>(null);
  const refused = useSignal("");
  const confirm = useSignal("");
  const demo = useSignal<ClientConfig["demo"]>(null);
  const captcha = useCaptcha();
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

  const { title, press, icon, password: kind, act, sent }: Mode = MODES[mode.value];

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (!form.current) return;
    const fields = new FormData(form.current);
    const email = String(fields.get("email") ?? "").trim();
    const password = String(fields.get("password") ?? "");
    if (email === "" || (kind !== null && password === "")) {
      refused.value =
        kind === null ? "Fill in your e-mail." : "Fill in your e-mail and your password.";
    } else if (kind === "new-password" && password.length < PASSWORD_CHARACTERS) {
      refused.value = TOO_SHORT;
    } else if (captcha.isMissing()) {
      refused.value = NOT_CHECKED;
    } else {
      void run("form", () => captcha.spend((token) => act(email, password, token)));
    }
  }

  function turnTo(next: keyof typeof MODES) {
    mode.value = next;
    refused.value = "";
  }

  if (arriving.value) {
    return (
      <section class="card card-viva sign-in" role="status">
        <h2>One moment</h2>
        <p>Your link is being checked.</p>
      </section>
    );
  }

  if (confirm.value) {
    return (
      <section class="card card-viva sign-in" role="status">
        <Icon of={MailCheck} size={32} />
        <h2>One more step</h2>
        <p>
          {kind === null ? "If there is an account, we sent a link to " : "We sent a link to "}
          <strong translate={false}>{confirm.value}</strong>. {sent}
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

  return (
    <section class="card sign-in" aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">{title}</h2>
      <Farewell because={endedBecause.value} />
      {/* The auth library is fetched while the member types. */}
      <form ref={form} onSubmit={submit} onFocusIn={() => void auth().catch(() => {})} noValidate>
        <Field label="E-mail" name="email" type="email" autocomplete="username" />
        {kind === null ? null : (
          <Field
            label="Password"
            name="password"
            type="password"
            autocomplete={kind}
            {...(kind === "new-password"
              ? { hint: `At least ${PASSWORD_CHARACTERS} characters.` }
              : {})}
          />
        )}
        {captcha.shown}
        <div role="alert">{refused.value ? <p class="form-error">{refused.value}</p> : null}</div>
        <Button kind="primary" type="submit" icon={icon} busy={busy.value === "form"} wide>
          {press}
        </Button>
      </form>
      {mode.value === "in" ? (
        <p class="sign-in-switch">
          <TextButton onPress={() => turnTo("reset")}>Forgot your password?</TextButton>
          {" · "}
          <TextButton onPress={() => turnTo("link")}>Sign in by e-mail</TextButton>
        </p>
      ) : null}
      <p class="sign-in-switch">
        {mode.value === "in" ? "New here?" : "Already with us?"}{" "}
        <TextButton onPress={() => turnTo(mode.value === "in" ? "up" : "in")}>
          {mode.value === "in" ? "Create an account" : "Sign in"}
        </TextButton>
      </p>
      <Demo
        demo={demo.value}
        busy={busy.value === "demo"}
        onPick={({ email, password }) => void run("demo", () => signIn(email, password))}
      />
    </section>
  );
}

interface TextButtonProps {
  readonly onPress: () => void;
  readonly children: string;
}

function TextButton({ onPress, children }: TextButtonProps) {
  return (
    <button type="button" class="text-button" onClick={onPress}>
      {children}
    </button>
  );
}

/** For who came by a link to set a new password: nothing else until that is done, or left. */
function NewPassword() {
  const busy = useSignal(false);
  const refused = useSignal("");

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (busy.value || !(event.currentTarget instanceof HTMLFormElement)) return;
    const password = String(new FormData(event.currentTarget).get("password") ?? "");
    if (password.length < PASSWORD_CHARACTERS) {
      refused.value = TOO_SHORT;
      return;
    }
    busy.value = true;
    refused.value = "";
    const result = await setPassword(password);
    busy.value = false;
    if (result.kind === "refused") refused.value = result.detail;
  }

  return (
    <section class="card sign-in" aria-labelledby="password-title">
      <h2 id="password-title">Choose a new password</h2>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Field
          label="New password"
          name="password"
          type="password"
          autocomplete="new-password"
          hint={`At least ${PASSWORD_CHARACTERS} characters.`}
        />
        <div role="alert">{refused.value ? <p class="form-error">{refused.value}</p> : null}</div>
        <Button kind="primary" type="submit" icon={KeyRound} busy={busy.value} wide>
          Save the new password
        </Button>
      </form>
      <p class="sign-in-switch">
        <TextButton onPress={() => void signOut()}>Leave it as it is</TextButton>
      </p>
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
