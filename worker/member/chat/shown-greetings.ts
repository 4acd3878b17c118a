import type { MemberRecord } from "../store/message-store.ts";
import type { ConversationRow, MessageRow } from "../store/rows.ts";

/** How many ids are remembered: the newest. */
const MOST_SHOWN = 20;

/** An id under which the greeting of another conversation was shown. */
interface Shown {
  readonly id: string;
  /** The conversation that the greeting belongs to. */
  readonly from: string;
}

/** What the greetings that were shown work with. */
export interface ShownGreetingsPorts {
  readonly load: () => readonly Shown[] | undefined;
  readonly save: (shown: readonly Shown[]) => void;
  readonly record: MemberRecord;
}

/**
 * The empty conversation of a place is shown again instead of making another one. A client that named
 * its own id goes on under that: its first message begins a conversation that opens with the greeting
 * that was shown. Until then only the two ids are stored.
 */
export class ShownGreetings {
  readonly #ports: ShownGreetingsPorts;
  #shown: readonly Shown[] | undefined;

  constructor(ports: ShownGreetingsPorts) {
    this.#ports = ports;
  }

  /** Remembers that a greeting was shown under an id that has no conversation. */
  add(id: string, from: string): void {
    const shown = this.#all();
    if (id === from || shown.some((one) => one.id === id && one.from === from)) return;
    const others = shown.filter((one) => one.id !== id);
    this.#shown = [...others, { id, from }].slice(-MOST_SHOWN);
    this.#ports.save(this.#shown);
  }

  /**
   * The greeting that was shown under an id, as the first message there, and the conversation that it
   * belongs to; null if there is none (any more).
   */
  of(id: string): { readonly from: ConversationRow; readonly opening: MessageRow } | null {
    const { record } = this.#ports;
    const from = this.#all().find((one) => one.id === id)?.from;
    const row = from === undefined ? undefined : record.conversation(from);
    const greeting = row && row.deleted_at === null ? record.firstMessage(row.id) : undefined;
    if (!row || greeting?.role !== "assistant") return null;
    return { from: row, opening: { ...greeting, conversation_id: id, position: 0 } };
  }

  #all(): readonly Shown[] {
    this.#shown ??= this.#ports.load() ?? [];
    return this.#shown;
  }
}
