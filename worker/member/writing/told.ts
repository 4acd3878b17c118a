import * as v from "valibot";
import { isCareTurn } from "../../../domain/care-turn.ts";
import type { CategoryKey } from "../../../domain/categories.ts";
import { spokenWords } from "../../../domain/discovery.ts";
import { PHASE_KEYS } from "../../../domain/phases.ts";
import { talkId } from "../../../domain/talk.ts";
import { newestWithin } from "../../../domain/text.ts";
import { writingConversation } from "../../../domain/writing-conversation.ts";
import type { SessionParts } from "../services.ts";
import { taskOf } from "../store/rows.ts";
import type { TurnOrigin } from "../turns/plan.ts";
import { type Call, readRow } from "../vision-data/database.ts";
import { VisionRow, visionOf } from "../vision-data/rows.ts";
import { type DiscoveryState, discoveryState } from "./discovery-state.ts";

/** How many of a conversation's newest messages are looked through. */
const RECENT_MESSAGES = 200;
/** The most that is passed on of talks and of wishes, in UTF-16 units: the newest words count most. */
const SAID_UNITS = 32_000;
const WISH_UNITS = 6_000;

/** What the member has told about a section of a draft, by every way there is to tell it. */
export interface Told {
  /** What they chose and wrote in discovery. */
  readonly chosen: readonly string[];
  /** The pattern that discovery found, in a sentence; empty for none. */
  readonly theme: string;
  /** What they said in talks about the section, oldest first. */
  readonly said: readonly string[];
  /** The conversations that `said` is from. */
  readonly talks: readonly string[];
  /** What they asked VIVA to change in its texts so far, oldest first. */
  readonly wishes: readonly string[];
  /** The newest whole text that VIVA wrote for the section; empty for none. */
  readonly newest: string;
}

const SectionRow = v.object({
  profile: v.nullable(v.record(v.string(), v.unknown())),
  vision: v.nullable(VisionRow),
  state: v.unknown(),
});

/**
 * A section's vision, the profile, and how far discovery has come, from Postgres in one request.
 * `vision` is null for an unknown one.
 * @throws ProblemError what the database says
 */
export async function readSection(call: Call, visionId: string, category: CategoryKey) {
  const row = await call("viva_discovery", { p_vision: visionId, p_category: category });
  const { profile, vision, state } = readRow(SectionRow, row);
  return { profile, vision: vision && visionOf(vision), state: discoveryState(state) };
}

/** What discovery says: the member's words, and the theme. */
export function discoveryTold({
  selections,
  theme,
}: DiscoveryState): Pick<Told, "chosen" | "theme"> {
  return {
    chosen: spokenWords(selections),
    theme: theme ? `${theme.name}. ${theme.evidence}` : "",
  };
}

/**
 * What the record holds of a section: the talks about it, and the texts and wishes so far.
 * @param talk a conversation that belongs to it whatever draft it began with; null for none
 * @throws ProblemError database_unavailable if a conversation cannot be read: nothing is left out in silence
 */
export async function recordTold(
  { archive, record, turns }: SessionParts,
  { database }: TurnOrigin,
  visionId: string,
  category: CategoryKey,
  talk: string | null = null,
): Promise<Pick<Told, "said" | "talks" | "wishes" | "newest">> {
  // The record has no talks before it is filled.
  await archive.forRead(null, database);
  const named = PHASE_KEYS.map((phase) => talkId(visionId, category, phase));
  const talks = new Set(record.talksAbout(category, visionId, talk ? [...named, talk] : named));
  const texts = writingConversation(visionId, category);
  for (const id of [...talks, texts]) await archive.forRead(id, database);
  const messagesOf = (id: string) =>
    record
      .newestMessages(id, Number.MAX_SAFE_INTEGER, RECENT_MESSAGES)
      .filter(({ text, turn_id }) => text !== "" && !isCareTurn(turn_id));
  const spoken = [...talks]
    .flatMap(messagesOf)
    .filter(({ role }) => role === "user")
    .sort((a, b) => a.created_at - b.created_at);
  const written = messagesOf(texts);
  const wishes = written.flatMap(({ role, turn_id }) => {
    const turn = role === "user" ? turns.get(turn_id) : undefined;
    return (turn && taskOf(turn)?.refine?.instructions) || [];
  });
  return {
    said: newestWithin(
      spoken.map(({ text }) => text),
      SAID_UNITS,
    ),
    talks: [...new Set(spoken.map((row) => row.conversation_id))],
    wishes: newestWithin([...new Set(wishes)], WISH_UNITS),
    newest:
      written.findLast(({ role, status }) => role === "assistant" && status === "complete")?.text ??
      "",
  };
}
