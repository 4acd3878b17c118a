import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Assessment, AssessmentAnswer } from "../../domain/journey.ts";
import { type ClientProblem, problemAmong } from "../api/problem.ts";
import type { StoreDeps } from "./profile.ts";
import { createResource } from "./resource.ts";
import { createSaveQueue, type SaveStatus } from "./save-queue.ts";

/** An answer on its way, and the assessment it belongs to: null for the one in progress, or a new one. */
export interface PendingAnswer {
  readonly answer: AssessmentAnswer;
  readonly of: string | null;
}

/** The member's Vibrational Assessment. */
export interface AssessmentStore {
  /** The one in progress with the answers on their way, else the newest completed one. Null until read. */
  readonly state: ReadonlySignal<Assessment | null>;
  readonly problem: ReadonlySignal<ClientProblem | null>;
  readonly saving: ReadonlySignal<SaveStatus>;
  /** The newest completed one, also while another is in progress; null until read. */
  readonly completed: ReadonlySignal<Assessment | null>;
  readonly completedProblem: ReadonlySignal<ClientProblem | null>;
  refresh(): Promise<void>;
  refreshCompleted(): Promise<void>;
  /** It has changed elsewhere: reads again what was read before, see `Resource`. */
  changed(): Promise<ClientProblem | null>;
  /** Shown at once, saved behind. */
  answer(statement: string, answer: AssessmentAnswer): void;
  /** Turns from the completed one to a new one, which begins with its first answer. */
  beginNew(): void;
  /**
   * Completes the one in progress, after what is on its way.
   * @throws ApiError; 409 `conflict` with `errors` where statements are unanswered
   */
  complete(): Promise<Assessment>;
  settled(): Promise<boolean>;
  close(): void;
}

const NOT_BEGUN: Assessment = {
  id: null,
  status: "not_started",
  responses: {},
  scores: {},
  total: 0,
  completedAt: null,
};

const URL = "/api/assessment";

/** The store of the assessment. */
export function createAssessmentStore(deps: StoreDeps<PendingAnswer>): AssessmentStore {
  const { api, kept, tell, pause } = deps;
  const current = createResource(() => api.json<Assessment>(URL));
  const completed = createResource(() => api.json<Assessment>(`${URL}?status=completed`));
  const begun = signal(false);

  /** The id of the assessment in progress, where there is one. */
  function openId(): string | null {
    const known = current.value.peek();
    return known?.status === "in_progress" ? known.id : null;
  }

  const queue = createSaveQueue<PendingAnswer, Assessment>({
    send(changes) {
      const entries = Object.entries(changes);
      const id = entries.at(-1)?.[1].of ?? openId();
      const responses = Object.fromEntries(entries.map(([key, { answer }]) => [key, answer]));
      return api.json<Assessment>(URL, {
        method: "PATCH",
        body: id === null ? { responses } : { id, responses },
      });
    },
    confirmed(answer) {
      begun.value = false;
      current.set(answer);
    },
    refused(_, why) {
      tell(`Your answer was not saved: ${why.detail}`, { tone: "problem", name: "assessment" });
      void current.refresh();
    },
    kept,
    pause,
  });

  const state = computed<Assessment | null>(() => {
    const known = current.value.value;
    if (!known) return null;
    const pending = Object.entries(queue.pending.value);
    const fresh = begun.value && known.status === "completed";
    const base = fresh ? NOT_BEGUN : known;
    if (pending.length === 0 || base.status === "completed") return base;
    const responses = { ...base.responses };
    for (const [key, { answer }] of pending) responses[key] = answer;
    return { ...base, status: "in_progress", responses };
  });

  return {
    state,
    problem: current.problem,
    saving: queue.status,
    completed: completed.value,
    completedProblem: completed.problem,
    refresh: () => current.refresh(),
    refreshCompleted: () => completed.refresh(),
    changed: () => problemAmong([current.changed(), completed.changed()]),
    answer(statement, answer) {
      const known = state.peek();
      const standing = known?.responses[statement];
      if (standing === answer && known && statement in known.responses) return;
      queue.put({ [statement]: { answer, of: openId() } });
    },
    beginNew() {
      const last = current.value.peek();
      if (last?.status === "completed") completed.set(last);
      begun.value = true;
    },
    async complete() {
      await queue.settled();
      const id = openId();
      const answer = await api.json<Assessment>(`${URL}/complete`, {
        method: "POST",
        body: id === null ? {} : { id },
      });
      begun.value = false;
      current.set(answer);
      completed.set(answer);
      return answer;
    },
    settled: () => queue.settled(),
    close: () => queue.close(),
  };
}
