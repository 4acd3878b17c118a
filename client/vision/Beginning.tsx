import { useSignal } from "@preact/signals";
import { ArrowRight, PencilLine, Sparkles } from "lucide";
import { PROFILE_GATE } from "../../domain/profile.ts";
import { problemOf } from "../api/problem.ts";
import { fieldLabel } from "../profile/fields.ts";
import { services } from "../services.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Button, LinkButton } from "../ui/Button.tsx";
import { tell } from "../ui/toasts.ts";
import { openDraft } from "./actions.ts";

/** Where there is no vision yet: the way in, or what is still needed for it. */
export function Beginning() {
  const profile = services().journey.profile.state.value;
  const busy = useSignal(false);
  const missing = useSignal<readonly string[]>([]);
  const lacks = missing.value.length > 0 ? missing.value : (profile?.missing ?? []);
  const closed =
    missing.value.length > 0 || (profile !== null && profile.completion < PROFILE_GATE);

  async function begin() {
    busy.value = true;
    try {
      await openDraft();
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === "profile_incomplete") {
        missing.value = (problem.errors ?? []).map(({ path }) => path);
        await services().journey.profile.refresh();
      } else tell(problem.detail, { tone: "problem", name: "vision-draft" });
    } finally {
      busy.value = false;
    }
  }

  if (closed) {
    return (
      <section class="card gate" aria-labelledby="gate">
        <h2 id="gate">First, a little more about you</h2>
        <p>
          Your Life Vision begins with your Life Profile at {PROFILE_GATE} %.{" "}
          {profile ? (
            <>
              Yours is at <strong>{profile.completion} %</strong>.
            </>
          ) : null}{" "}
          Each of these brings you closer:
        </p>
        <ul class="pills">
          {lacks.map((field) => (
            <li key={field}>
              <a class="pill" href={`/profile#${field}`}>
                {fieldLabel(field)}
              </a>
            </li>
          ))}
        </ul>
        <LinkButton kind="primary" icon={ArrowRight} href="/profile?missing=1">
          Complete my profile
        </LinkButton>
      </section>
    );
  }

  return (
    <section class="card card-viva beginning" aria-labelledby="beginning">
      <Avatar size={64} />
      <div class="beginning-text">
        <h2 id="beginning">The life you choose begins with a sentence</h2>
        <p class="muted">
          Fourteen sections, from Forward to Conclusion, each in your own words. VIVA asks, you
          choose, and your vision takes shape one life area at a time.
        </p>
        <div class="button-row">
          <LinkButton kind="primary" icon={Sparkles} href="/life-vision/create-with-viva">
            Create it with VIVA
          </LinkButton>
          <Button icon={PencilLine} busy={busy.value} onClick={() => void begin()}>
            Write it myself
          </Button>
        </div>
      </div>
    </section>
  );
}
