import type { TurnStart } from "../api/stream.ts";
import type { KeyValue } from "../platform/storage.ts";
import { toTurn } from "../text/text-transport.ts";
import { type Choosing, toAsk, toVersions, type WritingAsk } from "./versions.ts";

/** What is kept of a section's writing: enough to find a turn again, or to show what it brought. */
export interface KeptWriting {
  /** What is asked for and not there yet; `turn` once the server has begun it. */
  readonly pending: {
    readonly ask: WritingAsk;
    /** The request's Idempotency-Key. */
    readonly key: string;
    readonly turn: TurnStart | null;
  } | null;
  readonly choosing: Choosing;
  /** What the member wants different, as far as it is typed. */
  readonly wish: string;
  /** The text that was saved last. */
  readonly taken: string | null;
  /** The text that VIVA begins with when it makes one better; null where its last one broke off. */
  readonly newest: string | null;
  /** What VIVA said in place of a text; null where it did not. */
  readonly spoken: string | null;
}

const NOTHING: KeptWriting = {
  pending: null,
  choosing: { versions: [], chosen: 0 },
  wish: "",
  taken: null,
  newest: null,
  spoken: null,
};

type Loose<T> = Partial<Record<keyof T, unknown>> | null | undefined;

const textOrNull = (value: unknown) => (typeof value === "string" ? value : null);

function toPending(value: unknown): KeptWriting["pending"] {
  const pending = value as Loose<NonNullable<KeptWriting["pending"]>>;
  const ask = toAsk(pending?.ask);
  if (!ask || typeof pending?.key !== "string") return null;
  return { ask, key: pending.key, turn: toTurn(pending.turn) };
}

/** Reads what was kept. What cannot be read counts as nothing. */
export function toKeptWriting(json: string | null): KeptWriting {
  try {
    const value = JSON.parse(json ?? "null") as Loose<KeptWriting>;
    const choosing = value?.choosing as Loose<Choosing>;
    const versions = toVersions(choosing?.versions);
    const chosen = Number(choosing?.chosen);
    return {
      pending: toPending(value?.pending),
      choosing: { versions, chosen: versions[chosen] ? chosen : 0 },
      wish: textOrNull(value?.wish) ?? "",
      taken: textOrNull(value?.taken),
      newest: textOrNull(value?.newest),
      spoken: textOrNull(value?.spoken),
    };
  } catch {
    return NOTHING;
  }
}

/**
 * Where a section's writing is kept. A storage that is full or refused does no harm: it then lives as
 * long as the page.
 */
export function createKeptWriting(storage: KeyValue, place: string) {
  return {
    read: () => toKeptWriting(storage.getItem(place)),
    write(now: KeptWriting) {
      try {
        if (JSON.stringify(now) === JSON.stringify(NOTHING)) storage.removeItem(place);
        else storage.setItem(place, JSON.stringify(now));
      } catch {
        // It is still in memory.
      }
    },
  };
}
