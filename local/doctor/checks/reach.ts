import { supabaseHeaders } from "../../../worker/db/supabase.ts";
import { type Answer, ask } from "../ask.ts";
import { type Finding, ok, problem, warning } from "../finding.ts";
import { addressOf, type Subject, settingOf, under } from "../subject.ts";

/** How far two clocks may differ: tokens that are older or younger by more are refused. */
const TOLERANCE_MS = 30_000;
/** What is worth a word: a `Date` header knows seconds only, and the answer took its time. */
const NOTICEABLE_MS = 5_000;

/** Whether Supabase can be reached, lets the keys in, and what its sign-in is set to. */
export async function reachFindings(subject: Subject): Promise<Finding[]> {
  const url = addressOf(subject, "SUPABASE_URL");
  if (!url) return [];
  const publishable = settingOf(subject, "SUPABASE_PUBLISHABLE_KEY");
  const settings = await ask(subject, under(url, "/auth/v1/settings"), {
    headers: publishable === undefined ? {} : supabaseHeaders(publishable),
  });
  if ("failure" in settings) {
    const todo = "check the address, and in Supabase's dashboard that the project is not paused";
    return [problem("SUPABASE_URL", `cannot be reached: ${settings.failure}`, todo)];
  }
  if (settings.status === 404 || settings.status >= 500) {
    const text = `its sign-in service answers with ${settings.status}`;
    const todo = "check that this is a Supabase project's API address, and that it is not paused";
    return [problem("SUPABASE_URL", text, todo)];
  }
  const found = [ok("SUPABASE_URL", "reached"), ...clock(subject, settings)];
  found.push(...signInSettings(settings, subject));
  return [...found, ...(await letIn(subject, url))];
}

/** Whether REST takes each key. A key that is looked at is not yet one that is good. */
async function letIn(subject: Subject, url: URL): Promise<Finding[]> {
  const names = ["SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY"] as const;
  const findings = await Promise.all(
    names.map(async (name): Promise<Finding[]> => {
      const key = settingOf(subject, name);
      if (key === undefined) return [];
      const asked = await ask(
        subject,
        under(url, "/rest/v1/user_profiles?select=user_id&limit=1"),
        {
          headers: supabaseHeaders(key),
        },
      );
      if ("failure" in asked) return [];
      const why = refusal(asked);
      if (why === null) return [ok(name, "Supabase takes it")];
      const todo = `copy it again from the project of SUPABASE_URL (${url.host})`;
      return [problem(name, `Supabase refuses it${why}`, todo)];
    }),
  );
  return findings.flat();
}

/** Why a key is not taken; null where it is, whatever it may then read. */
function refusal({ status, json }: Answer): string | null {
  if (status !== 401 && status !== 403) return null;
  const { code, message, msg } = (json ?? {}) as Record<string, unknown>;
  // No right to a table is another matter than no right to come in.
  if (code === "42501") return null;
  const said = [message, msg].find((text) => typeof text === "string");
  return typeof said === "string" ? ` (${said.slice(0, 80)})` : "";
}

function clock({ environment }: Subject, { headers, at }: Answer): Finding[] {
  const theirs = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(theirs)) return [];
  const off = at - theirs;
  if (Math.abs(off) < NOTICEABLE_MS) return [ok("clock", "agrees with Supabase's")];
  const text = `this machine is ${Math.round(Math.abs(off) / 1000)} s ${off > 0 ? "ahead of" : "behind"} Supabase`;
  const todo = "set this machine's clock by the network (NTP)";
  // Deployed, the Worker has Cloudflare's clock: only what is judged here may be wrong.
  if (Math.abs(off) < TOLERANCE_MS || environment !== null) return [warning("clock", text, todo)];
  return [problem("clock", `${text}: tokens would be refused`, todo)];
}

function signInSettings({ json, status }: Answer, { environment }: Subject): Finding[] {
  if (status !== 200 || typeof json !== "object" || json === null) return [];
  const settings = json as {
    disable_signup?: boolean;
    mailer_autoconfirm?: boolean;
    external?: { email?: boolean };
  };
  const about = "sign-in";
  const where = "Supabase → Authentication → Sign in / providers";
  const found: Finding[] = [];
  if (settings.external?.email === false) {
    const text = "by e-mail is switched off, and no page of ours offers another way";
    found.push(problem(about, text, `switch it on: ${where}`));
  }
  if (settings.disable_signup === true) {
    const text = "takes no new members";
    found.push(warning(about, text, `as you like; to change it: ${where}`));
  }
  if (settings.mailer_autoconfirm === true && environment !== null) {
    const text = "does not ask new members to confirm their address";
    found.push(warning(about, text, `switch "confirm e-mail" on: ${where}`));
  }
  return found.length > 0 ? found : [ok(about, "by e-mail is on")];
}
