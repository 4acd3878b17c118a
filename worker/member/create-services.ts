import { CATEGORY_KEYS } from "../../domain/categories.ts";
import { storable } from "../../domain/text.ts";
import { asService } from "../db/supabase.ts";
import { spendingObject } from "../deployment/placement.ts";
import { admitPlacement } from "../deployment/placement-check.ts";
import { ParameterMemory } from "../model/parameter-memory.ts";
import { settingsOf } from "../settings.ts";
import type { Fence } from "./access-fence.ts";
import type { WakeClock } from "./alarm.ts";
import { Care } from "./chat/crisis.ts";
import { DiscoveryNotes } from "./chat/discovery-notes.ts";
import { GreetingShelf } from "./chat/greeting-cache.ts";
import { ShownGreetings } from "./chat/shown-greetings.ts";
import { Troubles } from "./health/issues.ts";
import type { UnderWay } from "./pending-work.ts";
import type { SessionParts } from "./services.ts";
import { MemberRecord } from "./store/message-store.ts";
import { Conversations } from "./store/queries.ts";
import { Archive } from "./store/restore.ts";
import { TurnRecord } from "./store/turn-store.ts";
import { ContextCache, type ContextPorts } from "./sync/context-cache.ts";
import { type ApplyResult, Outbox, type OutboxPorts } from "./sync/outbox.ts";
import { materialise, parentsOf } from "./sync/outbox-rows.ts";
import { HedgeBudget } from "./turns/hedge.ts";
import { TurnLimits } from "./turns/limits.ts";
import { DailyBudget } from "./usage/daily-budget.ts";
import { Ledger } from "./usage/ledger.ts";

/** What `viva_apply_batch` answers. */
interface ApplyAnswer {
  readonly results: readonly ApplyResult[];
  readonly contextVersion: number;
  /** Missing from a database that has not been migrated yet. */
  readonly hasFactor?: boolean;
}

/** What of an object outlives its parts, which are made anew after an erase. */
export interface Lasting {
  clock: WakeClock;
  fence: Fence;
  underWay: UnderWay;
  /** Takes over whether the member's account has a second factor, as Postgres knew when it was asked. */
  learnFactor: (hasFactor: boolean, askedAt: number) => void;
  /** Tells the member's tabs how many credits are left. */
  tellCredits: (left: number) => void;
}

