import { describe, expect, it } from "vitest";
import type { Conversation, Turn } from "../../domain/messages.ts";
import type { ProblemCode } from "../../domain/problems.ts";
import type { Script } from "../../local/model/types.ts";
import { chat, EVENTS, getJson, say, WORDS } from "./support/api.ts";
import { newMember } from "./support/members.ts";
import { mendModel, modelRequests, setModel } from "./support/model.ts";
import { partOf, readEvents, shapeOf, textOf } from "./support/streams.ts";
import { eventually, query } from "./support/supabase.ts";

const data = (chunk: unknown) => `data: ${JSON.stringify(chunk)}\n\n`;
const choice = (delta: unknown, finish: unknown = null) =>
  data({ model: "gpt-6-luna", choices: [{ index: 0, delta, finish_reason: finish }] });
const word = (content: unknown, finish: unknown = null) => choice({ content }, finish);
const end = (finish: unknown) => choice({}, finish);
const usage = (fields: unknown) => data({ model: "gpt-6-luna", choices: [], usage: fields });
const USED = usage({ prompt_tokens: 90, completion_tokens: 7 });
const DONE = "data: [DONE]\n\n";

const named = (id: string, delta: object) => data({ id, choices: [{ index: 0, delta }] });

const SAID = "You row on Saturdays, then sing.";
/** The texts so far. */
const SO_FAR = SAID.split(/(?= )/).map((_, i, all) => all.slice(0, i + 1).join(""));

/** One thing that a server may send, what the member gets, and what is booked. */
interface Dialect {
  readonly sends: string;
  readonly script: Script;
  /** The text that the member keeps. */
  readonly text: string;
  readonly status: "complete" | "interrupted" | "failed";
  readonly code?: ProblemCode;
  readonly booked: "final" | "estimated";
  /** Requests that leave; 1 by default. */
  readonly requests?: number;
  /** Input and output tokens as booked; null for what does not matter. */
  readonly tokens?: readonly [number | null, number];
}

const whole = { text: "Hello you", status: "complete" } as const;
const broken = { text: "Hello you", status: "interrupted", code: "answer_cut" } as const;
const nothing = { text: "", status: "failed" } as const;
const pieces = (...all: string[]): Script => ({ pieces: all });
const stays = (...all: string[]): Script => ({ pieces: all, after: "stay" });

