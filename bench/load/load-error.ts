/** Something the person at the terminal has to see to; its message says what. */
export class LoadError extends Error {
  override readonly name = "LoadError";
}
