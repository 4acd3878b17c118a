/** When things happened as the client saw them: milliseconds of one clock. */
export interface SeenTimes {
  /** When the turn was meant to begin. */
  readonly intended: number;
  /** When its request was really sent. */
  readonly sent: number;
  readonly firstWord: number;
}

/** What the server says of its own time, in milliseconds; null where it says nothing. */
export interface ToldTimes {
  /** Between the token's arrival at the Worker and the object's turn, of `Server-Timing`. */
  readonly auth: number | null;
  /** Ours and the provider's part as the answer's end tells them. */
  readonly oursMs: number | null;
  readonly upstreamMs: number | null;
}

/** The way to the first word, in milliseconds; its parts add up to `firstWord`. */
export interface FirstWordSplit {
  /** From the intended start, so that a late request is not taken for a fast one. */
  readonly firstWord: number;
  /** The load generator was late by this much. */
  readonly late: number;
  /** There and back, and whatever else neither the server's nor the provider's clock has seen. */
  readonly network: number;
  readonly ours: number;
  readonly provider: number;
}

/** Splits the time to the first word. @returns null where the server told too little to split it */
export function splitFirstWord(seen: SeenTimes, told: ToldTimes): FirstWordSplit | null {
  if (told.oursMs === null || told.upstreamMs === null) return null;
  const firstWord = seen.firstWord - seen.intended;
  const late = seen.sent - seen.intended;
  const ours = told.oursMs + (told.auth ?? 0);
  // A server's clock may be coarse: what it says beyond what was seen is cut from the larger part.
  const provider = Math.min(told.upstreamMs, Math.max(0, firstWord - late - ours));
  const network = Math.max(0, firstWord - late - ours - provider);
  return { firstWord, late, network, ours, provider };
}

/** The durations of a `Server-Timing` header by name, in milliseconds. */
export function readServerTiming(header: string): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const entry of header.split(",")) {
    const [name, ...parameters] = entry.split(";").map((part) => part.trim());
    const duration = parameters.find((parameter) => /^dur=/i.test(parameter))?.slice(4);
    const ms = Number(duration?.replaceAll('"', ""));
    if (name && duration !== undefined && Number.isFinite(ms)) found[name] = ms;
  }
  return found;
}
