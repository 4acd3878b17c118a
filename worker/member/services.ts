import type { ParameterMemory } from "../model/parameter-memory.ts";
import type { Settings } from "../settings.ts";
import type { Care } from "./chat/crisis.ts";
import type { DiscoveryNotes } from "./chat/discovery-notes.ts";
import type { GreetingShelf } from "./chat/greeting-cache.ts";
import type { ShownGreetings } from "./chat/shown-greetings.ts";
import type { Troubles } from "./health/issues.ts";
import type { MemberRecord } from "./store/message-store.ts";
import type { Conversations } from "./store/queries.ts";
import type { Archive } from "./store/restore.ts";
import type { TurnRecord } from "./store/turn-store.ts";
import type { ContextCache } from "./sync/context-cache.ts";
import type { Outbox } from "./sync/outbox.ts";
import type { HedgeBudget } from "./turns/hedge.ts";
import type { TurnLimits } from "./turns/limits.ts";
import type { DailyBudget } from "./usage/daily-budget.ts";
import type { Ledger } from "./usage/ledger.ts";

/** The parts of a member's session, and what of the platform they share. */
export interface SessionParts {
  readonly settings: Settings;
  readonly record: MemberRecord;
  readonly conversations: Conversations;
  readonly turns: TurnRecord;
  readonly ledger: Ledger;
  readonly limits: TurnLimits;
  readonly daily: DailyBudget;
  readonly outbox: Outbox;
  readonly context: ContextCache;
  readonly archive: Archive;
  readonly greetings: GreetingShelf;
  readonly shown: ShownGreetings;
  readonly discoveries: DiscoveryNotes;
  readonly care: Care;
  readonly hedges: HedgeBudget;
  readonly troubles: Troubles;
  readonly parameters: ParameterMemory;
  /** Stands for the member with the provider: a hash of their id. */
  readonly memberHash: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Runs writes as one: all of them or none. */
  readonly transaction: <Result>(writes: () => Result) => Result;
  /** Makes sure that the object wakes in time, whatever happens to it until then. */
  readonly wakeBy: (time: number) => void;
  /** Keeps the object alive for work that nobody waits for. */
  readonly keepAlive: (work: Promise<unknown>) => void;
  /** Takes over whether the member's account has a second factor, as Postgres knew when it was asked. */
  readonly learnFactor: (hasFactor: boolean, askedAt: number) => void;
  /** Tells the member's tabs how many credits are left. */
  readonly tellCredits: (left: number) => void;
  /** Calls `viva_erase` for this member. */
  readonly eraseInPostgres: (generation: number) => Promise<unknown>;
  readonly dataset: AnalyticsEngineDataset | undefined;
}
