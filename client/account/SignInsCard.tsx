import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { deviceName, type MemberSignIn } from "../../domain/sessions.ts";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import { api } from "../services.ts";
import { Button } from "../ui/Button.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";

const TIME = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "short" });
const timeOf = (iso: string) => TIME.format(new Date(iso));

/** Where the member is signed in, each with a way to end it. Nothing if this Supabase does not tell. */
export function SignInsCard() {
  const list = useSignal<readonly MemberSignIn[] | null>(null);
  const problem = useSignal<ClientProblem | null>(null);
  const ending = useSignal("");
  const ended = useSignal("");

  useEffect(() => {
    api.json<{ readonly items: readonly MemberSignIn[] | null }>("/api/sessions").then(
      ({ items }) => {
        list.value = items;
      },
      (error: unknown) => {
        problem.value = problemOf(error);
      },
    );
  }, [list, problem]);

  async function end({ id, userAgent }: MemberSignIn) {
    ending.value = id;
    problem.value = null;
    try {
      await api.open(`/api/sessions/${id}`, { method: "DELETE" });
    } catch (error) {
      const found = problemOf(error);
      // It had ended already.
      if (found.code !== "not_found") problem.value = found;
    }
    ending.value = "";
    if (problem.value) return;
    list.value = list.value?.filter((one) => one.id !== id) ?? null;
    ended.value = `${deviceName(userAgent)} is signed out.`;
  }

  if (!list.value && !problem.value) return null;
  return (
    <section class="card" aria-labelledby="account-sign-ins">
      <h2 id="account-sign-ins">Where you are signed in</h2>
      <ul class="sign-ins">
        {list.value?.map((one) => (
          <li key={one.id}>
            <div>
              <strong>{deviceName(one.userAgent)}</strong>
              {one.current ? " (this one)" : null}
              <p class="muted">
                Signed in {timeOf(one.createdAt)}, last active {timeOf(one.usedAt)}
              </p>
            </div>
            {one.current ? null : (
              <Button busy={ending.value === one.id} onClick={() => void end(one)}>
                Sign out
                <span class="visually-hidden"> {deviceName(one.userAgent)}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      <div role="status">{ended.value ? <p>{ended.value}</p> : null}</div>
      {problem.value ? <ProblemNotice problem={problem.value} /> : null}
      <p class="muted">
        A device that you sign out here can stay open for up to an hour. To close it at once, sign
        out everywhere.
      </p>
    </section>
  );
}
