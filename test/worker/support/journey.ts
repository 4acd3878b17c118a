import type { Vision } from "../../../domain/journey.ts";
import type { Problem } from "../../../domain/problems.ts";
import { call, chat, problemOf, say, WORDS } from "./api.ts";
import { type Member, newMember } from "./members.ts";
import { modelRequests } from "./model.ts";
import { readWords } from "./streams.ts";
import { query } from "./supabase.ts";

/** A profile of 70 % and more. */
export const READY = {
  first_name: "Mia",
  last_name: "Lind",
  phone: "+46 70 000 00 00",
  date_of_birth: "1990-02-28",
  gender: "female",
  relationship_status: "Single",
  has_children: false,
  exercise_frequency: "3-4x",
  living_situation: "Own",
  time_at_location: "5 years",
  city: "Lund",
  state: "Skåne",
  country: "Sweden",
  employment_type: "Employee",
} as const;

/** A member who may begin a vision. */
export const readyMember = (): Promise<Member> => newMember(READY);

/** A request with a JSON body. A string is sent as it is. */
export function send(
  member: Member,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return call(path, {
    method,
    headers: { authorization: `Bearer ${member.token}`, ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

/** The same where it must go well. */
export async function sendJson<Body>(
  member: Member,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Body> {
  const response = await send(member, method, path, body, headers);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** The problem that a request must be answered with: its status, code, and fields in `errors`. */
export async function refusal(
  response: Response | Promise<Response>,
): Promise<{ problem: Problem; brief: [status: number, code: string, paths: string[]] }> {
  const problem = await problemOf(await response);
  const paths = (problem.errors ?? []).map(({ path }) => path);
  return { problem, brief: [problem.status, problem.code, paths] };
}

/** `If-Match` for a revision. */
export const at = (revision: number) => ({ "if-match": `"v${revision}"` });

/** Begins a draft and writes sections to it. */
export async function draftOf(member: Member, sections: Record<string, string> = {}) {
  const draft = await sendJson<Vision>(member, "POST", "/api/visions");
  if (Object.keys(sections).length === 0) return draft;
  return writeSections(member, draft, sections);
}

/** Writes sections to a draft. */
export function writeSections(
  member: Member,
  { id, revision }: Vision,
  sections: Record<string, string | null>,
): Promise<Vision> {
  return sendJson(member, "PATCH", `/api/visions/${id}`, { sections }, at(revision));
}

/** Commits a draft. */
export function commit(member: Member, { id, revision }: Vision): Promise<Vision> {
  return sendJson(member, "POST", `/api/visions/${id}/commit`, undefined, at(revision));
}

/** Everything that Postgres holds of the member's journey, to tell whether anything changed. */
export async function stored(member: Member): Promise<unknown> {
  const tables = [
    "user_profiles",
    "assessment_results",
    "assessment_responses",
    "vision_versions",
    "vision_refinements",
    "member_context_versions",
  ];
  const columns = tables.map(
    (table) =>
      `(select jsonb_agg(to_jsonb(t) order by to_jsonb(t)) from ${table} as t where user_id = $1) as ${table}`,
  );
  return query(`select ${columns.join(", ")}`, [member.id]);
}

/** What VIVA was told of the member in a turn that begins now. */
export async function toldInNextTurn(member: Member, category?: string): Promise<string> {
  const more = category === undefined ? {} : { context: { category } };
  await readWords(await chat(member, say("Hello", more), WORDS));
  const request = (await modelRequests(member.id)).at(-1);
  return request?.body.messages[1]?.content ?? "";
}
