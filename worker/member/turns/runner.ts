import { causeOf, log } from "../../platform/log.ts";
import { nextTask } from "../../platform/timers.ts";
import { summarise } from "../chat/summarise.ts";
import type { Live } from "../live/live.ts";
import type { SessionParts } from "../services.ts";
import { HEARTBEAT_MS } from "./begin.ts";
import type { TurnPermit } from "./limits.ts";
import type { TurnPlan } from "./plan.ts";
import type { TurnPhase } from "./state-machine.ts";
import { RunningTurn } from "./turn.ts";
import { AskJob, SayJob, type TurnJob } from "./turn-job.ts";

/** A turn while it runs, with the plan it follows. */
export interface Running {
  readonly plan: TurnPlan;
  readonly turn: RunningTurn;
}

/** Runs the member's turns: at most one in each conversation. */
export class Runner {
  readonly #parts: SessionParts;
  readonly #live: Pick<Live, "tell" | "heard">;
  readonly #running = new Map<string, Running>();
  /** Those too that were superseded and are about to end. */
  readonly #unended = new Set<Running>();

  constructor(parts: SessionParts, live: Pick<Live, "tell" | "heard">) {
    this.#parts = parts;
    this.#live = live;
  }

  /** The turn that runs in a conversation. */
  in(conversationId: string): Running | undefined {
    return this.#running.get(conversationId);
  }

  /** The newest turn that has not ended, of which something holds. */
  find(holds: (plan: TurnPlan) => boolean): Running | undefined {
    return [...this.#unended].findLast(({ plan }) => holds(plan));
  }

  /** A turn that asks the model; what runs in its conversation is superseded. */
  ask(plan: TurnPlan, permit: TurnPermit, from: TurnPhase | null = null): Running {
    const superseded = this.#supersede(plan);
    return this.#run(new AskJob(this.#parts, plan, permit, superseded), from);
  }

  /** A turn that says a text that is known already; what runs in its conversation is superseded. */
  say(plan: TurnPlan, text: string, from: TurnPhase | null = null): Running {
    this.#supersede(plan);
    return this.#run(new SayJob(this.#parts, plan, text), from);
  }

  #supersede({ place }: TurnPlan): RunningTurn | undefined {
    const superseded = this.in(place.id)?.turn;
    superseded?.abort("superseded");
    return superseded;
  }

  #run(job: TurnJob, from: TurnPhase | null): Running {
    const { plan } = job;
    const { turnId, place, answerId: messageId } = plan;
    const model = this.#parts.settings.OPENAI_MODEL;
    const head = { turnId, conversationId: place.id, messageId, model };
    const running = { plan, turn: new RunningTurn(head, job, from) };
    this.#running.set(place.id, running);
    this.#unended.add(running);
    this.#parts.keepAlive(this.#afterwards(running, job));
    return running;
  }

  /** What happens after a turn, out of everyone's way: Postgres gets its copy, the context is asked for anew. */
  async #afterwards(running: Running, job: TurnJob): Promise<void> {
    const { outbox, limits, now } = this.#parts;
    const { place, turnId } = running.plan;
    const told = this.#tellBegan(running);
    try {
      await running.turn.ended;
    } catch (error) {
      limits.release(running.plan);
      log("turn_not_written", { turnId, ...causeOf(error) }, "error");
    }
    this.#unended.delete(running);
    if (this.in(place.id) === running) this.#running.delete(place.id);
    await told;
    // The ending leaves before all that follows it.
    await nextTask();
    job.report();
    this.#tellEnded(running);
    const endedAt = now();
    const summary =
      this.in(place.id) || running.plan.task ? null : summarise(this.#parts, running.plan);
    await Promise.all([this.#copyAndCheck(running.plan, endedAt), summary]);
    // The summary's usage came after what was sent.
    await outbox.flush();
    this.armWake();
  }

  /** Postgres gets its copy and says with it whether the context still holds; where it does not, it is asked for anew. */
  async #copyAndCheck({ origin }: TurnPlan, endedAt: number): Promise<void> {
    const { outbox, context } = this.#parts;
    await outbox.flush();
    if (origin.database?.lasts && !context.checkedSince(endedAt)) {
      await context.refresh(origin.database.context);
    }
  }

  /** Tells the member's tabs that a turn is durable, once its own reader has been told. */
  async #tellBegan({ plan, turn }: Running): Promise<void> {
    try {
      await turn.begun;
    } catch {
      return;
    }
    if (this.#live.heard) await nextTask();
    const { turnId, place, answerId: messageId } = plan;
    this.#live.tell({ type: "turn-began", conversationId: place.id, turnId, messageId });
  }

  #tellEnded({ plan, turn }: Running): void {
    const { ledger, now } = this.#parts;
    const { ending } = turn.log;
    if (!ending) return;
    const { turnId, place } = plan;
    const { state } = ending;
    this.#live.tell({ type: "turn-ended", conversationId: place.id, turnId, state });
    if (ending.usage) this.#live.tell({ type: "credits", left: ledger.balance(now()).left });
  }

  /** Sets the alarm to the earliest of what has to happen. */
  armWake(): void {
    const { outbox, troubles, wakeBy, now } = this.#parts;
    const { dueAt } = troubles;
    if (this.#running.size > 0) wakeBy(now() + HEARTBEAT_MS);
    if (outbox.retryAt !== null) wakeBy(outbox.retryAt);
    if (dueAt !== null) wakeBy(dueAt);
  }

  /**
   * Tells the operator what is wrong in this session. Never rejects.
   * @param anew also where nothing has changed since they were told
   */
  report(anew = false): Promise<void> {
    const startedAt = (id: string) =>
      this.find(({ turnId }) => turnId === id)?.plan.origin.arrivedAt ?? null;
    return this.#parts.troubles.report(startedAt, anew);
  }
}
