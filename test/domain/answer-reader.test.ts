import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokensOf } from "../../worker/member/usage/request-tokens.ts";
import { type Answer, emptyAnswer } from "../../worker/model/answer.ts";
import { answerReader, failureOfEnded } from "../../worker/model/chunks.ts";
import { readFinishReason } from "../../worker/model/finish-reason.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Reads a body that comes in these pieces, to its end. */
function readPieces(pieces: readonly Uint8Array[], thinksAloud = false) {
  const answer = emptyAnswer();
  let text = "";
  const onRetract = () => {
    text = "";
  };
  const reader = answerReader(answer, { thinksAloud, onRetract });
  for (const piece of pieces) {
    const more = reader.read(piece);
    text += more;
  }
  text += reader.end();
  return { text, answer, code: failureOfEnded(answer)?.code ?? null };
}

const read = (body: string) => readPieces([bytes(body)]);

/** The text and the answer must not depend on where the body is cut: in two anywhere, and in single bytes. */
function readAnyhow(body: string) {
  const all = bytes(body);
  const whole = read(body);
  const brief = ({ text, answer, code }: ReturnType<typeof read>) => ({
    text,
    code,
    usage: answer.usage,
    end: answer.finishReason,
  });
  for (let at = 1; at < all.length; at += 1) {
    expect(brief(readPieces([all.slice(0, at), all.slice(at)])), `cut at ${at}`).toEqual(
      brief(whole),
    );
  }
  expect(brief(readPieces(Array.from(all, (_, at) => all.slice(at, at + 1))))).toEqual(
    brief(whole),
  );
  return whole;
}

const data = (chunk: unknown) => `data: ${JSON.stringify(chunk)}\n\n`;
const delta = (fields: unknown) => data({ choices: [{ delta: fields }] });
const word = (content: unknown) => delta({ content });
const end = (reason: unknown) => data({ choices: [{ delta: {}, finish_reason: reason }] });
const DONE = "data: [DONE]\n\n";
const said = (...contents: unknown[]) => contents.map(word).join("") + end("stop") + DONE;

