import { useEffect } from "preact/hooks";
import { erasure } from "./erasing.ts";
import type { ErasureState } from "./erasure.ts";

/** What stands on the sign-in page for whom: why the session ended, how an erase stands, and a goodbye. */
export function Farewell({ because }: { readonly because: string }) {
  const state = erasure.state.value;
  useEffect(() => {
    erasure.resume();
    return erasure.seen;
  }, []);

  return (
    <div role="status" class="farewell">
      {state.kind !== "none" ? (
        <ErasureNotice state={state} />
      ) : because ? (
        <p class="notice notice-info">{because}</p>
      ) : null}
    </div>
  );
}

function ErasureNotice({ state }: { readonly state: ErasureState }) {
  if (state.kind === "erasing") {
    return (
      <div class="notice notice-info">
        <span class="spinner" aria-hidden="true" />
        <div class="notice-text">
          <p>
            <strong>Your data is being erased.</strong>
          </p>
          <p>
            {state.problem
              ? "How far it is cannot be seen at the moment. It goes on by itself, and we look again."
              : state.late
                ? "It takes longer than usual. It goes on by itself, also when you close this page."
                : "This takes a moment. You may close this page: it goes on by itself."}
          </p>
        </div>
      </div>
    );
  }
  if (state.kind === "done") {
    return (
      <div class="notice notice-info">
        <div class="notice-text">
          <p>
            <strong>Everything is erased. Goodbye, and thank you for sharing your vision.</strong>
          </p>
          <p>Should you want to begin anew one day, your e-mail and password let you in.</p>
        </div>
      </div>
    );
  }
  return (
    <p class="notice notice-info">
      You asked to erase everything. It goes on by itself; sign in to see whether it is done.
    </p>
  );
}
