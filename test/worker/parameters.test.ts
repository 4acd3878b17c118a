import { describe, expect, it } from "vitest";
import type { Settings } from "../../worker/settings.ts";
import { chat, EVENTS, problemOf, say, WORDS } from "./support/api.ts";
import { forgetMemory, type Member, newMember } from "./support/members.ts";
import { requestsTo, setModel } from "./support/model.ts";
import { useSettings } from "./support/settings.ts";
import { readEvents, textOf } from "./support/streams.ts";
import { eventually, query } from "./support/supabase.ts";

describe("a parameter that the model does not take", () => {
  /** A model of its own for each test: what is refused is remembered by its name. */
  const named = async (member: Member, more: Partial<Settings> = {}) => {
    const OPENAI_MODEL = `own-${crypto.randomUUID()}`;
    await useSettings(member, { OPENAI_MODEL, ...more });
    return OPENAI_MODEL;
  };
  /** The bodies that reached a model, without what every one of them carries. */
  const bodies = async (model: string) =>
    (await requestsTo(model)).map(({ body }) => {
      const { model: _model, messages: _messages, stream: _stream, ...rest } = body;
      return rest;
    });
  const one = { max_tokens: 600, temperature: 0.8, stream_options: { include_usage: true } };
  const say2 = async (member: Member) => {
    const words = [];
    for (const text of ["One", "Two"]) {
      const response = await chat(member, say(text, { id: "talk" }), EVENTS);
      words.push(textOf(await readEvents(response)));
    }
    return words;
  };

  it.each(["code", "words", "list"] as const)(
    "is left out at once, told by %s, and is not sent again; the limit goes by its other name",
    async (refuseAs) => {
      const member = await newMember();
      const OPENAI_MODEL = await named(member);
      await setModel({ unsupported: ["max_tokens", "stream_options"], refuseAs, tokens: 2 });
      expect(await say2(member)).toEqual(["w1 w2", "w1 w2"]);
      const sent = await bodies(OPENAI_MODEL);
      const swapped = { max_completion_tokens: 600, temperature: 0.8 };
      expect(sent[0]).toEqual(one);
      expect(sent.slice(-2)).toEqual([swapped, swapped]);
      expect(sent).toHaveLength(refuseAs === "list" ? 3 : 4);
    },
  );

  it("is not sent again by an object that has been away, nor to another member", async () => {
    const [member, other] = [await newMember(), await newMember()];
    const OPENAI_MODEL = await named(member);
    await setModel({ unsupported: ["temperature"], refuseAs: "words", tokens: 2 });
    await say2(member);
    await forgetMemory();
    await useSettings(member, { OPENAI_MODEL });
    await say2(member);
    await useSettings(other, { OPENAI_MODEL });
    await say2(other);
    const with8 = (await bodies(OPENAI_MODEL)).filter(({ temperature }) => temperature === 0.8);
    expect(with8).toHaveLength(1);
  });

  it("does not use up the retry, nor a row of the books", async () => {
    const member = await newMember();
    const OPENAI_MODEL = await named(member);
    await setModel({ unsupported: ["temperature"], refuseAs: "words", tokens: 2 });
    await setModel({ fault: "500", times: 1 });
    const response = await chat(member, say("Hello", { id: "t" }), EVENTS);
    expect(textOf(await readEvents(response))).toBe("w1 w2");
    expect((await requestsTo(OPENAI_MODEL)).map(({ status }) => status)).toEqual([400, 500, 200]);
    const rows = await eventually(async () => {
      const booked = await query<{ success: boolean }>(
        "select success from token_usage where turn_id = $1 order by attempt",
        [response.headers.get("x-turn-id")],
      );
      expect(booked).toHaveLength(2);
      return booked;
    });
    expect(rows.map(({ success }) => success)).toEqual([false, true]);
  });

  it("that nobody can do without is refused once, and told", async () => {
    const member = await newMember();
    const OPENAI_MODEL = await named(member);
    await setModel({ unsupported: ["messages"], tokens: 2 });
    const response = await chat(member, say("Hello", { id: "t" }), WORDS);
    expect((await problemOf(response)).code).toBe("provider_refused");
    expect(await requestsTo(OPENAI_MODEL)).toHaveLength(1);
  });

  it("is never sent where the operator says so", async () => {
    const member = await newMember();
    const OPENAI_MODEL = await named(member, { OPENAI_OMIT: ["temperature", "max_tokens"] });
    await setModel({ tokens: 2 });
    await say2(member);
    const { temperature: _temperature, max_tokens: limit, ...rest } = one;
    const sent = { ...rest, max_completion_tokens: limit };
    expect(await bodies(OPENAI_MODEL)).toEqual([sent, sent]);
  });
});
