import { type Finding, ok, problem, warning } from "../finding.ts";
import { keyKind, projectRef } from "../keys.ts";
import { addressOf, type Subject, settingOf } from "../subject.ts";

const PUBLISHABLE = {
  name: "SUPABASE_PUBLISHABLE_KEY",
  prefix: "sb_publishable_",
  role: "anon",
  other: "secret",
} as const;
const SECRET = {
  name: "SUPABASE_SECRET_KEY",
  prefix: "sb_secret_",
  role: "service_role",
  other: "publishable",
} as const;

type Slot = typeof PUBLISHABLE | typeof SECRET;

/** Where a key is told to be another one: a secret in the place of the public one has been shown around. */
function wrongKind(slot: Slot, found: string): Finding {
  const take = `take the one that begins with ${slot.prefix} (legacy: ${slot.role})`;
  return slot === PUBLISHABLE
    ? problem(
        slot.name,
        `is ${found}: every browser would get it, with all members' data`,
        `${take}; where it has been deployed, make a new secret key and delete this one`,
      )
    : problem(slot.name, `is ${found}: the outbox could write nothing`, take);
}

function legacy(
  slot: Slot,
  { role, ref, expiresAt }: { role: string; ref: string | null; expiresAt: number | null },
  subject: Subject,
): Finding {
  const { name } = slot;
  if (role === "anon" || role === "service_role") {
    if (role !== slot.role) return wrongKind(slot, `the legacy ${role} key`);
  } else {
    const text = `is a token with the role "${role.slice(0, 20)}", not a key`;
    return problem(name, text, `take the key that begins with ${slot.prefix}`);
  }
  if (expiresAt !== null && expiresAt <= subject.now()) {
    const day = new Date(expiresAt).toISOString().slice(0, 10);
    return problem(name, `expired on ${day}`, `take the key that begins with ${slot.prefix}`);
  }
  const url = addressOf(subject, "SUPABASE_URL");
  const project = url && projectRef(url);
  if (ref !== null && project && ref !== project) {
    const todo = "take address and keys from one project";
    return problem(name, `belongs to the project ${ref}, SUPABASE_URL to ${project}`, todo);
  }
  const todo = `make new keys (Project settings → API keys): Supabase ends these in 2026`;
  return warning(name, `is the legacy ${role} key; it works`, todo);
}

function keyFinding(slot: Slot, subject: Subject): Finding | null {
  const key = settingOf(subject, slot.name);
  if (key === undefined) return null;
  const told = keyKind(key);
  switch (told.kind) {
    case "publishable":
    case "secret":
      return told.kind === slot.other
        ? wrongKind(slot, `a ${told.kind} key`)
        : ok(slot.name, `a ${told.kind} key`);
    case "legacy":
      return legacy(slot, told, subject);
    case "access-token":
      return problem(
        slot.name,
        `is ${told.reason}`,
        `take the key that begins with ${slot.prefix}`,
      );
    case "unknown":
      return problem(
        slot.name,
        `does not look like a key: ${told.reason}`,
        "copy it again from Project settings → API keys",
      );
  }
}

function jwtSecretFinding(subject: Subject): Finding | null {
  const name = "SUPABASE_JWT_SECRET";
  const secret = settingOf(subject, name);
  if (secret === undefined) return null;
  const todo = "copy it from Project settings → JWT keys → legacy secret, or leave it empty";
  const { kind } = keyKind(secret);
  if (kind !== "unknown") return problem(name, "is an API key, not the JWT secret", todo);
  if (/^\s*\{/.test(secret) || secret.includes("-----BEGIN")) {
    return problem(name, "is a key pair, not a shared secret", "put a key set into SUPABASE_JWKS");
  }
  if (secret.length < 32) return problem(name, "is too short to be Supabase's", todo);
  return ok(name, "given: tokens signed with the legacy secret (HS256) are good");
}

function openaiKeyFinding(subject: Subject): Finding | null {
  const name = "OPENAI_API_KEY";
  const key = settingOf(subject, name);
  if (key === undefined) return null;
  if (/^["'`]|["'`]$/.test(key)) {
    return problem(name, "stands in quotation marks", "take them out");
  }
  // One with a scheme of its own is meant for another header.
  const bearer = (settingOf(subject, "OPENAI_KEY_HEADER") ?? "authorization") === "authorization";
  if (/\s/.test(key) && bearer) {
    return problem(name, "has a space or a line break in it", "copy it again, the key alone");
  }
  const address = addressOf(subject, "OPENAI_BASE_URL");
  const openai =
    settingOf(subject, "OPENAI_BASE_URL") === undefined || address?.hostname === "api.openai.com";
  if (openai && !key.startsWith("sk-")) {
    const todo =
      "take a key that begins with sk-, or set OPENAI_BASE_URL to the provider it is for";
    return problem(name, "is no key of OpenAI's", todo);
  }
  if (openai && key.startsWith("sk-ant-")) {
    return problem(name, "is a key of another provider's", "take one of OpenAI's");
  }
  return ok(name, openai ? "looks like a key of OpenAI's" : "given");
}

/** Whether each key is the kind it should be, by looking at it: nothing is asked of anybody. */
export function keyFindings(subject: Subject): Finding[] {
  return [
    keyFinding(PUBLISHABLE, subject),
    keyFinding(SECRET, subject),
    jwtSecretFinding(subject),
    openaiKeyFinding(subject),
  ].filter((finding) => finding !== null);
}
