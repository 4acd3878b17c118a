import { describe, expect, it } from "vitest";
import { MESSAGE_CHARACTERS, parseChatRequest } from "../../domain/chat-request.ts";
import { ProblemError } from "../../domain/problems.ts";

const user = (content: unknown, more: object = {}) => ({ role: "user", content, ...more });
const say = (content: unknown, more: object = {}) => ({ messages: [user(content)], ...more });

/** The code with which a body is refused; fails where it is not. */
function refusal(body: unknown): string {
  try {
    parseChatRequest(body);
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
  throw new Error("was not refused");
}

describe("a chat request", () => {
  it("of the plainest kind", () => {
    expect(parseChatRequest(say("Hello"))).toEqual({
      conversationId: null,
      category: null,
      phase: null,
      trigger: "submit-message",
      targetId: null,
      message: { id: null, text: "Hello" },
      greeting: false,
      uiMessages: false,
    });
  });

  it("of the AI SDK's transport, with its whole list", () => {
    const body = {
      id: "talk-1",
      trigger: "submit-message",
      messageId: "m-2",
      visionBuildPhase: "peak",
      context: { category: "Love / Romance", other: 1 },
      messages: [
        { id: "m-1", role: "user", parts: [{ type: "text", text: "Before" }] },
        {
          id: "a-1",
          role: "assistant",
          parts: [{ type: "step-start" }, { type: "text", text: "x" }],
        },
        {
          id: "m-2",
          role: "user",
          metadata: { any: true },
          parts: [
            { type: "text", text: "Hel" },
            { type: "file", url: "data:,", text: "not this" },
            { type: "text", text: "lo" },
          ],
        },
      ],
    };
    expect(parseChatRequest(body)).toEqual({
      conversationId: "talk-1",
      category: "love",
      phase: "peak",
      trigger: "submit-message",
      targetId: "m-2",
      message: { id: "m-2", text: "Hello" },
      greeting: false,
      uiMessages: true,
    });
  });

  it("reads content as text or as a list of parts; parts come first where there are both", () => {
    const list = [{ type: "text", text: "a" }, { type: "text" }, { type: "text", text: "b" }];
    expect(parseChatRequest(say(list)).message?.text).toBe("ab");
    const both = { messages: [user("content", { parts: [{ type: "text", text: "parts" }] })] };
    expect(parseChatRequest(both).message?.text).toBe("parts");
  });

  it("reads the newest message of the member, wherever it stands", () => {
    const messages = [user("one"), user("two"), { role: "assistant", content: "three" }];
    expect(parseChatRequest({ messages }).message?.text).toBe("two");
  });

  it("looks like the SDK's with a trigger or with parts", () => {
    expect(parseChatRequest(say("x", { trigger: "submit-message" })).uiMessages).toBe(true);
    const parts = { messages: [{ role: "user", parts: [{ type: "text", text: "x" }] }] };
    expect(parseChatRequest(parts).uiMessages).toBe(true);
    expect(parseChatRequest(say([{ type: "text", text: "x" }])).uiMessages).toBe(false);
  });

  it("takes nulls for what is left out", () => {
    const body = say("Hello", {
      id: null,
      trigger: null,
      messageId: null,
      visionBuildPhase: null,
      context: { category: null, isInitialGreeting: null },
    });
    expect(parseChatRequest(body)).toEqual(parseChatRequest(say("Hello")));
    expect(parseChatRequest(say("Hello", { context: null }))).toEqual(
      parseChatRequest(say("Hello")),
    );
  });

  it("keeps a message as it is written, without control characters", () => {
    const text = "  a\n\t🌊  ";
    expect(parseChatRequest(say(text)).message?.text).toBe(text);
    expect(parseChatRequest(say("a\u2028b\r\nc\u0007d")).message?.text).toBe("a\nb\nc d");
    expect(parseChatRequest(say("a\u0000b\ud83c")).message?.text).toBe("ab\ufffd");
  });

  it("takes an empty message id and null for none", () => {
    for (const id of ["", null]) {
      expect(parseChatRequest({ messages: [user("x", { id })] }).message?.id).toBeNull();
    }
  });

  it.each<[name: string, message: object]>([
    ["content null beside parts", { content: null, parts: [{ type: "text", text: "Hello" }] }],
    ["parts null beside content", { content: "Hello", parts: null }],
    ["no parts beside content", { content: "Hello", parts: [] }],
    ["parts without words beside content", { content: "Hello", parts: [{ type: "step-start" }] }],
    ["a list of parts as OpenAI has it", { content: [{ type: "text", text: "Hello" }] }],
    ["parts of the Responses API", { content: [{ type: "input_text", text: "Hello" }] }],
    ["parts of Gemini, without a type", { parts: [{ text: "Hello" }] }],
    ["a list of texts", { content: ["Hel", "lo"] }],
    [
      "parts that nobody knows",
      { parts: [null, 7, [], {}, { type: "x", text: 1 }, { type: "text", text: "Hello" }] },
    ],
    [
      "parts whose text is null or left out",
      { parts: [{ type: "text", text: null }, { type: "text" }, { type: "text", text: "Hello" }] },
    ],
    [
      "thoughts, files and tools beside the words",
      {
        parts: [
          { type: "reasoning", text: "not this" },
          { type: "file", url: "data:,", text: null },
          { type: "tool-x", input: null, output: null },
          { type: "text", text: "Hello", state: "done" },
        ],
      },
    ],
    ["fields of other clients", { content: "Hello", name: null, createdAt: {}, data: [null] }],
  ])("reads the newest message with %s", (_name, message) => {
    const read = parseChatRequest({ messages: [{ id: null, role: "user", ...message }] });
    expect(read.message).toEqual({ id: null, text: "Hello" });
  });

  it.each<[name: string, entry: unknown]>([
    ["null", null],
    ["a text", "Hello"],
    ["a number", 7],
    ["a list", [[]]],
    ["nothing but nulls", { id: null, role: null, content: null, parts: null }],
    ["a member's message without words", { role: "user", id: 7, content: null }],
    ["a member's message with nulls in its parts", { role: "user", parts: [null, { text: null }] }],
    ["a member's message of the wrong types", { role: "user", content: 7, parts: "x" }],
    ["a member's message that is too long", user("x".repeat(MESSAGE_CHARACTERS + 1))],
    ["an answer whose content is null", { role: "assistant", content: null, tool_calls: [{}] }],
    ["a tool's message", { role: "tool", tool_call_id: "t", content: null }],
    ["data of AI SDK 4", { role: "data", id: "\n", content: "", data: null }],
    ["a system message", { role: "system", content: { any: "thing" } }],
  ])("does not judge earlier entries of the list: %s", (_name, entry) => {
    const answer = { role: "assistant", content: "Hi" };
    const read = parseChatRequest({ messages: [entry, answer, user("Hello"), answer] });
    expect(read.message?.text).toBe("Hello");
    const many = [...Array(5_000).fill(entry), user("Hello")];
    expect(parseChatRequest({ messages: many }).message?.text).toBe("Hello");
    // A regenerate and a greeting read none of them, the newest neither.
    const again = { trigger: "regenerate-message", messages: [entry] };
    expect(parseChatRequest(again).message).toBeNull();
    const greeting = { context: { isInitialGreeting: true }, messages: [entry] };
    expect(parseChatRequest(greeting).greeting).toBe(true);
  });

  it("takes any id without control characters, up to 128 characters", () => {
    for (const id of ["a", "🌊".repeat(128), "x".repeat(128), " ", "../../etc", "É"]) {
      expect(parseChatRequest(say("x", { id })).conversationId).toBe(id);
    }
  });

  it("without an own trigger regenerates or continues only when asked to", () => {
    const regenerate = parseChatRequest({ trigger: "regenerate-message", messageId: "a-1" });
    expect(regenerate).toMatchObject({
      trigger: "regenerate-message",
      targetId: "a-1",
      message: null,
      greeting: false,
    });
    const go = parseChatRequest({ trigger: "submit-message", messageId: "a-1", messages: [] });
    expect(go).toMatchObject({ trigger: "submit-message", targetId: "a-1", message: null });
  });
});

describe("the initial greeting", () => {
  it.each([
    ["the flag, without messages", { context: { isInitialGreeting: true } }],
    ["the flag, with an empty list", { messages: [], context: { isInitialGreeting: true } }],
    ["the flag, whatever the message", say("Hi", { context: { isInitialGreeting: true } })],
    ["START_SESSION", say("START_SESSION")],
    ["START_SESSION with blanks around", say(" START_SESSION\n")],
    [
      "START_SESSION in parts",
      { messages: [{ role: "user", parts: [{ type: "text", text: "START_SESSION" }] }] },
    ],
  ])("is asked for by %s", (_name, body) => {
    expect(parseChatRequest(body)).toMatchObject({ greeting: true, message: null, targetId: null });
  });

  it("is not asked for by the word among others, or from someone else", () => {
    expect(parseChatRequest(say("START_SESSION please")).greeting).toBe(false);
    const messages = [user("Hi"), user("START_SESSION")];
    expect(parseChatRequest({ messages }).greeting).toBe(false);
    expect(refusal({ messages: [{ role: "assistant", content: "START_SESSION" }] })).toBe(
      "message_empty",
    );
  });
});

describe("a chat request is refused", () => {
  const longId = "x".repeat(129);
  it.each([
    ["invalid_request", null],
    ["invalid_request", "Hello"],
    ["invalid_request", 7],
    ["invalid_request", { messages: {} }],
    ["invalid_request", say(7)],
    ["invalid_request", say({ text: "Hello" })],
    ["invalid_request", say([{ type: "text", text: 7 }])],
    ["invalid_request", { messages: [{ role: "user", parts: "x" }] }],
    ["invalid_request", { messages: [{ role: "user", id: 7, content: "x" }] }],
    ["invalid_request", { messages: [user("x", { id: longId })] }],
    ["invalid_request", { messages: [user("x", { id: "a\u0000" })] }],
    ["invalid_request", say("x", { id: longId })],
    ["invalid_request", say("x", { id: "" })],
    ["invalid_request", say("x", { id: "a\tb" })],
    ["invalid_request", say("x", { id: "\ud83c" })],
    ["invalid_request", say("x", { messageId: "a\nb" })],
    ["invalid_request", say("x", { trigger: "start" })],
    ["invalid_request", say("x", { visionBuildPhase: 1 })],
    ["invalid_request", say("x", { context: [], id: 4 })],
    ["invalid_request", say("x", { context: { category: 4 } })],
    ["invalid_request", say("x", { context: { isInitialGreeting: "yes" } })],
    ["unknown_phase", say("x", { visionBuildPhase: "PEAK" })],
    ["unknown_phase", say("x", { visionBuildPhase: "" })],
    ["unknown_category", say("x", { context: { category: "pets" } })],
    ["unknown_category", say("x", { context: { category: "" } })],
    ["message_empty", { messages: [null] }],
    ["message_empty", { messages: [{ content: "no role" }] }],
    ["message_empty", { messages: [{ role: 1, content: "x" }] }],
    ["message_empty", { messages: null }],
    ["message_empty", say(null)],
    ["message_empty", say("\u200b\u200d\ufeff")],
    ["message_empty", {}],
    ["message_empty", { messages: [] }],
    ["message_empty", say("")],
    ["message_empty", say(" \t\n\u2003")],
    ["message_empty", say([])],
    ["message_empty", say("\u0000\u0000")],
    ["message_empty", { messages: [{ role: "user" }] }],
    ["message_empty", { messages: [user("x"), user(" ")] }],
    ["message_empty", { messages: [{ role: "assistant", content: "x" }] }],
    ["message_too_long", say("x".repeat(MESSAGE_CHARACTERS + 1))],
    ["message_too_long", say(`${"🌊".repeat(MESSAGE_CHARACTERS / 2)}x`)],
  ])("as %s: %j", (code, body) => {
    expect(refusal(body)).toBe(code);
  });

  it("before anything else for a phase or category that is none, even with no message", () => {
    expect(refusal({ visionBuildPhase: "x" })).toBe("unknown_phase");
  });

  it("with the path of what is wrong, and not with more than twenty", () => {
    const many = say(Array.from({ length: 50 }, () => ({ type: "text", text: 1 })));
    try {
      parseChatRequest(many);
      expect.unreachable();
    } catch (error) {
      const { errors = [] } = (error as ProblemError).extras;
      expect(errors[0]?.path).toBe("messages.0.content.0.text");
      expect(errors).toHaveLength(20);
    }
  });

  it("but not for exactly the most characters", () => {
    const text = "x".repeat(MESSAGE_CHARACTERS);
    expect(parseChatRequest(say(text)).message?.text).toBe(text);
  });
});