describe("the words of a chunk", () => {
  it.each<[string, string]>([
    ["a list of parts", said([{ type: "text", text: "Hel" }], [{ type: "text", text: "lo" }])],
    [
      "parts of other kinds between",
      said([{ type: "image_url" }, { type: "output_text", text: "Hello" }]),
    ],
    ["parts of Anthropic's", said([{ type: "text_delta", text: "Hello" }])],
    ["a delta that is nothing but its text", data({ choices: [{ delta: "Hello" }] }) + end("stop")],
    [
      "parts that are thoughts",
      said([{ type: "thinking", thinking: [{ type: "text", text: "hm" }] }, "Hello"]),
    ],
    [
      "a part that is marked as a thought",
      said([{ text: "hm", thought: true }, { text: "Hello" }]),
    ],
    ["one part", said({ type: "text", text: "Hello" })],
    ["a text in an object", said([{ type: "text", text: { value: "Hello", annotations: [] } }])],
    ["nulls, numbers of nothing and objects between", said(null, "Hel", [], {}, false, "lo")],
    [
      "a message in place of a delta",
      data({ choices: [{ message: { content: "Hello" }, finish_reason: "stop" }] }),
    ],
    [
      "the older text field",
      data({ choices: [{ text: "Hel" }] }) +
        data({ choices: [{ text: "lo", finish_reason: "stop" }] }),
    ],
    [
      "one choice that is no list",
      data({ choices: { delta: { content: "Hello" }, finish_reason: "stop" } }),
    ],
    [
      "a whole message behind its deltas",
      word("Hel") +
        word("lo") +
        data({ choices: [{ delta: {}, message: { content: "Hello" }, finish_reason: "stop" }] }),
    ],
    [
      "a whole message beside each delta",
      ["Hel", "lo"]
        .map((content, i) =>
          data({ choices: [{ delta: { content }, message: { content: i ? "Hello" : "Hel" } }] }),
        )
        .join("") + end("stop"),
    ],
    [
      "reasoning in fields of its own",
      delta({ reasoning_content: "hm" }) + delta({ reasoning: "hm" }) + said("Hello"),
    ],
    [
      "the choice that was asked for, between others",
      data({
        choices: [
          { index: 1, delta: { content: "Hi" }, finish_reason: "length" },
          { index: 0, delta: { content: "Hello" } },
        ],
      }) + end("stop"),
    ],
    [
      "what VIVA says, between a tool, an echo and a thought by their roles",
      delta({ role: "user", content: "I row." }) +
        delta({ role: "tool", content: '{"results":[]}' }) +
        delta({ role: "reasoning", content: "hm" }) +
        delta({ role: "assistant", content: "Hel" }) +
        said("lo"),
    ],
    [
      "words behind a thought that is marked beside its text",
      delta({ content: "hm", extra_content: { google: { thought: true } } }) + said("Hello"),
    ],
    [
      "words behind a thought that is marked and in tags",
      delta({ content: "<thought>hm", extra_content: { google: { thought: true } } }) +
        said("</thought>Hello"),
    ],
    [
      "events of Anthropic's protocol",
      data({ type: "message_start", message: { role: "assistant", content: [], usage: {} } }) +
        data({ type: "content_block_delta", delta: { type: "thinking_delta", thinking: "hm" } }) +
        data({ type: "content_block_delta", delta: { type: "text_delta", text: "Hello" } }) +
        data({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: {} }) +
        data({ type: "message_stop" }),
    ],
    [
      "deltas that are null",
      data({ choices: [{ delta: null }] }) +
        data({ choices: null }) +
        data({ choices: [null] }) +
        said("Hello"),
    ],
    [
      "JSON that is no chunk between",
      `data: null\n\ndata: 1\n\ndata: "x"\n\ndata: []\n\n${said("Hello")}`,
    ],
  ])("are read from %s", (_name, body) => {
    expect(readAnyhow(body)).toMatchObject({ text: "Hello", code: null });
  });

  it("may be a number", () => {
    expect(readAnyhow(said(7, ".", 5)).text).toBe("7.5");
  });
});

