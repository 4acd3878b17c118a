import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { emptyAnswer } from "../../worker/model/answer.ts";
import { streamCompletion } from "../../worker/model/chat-completion.ts";
import { providerAccess } from "../../worker/model/provider-config.ts";
import { checkSettings } from "../../worker/settings.ts";

/** What a provider was asked. */
interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
}

let server: Server;
let origin: string;
let asked: Asked[];
/** The events of the next answer, in the dialect under test. */
let events: object[];

const choice = (content: string, finish: string | null = null) => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
});

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    asked.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(text) });
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
    response.end("data: [DONE]\n\n");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  asked = [];
  events = [
    { model: "m", ...choice("Hello") },
    { model: "m", ...choice("", "stop") },
    { model: "m", choices: [], usage: { prompt_tokens: 7, completion_tokens: 1 } },
  ];
});

/** A turn's request under these settings. */
async function say(
  given: Record<string, string>,
  onText: (text: string) => void = () => {},
  signal = new AbortController().signal,
) {
  const { settings, problems } = checkSettings({
    SUPABASE_URL: "https://project.example.com",
    SUPABASE_PUBLISHABLE_KEY: "k",
    SUPABASE_SECRET_KEY: "k",
    OPENAI_API_KEY: "the-key",
    ...given,
  });
  if (!settings) throw new Error(problems.join());
  const answer = emptyAnswer();
  let text = "";
  await streamCompletion(
    {
      access: providerAccess(settings),
      model: settings.OPENAI_MODEL,
      messages: [{ role: "user", content: "Hi" }],
      format: null,
      maxOutputTokens: 5,
      memberHash: "hash",
      firstTokenTimeoutMs: 5_000,
      gapTimeoutMs: 5_000,
      finishWaitMs: 2_000,
      now: () => performance.now(),
      readAhead: () => expect.unreachable("an answer of two words"),
    },
    {
      onDispatch: () => {},
      onText: (piece) => {
        text += piece;
        onText(piece);
      },
      onRetract: () => {
        text = "";
      },
    },
    signal,
    answer,
  );
  const [request] = asked;
  if (!request) throw new Error("nothing was asked");
  return { ...request, text, answer };
}

describe("a provider", () => {
  it("like OpenAI gets the key as a bearer token", async () => {
    const { path, headers, body, text } = await say({ OPENAI_BASE_URL: `${origin}/v1` });
    expect([path, text]).toEqual(["/v1/chat/completions", "Hello"]);
    expect(headers.authorization).toBe("Bearer the-key");
    expect(body).toMatchObject({ model: "gpt-6-luna", max_completion_tokens: 5, stream: true });
  });

  it("like Azure's v1 endpoint gets the key in api-key alone, and may speak of its filters first", async () => {
    events = [
      { model: "", choices: [], prompt_filter_results: [{ prompt_index: 0 }] },
      { model: "gpt-6-luna-2026-08-01", ...choice("Good day"), usage: null },
      { model: "gpt-6-luna-2026-08-01", ...choice("", "stop") },
      { choices: [], usage: { prompt_tokens: 7, completion_tokens: 2 } },
    ];
    const { path, headers, text, answer } = await say({
      OPENAI_BASE_URL: `${origin}/openai/v1/`,
      OPENAI_KEY_HEADER: "Api-Key",
    });
    expect([path, text]).toEqual(["/openai/v1/chat/completions", "Good day"]);
    expect(headers["api-key"]).toBe("the-key");
    expect(headers.authorization).toBeUndefined();
    expect(answer).toMatchObject({ finishReason: "stop", usage: { outputTokens: 2 } });
  });

  it("behind AI Gateway gets its own key, and the gateway another", async () => {
    const { path, headers } = await say({
      OPENAI_BASE_URL: `${origin}/v1/account/gateway/openai`,
      OPENAI_HEADERS: '{"cf-aig-authorization": "Bearer gateway", "CF-AIG-Collect-Log": "false"}',
    });
    expect(path).toBe("/v1/account/gateway/openai/chat/completions");
    expect(headers).toMatchObject({
      authorization: "Bearer the-key",
      "cf-aig-authorization": "Bearer gateway",
      "cf-aig-collect-log": "false",
    });
  });

  it("whose key AI Gateway keeps gets none from here", async () => {
    const { headers } = await say({
      OPENAI_BASE_URL: `${origin}/v1/account/gateway/openai`,
      OPENAI_KEY_HEADER: "cf-aig-authorization",
      OPENAI_API_KEY: "Bearer gateway",
    });
    expect(headers["cf-aig-authorization"]).toBe("Bearer gateway");
    expect(headers.authorization).toBeUndefined();
  });

  it("like Ollama or vLLM is asked only for what every server knows", async () => {
    const { body, headers } = await say({
      OPENAI_BASE_URL: `${origin}/v1`,
      OPENAI_API_KEY: "none",
      OPENAI_MODEL: "llama3.3",
    });
    expect(headers.authorization).toBe("Bearer none");
    expect(Object.keys(body).sort()).toEqual(
      ["max_tokens", "messages", "model", "stream", "stream_options", "temperature"].sort(),
    );
  });
});

describe("an answer", () => {
  const words = Array.from({ length: 200 }, (_, n) => ` w${n}`);

  it("that ends in an error loses none of the words that came before it", async () => {
    events = [...words.map((word) => choice(word)), { error: { message: "overloaded" } }];
    let heard = "";
    const said = say({ OPENAI_BASE_URL: `${origin}/v1` }, (text) => {
      heard += text;
    });
    await expect(said).rejects.toMatchObject({ code: "answer_cut" });
    expect(heard).toBe(words.join(""));
  });

  it("that is stopped says nothing more, whatever has come in", async () => {
    events = words.map((word) => choice(word));
    const stop = new AbortController();
    const heard: string[] = [];
    const said = say(
      { OPENAI_BASE_URL: `${origin}/v1` },
      (text) => {
        heard.push(text);
        stop.abort(new Error("stopped"));
      },
      stop.signal,
    );
    await expect(said).rejects.toThrow("stopped");
    expect(heard.length).toBe(1);
  });
});

describe("settings of a provider", () => {
  it.each([
    ["OPENAI_HEADERS", "x-key: value"],
    ["OPENAI_HEADERS", '["x-key"]'],
    ["OPENAI_HEADERS", '{"x-key": 1}'],
    ["OPENAI_HEADERS", '{"x key": "v"}'],
    ["OPENAI_HEADERS", '{"x-key": "a\\r\\nx-other: b"}'],
    ["OPENAI_KEY_HEADER", "api key"],
    ["OPENAI_KEY_HEADER", "api-key:"],
  ])("%s=%s is refused, without the value", async (name, value) => {
    const { settings, problems } = checkSettings({
      SUPABASE_URL: "https://project.example.com",
      SUPABASE_PUBLISHABLE_KEY: "k",
      SUPABASE_SECRET_KEY: "k",
      OPENAI_API_KEY: "k",
      [name]: value,
    });
    expect(settings).toBeNull();
    expect(problems).toEqual([expect.stringContaining(name)]);
    expect(problems[0]).not.toContain(value);
  });
});
