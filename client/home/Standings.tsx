import { ClipboardList, Gauge, Gem, type IconNode, Sunrise } from "lucide";
import type { ComponentChildren } from "preact";
import { CATEGORIES, LIFE_CATEGORY_COUNT, STATEMENT_COUNT } from "../../domain/categories.ts";
import type { Assessment, Vision } from "../../domain/journey.ts";
import { PROFILE_GATE } from "../../domain/profile.ts";
import { missingSections } from "../../domain/vision.ts";
import type { Journey } from "../data/data.ts";
import { Icon } from "../ui/Icon.tsx";
import { Meter } from "../ui/Meter.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";

const NUMBER = new Intl.NumberFormat();
const DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long" });

interface StandingsProps {
  readonly journey: Journey;
  /** The version that counts; null where there is none, or while it is read. */
  readonly vision: Vision | null;
}

/** Where the member stands: profile, assessment, vision, and the credits where they are known. */
export function Standings({ journey, vision }: StandingsProps) {
  const profile = journey.profile.state.value;
  const assessment = journey.assessment.state.value;
  const list = journey.visions.list.value;
  const credits = journey.credits.value.value;
  const begun = list?.some(({ state }) => state !== "history") ?? false;
  const written = vision ? CATEGORIES.length - missingSections(vision.sections).length : 0;
  return (
    <ul class="standings">
      <Standing
        href={profile && profile.completion < PROFILE_GATE ? "/profile?missing=1" : "/profile"}
        icon={ClipboardList}
        label="Life Profile"
        loading={!profile}
      >
        {profile ? (
          <>
            <strong>{profile.completion} %</strong>
            <Meter
              label="Life Profile"
              percent={profile.completion}
              {...(profile.completion < PROFILE_GATE ? { mark: PROFILE_GATE } : {})}
            />
          </>
        ) : null}
      </Standing>
      <Standing
        href="/assessment"
        icon={Gauge}
        label="Vibrational Assessment"
        loading={!assessment}
      >
        {assessment ? <AssessmentStanding assessment={assessment} /> : null}
      </Standing>
      <Standing
        href={vision ? `/life-vision/${encodeURIComponent(vision.id)}` : "/life-vision"}
        icon={Sunrise}
        label="Life Vision"
        loading={!list || (begun && !vision)}
      >
        <strong>
          {written} of {CATEGORIES.length}
        </strong>
        <Meter label="Life Vision" percent={Math.round((written / CATEGORIES.length) * 100)} />
      </Standing>
      {credits ? (
        <Standing href="/account" icon={Gem} label="Creation Credits" loading={false}>
          <strong>{NUMBER.format(credits.left)}</strong>
          <span class="muted">
            of {NUMBER.format(credits.limit)}, new on {DATE.format(new Date(credits.renewsAt))}
          </span>
        </Standing>
      ) : null}
    </ul>
  );
}

function AssessmentStanding({ assessment }: { readonly assessment: Assessment }) {
  const { status, responses, scores, completedAt } = assessment;
  const answered = Object.keys(responses).length;
  if (status === "completed") {
    const above = Object.values(scores).filter(({ greenLine }) => greenLine === "above").length;
    return (
      <>
        <strong>
          {above} of {LIFE_CATEGORY_COUNT}
        </strong>
        <span class="muted">
          above the Green Line{completedAt ? `, ${DATE.format(new Date(completedAt))}` : ""}
        </span>
      </>
    );
  }
  return (
    <>
      <strong>
        {answered} of {STATEMENT_COUNT}
      </strong>
      <Meter
        label="Vibrational Assessment"
        percent={Math.round((answered / STATEMENT_COUNT) * 100)}
      />
    </>
  );
}

interface StandingProps {
  readonly href: string;
  readonly icon: IconNode;
  readonly label: string;
  readonly loading: boolean;
  readonly children: ComponentChildren;
}

function Standing({ href, icon, label, loading, children }: StandingProps) {
  return (
    <li>
      <a class="standing" href={href}>
        <span class="standing-label">
          <Icon of={icon} size={18} /> {label}
        </span>
        {loading ? <Skeleton label={`Loading: ${label}`} lines={2} /> : children}
      </a>
    </li>
  );
}