describe("a body", () => {
  const one = JSON.stringify({
    choices: [{ message: { content: "Hello" }, finish_reason: "stop" }],
    model: "m",
  });
  const pretty = JSON.stringify(JSON.parse(one), null, 2);
  it.each<[string, string]>([
    ["ends lines with CR", said("Hel", "lo").replaceAll("\n", "\r")],
    ["ends lines with CRLF", said("Hel", "lo").replaceAll("\n", "\r\n")],
    ["begins with a byte order mark", `\ufeff${said("Hello")}`],
    [
      "has heartbeats",
      `: ping\n\n${word("Hel")}:\n\ndata:\n\ndata: ping\n\nevent: ping\ndata: {}\n\n${said("lo")}`,
    ],
    ["names an event that has no data", `event: error\n\n${said("Hello")}`],
    ["names its events", `event: message\nid: 1\nretry: 5\n${said("Hello")}`],
    [
      "has data of several lines",
      `data: {"choices":\ndata: [{"delta":{"content":"Hello"}}]}\n\n${end("stop")}`,
    ],
    [
      "has indented data of several lines",
      `${pretty
        .split("\n")
        .map((line) => `data: ${line}\r\n`)
        .join("")}\r\n`,
    ],
    [
      "is one JSON object a line",
      `{"choices":[{"delta":{"content":"Hel"}}]}\n{"choices":[{"delta":{"content":"lo"},"finish_reason":"stop"}]}\n`,
    ],
    ["wraps its events in events", said("Hel", "lo").replaceAll("data: ", "data: data: ")],
    ["has comments in events", `data: : PROCESSING\n\n${said("Hello")}`],
    [
      "has events without a line end between",
      `${word("Hel").trimEnd()}${word("lo")}${end("stop").trimEnd()}${DONE}`,
    ],
    [
      "has several objects in an event",
      `${word("Hel").trimEnd()}\n${word("lo").trimEnd()}\n${end("stop")}`,
    ],
    [
      "has numbers as Python writes them",
      `data: {"p":NaN,"q":[-Infinity, NaN],"choices":[{"index":0,"delta":{"content":"Hello"},"score": Infinity}]}\n\n${end("stop")}`,
    ],
    ["is a list of chunks in an event", `data: [${one}]\n\n`],
    ["is one JSON object", one],
    ["is a list with one object", `[${one}]`],
    ["is a list over many lines", `${JSON.stringify([JSON.parse(one)], null, 2)}\n`],
    ["is one JSON object a line, and done", `${one}\n[DONE]\n`],
    ["is one JSON object over many lines", `${pretty}\n`],
    [
      "ends without a line end behind its last event",
      `${word("Hel")}${data({ choices: [{ delta: { content: "lo" }, finish_reason: "stop" }] }).trimEnd()}`,
    ],
    ["is marked as done in other letters", `${word("Hello")}${end("stop")}data:[done]`],
    ["is cut behind its end", `${word("Hello")}${end("stop")}data: {"choices":[],"usa`],
  ])("that %s is read to its end", (_name, body) => {
    expect(readAnyhow(body)).toMatchObject({ text: "Hello", code: null });
  });

  it.each<[string, string]>([
    ["an error", data({ error: { message: "overloaded" } })],
    ["an error event", 'event: error\ndata: {"message":"overloaded"}\n\n'],
    ["an error event in capitals", 'event: ERROR\ndata: {"message":"overloaded"}\n\n'],
    ["an error by its type", data({ type: "error", message: "overloaded" })],
    [
      "an error before other chunks",
      data([{ error: { message: "overloaded" } }, { choices: [{ delta: { content: " lost" } }] }]),
    ],
    ["an error event in words", "event: error\ndata: overloaded\n\n"],
    ["an error in a field of its own", 'error: {"code":500,"message":"overloaded"}\n\n'],
    ["a list with an error", data({ error: [{ code: 1, message: "overloaded" }] })],
    ["an error object", data({ object: "error", message: "overloaded", code: 500 })],
    ["broken JSON", 'data: {"choices":[{]\n\n'],
    ["HTML", "data: <html>\n\n"],
  ])("that breaks off with %s is cut, and its words are given", (_name, wrong) => {
    expect(readAnyhow(word("Hello") + wrong + said(" lost"))).toMatchObject({
      text: "Hello",
      code: "answer_cut",
    });
  });

  it.each([
    ["a line", "data: x"],
    ["an event", 'data: {\ndata: "x'],
  ])("that has %s without an end is cut, and not kept for ever", (_name, begin) => {
    const megabyte = bytes("x".repeat(1024 * 1024));
    const lineEnds = begin.includes("\n") ? bytes('"\ndata: "') : bytes("");
    const reads = Array.from({ length: 5 }, () => [megabyte, lineEnds]).flat();
    const answer = emptyAnswer();
    const reader = answerReader(answer);
    for (const piece of [bytes(begin), ...reads]) reader.read(piece);
    expect(answer.failure?.code).toBe("answer_cut");
  });

  it("may come in one buffer that is used again and again", () => {
    const all = bytes(said("Hel", "lo, you"));
    const buffer = new Uint8Array(7);
    const reader = answerReader(emptyAnswer());
    let text = "";
    for (let at = 0; at < all.length; at += buffer.length) {
      const piece = all.subarray(at, at + buffer.length);
      buffer.set(piece);
      text += reader.read(buffer.subarray(0, piece.length));
    }
    expect(text + reader.end()).toBe("Hello, you");
  });

  it("that is a page of HTML is cut", () => {
    expect(read("<!doctype html>\n<html><body>502</body></html>\n").code).toBe("answer_cut");
  });
});

