import { useSignal } from "@preact/signals";
import { ArrowRight, BookOpen, PencilLine } from "lucide";
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useMemo } from "preact/hooks";
import type { Vision } from "../../domain/journey.ts";
import { PROFILE_GATE } from "../../domain/profile.ts";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import { fieldLabel } from "../profile/fields.ts";
import { services } from "../services.ts";
import { Button, LinkButton } from "../ui/Button.tsx";
import { Meter } from "../ui/Meter.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { useRefresh } from "../ui/useRefresh.ts";
import { type OpenVision, openVision } from "../vision/open.ts";
import { visionPath } from "../vision/wire.ts";

interface DraftGateProps {
  readonly title: string;
  readonly children: (open: OpenVision, vision: Vision) => ComponentChildren;
}

/**
 * What stands before the way through a section: a profile that opens the gate, and the one draft.
 * Without any vision a draft is begun; beside an active one the member is asked first.
 */
export function DraftGate({ title, children }: DraftGateProps) {
  const { profile, visions } = services().journey;
  const refresh = useCallback(
    () => Promise.all([profile.refresh(), visions.refresh()]),
    [profile, visions],
  );
  useRefresh(refresh);
  const beginning = useSignal(false);
  const refused = useSignal<ClientProblem | null>(null);
  const known = profile.state.value;
  const list = visions.list.value;
  const draft = list?.find(({ state }) => state === "draft");
  const active = list?.find(({ state }) => state === "active");
  const closed = known !== null && known.completion < PROFILE_GATE;
  const lacks = refused.value?.code === "profile_incomplete";

  const begin = useCallback(async () => {
    if (beginning.peek()) return;
    beginning.value = true;
    refused.value = null;
    try {
      const made = await visions.draft();
      openVision(made.id).editor.adopt(made);
    } catch (error) {
      refused.value = problemOf(error);
    } finally {
      beginning.value = false;
    }
  }, [visions, beginning, refused]);

  const none = list !== null && !draft && !active && known !== null && !closed;
  useEffect(() => {
    if (none) void begin();
  }, [none, begin]);

  if (closed || lacks) {
    const fields = (refused.value?.errors ?? []).map(({ path }) => path);
    return (
      <Shell title={title}>
        <Gate
          percent={known?.completion ?? 0}
          missing={fields.length > 0 ? fields : (known?.missing ?? [])}
        />
      </Shell>
    );
  }
  if (draft && known) {
    return (
      <WithDraft id={draft.id} title={title}>
        {children}
      </WithDraft>
    );
  }
  const problem = refused.value ?? visions.problem.value ?? (known ? null : profile.problem.value);
  if (problem) {
    const again = () => (refused.value ? begin() : refresh());
    return (
      <Shell title={title}>
        <ProblemNotice problem={problem} onRetry={() => void again()} />
      </Shell>
    );
  }
  if (list && active) {
    return (
      <Shell title={title}>
        <section class="card card-viva" aria-labelledby="alive">
          <h2 id="alive">Your Life Vision is alive</h2>
          <p>
            Version {active.versionNumber} is the life you choose. When something in you moves on,
            begin a draft: a copy of it, in which every section can grow.
          </p>
          <div class="button-row">
            <Button
              kind="primary"
              icon={PencilLine}
              busy={beginning.value}
              onClick={() => void begin()}
            >
              Begin a draft
            </Button>
            <LinkButton icon={BookOpen} href={visionPath(active.id)}>
              Read it
            </LinkButton>
          </div>
        </section>
      </Shell>
    );
  }
  return (
    <Shell title={title}>
      <Skeleton label="Opening your Life Vision" lines={6} />
    </Shell>
  );
}

function Shell({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="page page-narrow">
      <h1>{title}</h1>
      {children}
    </div>
  );
}

/** What the profile still lacks, each as the way there. */
function Gate({ percent, missing }: { percent: number; missing: readonly string[] }) {
  return (
    <section class="card gate" aria-labelledby="gate">
      <h2 id="gate">First, a little more about you</h2>
      <p>
        VIVA writes with you from your Life Profile. It is at <strong>{percent} %</strong>; at{" "}
        {PROFILE_GATE} % the way to your Life Vision opens. Each of these brings you closer:
      </p>
      <Meter label="Your Life Profile" percent={percent} mark={PROFILE_GATE} />
      <ul class="pills">
        {missing.map((field) => (
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

interface WithDraftProps extends DraftGateProps {
  readonly id: string;
}

/** The draft with its text, kept in step with other tabs and devices. */
function WithDraft({ id, title, children }: WithDraftProps) {
  const open = useMemo(() => openVision(id), [id]);
  const { editor } = open;
  const { visions } = services().journey;
  useRefresh(useCallback(() => editor.refresh(), [editor]));
  useEffect(
    () => () => {
      void editor.flush();
    },
    [editor],
  );
  const vision = editor.vision.value;
  const problem = editor.problem.value;
  const over = problem?.status === 404 || (vision !== null && vision.state !== "draft");
  useEffect(() => {
    // Committed or discarded elsewhere.
    if (over) void visions.refresh();
  }, [over, visions]);
  if (vision && !over) return <>{children(open, vision)}</>;
  return (
    <Shell title={title}>
      {problem ? (
        <ProblemNotice problem={problem} onRetry={() => void editor.refresh()} />
      ) : (
        <Skeleton label="Opening your draft" lines={6} />
      )}
    </Shell>
  );
}