const dialects: Dialect[] = [
  // Ends.
  {
    sends: "an end of another name",
    script: pieces(word("Hello you"), end("END_TURN"), USED),
    ...whole,
    booked: "final",
    tokens: [90, 7],
  },
  {
    sends: "empty reasons, then an end",
    script: pieces(word("Hello", ""), word(" you", "null"), end("eos"), USED, DONE),
    ...whole,
    booked: "final",
  },
  {
    sends: "an empty reason as its last",
    script: pieces(word("Hello you"), end(""), DONE),
    ...broken,
    booked: "estimated",
  },
  {
    sends: "an object as its reason",
    script: pieces(word("Hello you"), end({ type: "stop" }), DONE),
    ...broken,
    booked: "estimated",
  },
  {
    sends: "[DONE] without a reason",
    script: pieces(word("Hello you"), USED, DONE),
    ...broken,
    booked: "estimated",
  },
  ...["abort", "error", "insufficient_system_resource", "CANCELLED"].map(
    (reason): Dialect => ({
      sends: `the reason ${reason}`,
      script: pieces(word("Hello you"), end(reason), DONE),
      ...broken,
      booked: "estimated",
    }),
  ),
  ...["SAFETY", "RECITATION", "refusal"].map(
    (reason): Dialect => ({
      sends: `the reason ${reason} behind words`,
      script: pieces(word("Hello you"), end(reason), USED, DONE),
      text: "Hello you",
      status: "interrupted",
      code: "content_filtered",
      booked: "final",
    }),
  ),
  // Connections.
  {
    sends: "an end, and keeps the connection open",
    script: stays(word("Hello you"), end("stop"), USED),
    ...whole,
    booked: "final",
  },
  {
    sends: "an end, and heartbeats for ever",
    script: { ...stays(word("Hello you"), end("stop")), heartbeat: ": ping\n\n" },
    ...whole,
    booked: "estimated",
  },
  {
    sends: "an end, and empty chunks for ever",
    script: { ...stays(word("Hello you"), end("stop")), heartbeat: end(null) },
    ...whole,
    booked: "estimated",
  },
  {
    sends: "a last event without a line end",
    script: pieces(word("Hello"), word(" you", "stop").trimEnd()),
    ...whole,
    booked: "estimated",
  },
  {
    sends: "heartbeats in place of the rest",
    script: { ...stays(word("Hello you")), heartbeat: ": ping\n\n" },
    text: "Hello you",
    status: "interrupted",
    code: "provider_timeout",
    booked: "estimated",
  },
  {
    sends: "heartbeats in place of an answer",
    script: { ...stays(), heartbeat: "data: {}\n\n" },
    ...nothing,
    code: "provider_timeout",
    booked: "estimated",
    requests: 2,
  },
  {
    sends: "thoughts in place of an answer",
    script: { ...stays(), heartbeat: choice({ reasoning_content: "hm" }) },
    ...nothing,
    code: "provider_timeout",
    booked: "estimated",
    requests: 2,
  },
  {
    sends: "CR line ends",
    script: pieces(
      ...[word("Hello you"), end("stop"), USED, DONE].map((event) => event.replaceAll("\n", "\r")),
    ),
    ...whole,
    booked: "final",
  },
  {
    sends: "the whole answer as JSON",
    script: {
      contentType: "application/json",
      pieces: [
        JSON.stringify(
          {
            model: "gpt-6-luna",
            choices: [{ message: { content: "Hello you" }, finish_reason: "stop" }],
            usage: { prompt_tokens: 90, completion_tokens: 7 },
          },
          null,
          2,
        ),
      ],
    },
    ...whole,
    booked: "final",
  },
  // Text and thoughts.
  {
    sends: "lists of parts",
    script: pieces(
      word([{ type: "text", text: "Hello" }]),
      word([
        { type: "thinking", thinking: "hm" },
        { type: "output_text", text: " you" },
      ]),
      end("stop"),
      USED,
    ),
    ...whole,
    booked: "final",
  },
  {
    sends: "thoughts in tags",
    script: pieces(
      word("<thi"),
      word("nk>hm</TH"),
      word("INK>\n\nHello"),
      word(" you"),
      end("stop"),
      USED,
    ),
    ...whole,
    booked: "final",
  },
  {
    sends: "thoughts in channels",
    script: pieces(
      word("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>fin"),
      word("al<|message|>Hello you<|return|>"),
      end("stop"),
      USED,
    ),
    ...whole,
    booked: "final",
  },
  {
    sends: "nothing but a thought",
    script: pieces(word("<think>hm"), end("length"), USED),
    ...nothing,
    code: "provider_unavailable",
    booked: "final",
  },
  // Repetitions.
  {
    sends: "the whole text so far in each chunk",
    script: pieces(...SO_FAR.map((text) => word(text)), end("stop"), USED, DONE),
    text: SAID,
    status: "complete",
    booked: "final",
  },
  {
    sends: "the whole text in a last chunk, and no usage",
    script: pieces(word("Hello"), word(" you"), word("Hello you", "stop"), DONE),
    ...whole,
    booked: "estimated",
    tokens: [null, 3],
  },
  {
    sends: "the whole thoughts so far in each chunk, and no usage",
    script: pieces(
      ...SO_FAR.map((text) => choice({ reasoning_content: text })),
      word("Hello you"),
      end("stop"),
    ),
    ...whole,
    booked: "estimated",
    tokens: [null, 11],
  },
  // Declines.
  {
    sends: "a refusal",
    script: pieces(
      choice({ refusal: "I'm sorry, " }),
      choice({ refusal: "I can't." }),
      end("stop"),
      USED,
      DONE,
    ),
    ...nothing,
    code: "content_filtered",
    booked: "final",
  },
  {
    sends: "a refusal, and keeps the connection open",
    script: stays(choice({ refusal: "No." })),
    ...nothing,
    code: "content_filtered",
    booked: "estimated",
  },
  {
    sends: "a filter's error in the stream",
    script: pieces(data({ error: { code: "content_filter" } })),
    ...nothing,
    code: "content_filtered",
    booked: "estimated",
  },
  {
    sends: "a filter's reason alone",
    script: pieces(end("content_filter"), USED),
    ...nothing,
    code: "content_filtered",
    booked: "final",
  },
  // Usage.
  {
    sends: "usage under other names",
    script: pieces(
      word("Hello you"),
      end("stop"),
      usage({ input_tokens: "90", output_tokens: 6.5 }),
    ),
    ...whole,
    booked: "final",
    tokens: [90, 7],
  },
  {
    sends: "usage of zeros",
    script: pieces(
      word("Hello you"),
      end("stop"),
      usage({ prompt_tokens: 0, completion_tokens: 0 }),
    ),
    ...whole,
    booked: "estimated",
  },
  {
    sends: "usage of junk",
    script: pieces(
      word("Hello you"),
      end("stop"),
      usage({ prompt_tokens: -1, completion_tokens: { n: 1 }, prompt_tokens_details: [] }),
    ),
    ...whole,
    booked: "estimated",
  },
  {
    sends: "usage as a list, and no model",
    script: pieces(
      data({
        model: 7,
        choices: [{ delta: { content: "Hello you" }, finish_reason: "stop" }],
        usage: [1],
      }),
    ),
    ...whole,
    booked: "estimated",
  },
  {
    sends: "usage before a cut",
    script: {
      ...pieces(word("Hello"), usage({ prompt_tokens: 90, completion_tokens: 1 }), word(" you")),
      after: "drop",
    },
    ...broken,
    booked: "estimated",
    tokens: [90, 3],
  },
];

