import { describe, expect, it } from "vitest";
import { streamForm } from "../../worker/http/accept.ts";

describe("the form of a stream", () => {
  it.each([
    ["text/event-stream", "events"],
    ["text/plain", "words"],
    ["TEXT/Plain; charset=utf-8", "words"],
    ["text/event-stream, */*", "events"],
    ["application/json, text/plain;q=0.2", "words"],
    ["text/plain;q=0.3,text/event-stream;q=0.7", "events"],
    ["text/event-stream;q=0.3,text/plain;q=0.7", "words"],
    ["text/plain, text/event-stream", "words"],
    ["text/event-stream;q=0, text/plain;q=0.1", "words"],
    ["application/json;q=1, */*;q=0.1, text/plain;q=0.5", "words"],
  ])("is what Accept: %s says, whatever the body", (accept, form) => {
    expect(streamForm(accept, true)).toBe(form);
    expect(streamForm(accept, false)).toBe(form);
  });

  it.each([null, "", "  ", "*/*", "*/*;q=0.8", "text/*", "application/json, */*"])(
    "is the body's where Accept: %j leaves it open",
    (accept) => {
      expect(streamForm(accept, true)).toBe("events");
      expect(streamForm(accept, false)).toBe("words");
    },
  );

  it.each([
    "application/json",
    "text/html, image/*",
    "text/event-stream;q=0",
    "*/*;q=0",
    "nonsense",
    "text/plain;q=x",
  ])("cannot be served for %s", (accept) => {
    expect(() => streamForm(accept, true)).toThrow("not_acceptable");
  });
});
