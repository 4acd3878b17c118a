import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { SyncState } from "../../../domain/messages.ts";
import { type ClientProblem, problemOf } from "../../api/problem.ts";
import { api, services } from "../../services.ts";
import { ProblemNotice } from "../../ui/ProblemNotice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { syncSentences } from "../state/sync.ts";

/** How often it is looked again while something is under way. */
const AGAIN_MS = 3_000;

interface Look {
  readonly state: SyncState;
  /** Messages that wait in this browser. */
  readonly here: number;
}

/** Whether what the member said has arrived everywhere it belongs; looks again until it has. */
export function SyncNote() {
  const seen = useSignal<Look | null>(null);
  const problem = useSignal<ClientProblem | null>(null);
  const attempt = useSignal(0);
  const looking = attempt.value;

  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function look() {
      try {
        const state = await api.json<SyncState>("/api/sync", { signal: gone.signal });
        const here = (await services().queue.all()).length;
        if (gone.signal.aborted) return;
        seen.value = { state, here };
        problem.value = null;
        if (state.pending + here > 0) timer = setTimeout(() => void look(), AGAIN_MS);
      } catch (error) {
        if (!gone.signal.aborted) problem.value = problemOf(error);
      }
    }
    void look();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [looking, seen, problem]);

  if (problem.value) {
    return (
      <ProblemNotice
        problem={problem.value}
        onRetry={() => {
          attempt.value += 1;
        }}
      />
    );
  }
  if (!seen.value) return <Skeleton label="Looking what is saved" lines={1} />;
  const { state, here } = seen.value;
  return (
    <div role="status">
      {syncSentences(state, here).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </div>
  );
}
