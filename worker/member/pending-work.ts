/** What is being worked on, so that an erase can wait until nobody writes any more. */
export class UnderWay {
  readonly #work = new Set<Promise<unknown>>();

  /** Adds work until it has ended, well or not. */
  add<Result>(work: Promise<Result>): Promise<Result> {
    this.#work.add(work);
    const ended = () => this.#work.delete(work);
    work.then(ended, ended);
    return work;
  }

  /**
   * Resolves once nothing is under way, also nothing that began meanwhile.
   * @param hasten ends what can be ended; called again whenever something has ended by itself
   */
  async quiet(hasten: () => Promise<void>): Promise<void> {
    while (this.#work.size > 0) {
      await hasten();
      await Promise.race([...this.#work].map((work) => work.catch(() => {})));
    }
  }
}
