import { DurableObject } from "cloudflare:workers";
import { LIVE_CLOSE, TAB_HEADER } from "../../domain/live-line.ts";
import { ProblemError } from "../../domain/problems.ts";
import { verifyToken } from "../auth/caller.ts";
import {
  COMMAND_RULES,
  type CommandEnvelope,
  type MemberCommand,
  type MemberRequest,
} from "../commands.ts";
import { problemOf } from "../http/problem-response.ts";
import { Fence } from "./access-fence.ts";
import { Eraser } from "./account/erase.ts";
import { endTurns } from "./account/forget.ts";
import { SecondStep } from "./account/second-step.ts";
import { WakeClock } from "./alarm.ts";
import { answerCommand } from "./answer-command.ts";
import { Live } from "./live/live.ts";
import { TICKET_HEADER, Tickets } from "./live/tickets.ts";
import { UnderWay } from "./pending-work.ts";
import type { SessionParts } from "./services.ts";
import { openSession, type Session } from "./session.ts";
import { ensureSchema } from "./store/schema.ts";
import { emptyObject } from "./store/wipe-storage.ts";
import { rpcOf } from "./sync/member-database.ts";
import { HEARTBEAT_MS } from "./turns/begin.ts";
import { recoverTurns } from "./turns/recover.ts";
import type { Runner } from "./turns/runner.ts";

/** When an alarm that failed is tried again, in milliseconds: by then a setting may be mended. */
const MENDED_MS = 300_000;

