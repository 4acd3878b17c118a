import { OPTIONAL_PARAMETERS, OUTPUT_LIMITS } from "./parameters.ts";

/** What is stored: for each address and model the parameters that were refused, and until when that holds. */
export type StoredRefusals = Readonly<
  Record<string, { readonly names: readonly string[]; readonly until: number }>
>;

/** What the memory is kept with. Times in milliseconds since the epoch. */
export interface ParameterMemoryPorts {
  readonly load: () => StoredRefusals | undefined;
  readonly save: (refusals: StoredRefusals) => void;
  readonly now: () => number;
}

/** How long a refused parameter is left out: a server that has been upgraded gets it again after that. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** What all memories of this isolate know. */
const shared = new Map<string, { readonly names: ReadonlySet<string>; readonly until: number }>();

const NONE: ReadonlySet<string> = new Set();
const keyOf = (address: string, model: string) => `${model} ${address}`;

/**
 * Remembers which parameters a model at an address refuses. An isolate learns for all its members, and
 * each member's object stores what it knows, so that it outlives the isolate. Reading is synchronous.
 */
export class ParameterMemory {
  readonly #ports: ParameterMemoryPorts;
  #loaded = false;

  constructor(ports: ParameterMemoryPorts) {
    this.#ports = ports;
  }

  /** The parameters not to send. */
  refused(address: string, model: string): ReadonlySet<string> {
    this.#load();
    const key = keyOf(address, model);
    const known = shared.get(key);
    if (!known) return NONE;
    if (known.until > this.#ports.now()) return known.names;
    shared.delete(key);
    return NONE;
  }

  /** Adds refused parameters, in memory and in storage. */
  learn(address: string, model: string, names: readonly string[]): void {
    const { save, load, now } = this.#ports;
    const key = keyOf(address, model);
    const all = new Set([...this.refused(address, model), ...names]);
    const until = now() + KEPT_MS;
    shared.set(key, { names: all, until });
    save({ ...load(), [key]: { names: [...all], until } });
  }

  #load(): void {
    if (this.#loaded) return;
    this.#loaded = true;
    for (const [key, { names, until }] of Object.entries(this.#ports.load() ?? {})) {
      if (!shared.has(key)) shared.set(key, { names: new Set(names), until });
    }
  }
}

/** A memory that lasts as long as its isolate. */
export const isolateMemory = new ParameterMemory({
  load: () => undefined,
  save: () => {},
  now: () => Date.now(),
});

/** After so many refusals of one request all that it can do without is left out, but for the limit. */
const PATIENCE = 3;

/**
 * The entries to remember for refused parameters of a body. A response format is refused by its type, so
 * that a simpler one is tried first.
 * @param refusals how often the request has been refused by now
 */
export function entriesOf(
  refused: readonly string[],
  body: Readonly<Record<string, unknown>>,
  refusals: number,
): string[] {
  const all = OPTIONAL_PARAMETERS.filter((name) => name in body && !OUTPUT_LIMITS.includes(name));
  const names = refusals < PATIENCE ? refused : new Set([...refused, ...all]);
  return Array.from(names, (name) => {
    if (name !== "response_format") return name;
    return `response_format.${(body.response_format as { type: string }).type}`;
  });
}
