/** An alarm that is so late, in milliseconds, was lost: Cloudflare delays one by a minute at most. */
const LOST_MS = 120_000;

/** What the clock works with. */
export interface WakePorts {
  readonly storage: {
    getAlarm(): Promise<number | null>;
    setAlarm(time: number): Promise<void>;
  };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * The object's one alarm, set to the earliest of what has to happen. Setting it is a paid write, so
 * it is left alone if an earlier one stands; but not if that one should have gone off long ago, because
 * nothing else would ever wake the object.
 */
export class WakeClock {
  readonly #ports: WakePorts;
  /** The time the alarm is set to, as far as it is known; null for none. */
  #setFor: number | null | undefined;

  constructor(ports: WakePorts) {
    this.#ports = ports;
  }

  /** Makes sure that the object wakes by a time, in milliseconds since the epoch. */
  wakeBy(time: number): void {
    const { storage, now } = this.#ports;
    const standing = this.#setFor ?? Number.POSITIVE_INFINITY;
    const isLost = standing < now() - LOST_MS;
    if (standing <= time && !isLost) return;
    // An alarm that is set to now or before from within the alarm's own handler may never go off.
    const next = Math.max(isLost ? standing : time, now() + 1);
    this.#setFor = next;
    // Not awaited: the platform holds back whatever leaves the object until the write is confirmed.
    storage.setAlarm(next).catch(() => {
      this.#setFor = undefined;
    });
  }

  /**
   * The same for what is not urgent: an alarm that was set before the object woke is kept if it is
   * earlier.
   */
  async wakeToo(time: number): Promise<void> {
    if (this.#setFor === undefined) {
      const standing = await this.#ports.storage.getAlarm();
      this.#setFor ??= standing;
    }
    this.wakeBy(time);
  }

  /** The alarm has gone off: there is none now. */
  wentOff(): void {
    this.#setFor = null;
  }
}
