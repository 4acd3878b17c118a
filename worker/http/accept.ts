import { ProblemError } from "../../domain/problems.ts";

/** How a turn is streamed: the AI SDK's UI message stream as server-sent events, or the bare words. */
export type StreamForm = "events" | "words";

interface Range {
  readonly type: string;
  readonly quality: number;
}

function ranges(accept: string): Range[] {
  return accept
    .split(",")
    .map((entry) => {
      const [type = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
      const quality = parameters.find((p) => p.startsWith("q="))?.slice(2);
      return { type, quality: quality === undefined ? 1 : Number(quality) || 0 };
    })
    .filter((range) => range.type !== "" && range.quality > 0)
    .sort((a, b) => b.quality - a.quality);
}

/**
 * The form of a stream. Where `Accept` leaves it open (both stock transports of the AI SDK do), the
 * body decides: `uiMessages` is whether it looks like the SDK's.
 * @throws ProblemError not_acceptable
 */
export function streamForm(accept: string | null, uiMessages: boolean): StreamForm {
  const open = uiMessages ? "events" : "words";
  if (accept === null || accept.trim() === "" || accept === "*/*") return open;
  for (const { type } of ranges(accept)) {
    if (type === "text/event-stream") return "events";
    if (type === "text/plain") return "words";
    if (type === "*/*" || type === "text/*") return open;
  }
  throw new ProblemError("not_acceptable");
}