describe("a finish reason", () => {
  it.each([
    ...[
      "stop",
      "STOP",
      " Stop ",
      "end_turn",
      "endTurn",
      "END-TURN",
      "eos",
      "eos_token",
      "stop_sequence",
      "FINISH_REASON_STOP",
      "completed",
      "normal",
      "<|im_end|>",
    ].map((reason) => [reason, "stop"]),
    ...["length", "max_tokens", "MAX_TOKENS", "maxTokens", "max_new_tokens", "model_length"].map(
      (reason) => [reason, "length"],
    ),
    ...["content_filter", "contentFilter"].map((reason) => [reason, "content-filter"]),
    ...[
      "SAFETY",
      "safety",
      "RECITATION",
      "refusal",
      "sensitive",
      "PROHIBITED_CONTENT",
      "ERROR_TOXIC",
      "content_filter: PROHIBITED_CONTENT",
    ].map((reason) => [reason, "declined"]),
    ...["tool_calls", "function_call"].map((reason) => [reason, "other"]),
    ...[
      "abort",
      "aborted",
      "error",
      "cancelled",
      "CANCELED",
      "insufficient_system_resource",
      "network_error",
      "timeout",
      "MALFORMED_FUNCTION_CALL_ERROR",
      "upstream failed",
      "killed",
      "overloaded",
      "preempted",
    ].map((reason) => [reason, "break"]),
    ...[
      "",
      " ",
      "null",
      "none",
      "None",
      "undefined",
      "in_progress",
      "constructor",
      "__proto__",
      "FINISH_REASON_UNSPECIFIED",
      "nonstop",
      0,
      1,
      true,
      {},
      { type: "stop" },
      ["stop"],
      null,
      undefined,
    ].map((reason) => [reason, null]),
  ])("%j means %s", (reason, meaning) => {
    expect(readFinishReason(reason)).toBe(meaning);
  });

  it.each<[string, string, string | null]>([
    ["is none with [DONE]", word("Hello") + DONE, "answer_cut"],
    ["is none", word("Hello"), "answer_cut"],
    [
      "is no end",
      word("Hello") + end("") + end("null") + end({ type: "stop" }) + DONE,
      "answer_cut",
    ],
    [
      "is no end in each chunk, and one at last",
      ["", "Hello"]
        .map((content) => data({ choices: [{ delta: { content }, finish_reason: "" }] }))
        .join("") + end("stop"),
      null,
    ],
    [
      "stands in another place, beside an empty one",
      word("Hello") +
        data({ choices: [{ delta: {}, finish_reason: "", finishReason: "STOP" }] }) +
        DONE,
      null,
    ],
    ["stands in the delta", word("Hello") + delta({ finish_reason: "stop" }), null],
    [
      "stands beside the choices",
      word("Hello") + data({ choices: [{ delta: {} }], finish_reason: "stop" }),
      null,
    ],
    [
      "stands beside the token that it stopped at",
      word("Hello") +
        data({ choices: [{ delta: {}, finish_reason: "length", stop_reason: 151_645 }] }),
      null,
    ],
    [
      "stands before words, and the stream is cut",
      word("He") + word("l") + end("stop") + word("l") + word("o"),
      "answer_cut",
    ],
    ["says that it broke", word("Hello") + end("abort") + DONE, "answer_cut"],
    [
      "says that it broke, beside words",
      data({
        choices: [{ delta: { content: "Hello" }, finish_reason: "insufficient_system_resource" }],
      }) + DONE,
      "answer_cut",
    ],
    ["says that it was filtered", word("Hello") + end("SAFETY") + DONE, "content_filtered"],
    [
      "stands in each chunk, and the stream is done",
      ["He", "l", "lo"]
        .map((content) => data({ choices: [{ delta: { content }, finish_reason: "stop" }] }))
        .join("") + DONE,
      null,
    ],
    [
      "stands in each chunk, and the stream is cut",
      ["He", "l", "lo"]
        .map((content) => data({ choices: [{ delta: { content }, finish_reason: "stop" }] }))
        .join(""),
      "answer_cut",
    ],
  ])("that %s", (_name, body, code) => {
    expect(readAnyhow(body)).toMatchObject({ text: "Hello", code });
  });
});

