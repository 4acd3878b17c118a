import type { Migration } from "../../migrations/apply.ts";
import { realParts } from "../settings.ts";
import { addressFindings } from "./checks/addresses.ts";
import { keyFindings } from "./checks/keys.ts";
import { modelFindings } from "./checks/model.ts";
import { placementFindings } from "./checks/placement.ts";
import { reachFindings } from "./checks/reach.ts";
import { schemaFindings } from "./checks/schema.ts";
import { settingsFindings } from "./checks/settings.ts";
import { tokenFindings } from "./checks/tokens.ts";
import { type Finding, problem, skipped } from "./finding.ts";
import { addressOf, type Subject } from "./subject.ts";

const LOCAL_SUPABASE = ["SUPABASE_URL", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY"];

/** Here `npm start` has a part of its own for whatever was not given: nothing of that is missing. */
function withLocalParts(subject: Subject): { subject: Subject; found: Finding[] } {
  if (subject.environment !== null) return { subject, found: [] };
  const real = realParts(subject.variables);
  const found: Finding[] = [];
  const standIns = new Set(subject.unreadable);
  if (!real.supabase) {
    for (const name of LOCAL_SUPABASE) standIns.add(name);
    found.push(skipped("Supabase", "none given: npm start brings its own"));
  }
  if (!real.model) {
    standIns.add("OPENAI_API_KEY");
    found.push(skipped("model", "none given: npm start brings a rehearsal model"));
  }
  // A server of one's own asks for no key; the local world sends this one.
  const variables =
    real.model && subject.variables.OPENAI_API_KEY === undefined
      ? { ...subject.variables, OPENAI_API_KEY: "none" }
      : subject.variables;
  return { subject: { ...subject, variables, unreadable: standIns }, found };
}

function jurisdictionHere({ environment, variables }: Subject): Finding[] {
  if (environment !== null || !variables.JURISDICTION?.trim()) return [];
  const text = "is set here: workerd by itself has no jurisdictions, and every request would fail";
  return [problem("JURISDICTION", text, "leave it to deployments: [env.<name>.vars]")];
}

/** What needs Supabase, once it is known that it is there. */
async function supabaseFindings(subject: Subject, migrations: Migration[]): Promise<Finding[]> {
  if (!addressOf(subject, "SUPABASE_URL")) {
    return subject.database ? schemaFindings(subject, migrations) : [];
  }
  const reach = await reachFindings(subject);
  if (reach.some(({ about, state }) => about === "SUPABASE_URL" && state === "problem")) {
    const rest = "tokens, migrations, row level security and functions";
    return [...reach, skipped("Supabase", `${rest} were not looked at`)];
  }
  return [
    ...reach,
    ...(await tokenFindings(subject)),
    ...(await schemaFindings(subject, migrations)),
    ...(await placementFindings(subject)),
  ];
}

/**
 * Looks at everything that a deployment's settings lead to. Nothing is changed anywhere; the model is
 * asked for one token where that is wanted.
 */
export async function examine(given: Subject, migrations: Migration[]): Promise<Finding[]> {
  const { subject, found } = withLocalParts(given);
  const still = [
    ...settingsFindings(subject),
    ...keyFindings(subject),
    ...addressFindings(subject),
    ...jurisdictionHere(subject),
  ];
  const asksModel = subject.environment !== null || realParts(given.variables).model;
  const [supabase, model] = await Promise.all([
    supabaseFindings(subject, migrations),
    asksModel ? modelFindings(subject) : [],
  ]);
  return [...found, ...still, ...supabase, ...model];
}
