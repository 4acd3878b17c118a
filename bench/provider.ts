import { startModelThread } from "../local/model/thread.ts";
import type { Control, LogEntry, RunningModel } from "../local/model/types.ts";

/** Found in the newest message of each turn, so that the provider's log tells which it was. */
const MARK_PATTERN = /#\d{6}#/g;
/** Stands in a recorded request where each turn's own mark goes. */
export const MARK = "#MARK#";

/** When the provider had a turn's request, and when its first word left; as the model's log has it. */
export interface OwnTimes {
  readonly receivedAt: number;
  readonly firstTokenSentAt: number;
}

/** The rehearsal model as the benches use it. */
export interface Provider {
  /** Its base URL, ending in `/v1`. */
  readonly url: string;
  /** Tells it how to behave. */
  control(change: Partial<Control>): Promise<void>;
  /** A mark that no turn had before. */
  nextMark(): string;
  /** The provider's own times of the turns since the last call, by mark. */
  takeTimes(): Promise<Map<string, OwnTimes>>;
  /** The body of the newest request, with its mark made replaceable by {@link MARK}. */
  newestRequest(): Promise<string>;
  close(): Promise<void>;
}

/** Starts the rehearsal model on a thread of its own. */
export async function startProvider(): Promise<Provider> {
  const model: RunningModel = await startModelThread({ port: 0, ttftMs: 40, gapMs: 3 });
  const { origin } = new URL(model.url);
  let sent = 0;

  const log = async (query: string): Promise<LogEntry[]> =>
    (await (await fetch(`${origin}/log${query}`)).json()) as LogEntry[];
  const markOf = (text: string): string | undefined => text.match(MARK_PATTERN)?.at(-1);

  return {
    url: model.url,
    control: async (change) => {
      const response = await fetch(`${origin}/control`, {
        method: "POST",
        body: JSON.stringify(change),
      });
      if (!response.ok) throw new Error(`the model refused: ${await response.text()}`);
    },
    nextMark: () => {
      sent += 1;
      return `#${String(sent).padStart(6, "0")}#`;
    },
    takeTimes: async () => {
      const entries = await log("?brief");
      await fetch(`${origin}/log`, { method: "DELETE" });
      const times = new Map<string, OwnTimes>();
      for (const { newestUser, receivedAt, firstTokenSentAt } of entries) {
        const mark = markOf(newestUser);
        if (mark !== undefined && firstTokenSentAt !== null) {
          times.set(mark, { receivedAt, firstTokenSentAt });
        }
      }
      return times;
    },
    newestRequest: async () => {
      const newest = (await log("")).findLast(({ newestUser }) => markOf(newestUser) !== undefined);
      const mark = markOf(newest?.newestUser ?? "");
      if (mark === undefined) throw new Error("the provider has seen no turn yet");
      return JSON.stringify(newest?.body).replaceAll(mark, MARK);
    },
    close: () => model.close(),
  };
}
