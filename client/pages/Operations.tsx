import { LogOut, RotateCcw } from "lucide";
import { useEffect } from "preact/hooks";
import { createApi } from "../api/http.ts";
import { Budget } from "../operations/Budget.tsx";
import { Days } from "../operations/Days.tsx";
import { daysBetween } from "../operations/figures.ts";
import { Gate } from "../operations/Gate.tsx";
import { createOperations } from "../operations/operations.ts";
import { Regions } from "../operations/Regions.tsx";
import { Summary } from "../operations/Summary.tsx";
import { Troubles } from "../operations/Troubles.tsx";
import { tabStorage } from "../platform/storage.ts";
import { Button } from "../ui/Button.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";

const WINDOWS = [7, 14, 30, 90];
const TIME = new Intl.DateTimeFormat("en", { timeStyle: "medium" });

/** Operators are let in by their secret, not by a member's token. */
const operations = createOperations({
  api: createApi({ tokens: { current: async () => null, renew: async () => null, revoked() {} } }),
  storage: tabStorage,
});

/** The operator's page: how the deployment does, and what is wrong in members' sessions. */
export default function OperationsPage() {
  const admitted = operations.admitted.value;
  useEffect(() => {
    if (admitted) void operations.load();
  }, [admitted]);
  return admitted ? <Admitted /> : <Gate operations={operations} />;
}

function Admitted() {
  const { overview, problem, loading, days, readAt } = operations;
  const found = overview.value;
  const all = found ? daysBetween(found.from, found.to) : [];
  return (
    <div class="page ops">
      <header class="ops-head">
        <h1>Operations</h1>
        <div class="ops-tools">
          <fieldset class="ops-windows">
            <legend class="visually-hidden">Days to show</legend>
            {WINDOWS.map((window) => (
              <label key={window}>
                <input
                  type="radio"
                  name="days"
                  checked={days.value === window}
                  onChange={() => void operations.load(window)}
                />
                <span>{window} days</span>
              </label>
            ))}
          </fieldset>
          <Button icon={RotateCcw} busy={loading.value} onClick={() => void operations.load()}>
            Refresh
          </Button>
          <Button kind="quiet" icon={LogOut} onClick={() => operations.leave()}>
            Leave
          </Button>
        </div>
        <p class="muted" role="status">
          {readAt.value === null
            ? ""
            : `Read at ${TIME.format(readAt.value)}. Days are UTC; today is not over.`}
        </p>
      </header>
      {problem.value ? (
        <ProblemNotice problem={problem.value} onRetry={() => void operations.load()} />
      ) : null}
      {found ? <Summary overview={found} /> : null}
      {found ? <Budget budget={found.budget} /> : null}
      {found || !problem.value ? <Troubles operations={operations} /> : null}
      {found === null ? (
        problem.value ? null : (
          <Skeleton label="Loading the figures" lines={6} />
        )
      ) : found.days.length === 0 ? (
        <p class="ops-none">No requests in these days.</p>
      ) : (
        <>
          <Regions overview={found} days={all} />
          <Days overview={found} days={all} />
        </>
      )}
    </div>
  );
}
