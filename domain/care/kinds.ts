/** The languages in which a crisis is found and answered. */
export const CARE_LANGUAGES = ["en", "es", "fr", "de", "pt"] as const;

/** A language in which a crisis is found and answered, as its ISO 639 code. */
export type CareLanguage = (typeof CARE_LANGUAGES)[number];

/**
 * What a message in crisis speaks of, by urgency: a message that speaks of several is of the first.
 * - `suicide`: the member thinks of dying, also veiled ("everyone would be better off without me")
 * - `harm_to_others`: the member means, or is afraid, to hurt someone
 * - `abuse`: someone hurts, threatens or holds the member
 * - `self_harm`: the member hurts themselves, or has the urge to
 * - `worry`: someone else is in danger, and the member is worried
 * - `past`: the member tells of an attempt that lies behind them
 */
export const CRISIS_KINDS = [
  "suicide",
  "harm_to_others",
  "abuse",
  "self_harm",
  "worry",
  "past",
] as const;

/** What a message in crisis speaks of. */
export type CrisisKind = (typeof CRISIS_KINDS)[number];
