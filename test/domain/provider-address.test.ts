import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addressFindings } from "../../local/doctor/checks/addresses.ts";
import { modelFindings } from "../../local/doctor/checks/model.ts";
import type { Subject } from "../../local/doctor/subject.ts";
import { probeProvider } from "../../worker/deployment/probe.ts";
import { providerAccess, providerUrl } from "../../worker/model/provider-config.ts";
import { checkSettings } from "../../worker/settings.ts";

let server: Server;
let origin: string;
/** What the provider answers, by method and address; anything else is 404. */
let routes: Record<string, number>;
let asked: string[];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { method, url = "", headers } = request;
    const call = `${method} ${url}`;
    asked.push(call);
    const key = headers["api-key"] ?? headers.authorization;
    if (key !== "right" && key !== "Bearer right") return void response.writeHead(401).end();
    const status = routes[call] ?? 404;
    if (status !== 200 || method === "GET") return void response.writeHead(status).end("{}");
    if (JSON.parse(text).messages === undefined) return void response.writeHead(400).end("{}");
    response.writeHead(200, { "content-type": "text/event-stream" });
    const chunk = { choices: [{ delta: { content: "yes" }, finish_reason: "stop" }] };
    response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  asked = [];
  routes = {};
});

const variables = (given: Record<string, string>) => ({
  SUPABASE_URL: origin,
  SUPABASE_PUBLISHABLE_KEY: "k",
  SUPABASE_SECRET_KEY: "k",
  OPENAI_API_KEY: "right",
  OPENAI_MODEL: "m",
  ...given,
});

/** What `/api/ready` says of a provider. */
async function ready(given: Record<string, string>) {
  const { settings, problems } = checkSettings(variables(given));
  return settings ? probeProvider(providerAccess(settings)) : problems.join();
}

/** What the doctor finds in the way of a provider. */
async function doctor(given: Record<string, string>) {
  const subject: Subject = {
    variables: variables(given),
    unreadable: new Set(),
    environment: null,
    fetch: (input, init) => fetch(input, init),
    now: () => 0,
    database: null,
    signIn: null,
    askModel: true,
  };
  const findings = [...addressFindings(subject), ...(await modelFindings(subject))];
  return findings.filter(({ state }) => state === "problem").map(({ about }) => about);
}

describe("an address of a provider", () => {
  it.each([
    ["https://x.com/v1", "https://x.com/v1/chat/completions"],
    ["https://x.com/v1///", "https://x.com/v1/chat/completions"],
    ["https://x.com", "https://x.com/chat/completions"],
    ["https://x.com/a/b%20c/v1", "https://x.com/a/b%20c/v1/chat/completions"],
    [
      "https://x.com/d/y?api-version=1&a=%2F",
      "https://x.com/d/y/chat/completions?api-version=1&a=%2F",
    ],
    ["https://x.com/d/y/?api-version=1", "https://x.com/d/y/chat/completions?api-version=1"],
    ["https://x.com/d/y/chat/completions?v=1", "https://x.com/d/y/chat/completions?v=1"],
  ])("%s leads to %s", (baseUrl, url) => {
    expect(providerUrl({ baseUrl }, "/chat/completions")).toBe(url);
  });

  const azure = "/openai/deployments/luna";
  const query = "?api-version=2026-01-01";
  it.each([
    [
      "with a query, as Azure's",
      `${azure}${query}`,
      { [`POST ${azure}/chat/completions${query}`]: 200 },
      "api-key",
    ],
    [
      "copied whole",
      `${azure}/chat/completions${query}`,
      { [`POST ${azure}/chat/completions${query}`]: 200 },
      "api-key",
    ],
    ["without a list of models", "/v1/", { "POST /v1/chat/completions": 200 }, ""],
    [
      "whose list is not for this method",
      "/v1",
      { "GET /v1/models": 405, "POST /v1/chat/completions": 200 },
      "",
    ],
    [
      "whose list is not for this key",
      "/v1",
      { "GET /v1/models": 403, "POST /v1/chat/completions": 200 },
      "",
    ],
    [
      "under a prefix, with a list",
      "/a/b/v1",
      { "GET /a/b/v1/models": 200, "POST /a/b/v1/chat/completions": 200 },
      "",
    ],
  ])("%s is ready, and well with the doctor", async (_which, path, answers, header) => {
    routes = answers;
    const given = { OPENAI_BASE_URL: `${origin}${path}`, OPENAI_KEY_HEADER: header };
    expect(await ready(given)).toBeNull();
    expect(await doctor(given)).toEqual([]);
  });

  it.each<[string, Record<string, number>, Record<string, string>, string]>([
    ["leads nowhere", {}, {}, "answers with 404"],
    [
      "refuses the key",
      { "POST /v1/chat/completions": 200 },
      { OPENAI_API_KEY: "no" },
      "refuses the key",
    ],
    ["wants to be paid", { "POST /v1/chat/completions": 402 }, {}, "answers with 402"],
    [
      "is away behind its proxy",
      { "GET /v1/models": 502, "POST /v1/chat/completions": 502 },
      {},
      "answers with 502",
    ],
  ])("that %s is told", async (_which, answers, given, told) => {
    routes = answers;
    const problem = await ready({ OPENAI_BASE_URL: `${origin}/v1`, ...given });
    expect(problem).toBe(`The model's provider ${told}`);
  });

  it("is asked for nothing but the list if there is one", async () => {
    routes = { "GET /v1/models": 200 };
    await ready({ OPENAI_BASE_URL: `${origin}/v1` });
    expect(asked).toEqual(["GET /v1/models"]);
  });
});
