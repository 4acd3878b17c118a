import { useSignal } from "@preact/signals";
import { BookOpen, PencilLine, Sparkles } from "lucide";
import { useEffect } from "preact/hooks";
import { SECTION_COUNT } from "../../domain/categories.ts";
import type { Vision, VisionSummary } from "../../domain/journey.ts";
import { navigate } from "../router.ts";
import { services } from "../services.ts";
import { LinkButton } from "../ui/Button.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { Beginning } from "../vision/Beginning.tsx";
import { Celebration } from "../vision/Celebration.tsx";
import { VisionFacts } from "../vision/Facts.tsx";
import { openVision } from "../vision/open.ts";
import { VersionActions } from "../vision/VersionActions.tsx";
import { inOrder, titleOf } from "../vision/versions.ts";
import { visionPath } from "../vision/wire.ts";

/** Begins to read what the page shows. */
export function prefetch(): void {
  const { visions, profile } = services().journey;
  void visions.refresh();
  void profile.refresh();
}

/** All versions of the member's Life Vision, and the way to the next one. */
export default function LifeVision() {
  const { visions, profile } = services().journey;
  const celebrated = useSignal<Vision | null>(null);
  useEffect(() => {
    void visions.refresh();
    void profile.refresh();
  }, [visions, profile]);

  const versions = visions.list.value;
  const problem = visions.problem.value;
  const draft = versions?.find(({ state }) => state === "draft") ?? null;
  const draftId = draft?.id;
  useEffect(() => {
    // Words that an earlier page could not send go out here too.
    if (draftId !== undefined) void openVision(draftId).editor.refresh();
  }, [draftId]);

  return (
    <div class="page">
      <header class="vision-intro">
        <h1>My Life Vision</h1>
        <p class="lead">The life you choose, in {SECTION_COUNT} sections, in your own words.</p>
      </header>
      {problem ? <ProblemNotice problem={problem} onRetry={() => void visions.refresh()} /> : null}
      {versions === null && !problem ? (
        <Skeleton label="Loading your Life Vision" lines={6} />
      ) : null}
      {versions?.length === 0 ? <Beginning /> : null}
      {versions && versions.length > 0 ? (
        <ul class="vision-list">
          {inOrder(versions).map((version) => (
            <li key={version.id}>
              <VersionCard
                version={version}
                draft={draft}
                onCommitted={(vision) => {
                  celebrated.value = vision;
                }}
              />
            </li>
          ))}
        </ul>
      ) : null}
      <Celebration
        vision={celebrated.value}
        onClose={() => {
          const id = celebrated.value?.id;
          celebrated.value = null;
          if (id) navigate(visionPath(id));
        }}
      />
    </div>
  );
}

interface VersionCardProps {
  readonly version: VisionSummary;
  readonly draft: VisionSummary | null;
  readonly onCommitted: (vision: Vision) => void;
}

function VersionCard({ version, draft, onCommitted }: VersionCardProps) {
  const { id, state, completion } = version;
  return (
    <article class={`card version-card version-${state}`} aria-labelledby={`version-${id}`}>
      <h2 id={`version-${id}`}>
        <a href={visionPath(id)}>{titleOf(version)}</a>
      </h2>
      <VisionFacts vision={version} />
      <VersionActions version={version} draft={draft} onCommitted={onCommitted}>
        <LinkButton icon={state === "draft" ? PencilLine : BookOpen} href={visionPath(id)}>
          Open
        </LinkButton>
        {state === "draft" && completion < 100 ? (
          <LinkButton kind="primary" icon={Sparkles} href="/life-vision/create-with-viva">
            Go on with VIVA
          </LinkButton>
        ) : null}
      </VersionActions>
    </article>
  );
}
