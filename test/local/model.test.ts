import OpenAI from "openai";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
  vi,
} from "vitest";
import { startModel } from "../../local/model/server.ts";
import type { LogEntry, RunningModel } from "../../local/model/types.ts";

let model: RunningModel;
let client: OpenAI;
let origin: string;

beforeAll(async () => {
  model = await startModel({ port: 0, apiKey: "right", ttftMs: 0, gapMs: 0 });
  origin = new URL(model.url).origin;
  client = new OpenAI({ baseURL: model.url, apiKey: "right", maxRetries: 0 });
});
afterAll(() => model.close());
beforeEach(() => fetch(`${origin}/log`, { method: "DELETE" }));
afterEach(() => fetch(`${origin}/control`, { method: "DELETE" }));

const control = async (change: object): Promise<Response> =>
  fetch(`${origin}/control`, { method: "POST", body: JSON.stringify(change) });

const log = async (): Promise<LogEntry[]> => (await fetch(`${origin}/log`)).json();

const messages: OpenAI.ChatCompletionMessageParam[] = [
  { role: "system", content: "You are VIVA." },
  { role: "user", content: "My evenings belong to my inbox, and I miss dancing." },
];

async function read(stream: AsyncIterable<OpenAI.ChatCompletionChunk>) {
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
  const finish = chunks.map((chunk) => chunk.choices[0]?.finish_reason).find(Boolean);
  return { chunks, text, finish, usage: chunks.at(-1)?.usage ?? null };
}

const ask = (more: Partial<OpenAI.ChatCompletionCreateParamsStreaming> = {}) =>
  client.chat.completions.create({
    model: "gpt-6-luna",
    messages,
    stream: true,
    stream_options: { include_usage: true },
    ...more,
  });

describe("a stream", () => {
  it("begins with the role, goes on in tokens and ends with reason and usage", async () => {
    const { chunks, text, finish, usage } = await read(await ask());
    expect(chunks[0]?.choices[0]?.delta).toMatchObject({ role: "assistant", content: "" });
    expect(chunks.length).toBeGreaterThan(20);
    expect(finish).toBe("stop");
    expect(chunks.at(-1)?.choices).toEqual([]);
    expect(usage?.completion_tokens).toBe(chunks.length - 3);
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
    expect(chunks.every((chunk) => chunk.model === "rehearsal-gpt-6-luna")).toBe(true);
    expect(text).toContain("My evenings belong to my inbox");
    const [entry] = await log();
    expect(entry).toMatchObject({ status: 200, outcome: "stop", aborted: false, textSent: text });
    expect(entry?.headers.authorization).toBe("Bearer …");
  });

  it("leaves usage out unless it is asked for", async () => {
    const { usage, chunks } = await read(
      await client.chat.completions.create({ model: "gpt-6-luna", messages, stream: true }),
    );
    expect(usage).toBeNull();
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("stop");
  });

  it("sends exactly the tokens asked for, even beyond the request's limit", async () => {
    await control({ tokens: 700 });
    const { text, usage } = await read(await ask({ max_completion_tokens: 600 }));
    expect(text.split(" ")).toHaveLength(700);
    expect(text.endsWith(" w700")).toBe(true);
    expect(usage?.completion_tokens).toBe(700);
  });

  it("stops at the request's limit with the reason length", async () => {
    const { finish, usage } = await read(await ask({ max_completion_tokens: 5 }));
    expect(finish).toBe("length");
    expect(usage?.completion_tokens).toBe(5);
  });

  it("keeps its pace without drifting, though every timer is late", async () => {
    await control({ tokens: 200, ttftMs: 60, gapMs: 2 });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const { setTimeout: exact } = globalThis;
    const late = (run: () => void, ms: number) => exact(run, ms + 1);
    globalThis.setTimeout = late as typeof setTimeout;
    const reading = ask().then(read);
    // Not `expect.poll`: it moves a fake clock on.
    while ((await log()).length === 0);
    const sentAfter = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return (await log())[0]?.tokensSent;
    };
    expect(await sentAfter(59)).toBe(0);
    expect(await sentAfter(2)).toBe(1);
    // One token each 2 ms. Timers that add up their lateness would have sent 34 by then.
    expect(await sentAfter(100)).toBe(51);
    expect(await sentAfter(298)).toBe(200);
    const { text } = await reading;
    expect(text.split(" ")).toHaveLength(200);
  });

  it("tells when the client went away", async () => {
    await control({ tokens: 100, gapMs: 5 });
    const stream = await ask();
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === " w3") break;
    await expect.poll(async () => (await log())[0]?.outcome).toBe("aborted");
    const [entry] = await log();
    expect(entry?.aborted).toBe(true);
    expect(entry?.tokensSent).toBeLessThan(100);
  });
});

