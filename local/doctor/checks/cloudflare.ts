import { type Finding, ok, problem, skipped, warning } from "../finding.ts";
import type { RunWrangler } from "../subject.ts";

const ABOUT = "Cloudflare";
/** Settings that a deployment cannot do without, by the names each is accepted under. */
const NEEDED: readonly (readonly string[])[] = [
  ["SUPABASE_URL", "NEXT_PUBLIC_SUPABASE_URL"],
  ["SUPABASE_PUBLISHABLE_KEY", "SUPABASE_ANON_KEY", "NEXT_PUBLIC_SUPABASE_ANON_KEY"],
  ["SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY"],
  ["OPENAI_API_KEY"],
];

/** What Cloudflare says of us. */
export interface Account {
  readonly findings: readonly Finding[];
  /** Names of the secrets that the deployment has; null where they cannot be known. */
  readonly secrets: readonly string[] | null;
}

/** Whether wrangler is let in, and which secrets the environment has. */
export async function lookAtAccount(run: RunWrangler, environment: string): Promise<Account> {
  const login = "run: npx wrangler login, or set CLOUDFLARE_API_TOKEN";
  const { code, output } = await run(["whoami"]);
  if (/Unable to resolve|fetch failed|ENOTFOUND|EAI_AGAIN|ECONNREFUSED/i.test(output)) {
    return { findings: [skipped(ABOUT, "cannot be reached from here")], secrets: null };
  }
  if (/not authenticated/i.test(output)) {
    return { findings: [problem(ABOUT, "wrangler is not logged in", login)], secrets: null };
  }
  if (code !== 0) {
    return { findings: [problem(ABOUT, "does not let wrangler in", login)], secrets: null };
  }
  const account = ok(ABOUT, "wrangler is logged in");
  const listed = await run(["secret", "list", "--env", environment]);
  const secrets = listed.code === 0 ? namesIn(listed.output) : null;
  if (secrets !== null) return { findings: [account], secrets };
  // A Worker that was never deployed has none.
  const text = `no secrets of ${environment} can be listed: not deployed yet, or not allowed`;
  const todo = "with --secrets the first deployment brings them along";
  return { findings: [account, warning(ABOUT, text, todo)], secrets: null };
}

/** The names in the answer of `wrangler secret list`, a list in JSON among other lines. */
function namesIn(output: string): string[] | null {
  const text = /\[[\s\S]*\]/.exec(output)?.[0];
  try {
    const rows = JSON.parse(text ?? "") as { name?: unknown }[];
    return rows.map(({ name }) => name).filter((name) => typeof name === "string");
  } catch {
    return null;
  }
}

/**
 * Whether the deployment will have what it cannot do without.
 * @param given names that are deployed anyway: `[env.<name>.vars]`, and secrets that come along
 */
export function secretFindings(
  secrets: readonly string[] | null,
  given: ReadonlySet<string>,
  environment: string,
): Finding[] {
  if (secrets === null) return [];
  const there = new Set([...secrets, ...given]);
  const missing = NEEDED.filter((names) => !names.some((name) => there.has(name)));
  if (missing.length === 0) return [ok(ABOUT, "has every secret that is needed")];
  return missing.map(([name = ""]) =>
    problem(
      ABOUT,
      `${environment} has no ${name}`,
      `npx wrangler secret put ${name} --env ${environment}, or deploy with --secrets`,
    ),
  );
}
