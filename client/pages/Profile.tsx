import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { PROFILE_SECTIONS, STORY_FIELDS } from "../profile/fields.ts";
import { ProfileInput } from "../profile/ProfileInput.tsx";
import { MissingFields, ProfileProgress } from "../profile/ProfileProgress.tsx";
import { showField } from "../profile/show-field.ts";
import { place } from "../router.ts";
import { services } from "../services.ts";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { useRefresh } from "../ui/useRefresh.ts";
import type { PageProps } from "./page.ts";

/** Reads the profile before the page is open. */
export function prefetch(): void {
  void services().journey.profile.refresh();
}

/**
 * The Life Profile: a form by sections in which every field is saved as the member goes. `?missing=1`
 * leads to the first field that is still open, `#city` to that one.
 */
export default function Profile({ query }: PageProps) {
  const { profile: store } = services().journey;
  useRefresh(store.refresh);
  const state = store.state.value;
  const problem = store.problem.value;
  const shown = useSignal("");
  const wantsMissing = query.get("missing") !== null;
  const { hash } = place.value;

  const loaded = state !== null;
  useEffect(() => {
    if (!loaded) return;
    const wanted = hash.slice(1) || (wantsMissing ? (store.state.peek()?.missing[0] ?? "") : "");
    // Once: what is missing changes while the member fills it in.
    const asked = `${hash} ${wantsMissing}`;
    if (wanted === "" || shown.peek() === asked) return;
    shown.value = asked;
    showField(wanted);
  }, [loaded, hash, wantsMissing, store, shown]);

  if (!state) {
    return (
      <div class="page page-narrow">
        <h1>Your Life Profile</h1>
        {problem ? (
          <ProblemNotice problem={problem} onRetry={() => void store.refresh()} />
        ) : (
          <Skeleton label="Loading your profile" lines={8} />
        )}
      </div>
    );
  }

  const { profile, completion, missing } = state;
  return (
    <div class="page profile">
      <header class="page-intro">
        <h1>Your Life Profile</h1>
        <p class="lead">
          What you tell here stays between you and VIVA. Every field is saved as you go.
        </p>
      </header>
      <ProfileProgress
        state={state}
        saving={store.saving.value}
        refused={Object.keys(store.refusals.value).length}
      />
      <MissingFields missing={missing} completion={completion} />
      {PROFILE_SECTIONS.map(({ key, title, about, fields }) => (
        <section key={key} class="card profile-section" aria-labelledby={`profile-${key}`}>
          <header>
            <h2 id={`profile-${key}`}>{title}</h2>
            <p class="muted">{about}</p>
          </header>
          <div class="profile-fields">
            {fields
              .filter(({ when }) => when?.(profile) ?? true)
              .map((field) => (
                <ProfileInput
                  key={field.name}
                  field={field}
                  store={store}
                  missing={missing.includes(field.name)}
                />
              ))}
          </div>
        </section>
      ))}
      <section class="card profile-section" aria-labelledby="profile-stories">
        <header>
          <h2 id="profile-stories">Your stories</h2>
          <p class="muted">
            How it is today, in your words. VIVA reads the story of the area you talk about.
          </p>
        </header>
        {STORY_FIELDS.map((field) => {
          const told = typeof profile[field.name] === "string" && profile[field.name] !== "";
          return (
            <details key={field.name} class="story">
              <summary>
                <span>{field.label}</span>
                <span class="muted">{told ? "told" : "not told yet"}</span>
              </summary>
              <ProfileInput field={field} store={store} missing={false} />
            </details>
          );
        })}
      </section>
    </div>
  );
}