/** The session of one member: their context, conversations, turns and books. A shell around its parts. */
export class MemberSession extends DurableObject<Env> {
  readonly #clock: WakeClock;
  readonly #live: Live;
  readonly #tickets = new Tickets(() => Date.now());
  readonly #fence: Fence;
  readonly #secondStep: SecondStep;
  readonly #underWay = new UnderWay();
  readonly #eraser: Eraser;
  #session: Session | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ensureSchema(ctx.storage);
    this.#clock = new WakeClock({ storage: ctx.storage, now: () => Date.now() });
    const { kv } = ctx.storage;
    this.#fence = new Fence({
      load: () => kv.get("fence"),
      save: (kept) => kv.put("fence", kept),
      now: () => Date.now(),
    });
    this.#secondStep = this.#secondStepOf();
    this.#eraser = this.#eraserOf();
    this.#live = new Live({
      sockets: ctx,
      verify: async (token) => {
        const caller = await verifyToken(token, env);
        this.#fence.admit(caller.issuedAt);
        await this.#secondStep.check({ caller, token });
        return caller;
      },
      wakeBy: (time) => this.#clock.wakeToo(time),
      now: () => Date.now(),
      most: () => this.#parts.settings.LIVE_SOCKETS,
    });
    try {
      this.#takeUp();
    } catch (error) {
      // A constructor that throws, for want of a setting, would use up the alarm's few retries.
      problemOf(error, { instance: "constructor" });
    }
  }

  get #parts(): SessionParts {
    return this.#opened().parts;
  }

  get #runner(): Runner {
    return this.#opened().runner;
  }

  /** @throws SettingsError */
  #opened(): Session {
    const lasting = {
      clock: this.#clock,
      fence: this.#fence,
      underWay: this.#underWay,
      learnFactor: (hasFactor: boolean, askedAt: number) =>
        this.#secondStep.learn(hasFactor, askedAt),
      tellCredits: (left: number) => this.#live.tell({ type: "credits", left }),
    };
    this.#session ??= openSession(this.ctx, this.env, lasting, this.#live);
    return this.#session;
  }

  /** Takes up what was not finished when the object was last in memory. */
  #takeUp(): void {
    const { outbox, now } = this.#parts;
    recoverTurns(this.#parts, this.#runner);
    if (this.#fence.erase === "erasing") this.ctx.waitUntil(this.#eraser.run());
    // The alarm may have been lost with the object, or with a deployment that could not answer it.
    if (outbox.pending) this.ctx.waitUntil(this.#clock.wakeToo(now() + HEARTBEAT_MS));
  }

  /** Takes a command from the Worker, or the WebSocket of a live connection, which no command can carry. */
  override async fetch(request: Request): Promise<Response> {
    if (request.headers.has("upgrade")) return this.#openLive(request);
    const { member, command } = await request.json<CommandEnvelope>();
    return this.answer(member, command);
  }

  /** Does what a member whom the Worker has verified asks. Never rejects: a failure is a problem answer. */
  async answer(member: MemberRequest, command: MemberCommand): Promise<Response> {
    const { caller, instance, requestId } = member;
    try {
      if (this.ctx.id.name !== undefined && this.ctx.id.name !== caller.id) {
        throw new ProblemError("forbidden");
      }
      const run = () =>
        this.#secondStep.guard(command.kind, member, () => this.#run(command, member));
      // Not tracked as pending work: an erase waits for that, and would wait for itself.
      if (!COMMAND_RULES[command.kind].fenced) return await run();
      this.#fence.admit(caller.issuedAt);
      return await this.#underWay.add(run());
    } catch (error) {
      return problemOf(error, { instance, requestId });
    }
  }

  async #run(command: MemberCommand, member: MemberRequest): Promise<Response> {
    return answerCommand(command, member, {
      ...this.#opened(),
      fence: this.#fence,
      eraser: this.#eraser,
      live: this.#live,
      tickets: this.#tickets,
      keepErasing: (work) => this.ctx.waitUntil(work),
    });
  }

  /** Opens a live connection for whoever its ticket was given to, if their session still holds. */
  #openLive({ url, headers }: Request): Response {
    try {
      const caller = this.#tickets.take(headers.get(TICKET_HEADER) ?? "");
      this.#fence.admit(caller.issuedAt);
      this.#secondStep.admit(caller);
      return this.#live.open(caller, headers.get(TAB_HEADER));
    } catch (error) {
      const requestId = headers.get("x-request-id") ?? "";
      return problemOf(error, { instance: new URL(url).pathname, requestId });
    }
  }

  /** Sends what waits for Postgres and keeps watch over running turns. Never throws: a thrown alarm is retried a few times only. */
  override async alarm(): Promise<void> {
    this.#clock.wentOff();
    try {
      await this.#eraser.run();
      await this.#parts.outbox.flush();
      await this.#runner.report();
      this.#runner.armWake();
    } catch (error) {
      problemOf(error, { instance: "alarm" });
      this.#clock.wakeBy(Date.now() + MENDED_MS);
    }
    this.#live.closeExpired();
  }

  /** A frame from one of the member's tabs. */
  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    return this.#live.receive(socket, message);
  }

  /** Answers a tab's closing, so that neither side waits for the other. */
  override webSocketClose(socket: WebSocket, code: number): void {
    this.#live.left(socket, code);
  }

  #secondStepOf(): SecondStep {
    const { kv } = this.ctx.storage;
    return new SecondStep({
      load: () => kv.get("second-step"),
      save: (hasFactor) => kv.put("second-step", hasFactor),
      now: () => Date.now(),
      keepAlive: (work) => this.ctx.waitUntil(work),
      ask: (member) => {
        const { CONTEXT_COLD_WAIT_MS } = this.#parts.settings;
        return rpcOf(member, this.#parts)("viva_token_holds", {}, CONTEXT_COLD_WAIT_MS);
      },
      // Each tab comes back with a ticket, if its token is good for one.
      onAdded: () => this.#live.closeAll(LIVE_CLOSE.expired, "second step needed"),
      onRefused: () => this.ctx.waitUntil(endTurns(this.#runner, () => true)),
    });
  }

  #eraserOf(): Eraser {
    return new Eraser({
      fence: this.#fence,
      underWay: this.#underWay,
      parts: () => this.#parts,
      runner: () => this.#runner,
      empty: async () => {
        await emptyObject(this.ctx.storage, Date.now(), () => this.#fence.endErase());
        this.#clock.wentOff();
        // Nothing that was in memory holds any more.
        this.#session = undefined;
      },
    });
  }
}
