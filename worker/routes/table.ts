import { json } from "../platform/json.ts";
import { ACCOUNT_ROUTES } from "./account.ts";
import { CHAT_ROUTES } from "./chat.ts";
import { DEPLOYMENT_ROUTES } from "./deployment.ts";
import { LIVE_ROUTES } from "./live.ts";
import { OPERATOR_ROUTES } from "./operator.ts";
import type { Route } from "./route.ts";
import { VISION_DATA_ROUTES } from "./vision-data.ts";
import { WEBHOOK_ROUTES } from "./webhook.ts";
import { WRITING_ROUTES } from "./writing.ts";

/**
 * Every route of the API. The router, the answers to other methods (405), the OpenAPI document and the
 * contract test read this table. Of two paths that match a request, the first one answers.
 */
export const ROUTES: readonly Route[] = [
  ...CHAT_ROUTES,
  ...LIVE_ROUTES,
  ...VISION_DATA_ROUTES,
  ...WRITING_ROUTES,
  ...ACCOUNT_ROUTES,
  ...WEBHOOK_ROUTES,
  ...OPERATOR_ROUTES,
  ...DEPLOYMENT_ROUTES,
  {
    method: "GET",
    path: "/api/openapi.json",
    caller: "anyone",
    limit: "RATE_LIMIT",
    // Loaded when it is asked for: no turn waits for it.
    answer: async () => {
      const { openapiDocument } = await import("../openapi/document.ts");
      return json(openapiDocument(ROUTES));
    },
  },
];
