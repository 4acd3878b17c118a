import type { Vision, VisionSummary } from "../../domain/journey.ts";
import type { Standing } from "../../domain/journey-step.ts";
import type { Journey } from "../data/data.ts";

/** A version by its state; null where there is none. */
function versionOf(
  list: readonly VisionSummary[] | null,
  state: "draft" | "active",
): VisionSummary | null {
  return list?.find((version) => version.state === state) ?? null;
}

/** What home shows of a member, as far as it is known. */
export interface HomeStanding {
  /** Null until all that the next step depends on is known. */
  readonly standing: Standing | null;
  /** The version that counts: the draft, else the active one. */
  readonly vision: Vision | null;
}

/** Where the member stands, from the stores. Read within a component, it follows them. */
export function homeStanding({ profile, assessment, visions }: Journey): HomeStanding {
  const known = profile.state.value;
  const assessed = assessment.state.value;
  const list = visions.list.value;
  const [draft, active] = (["draft", "active"] as const).map((state) => {
    const summary = versionOf(list, state);
    return summary ? { summary, vision: visions.open(summary.id).value.value } : null;
  });
  const vision = draft?.vision ?? active?.vision ?? null;
  const last = assessment.completed.value;
  const waits =
    !known ||
    !assessed ||
    !list ||
    (draft && !draft.vision) ||
    (active && !active.vision) ||
    (assessed.status === "in_progress" && !last);
  if (waits) return { standing: null, vision };
  return {
    vision,
    standing: {
      profileCompletion: known.completion,
      assessed: assessed.status === "completed" || last?.status === "completed",
      assessing: assessed.status === "in_progress",
      draft: draft?.vision ?? null,
      active: active?.vision ?? null,
    },
  };
}

/** Reads all that home shows: what stands in several places is read once. */
export async function readHome({ profile, assessment, visions, credits }: Journey): Promise<void> {
  await Promise.all([
    profile.refresh(),
    credits.refresh(),
    assessment.refresh().then(() => {
      const unfinished = assessment.state.peek()?.status === "in_progress";
      return unfinished ? assessment.refreshCompleted() : undefined;
    }),
    visions.refresh().then(() => {
      const list = visions.list.peek();
      const wanted = [versionOf(list, "draft"), versionOf(list, "active")];
      return Promise.all(
        wanted.map((version) => (version ? visions.open(version.id).refresh() : undefined)),
      );
    }),
  ]);
}
