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

  it("keeps a message as it is written, but for what no store can keep", () => {
    const text = "  a\u0007\n🌊  ";
    expect(parseChatRequest(say(text)).message?.text).toBe(text);
    expect(parseChatRequest(say("a\u0000b\ud83c")).message?.text).toBe("ab\ufffd");
  });

  it("takes an empty message id for none", () => {
    expect(parseChatRequest({ messages: [user("x", { id: "" })] }).message?.id).toBeNull();
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
    ["invalid_request", { messages: [null] }],
    ["invalid_request", { messages: [{ content: "no role" }] }],
    ["invalid_request", { messages: [{ role: 1, content: "x" }] }],
    ["invalid_request", say(7)],
    ["invalid_request", say(null)],
    ["invalid_request", say([{ text: "no type" }])],
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
    const many = { messages: Array.from({ length: 50 }, () => ({ content: 1 })) };
    try {
      parseChatRequest(many);
      expect.unreachable();
    } catch (error) {
      const { errors = [] } = (error as ProblemError).extras;
      expect(errors[0]?.path).toMatch(/^messages\.0\./);
      expect(errors).toHaveLength(20);
    }
  });

  it("but not for exactly the most characters", () => {
    const text = "x".repeat(MESSAGE_CHARACTERS);
    expect(parseChatRequest(say(text)).message?.text).toBe(text);
  });
});