describe("a decline", () => {
  it.each<[string, string]>([
    [
      "in words of refusal",
      delta({ refusal: "I'm sorry, " }) + delta({ refusal: "I can't." }) + end("stop") + DONE,
    ],
    [
      "in a message",
      data({ choices: [{ message: { content: null, refusal: "No." }, finish_reason: "stop" }] }),
    ],
    ["in a part of the content", word([{ type: "refusal", refusal: "No." }]) + end("stop")],
    [
      "of the prompt",
      data({
        choices: [],
        prompt_filter_results: [{ content_filter_results: { hate: { filtered: true } } }],
      }),
    ],
    ["of the prompt, as Gemini says it", data({ promptFeedback: { blockReason: "SAFETY" } })],
    ["of the prompt, in snake case", data({ prompt_feedback: { block_reason: "SAFETY" } })],
    ["of the answer, as MiniMax says it", data({ choices: null, output_sensitive: true })],
    ["as an error", data({ error: { code: "content_filter", message: "…" } })],
    ["as an error that is a text", data({ error: "Your prompt was flagged." })],
    [
      "as a list of errors",
      data({ error: [{ code: 2017, message: "Response blocked due to security configurations" }] }),
    ],
    [
      "as a gateway's guardrail",
      data({ error: { code: "400", type: "None", message: "Violated guardrail policy" } }),
    ],
    ["as an error in a field of its own", 'error: {"code":"content_filter","message":"…"}\n\n'],
    [
      "as an inner error",
      data({ error: { code: 400, innererror: { code: "ResponsibleAIPolicyViolation" } } }),
    ],
    [
      "as an error in words",
      data({ error: { message: "The prompt was flagged by our usage policy." } }),
    ],
  ])("%s is one", (_name, body) => {
    expect(readAnyhow(body)).toMatchObject({ text: "", code: "content_filtered" });
  });

  it("is none where the filter found nothing", () => {
    const results = [{ content_filter_results: { hate: { filtered: false, severity: "safe" } } }];
    const body =
      data({ choices: [], prompt_filter_results: results }) +
      delta({ refusal: null }) +
      delta({ refusal: "" }) +
      said("Hello");
    expect(readAnyhow(body)).toMatchObject({ text: "Hello", code: null });
  });
});

