import { useSignal } from "@preact/signals";
import { ChevronLeft, Printer } from "lucide";
import { useEffect, useMemo } from "preact/hooks";
import { CATEGORIES } from "../../domain/categories.ts";
import type { Vision } from "../../domain/journey.ts";
import { navigate } from "../router.ts";
import { services } from "../services.ts";
import { Button, LinkButton } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { AreaFilter } from "../vision/AreaFilter.tsx";
import { Celebration } from "../vision/Celebration.tsx";
import { VisionFacts } from "../vision/Facts.tsx";
import { openVision } from "../vision/open.ts";
import { PrintedVision } from "../vision/PrintedVision.tsx";
import { SaveLine } from "../vision/SaveLine.tsx";
import { SectionCard } from "../vision/SectionCard.tsx";
import { UnsavedRescue } from "../vision/UnsavedRescue.tsx";
import { VersionActions } from "../vision/VersionActions.tsx";
import { VersionHistory } from "../vision/VersionHistory.tsx";
import { chosenAreas, titleOf, VISION_TITLE } from "../vision/versions.ts";
import { visionPath } from "../vision/wire.ts";
import type { PageProps } from "./page.ts";

/** Begins to read a version. */
export function prefetch({ params }: PageProps): void {
  if (params.id) void openVision(params.id).editor.refresh();
}

/** The member's first and last name, as far as the profile has them. */
function nameOf(profile: Readonly<Record<string, unknown>> | undefined): string {
  return [profile?.first_name, profile?.last_name]
    .filter((part) => typeof part === "string" && part.trim() !== "")
    .join(" ");
}

/** One version of the Life Vision: to read and to print, and where it is a draft to write. */
export default function VisionPage({ params, query }: PageProps) {
  const id = params.id ?? "";
  const open = useMemo(() => openVision(id), [id]);
  const { editor } = open;
  const { visions, profile } = services().journey;
  const vision = editor.vision.value;
  const celebrated = useSignal<Vision | null>(null);

  useEffect(() => {
    void editor.refresh();
    void visions.refresh();
    void profile.refresh();
    // Another device may have written while this page was out of sight.
    const turn = () => {
      if (document.visibilityState === "visible") void editor.refresh();
      else void editor.flush();
    };
    document.addEventListener("visibilitychange", turn);
    return () => {
      document.removeEventListener("visibilitychange", turn);
      void editor.flush();
    };
  }, [editor, visions, profile]);

  const parentId = vision?.parentId ?? null;
  const parent = useMemo(
    () => (parentId === null ? null : openVision(parentId).editor),
    [parentId],
  );
  useEffect(() => {
    if (parent && !parent.vision.peek()) void parent.refresh();
  }, [parent]);

  const gone = editor.problem.value;
  if (!vision || gone?.status === 404) {
    return (
      <div class="page page-narrow">
        {gone?.status === 404 ? (
          <>
            <h1>This version is not here</h1>
            <p class="muted">It was removed, or it belongs to someone else.</p>
            <LinkButton kind="primary" href="/life-vision">
              My Life Vision
            </LinkButton>
            <UnsavedRescue editor={editor} />
          </>
        ) : gone ? (
          <>
            <h1>{VISION_TITLE}</h1>
            <ProblemNotice problem={gone} onRetry={() => void editor.refresh()} />
          </>
        ) : (
          <Skeleton label="Loading your Life Vision" lines={8} />
        )}
      </div>
    );
  }

  const isDraft = vision.state === "draft";
  const chosen = chosenAreas(query);
  const versions = visions.list.value;
  const draft = versions?.find(({ state }) => state === "draft") ?? null;
  const name = nameOf(profile.state.value?.profile);

  return (
    <>
      <div class="page vision-page">
        <header class="vision-head">
          <a class="back-link" href="/life-vision">
            <Icon of={ChevronLeft} />
            My Life Vision
          </a>
          <h1>{titleOf(vision)}</h1>
          <VisionFacts vision={vision} />
          <VersionActions
            version={vision}
            draft={draft}
            onCommitted={(active) => {
              celebrated.value = active;
            }}
            onRemoved={() => navigate("/life-vision", { replace: true })}
          >
            <Button icon={Printer} onClick={() => print()}>
              Print / save as PDF
            </Button>
          </VersionActions>
        </header>

        {isDraft ? <SaveLine editor={editor} /> : <UnsavedRescue editor={editor} />}
        <AreaFilter path={visionPath(id)} chosen={chosen} />

        <div class="sections">
          {CATEGORIES.filter(({ key }) => chosen.includes(key)).map((category) => (
            <SectionCard
              key={`${id}-${category.key}`}
              open={open}
              vision={vision}
              parent={parent?.vision.value ?? null}
              category={category}
            />
          ))}
        </div>

        {versions && versions.length > 0 ? (
          <VersionHistory versions={versions} currentId={id} />
        ) : null}
        <Celebration
          vision={celebrated.value}
          onClose={() => {
            celebrated.value = null;
            scrollTo(0, 0);
          }}
          onPrint={() => {
            celebrated.value = null;
            // The dialog is no part of what is printed.
            requestAnimationFrame(() => print());
          }}
        />
      </div>
      <PrintedVision editor={editor} vision={vision} chosen={chosen} name={name} />
    </>
  );
}
