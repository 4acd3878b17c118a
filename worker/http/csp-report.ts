import * as v from "valibot";
import { fieldErrors } from "../../domain/chat-request.ts";
import { PAGE_PATTERNS, type PagePattern } from "../../domain/pages.ts";
import { ProblemError } from "../../domain/problems.ts";

const Text = v.nullish(v.string());

/** The older form, `application/csp-report`. */
const UriReport = v.looseObject({
  "csp-report": v.looseObject({
    "document-uri": Text,
    "blocked-uri": Text,
    "effective-directive": Text,
    "violated-directive": Text,
  }),
});

/** The newer form, `application/reports+json`: a list in which there may be other kinds of reports. */
const Reports = v.array(
  v.looseObject({
    type: v.string(),
    body: v.nullish(
      v.looseObject({ documentURL: Text, blockedURL: Text, effectiveDirective: Text }),
    ),
  }),
);

/** What a browser sends. */
export const CspReportBody = v.union([Reports, UriReport]);

/** What is kept of a report: nothing of a member, and no address in full. */
export interface CspViolation {
  /** Such as `script-src-elem`; `other` for one that is not known. */
  readonly directive: string;
  /** An origin, a scheme, or the policy's own word such as `inline`. */
  readonly blocked: string;
  /** Which page it was. */
  readonly page: PagePattern | "other";
}

const FETCHED = ["script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem"];
const DIRECTIVES: ReadonlySet<string> = new Set([
  ...FETCHED,
  ...["style-src-attr", "img-src", "font-src", "connect-src", "media-src", "object-src"],
  ...["frame-src", "child-src", "worker-src", "manifest-src", "default-src", "base-uri"],
  ...["form-action", "frame-ancestors", "require-trusted-types-for", "trusted-types"],
]);

/** What browsers say in place of an address. */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...["inline", "eval", "wasm-eval", "self", "data", "blob"],
  ...["trusted-types-policy", "trusted-types-sink"],
]);

/** The longest origin that is kept, in characters. */
const ORIGIN_CHARACTERS = 200;

function directiveIn(text: string | null | undefined): string {
  // Older browsers name the directive together with its sources.
  const [name = ""] = (text ?? "").trim().split(" ", 1);
  return DIRECTIVES.has(name) ? name : "other";
}

function blockedIn(text: string | null | undefined): string {
  const given = text ?? "";
  if (KEYWORDS.has(given)) return given;
  if (!URL.canParse(given)) return "other";
  const { protocol, origin } = new URL(given);
  // Extensions and the like have no origin that tells anything.
  const named = /^(?:https?|wss?):$/.test(protocol) ? origin : protocol;
  return named.slice(0, ORIGIN_CHARACTERS);
}

function pageIn(text: string | null | undefined): CspViolation["page"] {
  if (!URL.canParse(text ?? "")) return "other";
  const { pathname } = new URL(text ?? "");
  const exact = PAGE_PATTERNS.find((pattern) => pattern === pathname);
  return exact ?? (/^\/life-vision\/[^/]+$/.test(pathname) ? "/life-vision/:id" : "other");
}

/**
 * The violations in what a browser sent. Reports of other kinds are left out.
 * @throws ProblemError invalid_request
 */
export function parseCspReport(body: unknown): CspViolation[] {
  const parsed = v.safeParse(CspReportBody, body);
  if (!parsed.success) {
    throw new ProblemError("invalid_request", { errors: fieldErrors(parsed.issues) });
  }
  if (!Array.isArray(parsed.output)) {
    const report = parsed.output["csp-report"];
    return [
      {
        directive: directiveIn(report["effective-directive"] ?? report["violated-directive"]),
        blocked: blockedIn(report["blocked-uri"]),
        page: pageIn(report["document-uri"]),
      },
    ];
  }
  return parsed.output
    .filter(({ type }) => type === "csp-violation")
    .map(({ body: report }) => ({
      directive: directiveIn(report?.effectiveDirective),
      blocked: blockedIn(report?.blockedURL),
      page: pageIn(report?.documentURL),
    }));
}