describe("usage", () => {
  const used = (usage: unknown, more: object = {}) =>
    word("Hello, you") + data({ choices: [{ finish_reason: "stop" }], usage, ...more }) + DONE;
  const tokens = (answer: Answer, text = "Hello, you") => {
    const { inputTokens, cachedInputTokens, outputTokens } = tokensOf(answer, 50, text);
    return [inputTokens, cachedInputTokens, outputTokens];
  };

  it.each<[string, string, number[]]>([
    [
      "OpenAI",
      used({ prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 8 } }),
      [9, 8, 4],
    ],
    [
      "Responses",
      used({ input_tokens: 9, output_tokens: 4, input_tokens_details: { cached_tokens: 8 } }),
      [9, 8, 4],
    ],
    ["Ollama", used(null, { prompt_eval_count: 9, eval_count: 4 }), [9, 0, 4]],
    [
      "DeepSeek",
      used({ prompt_tokens: 9, completion_tokens: 4, prompt_cache_hit_tokens: 8 }),
      [9, 8, 4],
    ],
    [
      "Moonshot",
      word("Hello, you") +
        data({
          choices: [
            {
              finish_reason: "stop",
              usage: { prompt_tokens: 9, completion_tokens: 4, cached_tokens: 8 },
            },
          ],
        }),
      [9, 8, 4],
    ],
    [
      "Groq",
      used(undefined, { x_groq: { usage: { prompt_tokens: 9, completion_tokens: 4 } } }),
      [9, 0, 4],
    ],
    [
      "Gemini",
      used(undefined, { usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 4 } }),
      [9, 0, 4],
    ],
    [
      "Gemini in snake case",
      used(undefined, { usage_metadata: { prompt_token_count: 9, candidates_token_count: 4 } }),
      [9, 0, 4],
    ],
    [
      "Anthropic, in two parts",
      data({ message: { usage: { input_tokens: 9, cache_read_input_tokens: 8 } } }) +
        used({ output_tokens: 4 }),
      [9, 8, 4],
    ],
    ["texts and fractions", used({ prompt_tokens: "9", completion_tokens: 3.2 }), [9, 0, 4]],
    [
      "more of the cache than there is",
      used({
        prompt_tokens: 9,
        completion_tokens: 4,
        prompt_tokens_details: { cached_tokens: 90 },
      }),
      [9, 9, 4],
    ],
    [
      "partial and cumulative reports",
      data({ usage: { prompt_tokens: 9, completion_tokens: 1 } }) +
        data({ usage: { completion_tokens: 2 } }) +
        used({ completion_tokens: 4 }),
      [9, 0, 4],
    ],
    [
      "zeros behind the true ones",
      used({ prompt_tokens: 9, completion_tokens: 4 }).replace(
        DONE,
        data({ usage: { prompt_tokens: 0, completion_tokens: 0 } }),
      ),
      [9, 0, 4],
    ],
    ["nothing", used(null), [50, 0, 3]],
    ["zeros", used({ prompt_tokens: 0, completion_tokens: 0 }), [50, 0, 3]],
    ["no output beside words", used({ prompt_tokens: 9, completion_tokens: 0 }), [9, 0, 3]],
    ["no input", used({ completion_tokens: 4 }), [50, 0, 4]],
    [
      "what no number of tokens can be",
      used({ prompt_tokens: -9, completion_tokens: 1e300, input_tokens: "NaN", output_tokens: {} }),
      [50, 0, 3],
    ],
    [
      "a part before a cut",
      data({ usage: { prompt_tokens: 9, completion_tokens: 1 } }) + word("Hello, you"),
      [9, 0, 3],
    ],
  ])("of %s is counted", (_name, body, counted) => {
    expect(tokens(readAnyhow(body).answer)).toEqual(counted);
  });

  it.each<[string, object]>([
    ["reasoning_content", { reasoning_content: "x".repeat(40) }],
    ["reasoning", { reasoning: "x".repeat(40) }],
    ["thinking", { type: "thinking_delta", thinking: "x".repeat(40) }],
    ["a role", { role: "reasoning", content: "x".repeat(40) }],
    ["parts", { reasoning_content: [{ type: "text", text: "x".repeat(40) }] }],
  ])("counts thoughts by %s in an estimate", (_name, thought) => {
    expect(tokens(read(delta(thought) + said("Hi")).answer, "Hi")[2]).toBe(11);
  });

  it("counts the thoughts in an estimate too", () => {
    const body =
      delta({ reasoning_content: "x".repeat(40) }) + said(`<think>${"y".repeat(33)}</think>Hi`);
    expect(tokens(read(body).answer, "Hi")[2]).toBeGreaterThan(18);
  });

  it("has a model only where one is named, as every store can keep it", () => {
    const body =
      data({ model: "" }) +
      data({ model: 7 }) +
      data({ model: null }) +
      data({ model: "m\0\ud800" });
    expect(read(body).answer.model).toBe("m\ufffd");
    expect(read(data({ model: "m".repeat(9_000) })).answer.model).toHaveLength(200);
    expect(read(said("Hello")).answer.model).toBeNull();
  });
});

