import type { CrisisKind } from "./kinds.ts";

/**
 * The phrases of one language (see `phrase.ts`), by what they say. `aside` comes first: what only
 * sounds like a crisis, or denies it, is taken out before the others look. `past` and `worry` are
 * taken out once noted, so that "years ago I wanted to die" is not heard as today.
 */
export type CarePatterns = Readonly<Record<CrisisKind | "aside", readonly string[]>>;