describe("usage", () => {
  it("counts a cached prefix by key, from 1,024 tokens on, in steps of 128", async () => {
    const persona = { role: "system" as const, content: "Be VIVA. ".repeat(600) };
    const cached = async (key: string, question: string) => {
      const prompt = [persona, { role: "user" as const, content: question }];
      const { usage } = await read(await ask({ messages: prompt, prompt_cache_key: key }));
      return usage?.prompt_tokens_details?.cached_tokens;
    };
    expect(await cached("one", "First?")).toBe(0);
    // 5,400 characters are 1,350 tokens, so 1,280 of them are whole steps.
    expect(await cached("one", "Second?")).toBe(1_280);
    expect(await cached("two", "First?")).toBe(0);
  });

  it("says nothing of cached tokens for short prompts", async () => {
    await read(await ask());
    expect((await read(await ask())).usage?.prompt_tokens_details?.cached_tokens).toBe(0);
  });
});

describe("without streaming", () => {
  it("answers at once, with usage", async () => {
    const answer = await client.chat.completions.create({ model: "gpt-6-luna", messages });
    expect(answer.choices[0]?.message.content).toContain("My evenings belong to my inbox");
    expect(answer.usage?.completion_tokens).toBeGreaterThan(20);
  });

  it("fills in a JSON schema", async () => {
    const tile = {
      type: "object",
      additionalProperties: false,
      required: ["emoji", "label", "weight"],
      properties: {
        emoji: { type: "string" },
        label: { type: "string", maxLength: 10 },
        weight: { type: "integer", minimum: 1, maximum: 5 },
      },
    };
    const schema = {
      type: "object",
      additionalProperties: false,
      required: ["text", "tiles", "rhythm", "maybe"],
      properties: {
        text: { type: "string" },
        tiles: { type: "array", minItems: 5, maxItems: 6, items: { $ref: "#/$defs/tile" } },
        rhythm: { enum: ["daily", "weekly"] },
        maybe: { anyOf: [{ type: "null" }, { type: "boolean" }] },
      },
      $defs: { tile },
    };
    const answer = await client.chat.completions.create({
      model: "gpt-6-luna",
      messages,
      response_format: { type: "json_schema", json_schema: { name: "step", strict: true, schema } },
    });
    const value = JSON.parse(answer.choices[0]?.message.content ?? "");
    expect(Object.keys(value)).toEqual(["text", "tiles", "rhythm", "maybe"]);
    expect(value.tiles).toHaveLength(5);
    expect(new Set(value.tiles.map((one: { label: string }) => one.label)).size).toBe(5);
    for (const one of value.tiles) {
      expect(one.label.length).toBeLessThanOrEqual(10);
      expect([1, 2, 3, 4, 5]).toContain(one.weight);
    }
    expect(["daily", "weekly"]).toContain(value.rhythm);
    expect(value.maybe).toBe(true);
  });
});

describe("what is wrong with a request", () => {
  it.each([
    ["an unknown parameter", { flavour: "sweet" }, "flavour", "unknown_parameter"],
    ["no messages", { messages: [] }, "messages", "empty_array"],
    [
      "a role that is none",
      { messages: [{ role: "boss", content: "" }] },
      "messages[0].role",
      "invalid_value",
    ],
    [
      "content of a wrong type",
      { messages: [{ role: "user", content: 7 }] },
      "messages[0].content",
      "invalid_type",
    ],
    [
      "a temperature on a model that reasons",
      { temperature: 0.8 },
      "temperature",
      "unsupported_value",
    ],
    ["the older name of the limit", { max_tokens: 9 }, "max_tokens", "unsupported_parameter"],
    [
      "a limit of nothing",
      { max_completion_tokens: 0 },
      "max_completion_tokens",
      "integer_below_min_value",
    ],
    ["options of a stream without one", { stream: false }, "stream_options", null],
    [
      "a format without a schema",
      { response_format: { type: "json_schema" } },
      "response_format.json_schema",
      "missing_required_parameter",
    ],
  ])("%s is a 400 that names it", async (_what, wrong, param, code) => {
    const error = await ask(wrong as object).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ status: 400, param, code, type: "invalid_request_error" });
  });

  it("refuses a parameter it was told to refuse", async () => {
    await control({ unsupported: ["reasoning_effort"] });
    await expect(ask({ reasoning_effort: "none" })).rejects.toMatchObject({
      status: 400,
      param: "reasoning_effort",
      code: "unsupported_parameter",
    });
    expect((await read(await ask())).finish).toBe("stop");
  });

  it("wants the right key", async () => {
    const wrong = new OpenAI({ baseURL: model.url, apiKey: "wrong", maxRetries: 0 });
    await expect(wrong.models.list()).resolves.toBeDefined();
    await expect(
      wrong.chat.completions.create({ model: "gpt-6-luna", messages }),
    ).rejects.toMatchObject({ status: 401, code: "invalid_api_key" });
    const none = await fetch(`${model.url}/chat/completions`, { method: "POST", body: "{}" });
    expect(none.status).toBe(401);
    expect(await none.json()).toMatchObject({ error: { code: null } });
  });

  it("does not know other addresses", async () => {
    const response = await fetch(`${model.url}/embeddings`, { method: "POST", body: "{}" });
    expect(response.status).toBe(404);
    expect(await response.json()).toHaveProperty("error.message");
  });
});

