/** What none of our answers does, opened by itself, whatever its own policy lets it load. */
export const HARMLESS =
  "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/**
 * What every answer of the API says to browsers: it is data. Opened by itself it loads and runs
 * nothing, is framed by nobody, and is read under no other type than its own.
 */
const HEADERS: readonly (readonly [name: string, value: string])[] = [
  ["x-content-type-options", "nosniff"],
  ["content-security-policy", `default-src 'none'; ${HARMLESS}`],
  ["referrer-policy", "no-referrer"],
  ["strict-transport-security", "max-age=63072000; includeSubDomains"],
  // Pages of other origins read it by CORS, or not at all.
  ["cross-origin-resource-policy", "same-origin"],
];

/** Adds to an answer's headers what keeps a browser from taking it for a page. */
export function makeSafe(headers: Headers): void {
  for (const [name, value] of HEADERS) if (!headers.has(name)) headers.set(name, value);
}
