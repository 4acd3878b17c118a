import type { ProfileState } from "../../domain/journey.ts";
import { PROFILE_GATE } from "../../domain/profile.ts";
import { SaveLine } from "../data/SaveLine.tsx";
import type { SaveStatus } from "../data/save-queue.ts";
import { Meter } from "../ui/Meter.tsx";
import { fieldLabel } from "./fields.ts";
import { showField } from "./show-field.ts";

interface ProfileProgressProps {
  readonly state: ProfileState;
  readonly saving: SaveStatus;
  /** How many fields were refused. */
  readonly refused: number;
}

/** The line that stays in view: how complete the profile is, and that it is saved. */
export function ProfileProgress({ state, saving, refused }: ProfileProgressProps) {
  const { completion } = state;
  return (
    <div class="profile-bar">
      <div class="profile-bar-text">
        <strong>{completion} % complete</strong>
        <SaveLine saving={saving} refused={refused} />
      </div>
      <Meter label="Profile completion" percent={completion} mark={PROFILE_GATE} />
    </div>
  );
}

/** What is still open, each a link to its field. */
export function MissingFields({
  missing,
  completion,
}: Pick<ProfileState, "missing" | "completion">) {
  if (missing.length === 0) {
    return (
      <p class="notice notice-done">
        Your Life Profile is whole. VIVA knows you from the first word.
      </p>
    );
  }
  const open = completion >= PROFILE_GATE;
  return (
    <section class="card profile-missing" aria-labelledby="profile-missing-title">
      <h2 id="profile-missing-title">
        {missing.length === 1 ? "One field is" : `${missing.length} fields are`} still open
      </h2>
      <p class="muted">
        {open
          ? "The way to your Life Vision is open. What you add here makes it more yours."
          : `At ${PROFILE_GATE} % the way to your Life Vision opens.`}
      </p>
      <ul class="pills">
        {missing.map((name) => (
          <li key={name}>
            <a class="pill" href={`#${name}`} onClick={() => showField(name)}>
              {fieldLabel(name)}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
