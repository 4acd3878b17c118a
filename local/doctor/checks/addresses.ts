import { type Finding, problem, warning } from "../finding.ts";
import { addressOf, isNear, type Subject, settingOf } from "../subject.ts";

function supabaseAddress(subject: Subject): Finding[] {
  const name = "SUPABASE_URL";
  const url = addressOf(subject, name);
  if (!url) return [];
  if (/^(www\.)?(app\.)?supabase\.com$/.test(url.hostname)) {
    const todo = "take the project's API address, https://<project>.supabase.co";
    return [problem(name, "is a page of the dashboard", todo)];
  }
  if (url.hostname.startsWith("db.") || url.port === "5432" || url.port === "6543") {
    const todo = "take https://<project>.supabase.co; the database's own address is DATABASE_URL";
    return [problem(name, "is the address of the database, not of the API", todo)];
  }
  if (url.pathname !== "/") {
    const text = `has a path (${url.pathname}): the services' paths are added to it`;
    return [problem(name, text, `take ${url.origin}`)];
  }
  return unprotected(name, url, subject);
}

/** What goes over the open net in the clear, or leads to a machine that Cloudflare cannot reach. */
function unprotected(name: string, url: URL, { environment }: Subject): Finding[] {
  if (isNear(url)) {
    if (environment === null) return [];
    const todo = "take an address that the internet knows";
    return [problem(name, "leads to a machine that Cloudflare cannot reach", todo)];
  }
  if (url.protocol === "https:") return [];
  const text = "begins with http: keys and members' words would go in the clear";
  return [problem(name, text, "take the https address")];
}

function providerAddress(subject: Subject): Finding[] {
  const name = "OPENAI_BASE_URL";
  const url = addressOf(subject, name);
  if (!url) return [];
  // Added again to each call; a turn reads the address so, too.
  const path = url.pathname.replace(/(?:\/chat\/completions)?\/*$/, "");
  if (/\/(responses|completions|models)$/.test(path)) {
    const todo = `take it without its end: ${url.origin}${path.replace(/\/(responses|completions|models)$/, "")}`;
    return [problem(name, "names one of the calls, which is added to it", todo)];
  }
  if (/\.(openai\.azure|services\.ai\.azure|cognitiveservices\.azure)\.com$/.test(url.hostname)) {
    const deployment =
      /\/openai\/deployments\/[^/]+$/.test(path) && url.searchParams.has("api-version");
    if (!path.endsWith("/openai/v1") && !deployment) {
      const todo = `take ${url.origin}/openai/v1, and the deployment's name as OPENAI_MODEL`;
      return [
        problem(name, "is not Azure's v1 address, nor a deployment's with ?api-version=…", todo),
      ];
    }
  } else if (url.hostname === "gateway.ai.cloudflare.com") {
    if (!/^\/v1\/[^/]+\/[^/]+\/.+$/.test(path)) {
      const todo = "take https://gateway.ai.cloudflare.com/v1/<account>/<gateway>/openai";
      return [problem(name, "is not the address of a gateway's OpenAI endpoint", todo)];
    }
  } else if (!/\/v\d[\w.]*$/.test(path)) {
    const todo = `most servers want ${url.origin}${path}/v1`;
    return [warning(name, "does not end in /v1", todo), ...unprotected(name, url, subject)];
  }
  return unprotected(name, url, subject);
}

function origins(subject: Subject): Finding[] {
  const name = "ALLOWED_ORIGINS";
  const listed = (settingOf(subject, name) ?? "").split(/[\s,]+/).filter((origin) => origin !== "");
  const found: Finding[] = [];
  for (const origin of listed) {
    // What is no origin at all is named by the settings' own check.
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) continue;
    if (subject.environment === null || origin.startsWith("https:")) continue;
    const text = `lets pages of ${origin} call: anybody on the way can change such a page`;
    found.push(warning(name, text, "take https origins for a deployment"));
  }
  return found;
}

/** Whether addresses are of the right thing, as far as they tell by themselves. */
export function addressFindings(subject: Subject): Finding[] {
  return [...supabaseAddress(subject), ...providerAddress(subject), ...origins(subject)];
}
