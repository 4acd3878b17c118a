import * as v from "valibot";
import { MESSAGE_CHARACTERS } from "../../domain/chat-request.ts";
import type { ClientConfig } from "../../domain/messages.ts";
import { CSP_REPORT_PATH } from "../../domain/pages.ts";
import { answerChallenge } from "../deployment/challenge.ts";
import { readiness } from "../deployment/ready.ts";
import { CSP_BODY_BYTES } from "../http/body.ts";
import { requestPlace } from "../http/client-location.ts";
import { CspReportBody, parseCspReport } from "../http/csp-report.ts";
import { securityEvent } from "../http/security-log.ts";
import { json } from "../platform/json.ts";
import { settingsOf } from "../settings.ts";
import type { OwnRoute } from "./route.ts";

function clientConfig(env: Env): ClientConfig {
  const settings = settingsOf(env);
  const { DEMO_EMAIL: email, DEMO_PASSWORD: password } = settings;
  return {
    supabaseUrl: settings.SUPABASE_URL,
    supabaseKey: settings.SUPABASE_PUBLISHABLE_KEY,
    model: settings.OPENAI_MODEL,
    limits: { messageCharacters: MESSAGE_CHARACTERS },
    ...(settings.CAPTCHA && { captchaSiteKey: settings.CAPTCHA }),
    demo: email && password ? { email, password } : null,
  };
}

/** What the deployment tells anyone of itself, and what browsers report to it. */
export const DEPLOYMENT_ROUTES: readonly OwnRoute[] = [
  {
    method: "POST",
    path: CSP_REPORT_PATH,
    caller: "anyone",
    limit: "RATE_LIMIT",
    // A page with many reports may still ask for its settings.
    limitScope: "csp:",
    body: CspReportBody,
    bodyBytes: CSP_BODY_BYTES,
    answer: ({ request, body }) => {
      for (const violation of parseCspReport(body)) {
        const { colo } = requestPlace(request);
        securityEvent("csp_violation", violation.directive, { ...violation, colo });
      }
      return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
    },
  },
  {
    method: "GET",
    path: "/api/config",
    caller: "anyone",
    limit: "RATE_LIMIT",
    answer: (_asked, env) => json(clientConfig(env)),
  },
  {
    method: "GET",
    path: "/api/health",
    caller: "anyone",
    limit: null,
    query: v.object({ challenge: v.optional(v.string()) }),
    // A load tester's challenge is answered with whether the operator allows load tests.
    answer: async ({ query }, env) => {
      const nonce = query.challenge;
      const challenge = nonce === undefined ? null : await answerChallenge(env, nonce);
      return json({ ok: true, ...(challenge !== null && { challenge }) });
    },
  },
  {
    method: "GET",
    path: "/api/ready",
    caller: "anyone",
    limit: "RATE_LIMIT",
    answer: async (_asked, env) => {
      const result = await readiness(env, Date.now());
      return json(result, result.ready ? 200 : 503);
    },
  },
];
