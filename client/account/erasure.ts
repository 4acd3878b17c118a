import { type ReadonlySignal, signal } from "@preact/signals";
import * as v from "valibot";
import type { Api } from "../api/http.ts";
import { ApiError, type ClientProblem, localProblem, problemOf } from "../api/problem.ts";
import type { KeyValue } from "../platform/storage.ts";

/** How an erase of everything stands, as far as this browser knows. */
export type ErasureState =
  | { readonly kind: "none" }
  /** Under way. `late`: it takes longer than usual; `problem`: why it could not be asked the last time. */
  | { readonly kind: "erasing"; readonly late: boolean; readonly problem: ClientProblem | null }
  | { readonly kind: "done" }
  /** It goes on by itself, and this browser is no longer told how it stands. */
  | { readonly kind: "unseen" };

/** Erasing everything of a member, from the request to the word that it is done. */
export interface Erasure {
  readonly state: ReadonlySignal<ErasureState>;
  /**
   * Asks for it; resolves once the server has begun. From then on the session is over.
   * @throws ApiError where it has not, or where that is not known
   */
  begin(): Promise<void>;
  /** Goes on asking how it stands, where a page before has begun: to be called where nobody is signed in. */
  resume(): void;
  /** The member has read how it ended. */
  seen(): void;
}

interface ErasureDeps {
  readonly storage: Pick<KeyValue, "getItem" | "setItem" | "removeItem">;
  /** The token of the session; null where nobody is signed in. */
  readonly token: () => Promise<string | null>;
  /** The server, asked with this token and no other. */
  readonly apiOf: (token: string) => Pick<Api, "json">;
  readonly pause: (ms: number) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Where it is kept that an erase was asked for, so that a reload does not lose sight of it. */
const KEY = "viva.erasing";

/** The token with which it was asked is the only one that may ask again: a newer one would erase what came after. */
const Note = v.object({ token: v.string(), since: v.number(), begun: v.boolean() });
type Note = v.InferOutput<typeof Note>;

/** Between two looks, in milliseconds. The first keeps the next sign-in out of the second of the erase. */
const LOOK_MS = 1_000;
const LOOK_MAX_MS = 10_000;
/** From which time on it takes longer than usual, in milliseconds. */
const LATE_MS = 15_000;

const isRefused = ({ status }: ClientProblem) => status >= 400 && status < 500 && status !== 429;

/** The store of an erase. */
export function createErasure({ storage, token, apiOf, pause, now }: ErasureDeps): Erasure {
  const state = signal<ErasureState>({ kind: "none" });
  let watching = false;

  function read(): Note | null {
    try {
      const parsed = v.safeParse(Note, JSON.parse(storage.getItem(KEY) ?? "null"));
      return parsed.success ? parsed.output : null;
    } catch {
      return null;
    }
  }

  const keep = (note: Note) => storage.setItem(KEY, JSON.stringify(note));

  function end(kind: "none" | "done" | "unseen"): void {
    storage.removeItem(KEY);
    state.value = { kind };
  }

  async function ask(note: Note): Promise<"erasing" | "done"> {
    const path = "/api/account-data";
    const answer = await apiOf(note.token).json<{ readonly state: string }>(path, {
      method: "DELETE",
    });
    return answer.state === "done" ? "done" : "erasing";
  }

  /**
   * Whether an erase of which no answer came has begun: only then is the token refused. To ask for it
   * again would begin what may never have been asked for.
   */
  async function hasBegun(note: Note): Promise<boolean | "unknown"> {
    try {
      await apiOf(note.token).json("/api/sync");
      return false;
    } catch (error) {
      const { code } = problemOf(error);
      if (code === "session_revoked") return true;
      if (code === "unauthorized" || code === "token_expired") return "unknown";
      throw error;
    }
  }

  /** One look; false once there is nothing to look for any more. */
  async function look(note: Note): Promise<boolean> {
    if (!note.begun) {
      const begun = await hasBegun(note);
      if (begun !== true) {
        end(begun === false ? "none" : "unseen");
        return false;
      }
    }
    if ((await ask(note)) === "erasing") return true;
    end("done");
    return false;
  }

  async function watch(note: Note): Promise<void> {
    if (watching) return;
    watching = true;
    let problem: ClientProblem | null = null;
    for (let wait = LOOK_MS, goes = true; goes; wait = Math.min(LOOK_MAX_MS, wait * 1.5)) {
      state.value = { kind: "erasing", late: now() - note.since > LATE_MS, problem };
      await pause(wait);
      try {
        goes = await look(note);
        problem = null;
      } catch (error) {
        problem = problemOf(error);
        // The token is good for an hour; after that nobody tells this browser any more.
        if (isRefused(problem)) {
          end("unseen");
          goes = false;
        }
      }
    }
    watching = false;
  }

  return {
    state,

    async begin() {
      const current = await token();
      if (current === null) throw new ApiError(localProblem("unknown", 401));
      const note: Note = { token: current, since: now(), begun: false };
      keep(note);
      try {
        const standing = await ask(note);
        // The next page may have seen it to its end before this answer came.
        if (read()) keep({ ...note, begun: true });
        if (standing === "done") return end("done");
        void watch({ ...note, begun: true });
      } catch (error) {
        // Where no answer came it may have begun all the same.
        if (isRefused(problemOf(error))) storage.removeItem(KEY);
        throw error;
      }
    },

    resume() {
      const note = read();
      if (note) void watch(note);
    },

    seen() {
      if (state.peek().kind !== "erasing") state.value = { kind: "none" };
    },
  };
}
