import { expect, it } from "vitest";
import type { Conversation, Turn } from "../../domain/messages.ts";
import { call, chat, EVENTS, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { type Member, newMember } from "./support/members.ts";
import { setModel } from "./support/model.ts";
import { readWords, StreamReader } from "./support/streams.ts";

function stop(member: Member, body?: object): Promise<Response> {
  return call("/api/viva/chat/talk/stop", {
    method: "POST",
    headers: { authorization: `Bearer ${member.token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
}

/** A conversation in which an answer to the message `id` is being written. */
async function answering(member: Member, id: string): Promise<StreamReader> {
  await setModel({ fault: "stall", at: 1, tokens: 5 });
  const reader = new StreamReader(
    await chat(member, say(`Message ${id}`, { id: "talk" }, id), EVENTS),
  );
  await reader.until((text) => text.includes("w1"));
  return reader;
}

it.each([undefined, {}, { messageId: "m-1" }])(
  "a turn is stopped whose id is not known (%j)",
  async (body) => {
    const member = await newMember();
    await answering(member, "m-1");
    const turn: Turn = await (await stop(member, body)).json();
    expect(turn.state).toBe("stopped");
    // Once more changes nothing.
    expect(await (await stop(member, body)).json()).toEqual(turn);
  },
);

it("a stop for one message never stops the answer to a later one", async () => {
  const member = await newMember();
  await setModel({ tokens: 2 });
  await readWords(await chat(member, say("Message m-1", { id: "talk" }, "m-1"), WORDS));
  await answering(member, "m-2");
  const late: Turn = await (await stop(member, { messageId: "m-1" })).json();
  expect(late.state).toBe("complete");
  const early = await stop(member, { messageId: "m-3" });
  expect((await problemOf(early)).code).toBe("not_found");
  const { runningTurn } = await getJson<Conversation>(member, "/api/conversations/talk");
  expect(runningTurn).not.toBeNull();
  expect(await (await stop(member, { messageId: "m-2" })).json()).toMatchObject({
    id: runningTurn?.id,
    state: "stopped",
  });
});
