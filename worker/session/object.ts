import { DurableObject } from "cloudflare:workers";
import { type IRequest, Router, type RouterType } from "itty-router";
import { TAB_HEADER } from "../../domain/live-line.ts";
import { ProblemError } from "../../domain/problems.ts";
import { answerAccount } from "../account/account.ts";
import { ACCOUNT_PATHS, type AccountCommand, BESIDE_THE_FENCE } from "../account/commands.ts";
import { emptyObject } from "../account/empty.ts";
import { Eraser } from "../account/erase.ts";
import { exportOf } from "../account/export.ts";
import { Fence } from "../account/fence.ts";
import { forgetProfile, forgetVision } from "../account/forget.ts";
import { UnderWay } from "../account/under-way.ts";
import { verifyToken } from "../auth/caller.ts";
import type { Caller } from "../auth/verify.ts";
import { asService } from "../db/supabase.ts";
import type { StreamForm } from "../http/accept.ts";
import { json } from "../http/json.ts";
import { pathParameter } from "../http/path.ts";
import { problemOf } from "../http/problem-response.ts";
import { JOURNEY_PATHS, type JourneyCommand } from "../journey/commands.ts";
import { callOf } from "../journey/database.ts";
import { answerJourney } from "../journey/journey.ts";
import { Live } from "../live/live.ts";
import { signTicket, TICKET_HEADER, TICKET_MS, Tickets } from "../live/tickets.ts";
import { settingsOf } from "../settings.ts";
import { WRITING_PATHS, type WritingCommand } from "../writing/commands.ts";
import { write } from "../writing/writer.ts";
import { greetAhead } from "./ahead.ts";
import { HEARTBEAT_MS } from "./begin.ts";
import type { Chat } from "./chat.ts";
import { logName } from "./encode.ts";
import { databaseOf, lastingDatabaseOf, rpcOf } from "./member-access.ts";
import type { SessionParts } from "./parts.ts";
import {
  type ChatCommand,
  type MemberRequest,
  type ResumeCommand,
  readMember,
  type StopCommand,
} from "./protocol.ts";
import { listQuery, pageQuery, readConversation, readTurn } from "./reads.ts";
import { recoverTurns } from "./recover.ts";
import { type Readable, respond, respondHead } from "./respond.ts";
import type { Runner } from "./runner.ts";
import { ensureSchema } from "./schema.ts";
import { openSession, type Session } from "./session.ts";
import { WakeClock } from "./wake-clock.ts";

/** When an alarm that failed is tried again, in milliseconds: by then a setting may be mended. */
const MENDED_MS = 300_000;

/** The session of one member: their context, conversations, turns and books. A shell around its parts. */
export class MemberSession extends DurableObject<Env> {
  /** Where requests go. All objects of an isolate are asked the same, so the first one makes it. */
  static #router: RouterType<IRequest, [MemberSession, MemberRequest]> | undefined;

  readonly #clock: WakeClock;
  readonly #live: Live;
  readonly #tickets = new Tickets(() => Date.now());
  readonly #fence: Fence;
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
    this.#eraser = this.#eraserOf();
    this.#live = new Live({
      sockets: ctx,
      verify: async (token) => {
        const caller = await verifyToken(token, env);
        this.#fence.admit(caller.issuedAt);
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

  get #chat(): Chat {
    return this.#opened().chat;
  }