describe("faults", () => {
  it.each([
    ["429", OpenAI.RateLimitError, 429],
    ["500", OpenAI.InternalServerError, 500],
    ["401", OpenAI.AuthenticationError, 401],
    ["400", OpenAI.BadRequestError, 400],
  ] as const)("%s once, then well again", async (fault, type, status) => {
    await control({ fault, times: 1 });
    const error = await ask().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ status });
    expect((await read(await ask())).finish).toBe("stop");
    expect((await log()).map((entry) => entry.outcome)).toEqual(["error", "stop"]);
  });

  it("says when to come back after a 429", async () => {
    await control({ fault: "429", retryAfter: 3 });
    const error = (await ask().catch((thrown: unknown) => thrown)) as InstanceType<
      typeof OpenAI.APIError
    >;
    expect(error.headers?.get("retry-after")).toBe("3");
  });

  it("drops the connection after some tokens, which arrive", async () => {
    await control({ tokens: 20, fault: "drop", at: 4 });
    let text = "";
    const reading = (async () => {
      for await (const chunk of await ask()) text += chunk.choices[0]?.delta.content ?? "";
    })();
    await expect(reading).rejects.toThrow();
    expect(text).toBe("w1 w2 w3 w4");
    expect(await log()).toMatchObject([{ outcome: "drop", tokensSent: 4, usage: null }]);
  });

  it("drops the connection before the headers", async () => {
    await control({ fault: "drop", at: -1 });
    await expect(ask()).rejects.toBeInstanceOf(OpenAI.APIConnectionError);
  });

  it("stalls after some tokens until the client goes", async () => {
    await control({ tokens: 20, fault: "stall", at: 2 });
    const stream = await ask();
    let text = "";
    const silence = setTimeout(() => stream.controller.abort(), 150);
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    clearTimeout(silence);
    expect(text).toBe("w1 w2");
    await expect.poll(async () => (await log())[0]?.aborted).toBe(true);
    expect((await log())[0]?.outcome).toBe("stall");
  });

  it.each(["length", "content_filter"] as const)("ends early for %s", async (fault) => {
    await control({ tokens: 20, fault, at: 3 });
    const { text, finish, usage } = await read(await ask());
    expect(text).toBe("w1 w2 w3");
    expect(finish).toBe(fault);
    expect(usage?.completion_tokens).toBe(3);
  });

  it("slows down", async () => {
    await control({ tokens: 3, fault: "slow", at: 2 });
    const begun = performance.now();
    await read(await ask());
    expect(performance.now() - begun).toBeGreaterThanOrEqual(250);
  });

  it("refuses a control that does not exist and changes nothing", async () => {
    expect((await control({ gapMs: 9, fault: "fire" })).status).toBe(400);
    expect((await control({ tempo: 3 })).status).toBe(400);
    expect(await (await fetch(`${origin}/control`)).json()).toMatchObject({
      gapMs: 0,
      fault: null,
    });
  });
});

it("tells of those requests only whose body has a value that is asked for", async () => {
  for (const user of ["one", "two", "one"]) await read(await ask({ user }));
  const found = async (query: string) =>
    ((await (await fetch(`${origin}/log?${query}`)).json()) as LogEntry[]).length;
  expect(await found("user=one")).toBe(2);
  expect(await found("user=one&model=gpt-6-luna")).toBe(2);
  expect(await found("user=three")).toBe(0);
  expect(await found("brief")).toBe(3);
});
