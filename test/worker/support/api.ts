import { exports } from "cloudflare:workers";
import type { Problem } from "../../../domain/problems.ts";
import type { Member } from "./members.ts";

/** The address of the API in these tests. */
export const ORIGIN = "https://viva.example.com";

/** Calls the Worker as a client would. */
export function call(path: string, init: RequestInit = {}): Promise<Response> {
  return exports.default.fetch(new Request(`${ORIGIN}${path}`, init));
}

/** Reads as a member. */
export function get(member: Member, path: string): Promise<Response> {
  return call(path, { headers: { authorization: `Bearer ${member.token}` } });
}

/** Reads as a member and expects it to go well. */
export async function getJson<Body>(member: Member, path: string): Promise<Body> {
  const response = await get(member, path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Headers that ask for one form of the stream. */
export const EVENTS = { accept: "text/event-stream" } as const;
export const WORDS = { accept: "text/plain" } as const;

/** Asks for a turn. */
export function chat(
  member: Member,
  body: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return call("/api/viva/chat", {
    method: "POST",
    headers: {
      authorization: `Bearer ${member.token}`,
      "content-type": "application/json",
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(signal && { signal }),
  });
}

/** The body of a turn with one message. */
export function say(content: string, more: object = {}, id?: string) {
  return { messages: [{ role: "user", content, ...(id !== undefined && { id }) }], ...more };
}

/** A problem answer, checked for what every one of them must have. */
export async function problemOf(response: Response): Promise<Problem> {
  const type = response.headers.get("content-type");
  if (type !== "application/problem+json") {
    throw new Error(`no problem: ${response.status} ${type} ${await response.text()}`);
  }
  const body: Problem = await response.json();
  if (body.status !== response.status) throw new Error("the problem's status is not the answer's");
  if (body.requestId !== response.headers.get("x-request-id")) throw new Error("another requestId");
  return body;
}