  /** @throws SettingsError */
  #opened(): Session {
    const lasting = {
      clock: this.#clock,
      fence: this.#fence,
      underWay: this.#underWay,
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

  /** Answers a request that the Worker has verified. */
  override async fetch(request: Request): Promise<Response> {
    const instance = new URL(request.url).pathname;
    const requestId = request.headers.get("x-request-id");
    const place = { instance, ...(requestId && { requestId }) };
    try {
      const member = readMember(request.headers);
      if (this.ctx.id.name !== undefined && this.ctx.id.name !== member.caller.id) {
        throw new ProblemError("forbidden");
      }
      // Nor is an erase among the work that it waits for.
      if (BESIDE_THE_FENCE.has(instance)) return await this.#route(request, member);
      this.#fence.admit(member.caller.issuedAt);
      return await this.#underWay.add(this.#route(request, member));
    } catch (error) {
      return problemOf(error, place);
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

  #route(request: Request, member: MemberRequest): Promise<Response> {
    MemberSession.#router ??= MemberSession.#routes();
    return MemberSession.#router.fetch(request, this, member);
  }

  static #routes() {
    const router = Router<IRequest, [MemberSession, MemberRequest]>();
    router
      .post("/api/viva/chat", (request, session, member) => session.#answer(request, member))
      .post("/api/viva/chat/:id/stream", (request, session) => session.#resume(request))
      .post("/api/viva/chat/:id/stop", (request, session) => session.#stop(request))
      .post("/api/viva/live/ticket", (_request, session, { caller }) => session.#ticket(caller))
      .get("/api/viva/live", ({ headers }, session) => session.#openLine(headers))
      .get("/api/conversations", (request, session, member) => session.#list(request, member))
      .get("/api/conversations/:id", (request, session, member) => session.#read(request, member))
      .get("/api/turns/:id", ({ params }, session) =>
        json(readTurn(session.#parts.turns, pathParameter(params.id))),
      )
      .get("/api/sync", (_request, session) => json(session.#parts.outbox.state()))
      .post("/api/ops/outbox/resend", (_request, session) => session.#resend());
    for (const path of WRITING_PATHS) {
      router.post(path, (request, session, member) => session.#write(request, member));
    }
    for (const path of ACCOUNT_PATHS) {
      router.post(path, (request, session, member) => session.#account(request, member));
    }
    for (const path of JOURNEY_PATHS) {
      router.post(path, (request, session, member) => session.#journey(request, member));
    }
    router.all("*", () => {
      throw new ProblemError("not_found");
    });
    return router;
  }

  async #ticket(caller: Caller): Promise<Response> {
    const nonce = this.#tickets.give(caller);
    const ticket = await signTicket(settingsOf(this.env), caller.id, nonce);
    return json({ ticket, expiresInMs: TICKET_MS });
  }

  /** Opens a line for whoever the ticket was given to, if their session still holds. */
  #openLine(headers: Headers): Response {
    const caller = this.#tickets.take(headers.get(TICKET_HEADER) ?? "");
    this.#fence.admit(caller.issuedAt);
    return this.#live.open(caller, headers.get(TAB_HEADER));
  }

  async #answer(request: IRequest, member: MemberRequest): Promise<Response> {
    const { request: asked, form, idempotency } = (await request.json()) as ChatCommand;
    const arrived = this.#parts.now();
    const answer = await this.#chat.answer(asked, {
      database: lastingDatabaseOf(member, this.#parts),
      place: member.place,
      arrivedAt: arrived,
      idempotency,
    });
    return this.#stream(answer, form, 0, { do: this.#parts.now() - arrived });
  }

  async #resume(request: IRequest): Promise<Response> {
    const { form, after, headOnly } = (await request.json()) as ResumeCommand;
    const answer = await this.#chat.resume(pathParameter(request.params.id), after?.log ?? null);
    if (!answer) return new Response(null, { status: 204 });
    const same = after && (after.log === null || after.log === logName(answer.head));
    if (headOnly) return respondHead(answer, form);
    return this.#stream(answer, form, same ? after.offset : 0, {});
  }

  async #stop(request: IRequest): Promise<Response> {
    const command = (await request.json()) as StopCommand;
    return json(await this.#chat.stop(pathParameter(request.params.id), command));
  }

  async #list(request: IRequest, member: MemberRequest): Promise<Response> {
    const parts = this.#parts;
    const database = databaseOf(member, parts);
    const { limit, cursor } = listQuery(new URL(request.url).searchParams);
    await parts.archive.forRead(null, database);
    return json(parts.conversations.list(limit, cursor));
  }

  async #read({ params, url }: IRequest, member: MemberRequest): Promise<Response> {
    const [id, before] = [pathParameter(params.id), pageQuery(new URL(url).searchParams)];
    await this.#parts.archive.forRead(id, databaseOf(member, this.#parts));
    return json(readConversation(this.#parts, this.#runner, id, before));
  }

  async #resend(): Promise<Response> {
    const { outbox } = this.#parts;
    const resent = outbox.retryFailed();
    await outbox.flush();
    await this.#runner.report(true);
    this.#runner.armWake();
    return json({ resent, ...outbox.state() });
  }

  #stream(
    answer: Readable,
    form: StreamForm,
    from: number,
    timings: Record<string, number>,
  ): Promise<Response> {
    const { settings, now } = this.#parts;
    return respond(answer, { form, from, pingMs: settings.PING_MS, now, timings });
  }

  async #write(request: IRequest, member: MemberRequest): Promise<Response> {
    const command = (await request.json()) as WritingCommand;
    const { settings, now, keepAlive } = this.#parts;
    const rpc = rpcOf(member, this.#parts);
    const writing = write(command, {
      parts: this.#parts,
      chat: this.#chat,
      call: callOf(rpc, settings.DATABASE_TIMEOUT_MS),
      origin: {
        database: databaseOf(member, this.#parts),
        place: member.place,
        arrivedAt: now(),
        idempotency: command.idempotency,
      },
    });
    // Also where the member leaves meanwhile: what the model is asked is booked.
    keepAlive(writing.catch(() => {}));
    const answer = await writing;
    return "text" in answer ? this.#stream(answer.text, command.form, 0, {}) : json(answer.step);
  }

  async #journey(request: IRequest, member: MemberRequest): Promise<Response> {
    const command = (await request.json()) as JourneyCommand;
    const { settings, context, outbox, keepAlive } = this.#parts;
    const rpc = rpcOf(member, this.#parts);
    // A suggestion that is accepted at once may still be on its way to Postgres.
    if (command.kind === "write-vision" && command.refinementId !== null) await outbox.flush();
    const answer = answerJourney(command, {
      call: callOf(rpc, settings.DATABASE_TIMEOUT_MS),
      learn: (row) => context.learn(row),
      markStale: () => context.markStale(),
      tell: (change) => this.#live.tell(change, request.headers.get(TAB_HEADER)),
      forgetVision: (id) => forgetVision(this.#parts, this.#runner, id),
      forgetProfile: (changes) => forgetProfile(this.#parts, changes),
    });
    // Also where the member leaves meanwhile: what is written must be known here.
    keepAlive(answer.then(() => this.#ahead(command, member)).catch(() => {}));
    return answer;
  }

  /** What comes after a section was saved: the greeting of the one that the journey leads to. */
  async #ahead(command: JourneyCommand, { place }: MemberRequest): Promise<void> {
    if (command.kind !== "write-vision") return;
    await greetAhead(this.#parts, command.changes, place);
    await this.#parts.outbox.flush();
    this.#runner.armWake();
  }

  async #account(request: IRequest, member: MemberRequest): Promise<Response> {
    const command = (await request.json()) as AccountCommand;
    const { settings, now } = this.#parts;
    return answerAccount(command, {
      parts: this.#parts,
      runner: this.#runner,
      fence: this.#fence,
      eraser: this.#eraser,
      caller: member.caller,
      database: databaseOf(member, this.#parts),
      call: callOf(rpcOf(member, this.#parts), settings.DATABASE_TIMEOUT_MS),
      askExport: exportOf(settings, member, now),
      serverContext: (timeoutMs) =>
        asService(settings)("viva_context", { p_user: member.caller.id }, timeoutMs),
      closeSockets: () => this.#live.closeAll(),
      tell: (change) => this.#live.tell(change, request.headers.get(TAB_HEADER)),
      keepErasing: (work) => this.ctx.waitUntil(work),
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
