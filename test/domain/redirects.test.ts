import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { asMember, asService } from "../../worker/db/supabase.ts";
import { keptJurisdiction } from "../../worker/deployment/placement-check.ts";
import { probeProvider, statusOf } from "../../worker/deployment/probe.ts";
import { openProvider } from "../../worker/member/account/connection.ts";
import { emptyAnswer } from "../../worker/model/answer.ts";
import { streamCompletion } from "../../worker/model/chat-completion.ts";
import { providerAccess } from "../../worker/model/provider-config.ts";
import { checkSettings, type Settings } from "../../worker/settings.ts";

/** The server of the settings, which points elsewhere, and the one it points to. */
let servers: Server[];
let settings: Settings;
let asked: string[];
let followed: string[];

beforeAll(async () => {
  const listen = (server: Server) =>
    new Promise<string>((resolve) =>
      server.listen(0, "127.0.0.1", () =>
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      ),
    );
  const elsewhere = createServer((request, response) => {
    followed.push(`${request.method} ${request.url}`);
    response.writeHead(200, { "content-type": "application/json" }).end("[]");
  });
  const target = await listen(elsewhere);
  const named = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    // 307 asks for the same method and body again: members' words, and the key in a header.
    response.writeHead(307, { location: `${target}${request.url}` }).end();
  });
  const origin = await listen(named);
  servers = [elsewhere, named];
  const given = checkSettings({
    SUPABASE_URL: origin,
    SUPABASE_PUBLISHABLE_KEY: "publishable",
    SUPABASE_SECRET_KEY: "secret",
    OPENAI_BASE_URL: `${origin}/v1`,
    OPENAI_KEY_HEADER: "api-key",
    OPENAI_API_KEY: "key",
  });
  if (!given.settings) throw new Error(given.problems.join());
  settings = given.settings;
});
afterAll(() => servers.forEach((server) => void server.close()));
beforeEach(() => {
  asked = [];
  followed = [];
});

const turn = () => {
  const request = {
    access: providerAccess(settings),
    ...{ model: "m", messages: [{ role: "user" as const, content: "my words" }], format: null },
    ...{ maxOutputTokens: 10, memberHash: "hash", finishWaitMs: 1_000 },
    ...{ firstTokenTimeoutMs: 5_000, gapTimeoutMs: 5_000, now: () => performance.now() },
    readAhead: () => expect.unreachable("an answer of the other host"),
  };
  const events = { onDispatch: () => {}, onText: () => {}, onRetract: () => {} };
  return streamCompletion(request, events, new AbortController().signal, emptyAnswer());
};

/** Everything that the Worker asks of the addresses in its settings; each carries a key or a token. */
const CALLS: readonly (readonly [what: string, ask: () => Promise<unknown>, answer: unknown])[] = [
  ["a turn", turn, "provider_refused"],
  ["warming", () => openProvider(providerAccess(settings), true, 0), undefined],
  [
    "readiness of the provider",
    () => probeProvider(providerAccess(settings)),
    "The model's provider answers with 307",
  ],
  ["readiness of Supabase", () => statusOf(settings.SUPABASE_URL, {}), 307],
  ["the jurisdiction", () => keptJurisdiction(settings, 1_000), null],
  ["the database, as a member", () => asMember(settings, "token")("f", {}, 1_000), "no answer"],
  ["the database, as the server", () => asService(settings)("f", {}, 1_000), "no answer"],
];

describe("a redirect takes no key, token or words to another host:", () => {
  it.each(CALLS)("%s", async (_what, ask, answer) => {
    const result = await ask().catch((error: Error) => error.message);
    expect(asked.length).toBeGreaterThan(0);
    expect(followed).toEqual([]);
    if (typeof answer === "string") expect(result).toContain(answer);
    else expect(result).toEqual(answer);
  });
});
