import { GENTLE_NOTE } from "../../domain/care.ts";
import type { CategoryKey } from "../../domain/categories.ts";
import type { PhaseKey } from "../../domain/phases.ts";
import { cleanText } from "../../domain/text.ts";
import { PERSONA } from "./persona.ts";
import { CONTINUE_NOTE, GREETING_NOTE, phaseNote } from "./phase-note.ts";

/** A message as the model gets it. */
export interface PromptMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** A message of the conversation's record, as far as the prompt reads it. */
export interface HistoryMessage {
  readonly role: "user" | "assistant";
  readonly text: string;
}

/** What a prompt is made of. */
export interface PromptParts {
  /** The block of `memberData`. */
  readonly memberData: string;
  readonly phase: PhaseKey;
  readonly category: CategoryKey | null;
  /** Sums up what came before the history; empty where nothing did. */
  readonly summary: string;
  /** Oldest first, without the message that is being answered. */
  readonly history: readonly HistoryMessage[];
  /** The member's message, or null for the initial greeting. */
  readonly message: string | null;
  /** The part of an interrupted answer that is to be continued, or null. */
  readonly continues: string | null;
  /** Whether the member has been through a very hard moment within the last day. */
  readonly gentle: boolean;
}

/** What stands in place of a member's message when VIVA opens the conversation. */
const OPENING = "(The conversation is open.)";

/**
 * The prompt of a chat turn. What stays the same comes first (persona, member data, summary, older
 * history), so that two turns in a row share the longest possible prefix and the provider's cache
 * serves it.
 */
export function chatPrompt(parts: PromptParts): PromptMessage[] {
  const { memberData, phase, category, summary, history, message, continues, gentle } = parts;
  const note = phaseNote(phase, category) + (gentle ? `\n\n${GENTLE_NOTE}` : "");
  const messages: PromptMessage[] = [
    { role: "system", content: PERSONA },
    { role: "user", content: memberData },
  ];
  if (summary !== "") messages.push({ role: "user", content: `EARLIER\n${cleanText(summary)}` });
  for (const { role, text } of history) messages.push({ role, content: cleanText(text) });
  messages.push(
    { role: "system", content: message === null ? `${note}\n\n${GREETING_NOTE}` : note },
    { role: "user", content: message === null ? OPENING : cleanText(message) },
  );
  if (continues !== null) {
    messages.push(
      { role: "assistant", content: cleanText(continues) },
      { role: "system", content: CONTINUE_NOTE },
    );
  }
  return messages;
}
