import type { IRequest } from "itty-router";
import * as v from "valibot";
import { normaliseCategory } from "../../domain/categories.ts";
import { Id } from "../../domain/chat-request.ts";
import { isPhase } from "../../domain/phases.ts";
import { ProblemError } from "../../domain/problems.ts";
import { line, parseRequest, RowId, strictly, wholeNumber } from "../../domain/requests.ts";
import { JSON_BODY_BYTES, readJson, readOptionalJson } from "../http/body.ts";
import { pathParameter } from "../http/path.ts";
import type { AccountCommand } from "./commands.ts";

/** A request that the router has matched. */
type Routed = Request & Pick<IRequest, "params">;

/** Reads what a request asks for. @throws ProblemError */
export type ParseAccount = (request: Routed) => AccountCommand | Promise<AccountCommand>;

/** The most characters (UTF-16 units) of a conversation's title. */
export const CONVERSATION_TITLE_CHARACTERS = 200;

/** The body of `POST /api/viva/warm`, which may be missing. */
export const WarmBody = v.nullish(
  v.strictObject({ category: v.nullish(v.string()), phase: v.nullish(v.string()) }, strictly),
);

const warm: ParseAccount = async (request) => {
  const asked = parseRequest(WarmBody, await readOptionalJson(request, JSON_BODY_BYTES));
  const phase = asked?.phase ?? null;
  if (phase !== null && !isPhase(phase)) throw new ProblemError("unknown_phase");
  const name = asked?.category ?? null;
  const category = name === null ? null : normaliseCategory(name);
  if (category === undefined) throw new ProblemError("unknown_category");
  return { kind: "warm", category, phase };
};

/** The body of `PATCH /api/conversations/:id`. */
export const TitleBody = v.strictObject(
  {
    title: v.pipe(
      line(CONVERSATION_TITLE_CHARACTERS),
      v.string("a title has at least one character"),
    ),
  },
  strictly,
);

/** The longest page of what is found, and the usual one. */
const PAGE_MAX = 100;
const PAGE = 30;

/** The body of `POST /api/conversations/search`: words do not belong in an address. */
export const SearchBody = v.strictObject(
  {
    /** What is looked for; blank for the whole list. */
    q: v.pipe(v.string(), v.maxLength(200, "at most 200 characters")),
    limit: v.optional(
      v.pipe(v.number(), v.integer("a whole number"), v.minValue(1), v.maxValue(PAGE_MAX)),
      PAGE,
    ),
    cursor: v.nullish(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
  },
  strictly,
);

const search: ParseAccount = async (request) => {
  const asked = parseRequest(SearchBody, await readJson(request, JSON_BODY_BYTES));
  return { kind: "search", ...asked, cursor: asked.cursor ?? null };
};

/** The conversation in the path. What cannot be the id of one is none of the member's. */
function conversationId({ params }: Routed): string {
  const id = pathParameter(params.id);
  if (!v.is(Id, id)) throw new ProblemError("not_found");
  return id;
}

const rename: ParseAccount = async (request) => {
  const id = conversationId(request);
  const { title } = parseRequest(TitleBody, await readJson(request, JSON_BODY_BYTES));
  return { kind: "rename", id, title };
};

/** The query of `GET /api/export`. */
export const ExportQuery = v.object({
  format: v.optional(v.picklist(["json", "html"], "json or html"), "json"),
});

const everything: ParseAccount = (request) => ({
  kind: "export",
  ...parseRequest(ExportQuery, Object.fromEntries(new URL(request.url).searchParams)),
});

const endSession: ParseAccount = ({ params }) => {
  const id = v.safeParse(RowId, pathParameter(params.id));
  if (!id.success) throw new ProblemError("not_found");
  return { kind: "end-session", id: id.output };
};

type AccountRoute = readonly [
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  parse: ParseAccount,
];

/** The routes of a member's session, conversations and data. */
export const ACCOUNT_ROUTES: readonly AccountRoute[] = [
  ["POST", "/api/viva/warm", warm],
  ["GET", "/api/usage", () => ({ kind: "usage" })],
  ["POST", "/api/conversations/search", search],
  ["PATCH", "/api/conversations/:id", rename],
  [
    "DELETE",
    "/api/conversations/:id",
    (request) => ({ kind: "delete", id: conversationId(request) }),
  ],
  ["POST", "/api/sessions/revoke", () => ({ kind: "revoke" })],
  ["GET", "/api/sessions", () => ({ kind: "sessions" })],
  ["DELETE", "/api/sessions/:id", endSession],
  ["GET", "/api/export", everything],
  ["DELETE", "/api/account-data", () => ({ kind: "erase" })],
];
