import { useSignal } from "@preact/signals";
import { LogOut, MonitorSmartphone } from "lucide";
import { acceptedToken } from "../api/http.ts";
import { auth, tokens } from "../auth/session.ts";
import type { Member } from "../auth/stored.ts";
import { navigate } from "../router.ts";
import { api } from "../services.ts";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Confirm.tsx";
import { signOutEverywhere } from "./everywhere.ts";
import { leaving } from "./leave.ts";

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });

/** Who is signed in, and the ways out: of this device, and of all. */
export function SessionCard({ member }: { readonly member: Member }) {
  const busy = useSignal(false);
  const asking = useSignal(false);

  async function leave() {
    busy.value = true;
    await leaving().leave();
    navigate("/", { replace: true });
  }

  async function leaveEverywhere() {
    const way = leaving();
    await signOutEverywhere({
      api,
      token: () => acceptedToken(api, tokens),
      sessions: async () => (await auth()).admin,
      leave: way.leave,
    });
    navigate("/", { replace: true });
  }

  return (
    <section class="card" aria-labelledby="account-you">
      <h2 id="account-you">You</h2>
      <dl class="facts">
        <div>
          <dt>E-mail</dt>
          <dd translate={false}>{member.email}</dd>
        </div>
        {member.since ? (
          <div>
            <dt>Member since</dt>
            <dd>{DATE.format(new Date(member.since))}</dd>
          </div>
        ) : null}
      </dl>
      <div class="button-row">
        <Button icon={LogOut} busy={busy.value} onClick={() => void leave()}>
          Sign out
        </Button>
        <Button
          icon={MonitorSmartphone}
          onClick={() => {
            asking.value = true;
          }}
        >
          Sign out everywhere
        </Button>
      </div>
      <Confirm
        open={asking.value}
        title="Sign out everywhere?"
        action="Sign out on all devices"
        onClose={() => {
          asking.value = false;
        }}
        act={leaveEverywhere}
      >
        <p>
          Every browser and device that is signed in as you has to sign in again, this one too. What
          you have said and saved stays. What was written here and never sent does not.
        </p>
      </Confirm>
    </section>
  );
}