describe("thoughts", () => {
  /** The contents as they come, and what a member may see of them. */
  const cases: [string, string][] = [
    ["<think>hm</think>Hello", "Hello"],
    ["<think>\nhm\n</think>\n\nHello", "Hello"],
    ["\n<think>hm</think>\nHello", "Hello"],
    ["<thinking>hm</thinking>Hello", "Hello"],
    ["<THINK>hm</Think>Hello", "Hello"],
    ['<think type="deep" n=1>hm</think>Hello', "Hello"],
    ["< think >hm</ think >Hello", "Hello"],
    ["<reasoning>hm</reasoning>Hello", "Hello"],
    ["<seed:think>hm</seed:think>Hello", "Hello"],
    ["<think/>Hello", "Hello"],
    ["<think>a < b and </b> hm</think>Hello", "Hello"],
    ["<think>hm</think>Hello <think>again</think>you", "Hello you"],
    ["[THINK]hm[/THINK]Hello", "Hello"],
    ["◁think▷hm◁/think▷Hello", "Hello"],
    [
      "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Hello<|return|>",
      "Hello",
    ],
    [
      "<|start|>assistant<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Hello",
      "Hello",
    ],
    ["<|channel>thought\nhm<channel|>Hello", "Hello"],
    ["<|channel|>final <|constrain|>json<|message|>Hello", "Hello"],
    // Calls of tools, which nobody offered.
    [
      "Hello<|tool_calls_section_begin|><|tool_call_begin|>f:0<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|> you",
      "Hello you",
    ],
    ["Hello<｜tool▁calls▁begin｜>f<｜tool▁sep｜>{}<｜tool▁calls▁end｜>", "Hello"],
    ["analysisWe think.assistantfinalHello", "Hello"],
    ["Hello<|im_end|>", "Hello"],
    ["Hello<｜end▁of▁sentence｜>", "Hello"],
    ["hm\n</think>\n\nHello", "Hello"],
    // Special tokens in place of tags.
    ["<|START_THINKING|>hm<|END_THINKING|><|START_RESPONSE|>Hello<|END_RESPONSE|>", "Hello"],
    ["hm<|END_THINKING|><|START_TEXT|>Hello", "Hello"],
    ["<|begin_of_thought|>hm<|end_of_thought|>\n<|begin_of_solution|>Hello", "Hello"],
    ["<｜begin▁of▁thinking｜>hm<｜end▁of▁thinking｜>Hello", "Hello"],
    ["<|think|>hm<|end|><|begin|>assistant<|content|>Hello<|end|>", "Hello"],
    ["<|think_start|>hm <|x|> hm<|think_end|>Hello", "Hello"],
    ["<|inner_prefix|>hm<|inner_suffix|>Hello", "Hello"],
    ["<think>hm <|end|> hm</think>Hello", "Hello"],
    ["<|thinking|>hm</think>Hello", "Hello"],
    // Tags around the words behind a thought.
    ["<think>hm</think>\n<answer>\nHello</answer>", "Hello"],
    ["hm</think>\n<response>Hello</response>", "Hello"],
    ["</think>Hello", "Hello"],
    ["<think>hm, and no end", ""],
    ["<|channel|>analysis<|message|>hm", ""],
    ["<|channel|>analysis", ""],
  ];
  it.each(cases)("%j shows %j, however it is cut", (content, shown) => {
    expect(readAnyhow(said(content)).text).toBe(shown);
    const events = [...[...content].map(word), end("stop")];
    expect(read(events.join("")).text).toBe(shown);
    expect(readPieces(events.map(bytes)).text).toBe(shown);
  });

  it.each([
    "I think that 3 < 4 and 5 > 4.",
    "I <3 you",
    "a <b>bold</b> claim",
    "<thinker> and <thinkers>, [think tank], [1], [x](y)",
    "x <",
    "Say `<think>` or `</think>` in your prompt.",
    "analysis of a dream",
    "Fill in: <answer>, or <response/>.",
    "an answer",
    "commentary",
    "Thinking of you: </3",
    "a <| b |> c",
    '{"text":"a<b"}',
  ])("are not what a text such as %j says", (content) => {
    expect(readAnyhow(said(content)).text).toBe(content);
    expect(read([...content].map(word).join("") + end("stop")).text).toBe(content);
  });

  it("hold back no word that cannot be one", () => {
    const { read: parse } = answerReader(emptyAnswer());
    for (const piece of ["Hello", " there", ", I", " think", " so.", " [this]"]) {
      expect(parse(bytes(word(piece)))).toBe(piece);
    }
  });

  it("without an opening tag are taken back, and held back where that is known", () => {
    const body =
      word("Hm, they ") + word("row.\n</thi") + word("nk>\n\nYou row") + word("!") + end("stop");
    expect(readAnyhow(body)).toMatchObject({ text: "You row!", answer: { thinksAloud: true } });
    const reader = answerReader(emptyAnswer(), {
      thinksAloud: true,
      onRetract: () => expect.unreachable(),
    });
    const given = body.split("\n\n").map((event) => reader.read(bytes(`${event}\n\n`)));
    // Behind the tag they come as ever.
    expect(given.join("")).toBe("You row!");
    expect(reader.end()).toBe("");
    // An answer without thoughts comes at its end.
    expect(readPieces([bytes(said("Yes", "."))], true).text).toBe("Yes.");
  });
});

