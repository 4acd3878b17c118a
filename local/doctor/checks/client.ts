import { type Finding, ok, problem, skipped, warning } from "../finding.ts";
import { addressOf, isNear, type Subject } from "../subject.ts";

/** The places that pages may talk to, as a content security policy lists them; null where it has none. */
function connectSources(policy: string): string[] | null {
  const directive = policy
    .split(";")
    .map((part) => part.trim().split(/\s+/))
    .find(([name]) => name?.toLowerCase() === "connect-src");
  return directive ? directive.slice(1) : null;
}

/**
 * Whether built pages may talk to the Supabase project, and to no other.
 * @param headers text of the `_headers` file beside the built client; null where there is none
 */
export function clientFindings(subject: Subject, headers: string | null): Finding[] {
  const about = "client";
  const url = addressOf(subject, "SUPABASE_URL");
  if (!url) return [];
  const build =
    subject.environment === null
      ? "run: npm run build, with SUPABASE_URL in the environment"
      : `npm run deploy -- --env ${subject.environment} builds it so`;
  if (headers === null) return [skipped(about, "not built yet", build)];
  const policy = /^\s*Content-Security-Policy:\s*(.*)$/im.exec(headers)?.[1];
  return [policyFinding(about, policy ?? "", url, build)];
}

/** Whether a policy lets pages reach a project. */
export function policyFinding(about: string, policy: string, url: URL, todo: string): Finding {
  const sources = connectSources(policy);
  if (sources === null) return problem(about, "its pages have no list of places to talk to", todo);
  if (sources.includes(url.origin)) {
    return ok(about, `pages may talk to ${url.host}`);
  }
  if (sources.includes("https:") && (url.protocol === "https:" || isNear(url))) {
    return warning(
      about,
      "was built without SUPABASE_URL: its pages may talk to any address",
      todo,
    );
  }
  const others = sources.filter((source) => source !== "'self'").join(", ");
  const text = `was built for ${others || "no Supabase project"}: nobody could sign in at ${url.host}`;
  return problem(about, text, todo);
}
