import { EraseCard } from "../account/EraseCard.tsx";
import { ExportCard } from "../account/ExportCard.tsx";
import { SessionCard } from "../account/SessionCard.tsx";
import { SignInsCard } from "../account/SignInsCard.tsx";
import { TwoStepCard } from "../account/TwoStepCard.tsx";
import { UsageCard } from "../account/UsageCard.tsx";
import { member } from "../auth/session.ts";
import { SyncNote } from "../chat/ui/SyncNote.tsx";
import { services } from "../services.ts";

/** What belongs to the member and not to their way: who they are, their credits, their words and data. */
export default function Account() {
  const me = member.value;
  if (!me) return null;
  return (
    <div class="page page-narrow">
      <h1>Account</h1>
      <SessionCard member={me} />
      <SignInsCard />
      <TwoStepCard />
      <UsageCard journey={services().journey} />
      <section class="card" aria-labelledby="account-saved">
        <h2 id="account-saved">Your words</h2>
        <SyncNote />
      </section>
      <ExportCard />
      <EraseCard />
    </div>
  );
}
