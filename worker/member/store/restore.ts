import * as v from "valibot";
import { CATEGORY_KEYS } from "../../../domain/categories.ts";
import { creditMonth } from "../../../domain/credits.ts";
import { PHASE_KEYS } from "../../../domain/phases.ts";
import { PROBLEM_CODES, ProblemError } from "../../../domain/problems.ts";
import { prepare } from "../../isolate-warmup.ts";
import { nextTask } from "../../platform/timers.ts";
import type { ContextCache } from "../sync/context-cache.ts";
import type { MemberDatabase } from "../turns/plan.ts";
import type { Ledger } from "../usage/ledger.ts";
import type { MemberRecord } from "./message-store.ts";
import type { ConversationRow } from "./rows.ts";

/** What the archive works with. */
export interface ArchivePorts {
  readonly record: MemberRecord;
  readonly ledger: Ledger;
  readonly context: ContextCache;
  /** Whether the object has been filled, kept in its storage. */
  readonly isFilled: () => boolean;
  readonly setFilled: () => void;
  /** Takes over how often the member has erased everything. */
  readonly adoptGeneration: (generation: number) => void;
  readonly transaction: <Result>(writes: () => Result) => Result;
  /** Rejects where the members' objects live elsewhere: then this one must not begin anew. */
  readonly placed: () => Promise<void>;
  readonly now: () => number;
  /** Longest wait for Postgres, in milliseconds. */
  readonly waitMs: number;
}

