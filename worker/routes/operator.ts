import * as v from "valibot";
import { OVERVIEW_DAYS, OVERVIEW_DAYS_MAX } from "../../domain/operations.ts";
import { parseRequest, wholeNumber } from "../../domain/requests.ts";
import type { MemberCommand } from "../commands.ts";
import { readOverview, readTroubles } from "../operator/operations.ts";
import { json } from "../platform/json.ts";
import { settingsOf } from "../settings.ts";
import type { Asked, OwnRoute, ServerRoute } from "./route.ts";

/** The body of a request about one member. */
const MemberBody = v.object({ memberId: v.pipe(v.string(), v.uuid(), v.toLowerCase()) });

/** A command about the member that the body names. */
const about =
  (command: MemberCommand) =>
  ({ body }: Asked) => ({ ...parseRequest(MemberBody, body), command });

/** The query of `GET /api/ops/overview`: how many UTC days, today included. */
const OverviewQuery = v.object({
  days: v.optional(wholeNumber(1, OVERVIEW_DAYS_MAX), String(OVERVIEW_DAYS)),
});

/** The longest page of troubles, and the usual one. */
const PAGE_MAX = 200;
const PAGE = 100;

/** The query of `GET /api/ops/troubles`. */
const TroublesQuery = v.object({
  limit: v.optional(wholeNumber(1, PAGE_MAX), String(PAGE)),
  cursor: v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
});

/** What an operator asks, with the secret in `X-Ops-Secret`, which is limited by address where it is checked. */
export const OPERATOR_ROUTES: readonly (OwnRoute | ServerRoute)[] = [
  {
    method: "POST",
    path: "/api/ops/outbox/resend",
    caller: "operator",
    body: MemberBody,
    about: about({ kind: "resend-outbox" }),
  },
  {
    method: "POST",
    path: "/api/ops/members/erase",
    caller: "operator",
    body: MemberBody,
    about: about({ kind: "erase-member" }),
  },
  {
    method: "GET",
    path: "/api/ops/overview",
    caller: "operator",
    limit: null,
    query: OverviewQuery,
    answer: async ({ query }, env) => {
      const { days } = parseRequest(OverviewQuery, query);
      return json(await readOverview(env, days));
    },
  },
  {
    method: "GET",
    path: "/api/ops/troubles",
    caller: "operator",
    limit: null,
    query: TroublesQuery,
    answer: async ({ query }, env) => {
      const { limit, cursor } = parseRequest(TroublesQuery, query);
      return json(await readTroubles(settingsOf(env), limit, cursor ?? null));
    },
  },
];
