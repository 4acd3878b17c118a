import { ENGLISH_CRISIS } from "./crisis-english.ts";
import { OTHER_CRISIS } from "./crisis-others.ts";
import { ENGLISH_HARMLESS } from "./harmless-english.ts";
import { OTHER_HARMLESS } from "./harmless-others.ts";

/**
 * The messages that the patterns were made and mended with. A crisis that was missed, or a harmless
 * message that was taken for one, comes in here first; then the patterns learn it.
 */
export const CRISIS = [...ENGLISH_CRISIS, ...OTHER_CRISIS];

/** What only sounds like a crisis, likewise. */
export const HARMLESS = [...ENGLISH_HARMLESS, ...OTHER_HARMLESS];
