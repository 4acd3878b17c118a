import { describe, expect, it } from "vitest";
import { PHASE_KEYS, type PhaseKey } from "../../domain/phases.ts";
import { writeReply } from "../../local/model/reply.ts";
import { splitTokens } from "../../local/model/tokens.ts";
import { chatPrompt, type HistoryMessage } from "../../worker/prompt/chat-prompt.ts";

const MAYA = {
  profile: { name: "Maya", occupation: "Designer", hobbies: "salsa, surfing" },
  green_line: { above: ["Fun"], transition: ["Love"], below: ["Money"] },
};

/** A reply to a prompt as the Worker writes it. */
function reply(
  message: string | null,
  options: { phase?: PhaseKey; history?: HistoryMessage[]; data?: unknown } = {},
): string {
  const prompt = chatPrompt({
    memberData: `MEMBER DATA\n${JSON.stringify(options.data ?? MAYA)}`,
    phase: options.phase ?? "contrast",
    category: "fun",
    summary: "",
    history: options.history ?? [],
    continues: null,
    gentle: false,
    message,
  });
  return writeReply(prompt.map(({ role, content }) => ({ role, text: content })));
}

const questions = (text: string): number => text.split("?").length - 1;
const words = (text: string): number => text.split(/\s+/).length;

describe("a rehearsed reply", () => {
  it.each(PHASE_KEYS)("acknowledges, stays short and asks one question in %s", (phase) => {
    const history: HistoryMessage[] = [];
    const messages = [
      "I dance far too rarely these days.",
      "ok",
      "ok",
      "Why? Who knows? It is gone!",
      "🙂",
    ];
    for (const message of messages) {
      const text = reply(message, { phase, history });
      expect(questions(text), text).toBe(1);
      expect(words(text)).toBeLessThanOrEqual(150);
      expect(text.endsWith("?")).toBe(true);
      expect(text).not.toBe(history.findLast(({ role }) => role === "assistant")?.text);
      history.push({ role: "user", text: message }, { role: "assistant", text });
    }
  });

  it("picks up the member's own words and the area", () => {
    const text = reply("I dance far too rarely these days.");
    expect(text).toContain("“I dance far too rarely these days”");
    expect(text).toContain("Fun");
  });

  it("differs by phase", () => {
    const texts = PHASE_KEYS.map((phase) => reply("I dance far too rarely.", { phase }));
    expect(new Set(texts).size).toBe(3);
  });

  it("is the same for the same prompt", () => {
    expect(reply("I dance far too rarely.")).toBe(reply("I dance far too rarely."));
  });

  it("says what it is when asked", () => {
    expect(reply("Wait, are you an AI?")).toMatch(/AI coach.*rehearsal/);
  });
});

describe("a rehearsed greeting", () => {
  it("uses the name and something of the member's data", () => {
    const text = reply(null);
    expect(text).toMatch(/^Hi Maya, I'm VIVA/);
    expect(text).toContain("salsa and surfing");
    expect(text).toContain("above your Green Line");
    expect(questions(text)).toBe(1);
  });

  it("claims nothing where nothing is known", () => {
    const data = { profile: "not filled in yet", green_line: "no assessment completed yet" };
    const text = reply(null, { data });
    expect(text).toMatch(/^Hi friend/);
    expect(text).not.toMatch(/noticed|Green Line/);
  });
});

describe("tokens", () => {
  it("join to the text they were split from, whole characters each", () => {
    const text = "Ja, “größer” – 👩‍👩‍👧 and\n\nextraordinarily…  x";
    const tokens = splitTokens(text);
    expect(tokens.join("")).toBe(text);
    expect(tokens.length).toBeGreaterThan(8);
    for (const token of tokens) expect(token.isWellFormed()).toBe(true);
  });
});
