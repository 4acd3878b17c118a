/** Runs pieces of work in the order they came, each once the one before is through or has failed. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  /** @returns what the work returns, or rejects as it does. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Resolves when everything asked for until now is through. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