/** Makes the parts of a session out of what the platform gives: storage, settings, a clock. */
export function assembleParts(
  ctx: DurableObjectState,
  env: Env,
  { clock, fence, underWay, learnFactor, tellCredits }: Lasting,
): SessionParts {
  const settings = settingsOf(env);
  const { storage } = ctx;
  const { sql, kv } = storage;
  const record = new MemberRecord(sql);
  const now = () => Date.now();
  const contextPorts: ContextPorts = {
    load: () => kv.get("context"),
    save: (kept) => kv.put("context", kept),
    now,
  };
  const keepAlive = (work: Promise<unknown>) => ctx.waitUntil(underWay.add(work));
  const daily = new DailyBudget({
    budgetMicroUsd: settings.DAILY_BUDGET_USD,
    add: async (microUsd) => await spendingObject(env).add(microUsd),
    keepAlive,
    now,
  });
  const ledger = new Ledger(sql, {
    monthlyCredits: settings.MONTHLY_CREDITS,
    unlistedPrice: settings.UNLISTED_MODEL_PRICE,
    onSpent: (microUsd) => daily.spend(microUsd),
  });
  const context = new ContextCache(contextPorts, {
    fresh: settings.CONTEXT_FRESH_MS,
    staleWait: settings.CONTEXT_STALE_WAIT_MS,
    coldWait: settings.CONTEXT_COLD_WAIT_MS,
  });
  const apply: OutboxPorts["apply"] = async (rows) => {
    const askedAt = now();
    const { results, contextVersion, hasFactor } = await asService(settings)<ApplyAnswer>(
      "viva_apply_batch",
      {
        p_user: ctx.id.name,
        p_rows: storableJson(rows),
        p_generation: fence.generation,
      },
      settings.OUTBOX_TIMEOUT_MS,
    );
    context.confirm(contextVersion);
    if (hasFactor !== undefined) learnFactor(hasFactor, askedAt);
    return results;
  };
  const transaction: SessionParts["transaction"] = (writes) => {
    try {
      return storage.transactionSync(writes);
    } catch (error) {
      // Rolled back: what was kept in memory meanwhile never happened.
      record.forget();
      ledger.forget();
      throw error;
    }
  };
  const turns = new TurnRecord(sql);
  const outbox = new Outbox(
    {
      sql,
      materialise: (row) => materialise(record, row),
      parents: (row) => parentsOf(record, row),
      apply,
      now,
      random: Math.random,
    },
    { first: settings.OUTBOX_RETRY_MS, longest: settings.OUTBOX_RETRY_MAX_MS },
  );
  return {
    settings,
    record,
    conversations: new Conversations(sql),
    turns,
    ledger,
    limits: new TurnLimits(settings, ledger, daily),
    daily,
    outbox,
    context,
    archive: new Archive({
      record,
      ledger,
      context,
      isFilled: () => kv.get("filled") === true,
      setFilled: () => kv.put("filled", true),
      adoptGeneration: (generation) => fence.adopt(generation),
      transaction,
      placed: () => admitPlacement(settings),
      now,
      waitMs: settings.CONTEXT_COLD_WAIT_MS,
    }),
    greetings: new GreetingShelf(sql),
    shown: new ShownGreetings({
      load: () => kv.get("shown-greetings"),
      save: (kept) => kv.put("shown-greetings", kept),
      record,
    }),
    discoveries: new DiscoveryNotes({
      load: (category) => kv.get(`discovery:${category}`),
      save: (category, notes, visionId) => {
        if (notes === "") {
          kv.delete(`discovery:${category}`);
          kv.delete(`discovery-of:${category}`);
          return;
        }
        kv.put(`discovery:${category}`, notes);
        kv.put(`discovery-of:${category}`, visionId);
      },
      list: () =>
        CATEGORY_KEYS.filter((key) => kv.get(`discovery:${key}`) !== undefined).map((key) => [
          key,
          kv.get<string>(`discovery-of:${key}`) ?? null,
        ]),
    }),
    care: new Care({
      load: () => kv.get("care"),
      save: (at) => kv.put("care", at),
      now,
    }),
    hedges: new HedgeBudget({
      load: () => kv.get("hedge"),
      save: (at) => kv.put("hedge", at),
      turnsSince: (at) => ledger.turnsSince(at),
      now,
    }),
    troubles: new Troubles({
      outbox,
      turns,
      erasing: () => fence.erase === "erasing",
      load: () => kv.get("troubles"),
      save: (kept) => kv.put("troubles", kept),
      send: (troubles) =>
        asService(settings)(
          "viva_report",
          { p_user: ctx.id.name, p_troubles: troubles },
          settings.OUTBOX_TIMEOUT_MS,
        ),
      memberId: ctx.id.name ?? "",
      dataset: env.TURNS,
      now,
      wakeBy: (time) => clock.wakeBy(time),
    }),
    parameters: new ParameterMemory({
      load: () => kv.get("parameters"),
      save: (refusals) => kv.put("parameters", refusals),
      now,
    }),
    // The platform derives the object's id from the member's, one way.
    memberHash: ctx.id.toString().slice(0, 32),
    now,
    newId: () => crypto.randomUUID(),
    transaction,
    wakeBy: (time) => clock.wakeBy(time),
    eraseInPostgres: (generation) =>
      asService(settings)(
        "viva_erase",
        { p_user: ctx.id.name, p_generation: generation },
        settings.OUTBOX_TIMEOUT_MS,
      ),
    keepAlive,
    learnFactor,
    tellCredits,
    dataset: env.TURNS,
  };
}

/** As JSON has them: null characters, and halves of pairs. */
const UNSTORABLE = /\\u(0000|d[89a-f])/i;

/** The JSON of rows. A character that Postgres refuses would lose the row for good, and all that refer to it. */
function storableJson(rows: readonly object[]): string {
  const json = JSON.stringify(rows);
  if (!UNSTORABLE.test(json)) return json;
  return JSON.stringify(rows, (_key, value) =>
    typeof value === "string" ? storable(value) : value,
  );
}
