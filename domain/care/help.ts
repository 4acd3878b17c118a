import { countryCode } from "./countries.ts";
import { COUNTRY_HELP, EMERGENCY, EVERYWHERE, type HelpLine } from "./help-lines.ts";

/** Whom a member can turn to. */
export interface Help {
  /** The country's ISO 3166 code, null if it is not known. */
  readonly country: string | null;
  /** What to dial when a life is in danger now, null if it is not known. */
  readonly emergency: string | null;
  /** Never empty: the list of every country's lines comes last. */
  readonly lines: readonly HelpLine[];
}

/**
 * The help lines of a country.
 * @param country its ISO 3166 code or its name as members type it; unknown ones get what serves
 *   everywhere
 */
export function helpLines(country: string | null | undefined): Help {
  const code = countryCode(country);
  const help = code === null ? undefined : COUNTRY_HELP[code];
  return {
    country: code,
    emergency: help?.emergency ?? (code === null ? null : (EMERGENCY[code] ?? null)),
    lines: [...(help?.lines ?? []), EVERYWHERE],
  };
}
