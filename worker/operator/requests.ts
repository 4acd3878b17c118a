import * as v from "valibot";
import { OVERVIEW_DAYS, OVERVIEW_DAYS_MAX } from "../../domain/operations.ts";
import { wholeNumber } from "../../domain/requests.ts";

/** The query of `GET /api/ops/overview`: how many UTC days, today included. */
export const OverviewQuery = v.object({
  days: v.optional(wholeNumber(1, OVERVIEW_DAYS_MAX), String(OVERVIEW_DAYS)),
});

/** The longest page of troubles, and the usual one. */
const PAGE_MAX = 200;
const PAGE = 100;

/** The query of `GET /api/ops/troubles`. */
export const TroublesQuery = v.object({
  limit: v.optional(wholeNumber(1, PAGE_MAX), String(PAGE)),
  cursor: v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
});
