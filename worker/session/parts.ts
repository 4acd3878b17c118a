import type { ParameterMemory } from "../model/parameter-memory.ts";
import type { Settings } from "../settings.ts";
import type { Archive } from "./archive.ts";
import type { Care } from "./care.ts";
import type { ContextCache } from "./context-cache.ts";
import type { Conversations } from "./conversations.ts";
import type { DailyBudget } from "./daily-budget.ts";
import type { DiscoveryNotes } from "./discovery-notes.ts";
import type { GreetingShelf } from "./greetings.ts";
import type { HedgeBudget } from "./hedge.ts";
import type { Ledger } from "./ledger.ts";
import type { Outbox } from "./outbox.ts";
import type { MemberRecord } from "./record.ts";
import type { ShownGreetings } from "./shown-greetings.ts";
import type { Troubles } from "./troubles.ts";
import type { TurnLimits } from "./turn-limits.ts";
import type { TurnRecord } from "./turn-record.ts";

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
  /** Tells the member's tabs how many credits are left. */
  readonly tellCredits: (left: number) => void;
  /** Calls `viva_erase` for this member. */
  readonly eraseInPostgres: (generation: number) => Promise<unknown>;
  readonly dataset: AnalyticsEngineDataset | undefined;
}