/** Postgres writes `2026-11-22 14:45:50.705+00` where ISO has a T and minutes of offset. */
const Time = v.pipe(
  v.string(),
  v.transform((text) => Date.parse(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"))),
  v.number(),
);

const OpenRow = v.object({
  context: v.unknown(),
  creditsUsed: v.pipe(v.unknown(), v.transform(Number), v.number()),
  usage: v.optional(
    v.array(
      v.object({ day: v.string(), action: v.string(), turns: v.number(), credits: v.number() }),
    ),
    [],
  ),
  generation: v.optional(v.number(), 0),
  deleted: v.optional(v.array(v.object({ id: v.string(), deletedAt: Time })), []),
  conversations: v.array(
    v.object({
      id: v.string(),
      category: v.nullable(v.picklist(CATEGORY_KEYS)),
      phase: v.pipe(
        v.nullable(v.picklist(PHASE_KEYS)),
        v.transform((phase) => phase ?? PHASE_KEYS[0]),
      ),
      visionId: v.nullable(v.string()),
      title: v.string(),
      createdAt: Time,
      updatedAt: Time,
      nextPosition: v.number(),
    }),
  ),
});

const STATUSES = [
  "complete",
  "stopped",
  "interrupted",
  "superseded",
  "failed",
  "replaced",
] as const;

const MessageRows = v.array(
  v.object({
    id: v.string(),
    role: v.picklist(["user", "assistant"]),
    text: v.string(),
    status: v.fallback(v.picklist(STATUSES), "interrupted"),
    position: v.number(),
    turnId: v.string(),
    createdAt: Time,
    errorCode: v.fallback(v.nullable(v.picklist(PROBLEM_CODES)), null),
  }),
);

/** A page of a conversation, as `viva_conversation_page` answers it. */
const MessagePage = v.object({ messages: MessageRows, older: v.boolean() });
/** A conversation that Postgres says it does not have: a backup that was restored has lost it. */
const NO_PAGE: v.InferOutput<typeof MessagePage> = { messages: [], older: false };

/**
 * What Postgres holds of a member whose object is new (a region moved, a backfill, a restored
 * account): conversations and credits are read once, the messages of a conversation when it is
 * first opened. After that the object's own record is the truth.
 */
export class Archive {
  readonly #ports: ArchivePorts;
  #filled: boolean;
  #filling: Promise<void> | undefined;

  constructor(ports: ArchivePorts) {
    this.#ports = ports;
    this.#filled = ports.isFilled();
  }

  /** Whether a conversation (null for any new one) can be used without asking Postgres. */
  holds(conversationId: string | null): boolean {
    if (!this.#filled) return false;
    return conversationId === null || !this.#ports.record.isUnread(conversationId);
  }

  /**
   * Refuses to speak for a member whose object lives elsewhere. For what needs nothing else from here.
   * @throws ProblemError misconfigured
   */
  async admit(): Promise<void> {
    if (!this.#filled) await this.#ports.placed();
  }

  /**
   * Fills what is missing for a turn. Where Postgres does not answer in time a member without a
   * history here is served all the same; only a conversation that is known to have one is not.
   * @throws ProblemError database_unavailable, token_expired; misconfigured
   */
  async forTurn(conversationId: string | null, database: MemberDatabase | null): Promise<void> {
    if (this.holds(conversationId)) return;
    const filled = this.#fill(conversationId, database);
    // Preparing for the turn overlaps with the way to the database and back.
    await nextTask();
    await Promise.all([filled, this.#ports.placed(), prepare()]);
    if (conversationId !== null && this.#ports.record.isUnread(conversationId))
      unavailable(database);
  }

  /**
   * Fills what is missing for a read, which must not show less than there is.
   * @throws ProblemError database_unavailable, token_expired; misconfigured
   */
  async forRead(conversationId: string | null, database: MemberDatabase | null): Promise<void> {
    if (this.holds(conversationId)) return;
    await Promise.all([this.#fill(conversationId, database), this.#ports.placed()]);
    if (!this.holds(conversationId)) unavailable(database);
  }

  /**
   * Fills in the messages of conversations that are looked through.
   * @throws ProblemError database_unavailable, token_expired
   */
  async forSearch(ids: readonly string[], database: MemberDatabase | null): Promise<void> {
    if (ids.length === 0) return;
    const { waitMs, record } = this.#ports;
    const found = await database?.conversations(ids, waitMs).catch(() => undefined);
    const rows = v.safeParse(v.record(v.string(), v.unknown()), found);
    if (!rows.success) unavailable(database);
    for (const id of ids) this.#adoptPage(id, rows.output[id]);
    // One after the other: the pages of a long one are a lot of text.
    for (const id of ids) if (database) await this.#fillOlder(id, database);
    if (ids.some((id) => record.isUnread(id))) unavailable(database);
  }

  /** Asks for both at once: a cold member waits for one round trip. Never rejects. */
  async #fill(conversationId: string | null, database: MemberDatabase | null): Promise<void> {
    if (!database) return;
    this.#filling ??= this.#open(database).finally(() => {
      this.#filling = undefined;
    });
    const first = conversationId === null ? null : this.#page(conversationId, database);
    const opened = this.#filled ? null : this.#filling;
    const [page] = await Promise.all([first, opened]);
    if (conversationId === null || page === undefined) return;
    this.#adoptPage(conversationId, page);
    await this.#fillOlder(conversationId, database);
  }

  /** The page below what is here of a conversation; undefined where Postgres does not answer. */
  #page(id: string, database: MemberDatabase): Promise<unknown> {
    const { record, waitMs } = this.#ports;
    return database.conversation(id, record.lowestPosition(id), waitMs).catch(() => undefined);
  }

  /**
   * Reads what is missing of a conversation, page by page. What has come stays, so that a page that fails
   * is where the next request goes on.
   */
  async #fillOlder(id: string, database: MemberDatabase): Promise<void> {
    while (this.#ports.record.isUnread(id)) {
      if (!this.#adoptPage(id, await this.#page(id, database))) return;
    }
  }

  async #open(database: MemberDatabase): Promise<void> {
    if (this.#filled) return;
    await this.#ports.context.refresh(async () => {
      const { placed, waitMs } = this.#ports;
      // One that is in the wrong place stays empty, and so goes on refusing.
      const [row] = await Promise.all([database.open(waitMs), placed()]);
      const opened = v.parse(OpenRow, row);
      this.#adopt(opened);
      return opened.context;
    });
  }

  #adopt(opened: v.InferOutput<typeof OpenRow>): void {
    const { conversations, creditsUsed, usage, generation } = opened;
    const { record, ledger, setFilled, adoptGeneration, transaction, now } = this.#ports;
    transaction(() => {
      for (const { id, deletedAt } of opened.deleted) {
        if (!record.conversation(id)) record.putConversation(deletedRow(id, deletedAt));
      }
      for (const { id, category, phase, visionId, title, ...rest } of conversations) {
        if (record.conversation(id)) continue;
        record.putConversation({
          id,
          category,
          phase,
          vision_id: visionId,
          title,
          next_position: rest.nextPosition,
          touched: record.nextTouch(),
          created_at: rest.createdAt,
          updated_at: rest.updatedAt,
          deleted_at: null,
          unread: rest.nextPosition > 0 ? 1 : 0,
          summary: "",
          summary_until: 0,
        });
      }
      ledger.adopt(creditMonth(now()), creditsUsed);
      ledger.adoptDays(usage, now());
      adoptGeneration(generation);
      setFilled();
    });
    this.#filled = true;
  }

  /**
   * @param page null: Postgres has no such conversation. Undefined: it did not answer for this one
   * @returns whether it was an answer
   */
  #adoptPage(conversationId: string, page: unknown): boolean {
    const { record, transaction } = this.#ports;
    if (!record.isUnread(conversationId)) return false;
    const read = v.safeParse(MessagePage, page === null ? NO_PAGE : page);
    if (!read.success) return false;
    const { messages, older } = read.output;
    transaction(() => {
      for (const { turnId, createdAt, errorCode, ...row } of messages) {
        record.putMessage({
          ...row,
          conversation_id: conversationId,
          turn_id: turnId,
          created_at: createdAt,
          error_code: errorCode,
        });
      }
      if (!older || messages.length === 0) record.markRead(conversationId);
    });
    return true;
  }
}

/** What stays of a conversation that was deleted: that it was. */
function deletedRow(id: string, deletedAt: number): ConversationRow {
  return {
    id,
    category: null,
    phase: PHASE_KEYS[0],
    vision_id: null,
    title: "",
    next_position: 0,
    touched: 0,
    created_at: deletedAt,
    updated_at: deletedAt,
    deleted_at: deletedAt,
    unread: 0,
    summary: "",
    summary_until: 0,
  };
}

/** Refuses because Postgres was not read. @throws ProblemError token_expired, insufficient_aal, database_unavailable */
function unavailable(database: MemberDatabase | null): never {
  throw database?.refusal() ?? new ProblemError("database_unavailable", { retryAfter: 5 });
}
