import type { CareLanguage, CrisisKind } from "../../../domain/care/kinds.ts";

/** What kind of crisis a message speaks of, its language, the message. */
export type CrisisMessage = readonly [CrisisKind, CareLanguage, string];

/** The language of a message that only sounds like one, and the message. */
export type HarmlessMessage = readonly [CareLanguage, string];
