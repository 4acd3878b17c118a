/** Where browsers report what the pages' content security policy has stopped. */
export const CSP_REPORT_PATH = "/api/csp-report";

/** The addresses of the client's pages, as its router knows them. */
export const PAGE_PATTERNS = [
  "/",
  "/profile",
  "/assessment",
  "/life-vision",
  "/life-vision/create-with-viva",
  "/life-vision/:id",
  "/vision/build",
  "/viva",
  "/account",
  "/ops",
] as const;

/** The address of a page, with its parameters by name. */
export type PagePattern = (typeof PAGE_PATTERNS)[number];
