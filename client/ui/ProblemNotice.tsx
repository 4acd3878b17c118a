import { CircleAlert, Gem, RotateCcw, WifiOff } from "lucide";
import type { ClientProblem } from "../api/problem.ts";
import { Button } from "./Button.tsx";
import { Icon } from "./Icon.tsx";

interface ProblemNoticeProps {
  readonly problem: ClientProblem;
  /** Offered as *Try again*. */
  readonly onRetry?: (() => void) | undefined;
}

const DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long" });
const NUMBER = new Intl.NumberFormat();

/** What went wrong, in a sentence, with what can be done about it. */
export function ProblemNotice({ problem, onRetry }: ProblemNoticeProps) {
  const { code, credits, detail } = problem;
  if (code === "credits_exhausted") {
    return (
      <div class="notice notice-credits">
        <Icon of={Gem} />
        <div class="notice-text">
          <p>
            <strong>You have put your Creation Credits to good use this month.</strong>
          </p>
          <p>
            {credits
              ? `${NUMBER.format(credits.left)} of ${NUMBER.format(credits.limit)} are left; they renew on ${DATE.format(new Date(credits.renewsAt))}.`
              : detail}{" "}
            Your words stay here until then.
          </p>
        </div>
        {onRetry ? (
          <Button icon={RotateCcw} onClick={onRetry}>
            Try again
          </Button>
        ) : null}
      </div>
    );
  }
  return (
    <div class="notice notice-problem">
      <Icon of={code === "offline" ? WifiOff : CircleAlert} />
      <p class="notice-text">{detail}</p>
      {onRetry ? (
        <Button icon={RotateCcw} onClick={onRetry}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}
