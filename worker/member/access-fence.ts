import { ProblemError } from "../../domain/problems.ts";

/** What the fence keeps. Times are those of tokens: seconds since the epoch. */
export interface KeptFence {
  /** Tokens issued before are refused: the member signed out everywhere. */
  readonly revokedBefore: number;
  /** How often the member has erased everything. */
  readonly generation: number;
  /** The last erase; `before`: tokens issued before it are refused. */
  readonly erase: { readonly state: "erasing" | "done"; readonly before: number } | null;
}

/** What the fence is kept with. */
export interface FencePorts {
  readonly load: () => KeptFence | undefined;
  readonly save: (kept: KeptFence) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const OPEN: KeptFence = { revokedBefore: 0, generation: 0, erase: null };

/**
 * What stands between older tokens, or an erase, and the member's data. Persisted: it is the one
 * thing that an erase leaves in the object.
 */
export class Fence {
  readonly #ports: FencePorts;
  #kept: KeptFence;

  constructor(ports: FencePorts) {
    this.#ports = ports;
    this.#kept = ports.load() ?? OPEN;
  }

  /** How often the member has erased everything: goes with every batch to Postgres. */
  get generation(): number {
    return this.#kept.generation;
  }

  /** How the last erase stands; null where there was none. */
  get erase(): "erasing" | "done" | null {
    return this.#kept.erase?.state ?? null;
  }

  /**
   * Lets a request in, by the second its token was issued in.
   * @throws ProblemError session_revoked; conflict while everything is being erased
   */
  admit(issuedAt: number): void {
    const { revokedBefore, erase } = this.#kept;
    if (issuedAt < Math.max(revokedBefore, erase?.before ?? 0)) {
      throw new ProblemError("session_revoked");
    }
    if (erase?.state === "erasing") {
      throw new ProblemError("conflict", {
        detail: "Your data is being erased. You can begin anew in a moment.",
        retryAfter: 5,
      });
    }
  }

  /**
   * Whether a request to erase asks for a new one, and not how the last one stands: then its token is
   * newer than that, and nothing is being erased.
   * @throws ProblemError session_revoked
   */
  admitErase(issuedAt: number): boolean {
    const { revokedBefore, erase } = this.#kept;
    if (issuedAt < revokedBefore) throw new ProblemError("session_revoked");
    return erase === null || (erase.state === "done" && issuedAt >= erase.before);
  }

  /**
   * Signs out everywhere. Tokens name their second only, so that this one's are refused too.
   * @returns the second from which on tokens are good again
   */
  revoke(issuedAt: number): number {
    const revokedBefore = this.#after(issuedAt);
    this.#keep({ ...this.#kept, revokedBefore });
    return revokedBefore;
  }

  /**
   * An erase begins: from here on nobody is let in.
   * @returns the second from which on tokens are good again
   */
  beginErase(issuedAt: number): number {
    const { generation } = this.#kept;
    const erase = { state: "erasing", before: this.#after(issuedAt) } as const;
    this.#keep({ ...this.#kept, generation: generation + 1, erase });
    return erase.before;
  }

  /** The erase is done. Part of the transaction that empties the object. */
  endErase(): void {
    const { erase } = this.#kept;
    if (erase) this.#keep({ ...this.#kept, erase: { ...erase, state: "done" } });
  }

  /** Takes over what Postgres knows, where this object has lost its storage. */
  adopt(generation: number): void {
    if (generation > this.#kept.generation) this.#keep({ ...this.#kept, generation });
  }

  /** The second after now and after this token, whose clock may be ahead. */
  #after(issuedAt: number): number {
    return Math.max(Math.floor(this.#ports.now() / 1000), Math.floor(issuedAt)) + 1;
  }

  #keep(kept: KeptFence): void {
    this.#ports.save(kept);
    this.#kept = kept;
  }
}
