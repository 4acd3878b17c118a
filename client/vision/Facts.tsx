import { BadgeCheck, History, PencilLine } from "lucide";
import { SECTION_COUNT } from "../../domain/categories.ts";
import type { VisionState, VisionSummary } from "../../domain/journey.ts";
import { Icon } from "../ui/Icon.tsx";
import { dateLabel, STATE_LABEL, sectionsWritten, versionName } from "./versions.ts";

const ICONS = { draft: PencilLine, active: BadgeCheck, history: History } as const;

/** Which kind of version it is. */
export function StateBadge({ state }: { state: VisionState }) {
  return (
    <span class={`badge badge-${state}`}>
      <Icon of={ICONS[state]} size={16} />
      {STATE_LABEL[state]}
    </span>
  );
}

/** Badge, version, date and how much of it is written. */
export function VisionFacts({ vision }: { vision: VisionSummary }) {
  const { state, completion, createdAt, updatedAt, refined } = vision;
  return (
    <div class="vision-facts">
      <StateBadge state={state} />
      <span>{versionName(vision)}</span>
      <span>
        {state === "draft" ? "Begun" : "Created"}{" "}
        <time dateTime={createdAt}>{dateLabel(createdAt)}</time>
      </span>
      {dateLabel(updatedAt) === dateLabel(createdAt) ? null : (
        <span>
          Updated <time dateTime={updatedAt}>{dateLabel(updatedAt)}</time>
        </span>
      )}
      {refined.length > 0 ? <span>{refined.length} refined</span> : null}
      <Completion percent={completion} />
    </div>
  );
}

/** A bar of how much is written. */
function Completion({ percent }: { percent: number }) {
  return (
    <span class="completion">
      <span class="completion-bar" aria-hidden="true">
        <span style={{ width: `${percent}%` }} />
      </span>
      <span>
        {percent} % complete
        <span class="muted">
          {" "}
          · {sectionsWritten(percent)} of {SECTION_COUNT} sections
        </span>
      </span>
    </span>
  );
}
