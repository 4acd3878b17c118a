import type { Assessment, Vision } from "../../../domain/journey.ts";
import type { Conversation } from "../../../domain/messages.ts";
import { chat, EVENTS, getJson, say } from "../support/api.ts";
import { commit, draftOf, READY, sendJson, stored } from "../support/journey.ts";
import { type Member, newMember, setProfile } from "../support/members.ts";
import { partOf, readEvents } from "../support/streams.ts";

/** Stands in everything that a victim has written, so that it shows wherever it gets to. */
export const SECRET = "Xyzzy-Lighthouse";

/** A member with something of everything, and what others may have found out about it. */
export interface Victim extends Member {
  readonly conversation: string;
  readonly messages: readonly string[];
  readonly turn: string;
  readonly active: Vision;
  readonly draft: Vision;
  readonly assessment: string;
}

/** Makes a member who has talked, answered, and written an active vision and a draft. */
export async function newVictim(): Promise<Victim> {
  const member = await newMember(READY);
  await setProfile(member.id, { first_name: SECRET, hobbies: [SECRET] });
  const conversation = `talk-${crypto.randomUUID()}`;
  const asked = say(`Remember ${SECRET}`, { id: conversation }, "m-1");
  const events = await readEvents(await chat(member, asked, EVENTS));
  const { messageId, messageMetadata } = partOf(events, "start");
  const active = await commit(member, await draftOf(member, { fun: `I enjoy ${SECRET}` }));
  const draft = await sendJson<Vision>(member, "POST", "/api/visions", { from: active.id });
  const { id } = await sendJson<Assessment>(member, "PATCH", "/api/assessment", {
    responses: { fun_1: 4 },
  });
  if (id === null) throw new Error("no assessment was begun");
  return {
    ...member,
    conversation,
    messages: ["m-1", messageId],
    turn: messageMetadata.turnId,
    active,
    draft,
    assessment: id,
  };
}

/** Everything there is of a victim, in Postgres and in the object, to see that nothing changed. */
export async function everythingOf(victim: Victim): Promise<unknown> {
  const path = `/api/conversations/${victim.conversation}`;
  return [await stored(victim), await getJson<Conversation>(victim, path)];
}
