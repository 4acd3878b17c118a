/** Micro-dollars of list price that one Creation Credit pays for. */
const MICRO_USD_PER_CREDIT = 100;

/** A member's Creation Credits this month. */
export interface Credits {
  /** At least 0, though a turn may overrun. */
  readonly left: number;
  readonly limit: number;
  /** ISO time of the next renewal: the 1st of the next month, UTC. */
  readonly renewsAt: string;
}

/** Credits that a turn costs, rounded up once per turn. @param microUsd what it counts as, see `countedMicroUsd` */
export function creditsOf(microUsd: number): number {
  return Math.ceil(microUsd / MICRO_USD_PER_CREDIT);
}

/** The month that usage counts in, `YYYY-MM` in UTC. */
export function creditMonth(now: number): string {
  return new Date(now).toISOString().slice(0, 7);
}

/** When the credits of this month are renewed. */
export function renewsAt(now: number): string {
  const date = new Date(now);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)).toISOString();
}

/** The balance that a member sees. */
export function credits(limit: number, used: number, now: number): Credits {
  return { left: Math.max(0, limit - used), limit, renewsAt: renewsAt(now) };
}
