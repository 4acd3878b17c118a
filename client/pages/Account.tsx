import { useSignal } from "@preact/signals";
import { LogOut } from "lucide";
import { member, signOut } from "../auth/session.ts";
import { SyncNote } from "../chat/SyncNote.tsx";
import { navigate } from "../router.ts";
import { services } from "../services.ts";
import { Button } from "../ui/Button.tsx";

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });

/** Who is signed in, and the way out. */
export default function Account() {
  const leaving = useSignal(false);
  const me = member.value;
  if (!me) return null;

  async function leave() {
    leaving.value = true;
    // What was never sent is the member's own: it does not stay behind on a device they sign out of.
    const { drafts, queue, journey } = services();
    await signOut();
    drafts.clear();
    journey.clear();
    await queue.clear();
    navigate("/", { replace: true });
  }

  return (
    <div class="page page-narrow">
      <h1>Account</h1>
      <section class="card" aria-labelledby="account-you">
        <h2 id="account-you">You</h2>
        <dl class="facts">
          <div>
            <dt>E-mail</dt>
            <dd>{me.email}</dd>
          </div>
          {me.since ? (
            <div>
              <dt>Member since</dt>
              <dd>{DATE.format(new Date(me.since))}</dd>
            </div>
          ) : null}
        </dl>
        <Button icon={LogOut} busy={leaving.value} onClick={() => void leave()}>
          Sign out
        </Button>
      </section>
      <section class="card" aria-labelledby="account-saved">
        <h2 id="account-saved">Your words</h2>
        <SyncNote />
      </section>
    </div>
  );
}