describe("a server that sends", () => {
  it.each(dialects)("$sends", async (dialect) => {
    const { script, text, status, code, booked, requests = 1, tokens } = dialect;
    const member = await newMember();
    await setModel({ script });
    const response = await chat(member, say("I row.", { id: "talk" }, "m-1"), EVENTS);
    const events = await readEvents(response);
    expect(textOf(events)).toBe(text);
    expect(shapeOf(events)).toContain(status === "complete" ? "finish" : "error");
    if (code) expect(partOf(events, "data-problem").data.code).toBe(code);
    expect(await modelRequests(member.id)).toHaveLength(requests);

    const turnId = response.headers.get("x-turn-id");
    const turn = await getJson<Turn>(member, `/api/turns/${turnId}`);
    expect(turn).toMatchObject({ state: status, errorCode: code ?? null });
    const { messages } = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(messages[1]?.parts[0]?.text ?? "").toBe(text);

    const rows = await eventually(async () => {
      const found = await query<Record<string, unknown>>(
        "select * from token_usage where turn_id = $1 order by attempt",
        [turnId],
      );
      expect(found).toHaveLength(requests);
      return found;
    });
    expect(rows.at(-1)).toMatchObject({
      success: status === "complete",
      error_code: code ?? null,
      estimated: booked === "estimated",
      model_used: "gpt-6-luna",
      ...(tokens && { output_tokens: tokens[1] }),
      ...(tokens && tokens[0] !== null && { input_tokens: tokens[0] }),
    });
    expect(Number(rows.at(-1)?.input_tokens)).toBeGreaterThan(0);
    if (text !== "") expect(Number(rows.at(-1)?.output_tokens)).toBeGreaterThan(0);
  });

  it.each([
    [{ code: "content_filter", message: "…" }],
    [
      {
        code: null,
        message: "The response was filtered",
        innererror: { code: "ResponsibleAIPolicyViolation" },
      },
    ],
    [{ code: "data_inspection_failed", message: "…" }],
    [{ code: "invalid_prompt", message: "…" }],
  ])("the error %j declines, and nobody else is asked", async (error) => {
    const member = await newMember();
    await setModel({
      script: { status: 400, contentType: "application/json", pieces: [JSON.stringify({ error })] },
    });
    const response = await chat(member, say("Hello", { id: "talk" }), WORDS);
    expect(await response.json()).toMatchObject({ code: "content_filtered", retryable: false });
    expect(await modelRequests(member.id)).toHaveLength(1);
  });
});

describe("a server that begins an answer again, and ends it in another way", () => {
  it("has its first words taken back", async () => {
    const member = await newMember();
    await setModel({
      script: pieces(
        named("one", { role: "assistant", content: "" }),
        named("one", { content: "You row on Saturdays, and you" }),
        named("two", { role: "assistant", content: "" }),
        named("two", { content: SAID }),
        end("stop"),
        USED,
        DONE,
      ),
    });
    const events = await readEvents(await chat(member, say("I row.", { id: "talk" }), EVENTS));
    // Each event says where its text ends: the last ones take the place of what was there.
    const last = events.filter(({ part }) => part?.type === "text-delta").at(-1);
    expect(last?.id).toMatch(new RegExp(`:${SAID.length}$`));
    const { messages } = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(messages[1]?.parts[0]?.text).toBe(SAID);
  });
});

describe("a model that thinks without an opening tag", () => {
  // Known by its address and name: this one has a name of its own.
  it("has its thoughts taken back, is not read back, and is waited for from then on", async () => {
    const member = await newMember();
    const thinks = pieces(
      word("They row."),
      word(" Ask more."),
      word("\n</think>\n\nYou row"),
      word("!"),
      end("stop"),
      USED,
      DONE,
    );
    await setModel({ script: thinks });
    const first = await readEvents(await chat(member, say("I row.", { id: "talk" }), EVENTS));
    // Each event says where its text ends: the last ones take the place of what was there.
    const last = first.filter(({ part }) => part?.type === "text-delta").at(-1);
    expect(last?.id).toMatch(/:8$/);
    const { messages } = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(messages[1]?.parts[0]?.text).toBe("You row!");
    const again = await readEvents(await chat(member, say("I do.", { id: "talk" }), EVENTS));
    expect(textOf(again)).toBe("You row!");
    const [, request] = await modelRequests(member.id);
    expect(JSON.stringify(request?.body.messages)).not.toContain("They row.");
    // And once it does not any more, it is not.
    await mendModel();
    await setModel({ tokens: 3 });
    expect(textOf(await readEvents(await chat(member, say("Yes", { id: "talk" }), EVENTS)))).toBe(
      "w1 w2 w3",
    );
  });
});
