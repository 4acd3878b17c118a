import { RotateCcw } from "lucide";
import type { Trouble, TroubleKind } from "../../domain/operations.ts";
import { Button } from "../ui/Button.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { count } from "./figures.ts";
import type { Operations, Sending } from "./operations.ts";

const KINDS: Readonly<Record<TroubleKind, string>> = {
  refused: "Refused for good",
  backlog: "Backlog does not drain",
  turns: "Turn does not end",
  erase: "Erase does not finish",
};

const TIME = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const timeOf = (time: string) => TIME.format(new Date(time));

/** What sending again can help. */
const canBeSent = ({ kind }: Trouble) => kind === "refused" || kind === "backlog";

/** How sending again went, in words. */
function sendingWords(sending: Sending): string {
  switch (sending.state) {
    case "waiting":
      return "Waits its turn";
    case "sending":
      return "Sending";
    case "sent":
      if (sending.failed > 0) return `${count(sending.failed)} refused again`;
      return sending.resent > 0 ? `${count(sending.resent)} sent again` : "Asked to send";
    case "failed":
      return sending.detail;
  }
}

/** What members' sessions have reported, and the way to have them send again. */
export function Troubles({ operations }: { readonly operations: Operations }) {
  const { troubles, more, sendings } = operations;
  const rows = troubles.value;
  const sendable = [...new Set((rows ?? []).filter(canBeSent).map(({ memberId }) => memberId))];
  const busy = [...sendings.value.values()].some(
    ({ state }) => state === "waiting" || state === "sending",
  );
  return (
    <section class="ops-section" aria-labelledby="ops-troubles">
      <h2 id="ops-troubles">Trouble in members' sessions</h2>
      <p class="muted">
        Each session reports its own, and takes it back when it is mended. While Postgres is away
        none can: then only the log says it (<code>session_troubles</code>,{" "}
        <code>outbox_paused</code>
        ).
      </p>
      {rows === null ? <Skeleton label="Loading what is wrong" lines={3} /> : null}
      {rows?.length === 0 ? <p class="ops-fine">No session has anything to report.</p> : null}
      {rows !== null && rows.length > 0 ? (
        <>
          <Button
            icon={RotateCcw}
            busy={busy}
            disabled={sendable.length === 0}
            onClick={() => void operations.resend(sendable)}
          >
            Send all listed again
          </Button>
          <ul class="ops-troubles">
            {rows.map((trouble) => (
              <TroubleRow
                key={trouble.id}
                trouble={trouble}
                sending={sendings.value.get(trouble.memberId)}
                busy={busy}
                onSend={() => void operations.resend([trouble.memberId])}
              />
            ))}
          </ul>
        </>
      ) : null}
      {more.value ? <Button onClick={() => void operations.loadMore()}>Show more</Button> : null}
    </section>
  );
}

interface TroubleRowProps {
  readonly trouble: Trouble;
  readonly sending: Sending | undefined;
  readonly busy: boolean;
  readonly onSend: () => void;
}

function TroubleRow({ trouble, sending, busy, onSend }: TroubleRowProps) {
  const { kind, rowKind, code, memberId, since, reportedAt } = trouble;
  const one = kind === "turns" ? "turn" : kind === "erase" ? "erase" : `${rowKind} row`.trim();
  const what = trouble.count === 1 ? one : `${one}s`;
  return (
    <li class={`ops-trouble ops-trouble-${kind}`}>
      <p class="ops-trouble-what">
        <strong>{KINDS[kind]}</strong>
        <span>
          {count(trouble.count)} {what}
          {code === "" ? null : (
            <>
              , <code>{code}</code>
            </>
          )}
        </span>
      </p>
      <p class="ops-trouble-whose">
        <code>{memberId}</code>
        <span class="muted">
          since <time dateTime={since}>{timeOf(since)}</time>, told{" "}
          <time dateTime={reportedAt}>{timeOf(reportedAt)}</time>
        </span>
      </p>
      <p class="ops-trouble-way">
        {canBeSent(trouble) ? (
          <Button
            busy={sending?.state === "sending"}
            disabled={busy}
            aria-label={`Send again for ${memberId}`}
            onClick={onSend}
          >
            Send again
          </Button>
        ) : null}
        <span role="status">{sending ? sendingWords(sending) : ""}</span>
      </p>
    </li>
  );
}
