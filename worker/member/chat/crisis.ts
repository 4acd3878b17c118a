import {
  type CrisisKind,
  careAnswer,
  findCrisis,
  GENTLE_FOR_MS,
  messageLanguage,
} from "../../../domain/care.ts";
import type { MemberContext } from "../../../domain/context.ts";
import type { RequestPlace } from "../../http/client-location.ts";

/** What care is kept with. Times in milliseconds since the epoch. */
export interface CarePorts {
  readonly load: () => number | undefined;
  readonly save: (at: number) => void;
  readonly now: () => number;
}

/** How old what is kept may be before it is written anew: not with every message of a minute. */
const KEEP_EVERY_MS = 60_000;

/** Meets a member in crisis, and remembers for a day that VIVA is to be gentle; not why. */
export class Care {
  readonly #ports: CarePorts;
  /** Undefined until it was looked for. */
  #since: number | null | undefined;

  constructor(ports: CarePorts) {
    this.#ports = ports;
  }

  /** Whether VIVA is to be gentle. */
  get gentle(): boolean {
    const since = this.#known();
    return since !== null && this.#ports.now() - since < GENTLE_FOR_MS;
  }

  /**
   * The answer to a text that speaks of a crisis; null for any other. No model is asked.
   * @param place where the request came from: decides the help lines where the profile names no country
   */
  answer(text: string, context: MemberContext | null, place: RequestPlace): string | null {
    const kind = findCrisis(text);
    if (kind === null) return null;
    this.#remember();
    return this.#meet(kind, text, context, place);
  }

  /**
   * The answer to a text that was found to speak of a crisis before. If the phrases have changed
   * since, it is met as the most urgent kind.
   */
  answerAgain(text: string, context: MemberContext | null, place: RequestPlace): string {
    return this.#meet(findCrisis(text) ?? "suicide", text, context, place);
  }

  #meet(
    kind: CrisisKind,
    text: string,
    context: MemberContext | null,
    place: RequestPlace,
  ): string {
    const { country, first_name: name } = context?.profile ?? {};
    return careAnswer({
      kind,
      country: typeof country === "string" && country !== "" ? country : place.country,
      language: messageLanguage(text),
      name: typeof name === "string" ? name : null,
    });
  }

  /** Read once: also that there is nothing is not asked again with every turn. */
  #known(): number | null {
    if (this.#since === undefined) this.#since = this.#ports.load() ?? null;
    return this.#since;
  }

  #remember(): void {
    const now = this.#ports.now();
    const since = this.#known();
    if (since !== null && Math.abs(now - since) < KEEP_EVERY_MS) return;
    this.#since = now;
    this.#ports.save(now);
  }
}
