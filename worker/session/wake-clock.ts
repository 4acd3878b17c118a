/**
 * The object's one alarm, set to the earliest of what has to happen. Setting it is a paid write, so
 * it is left alone where an earlier one stands.
 */
export class WakeClock {
  readonly #storage: Pick<DurableObjectStorage, "setAlarm" | "getAlarm">;
  /** The time the alarm is set to, as far as it is known; null for none. */
  #setFor: number | null | undefined;

  constructor(storage: Pick<DurableObjectStorage, "setAlarm" | "getAlarm">) {
    this.#storage = storage;
  }

  /** Makes sure that the object wakes by a time, in milliseconds since the epoch. */
  wakeBy(time: number): void {
    if (this.#setFor !== undefined && this.#setFor !== null && this.#setFor <= time) return;
    this.#setFor = time;
    // Not awaited: the platform holds back whatever leaves the object until the write is confirmed.
    this.#storage.setAlarm(time).catch(() => {
      this.#setFor = undefined;
    });
  }

  /**
   * The same for what is not urgent: an alarm that was set before the object woke is kept where it is
   * earlier.
   */
  async wakeToo(time: number): Promise<void> {
    if (this.#setFor === undefined) {
      const standing = await this.#storage.getAlarm();
      this.#setFor ??= standing;
    }
    this.wakeBy(time);
  }

  /** The alarm has gone off: there is none now. */
  wentOff(): void {
    this.#setFor = null;
  }
}
