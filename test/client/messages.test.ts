import { describe, expect, it } from "vitest";
import { type ChatMessage, reduceMessages } from "../../client/chat/state/messages.ts";
import type { Message, MessageStatus } from "../../domain/messages.ts";

function stored(
  id: string,
  role: "user" | "assistant",
  text: string,
  status: MessageStatus = "complete",
): Message {
  return {
    id,
    role,
    parts: [{ type: "text", text }],
    metadata: { turnId: "t", status, position: 0, createdAt: "2026-11-22T10:00:00.000Z" },
  };
}

function shown(
  id: string,
  role: "user" | "assistant",
  more: Partial<ChatMessage> = {},
): ChatMessage {
  return {
    key: id,
    id,
    role,
    text: role === "user" ? `words of ${id}` : "",
    status: "sending",
    turnId: null,
    createdAt: "2026-11-22T10:00:00.000Z",
    ...more,
  };
}

const PROBLEM = { code: "provider_busy", detail: "Busy.", status: 503, retryable: true } as const;

describe("the list of messages", () => {
  it("loads the record without what was replaced or never said, and keeps unsent words", () => {
    const messages = reduceMessages([], {
      type: "loaded",
      messages: [
        stored("u1", "user", "one"),
        stored("a1", "assistant", "an older version", "replaced"),
        stored("a2", "assistant", "the answer"),
        stored("u2", "user", "two"),
        stored("a3", "assistant", "", "failed"),
      ],
      unsent: [shown("u2", "user"), shown("u3", "user")],
    });
    expect(messages.map(({ id }) => id)).toEqual(["u1", "a2", "u2", "u3"]);
    expect(messages[2]?.text).toBe("two");
  });

  it("shows the message and the place of its answer at once", () => {
    const messages = reduceMessages([shown("a0", "assistant")], {
      type: "wrote",
      message: shown("u1", "user"),
      answer: shown("answer-1", "assistant"),
    });
    expect(messages.map(({ id }) => id)).toEqual(["a0", "u1", "answer-1"]);
  });

  it("keeps a bubble's key when the answer gets its id", () => {
    const messages = reduceMessages([shown("u1", "user"), shown("answer-1", "assistant")], {
      type: "began",
      key: "answer-1",
      id: "a1",
      turnId: "t1",
    });
    expect(messages[1]).toMatchObject({
      key: "answer-1",
      id: "a1",
      turnId: "t1",
      status: "streaming",
    });
  });

  it("shows a replayed answer once", () => {
    const before = [
      shown("u1", "user"),
      shown("a1", "assistant", { text: "half", status: "interrupted", problem: PROBLEM }),
      shown("answer-2", "assistant"),
    ];
    const messages = reduceMessages(before, {
      type: "began",
      key: "answer-2",
      id: "a1",
      turnId: "t1",
    });
    expect(messages.map(({ key, id }) => [key, id])).toEqual([
      ["u1", "u1"],
      ["answer-2", "a1"],
    ]);
  });

  it("leaves nothing of an answer without words, and marks the message it was for", () => {
    const ended = reduceMessages([shown("u1", "user"), shown("answer-1", "assistant")], {
      type: "ended",
      key: "answer-1",
      text: "",
      status: "interrupted",
    });
    const messages = reduceMessages(ended, {
      type: "delivery",
      id: "u1",
      status: "failed",
      problem: PROBLEM,
    });
    expect(messages).toEqual([shown("u1", "user", { status: "failed", problem: PROBLEM })]);
  });

  it("clears the problem when a message is sent again", () => {
    const failed = [shown("u1", "user", { status: "failed", problem: PROBLEM })];
    const [message] = reduceMessages(failed, { type: "delivery", id: "u1", status: "sending" });
    expect(message).toEqual(shown("u1", "user"));
    expect(message).not.toHaveProperty("problem");
  });

  it("puts another attempt behind what is there of an answer to the same message", () => {
    const before = [
      shown("u1", "user"),
      shown("a1", "assistant", { text: "half", status: "interrupted" }),
      shown("u2", "user"),
    ];
    const messages = reduceMessages(before, {
      type: "awaited",
      answer: shown("answer-2", "assistant"),
      after: "u1",
    });
    expect(messages.map(({ id }) => id)).toEqual(["u1", "a1", "answer-2", "u2"]);
  });

  it("leaves every other message the same object, so that only one bubble renders", () => {
    const before = [shown("u1", "user"), shown("a1", "assistant"), shown("u2", "user")];
    const messages = reduceMessages(before, {
      type: "ended",
      key: "a1",
      text: "Yes.",
      status: "complete",
    });
    expect(messages[0]).toBe(before[0]);
    expect(messages[2]).toBe(before[2]);
    expect(messages[1]).toMatchObject({ text: "Yes.", status: "complete" });
  });
});
