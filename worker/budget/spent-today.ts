/** What the deployment has spent on models on a UTC day. */
export interface SpentToday {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly spentMicroUsd: number;
}

/** The UTC day of a time in milliseconds, `YYYY-MM-DD`. */
export function utcDay(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

/** Seconds until the next UTC day begins. */
export function secondsToNextDay(now: number): number {
  const next = new Date(now).setUTCHours(24, 0, 0, 0);
  return Math.max(1, Math.ceil((next - now) / 1000));
}