describe("whatever a server sends", () => {
  const junk = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom<unknown>(
        null,
        true,
        false,
        "",
        0,
        -1,
        1.5,
        1e308,
        "NaN",
        "stop",
        "abort",
        "<think>",
        "</think>",
        "text",
      ),
      fc.string(),
      fc.double(),
      fc.array(tie("value"), { maxLength: 3 }),
      tie("fields"),
    ),
    fields: fc.dictionary(
      fc.constantFrom(
        "choices",
        "delta",
        "message",
        "content",
        "text",
        "type",
        "refusal",
        "finish_reason",
        "usage",
        "prompt_tokens",
        "completion_tokens",
        "cached_tokens",
        "prompt_tokens_details",
        "model",
        "x_groq",
        "error",
        "code",
        "reasoning",
        "value",
        "0",
        "__proto__",
      ),
      tie("value"),
      { maxKeys: 6 },
    ),
  }));
  const chunk = fc.oneof(
    junk.fields,
    junk.value,
    fc
      .record({ delta: junk.value, finish_reason: junk.value })
      .map((choice) => ({ choices: [choice] })),
    fc.record({ content: junk.value }).map((fields) => ({ choices: [{ delta: fields }] })),
  );
  const lines = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: chunk.map(data) },
      { weight: 1, arbitrary: chunk.map((value) => `${JSON.stringify(value)}\n`) },
      { weight: 1, arbitrary: fc.string().map((text) => `data: ${text}\r\n`) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          ": ping\n\n",
          "event: error\n",
          "\r",
          DONE,
          word("Hello"),
          end("stop"),
        ),
      },
    ),
    { maxLength: 8 },
  );

  it("nothing throws, nothing but whole numbers is counted, and no cut changes the words", () => {
    fc.assert(
      fc.property(lines, fc.array(fc.nat(), { maxLength: 6 }), (events, cuts) => {
        const all = bytes(events.join(""));
        const whole = readPieces([all]);
        const at = [
          0,
          ...cuts.map((cut) => cut % (all.length + 1)).sort((a, b) => a - b),
          all.length,
        ];
        const pieces = at.slice(1).map((to, i) => all.slice(at[i], to));
        const cut = readPieces(pieces);
        expect([cut.text, cut.code, cut.answer.usage]).toEqual([
          whole.text,
          whole.code,
          whole.answer.usage,
        ]);
        for (const count of Object.values(tokensOf(whole.answer, 10, whole.text))) {
          expect(Number.isSafeInteger(count) && count >= 0 && count <= 2 ** 31).toBe(true);
        }
        expect(typeof (whole.answer.model ?? "")).toBe("string");
      }),
      { numRuns: 1_500 },
    );
  });
});
