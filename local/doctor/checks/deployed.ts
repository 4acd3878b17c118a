import { supabaseHeaders } from "../../../worker/db/supabase.ts";
import { ask } from "../ask.ts";
import { type Finding, ok, problem, skipped, warning } from "../finding.ts";
import { keyKind } from "../keys.ts";
import { isNear, type Subject, settingOf, under } from "../subject.ts";
import { policyFinding } from "./client.ts";

type Asker = Pick<Subject, "fetch" | "now">;
const SKEW_MS = 30_000;

/** What can be seen of a running deployment from outside, without any of its secrets. */
export async function deployedFindings(subject: Subject, url: URL): Promise<Finding[]> {
  const about = url.host;
  const health = await ask(subject, under(url, "/api/health"));
  if ("failure" in health) {
    const todo = "check the address; a new domain takes some minutes";
    return [problem(about, `cannot be reached: ${health.failure}`, todo)];
  }
  if (health.status !== 200 || (health.json as { ok?: unknown })?.ok !== true) {
    const text = `/api/health answers with ${health.status}: this is not VIVA, or it does not run`;
    return [problem(about, text, "look at: npx wrangler tail --env …")];
  }
  const found = [ok(about, "runs")];
  if (url.protocol !== "https:" && !isNear(url)) {
    found.push(problem(about, "is asked by http: tokens would go in the clear", "take https"));
  }
  found.push(...(await readiness(subject, url)));
  found.push(...(await config(subject, url)));
  found.push(await closedDoor(subject, url));
  return found;
}

async function readiness(subject: Asker, url: URL): Promise<Finding[]> {
  const about = "/api/ready";
  const asked = await ask(subject, under(url, "/api/ready"));
  if ("failure" in asked) return [skipped(about, asked.failure)];
  const { ready, problems } = (asked.json ?? {}) as { ready?: unknown; problems?: unknown };
  if (ready === true) return [ok(about, "settings, Supabase and the model's provider are there")];
  const listed = Array.isArray(problems) ? problems.map(String) : [`answers with ${asked.status}`];
  const todo = "correct it in the deployment's settings, and ask again after ten seconds";
  return listed.map((text) => problem(about, text, todo));
}

/** What the deployment tells every browser. */
async function config(subject: Subject, url: URL): Promise<Finding[]> {
  const about = "/api/config";
  const asked = await ask(subject, under(url, "/api/config"));
  if ("failure" in asked || asked.status !== 200) return [];
  const { supabaseUrl, supabaseKey, demo } = (asked.json ?? {}) as Record<string, unknown>;
  if (typeof supabaseUrl !== "string" || typeof supabaseKey !== "string") {
    return [problem(about, "names no Supabase project", "deploy this version of the code")];
  }
  const found: Finding[] = [];
  const told = keyKind(supabaseKey);
  if (told.kind === "secret" || (told.kind === "legacy" && told.role === "service_role")) {
    const text = "gives every browser the secret key, and with it all members' data";
    const todo = "delete that key in Supabase now, then set SUPABASE_PUBLISHABLE_KEY right";
    found.push(problem(about, text, todo));
  }
  const local = isNear(url);
  if (demo !== null && demo !== undefined && !local) {
    const text = "shows a member's password on the sign-in page";
    found.push(problem(about, text, "take out DEMO_EMAIL and DEMO_PASSWORD"));
  }
  const ours = settingOf(subject, "SUPABASE_URL");
  if (ours !== undefined && ours.replace(/\/+$/, "") !== supabaseUrl) {
    const text = "names another Supabase project than the settings here";
    found.push(problem(about, text, "deploy again, or look at the environment you meant"));
  }
  if (found.length === 0) found.push(ok(about, "names the project and its public key"));
  if (!URL.canParse(supabaseUrl)) return found;
  return [...found, ...(await around(subject, url, new URL(supabaseUrl), supabaseKey))];
}

/** Pages and Supabase as the deployment's members meet them. */
async function around(subject: Asker, url: URL, supabase: URL, key: string): Promise<Finding[]> {
  const found: Finding[] = [];
  const page = await ask(subject, under(url, "/"));
  if (!("failure" in page)) {
    const policy = page.headers.get("content-security-policy") ?? "";
    found.push(policyFinding("pages", policy, supabase, "deploy with: npm run deploy"));
    if (!isNear(url) && !page.headers.has("strict-transport-security")) {
      const text = "do not ask browsers to stay with https";
      found.push(warning("pages", text, "check that _headers is served with the client"));
    }
  }
  const theirs = await ask(subject, under(supabase, "/auth/v1/settings"), {
    headers: supabaseHeaders(key),
  });
  if ("failure" in theirs) {
    const text = `its Supabase project cannot be reached: ${theirs.failure}`;
    found.push(
      problem("/api/config", text, "check SUPABASE_URL, and that the project is not paused"),
    );
    return found;
  }
  const again = await ask(subject, under(url, "/api/health"));
  const clocks = [theirs, again].map((answer) =>
    "failure" in answer ? Number.NaN : Date.parse(answer.headers.get("date") ?? "") - answer.at,
  );
  const [one = Number.NaN, other = Number.NaN] = clocks;
  if (Math.abs(one - other) > SKEW_MS) {
    const text = `deployment and Supabase are ${Math.round(Math.abs(one - other) / 1000)} s apart`;
    found.push(problem("clock", `${text}: tokens would be refused`, "set both by the network"));
  }
  return found;
}

async function closedDoor(subject: Asker, url: URL): Promise<Finding> {
  const asked = await ask(subject, under(url, "/api/conversations"));
  if (!("failure" in asked) && asked.status === 401) {
    return ok("door", "nobody comes in without a token");
  }
  const how = "failure" in asked ? asked.failure : `${asked.status} instead of 401`;
  return problem("door", `a request without a token: ${how}`, "deploy this version of the code");
}
