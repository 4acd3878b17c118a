import type { Conversation, Message } from "../../domain/messages.ts";
import { now } from "../../local/model/pace.ts";
import type { Journal, Reading, Sent } from "./journal.ts";
import type { Random } from "./random.ts";
import { type Asked, TurnClient, type TurnRequest } from "./turn-client.ts";
import type { Wire } from "./wire.ts";

/** One thing a member does in a conversation. */
interface Step {
  /** Resolves once everything that this step sent is acknowledged. */
  readonly acknowledged: Promise<void>;
  /** Resolves once its turn has ended and nobody reads it any more. */
  readonly done: Promise<void>;
}

const SENTENCES = [
  "My weeks are full and my evenings are empty.",
  "I would love to dance again, slowly, in the kitchen 💃🏽 with Inés.",
  "山の朝は静かで、私はお茶を飲みます。",
  "Work takes what is left of me; I want mornings back.",
  "Yes.",
  "The house is loud — naïve façade, “quoted” and all — and I still smile at it.",
];
const TRIES_AGAIN = 3;
/** Longest time that a member takes between two steps. */
const LONGEST_PAUSE_MS = 1_200;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const textOf = (message: Message): string => message.parts.map(({ text }) => text).join("");

/** One conversation, as a member lives it: with edits, second thoughts and bad connections. */
export class Talk {
  readonly #id: string;
  readonly #member: string;
  readonly #wire: Wire;
  readonly #journal: Journal;
  readonly #random: Random;
  readonly #client: TurnClient;
  /** Acknowledged messages that were not cut away, in order. */
  #live: Sent[] = [];
  /** Requests that are not acknowledged yet. */
  readonly #asks = new Set<Promise<void>>();
  /** Requests of which copies were sent. */
  readonly #duplicated = new WeakSet<TurnRequest>();
  /** Counts the steps: only the newest may ask again or continue. */
  #step = 0;
  #messages = 0;

  constructor(wire: Wire, journal: Journal, random: Random, member: string, id: string) {
    this.#id = id;
    this.#member = member;
    this.#wire = wire;
    this.#journal = journal;
    this.#random = random;
    this.#client = new TurnClient(wire, journal, random, member, id);
  }

  /** Goes on for as long as it may; resolves when all of it is through. */
  async live(more: () => boolean): Promise<void> {
    const under: Promise<void>[] = [];
    while (more()) {
      const step = await this.#next();
      under.push(step.done);
      await step.acknowledged;
      // Else the next step comes while this one's answer is being written.
      if (this.#random.chance(0.75)) await step.done;
      await pause(this.#random.int(0, LONGEST_PAUSE_MS));
    }
    await Promise.all(under);
  }

  /** One undisturbed message. */
  async calmly(): Promise<void> {
    const asked = await this.#askAs("calm");
    if (asked.is === "reading") await this.#client.follow(asked.reading);
  }

  /** A message whose client is gone once it is acknowledged. @returns the turn, if it has begun */
  async absently(): Promise<string | null> {
    const asked = await this.#askAs("absent");
    return asked.is === "reading" ? asked.reading.turnId : null;
  }

  async #askAs(mood: "calm" | "absent"): Promise<Asked> {
    this.#client.mood = mood;
    this.#step += 1;
    const sent = this.#newMessage(`${this.#id}-${mood}-${this.#messages}`);
    this.#live.push(sent);
    const asked = await this.#ask(messageBody(this.#id, sent), sent);
    this.#client.mood = "random";
    return asked;
  }

  async #next(): Promise<Step> {
    this.#step += 1;
    const kind =
      this.#live.length === 0
        ? "say"
        : this.#random.weighted({ say: 10, keyed: 1, again: 2, edit: 2, regenerate: 3 });
    this.#journal.count(`steps: ${kind}`);
    if (kind === "say") return this.#say();
    if (kind === "keyed") return this.#sayKeyed();
    if (kind === "again") return this.#again();
    // What cuts away is asked for when the client knows what there is.
    while (this.#asks.size > 0) await Promise.all(this.#asks);
    return kind === "edit" ? this.#edit() : this.#regenerate();
  }

  #say(): Step {
    const sent = this.#newMessage(`${this.#id}-m${this.#messages}`);
    this.#live.push(sent);
    return this.#converse(messageBody(this.#id, sent), sent);
  }

  /** A message without an id: only its Idempotency-Key makes its retry safe. */
  #sayKeyed(): Step {
    const sent = this.#newMessage(null);
    this.#live.push(sent);
    const idempotencyKey = `${this.#member}-${this.#id}-${this.#messages}`;
    return this.#converse({ ...messageBody(this.#id, sent), idempotencyKey }, sent);
  }

  /** An earlier message once more: it reads the answer there is. */
  #again(): Step {
    const withId = this.#live.filter(({ id }) => id !== null);
    const sent = withId.length > 0 ? this.#random.pick(withId) : undefined;
    if (!sent) return this.#say();
    return this.#converse(messageBody(this.#id, sent), sent);
  }

  #edit(): Step {
    const withId = this.#live.filter(({ id }) => id !== null);
    const old = withId.length > 0 ? this.#random.pick(withId) : undefined;
    if (old?.id == null) return this.#say();
    const sent = this.#newMessage(old.id);
    const at = this.#live.indexOf(old);
    const cut = this.#live.splice(at, this.#live.length - at, sent);
    const { body } = messageBody(this.#id, sent);
    const step = this.#converse({ body: { ...body, messageId: old.id } }, sent);
    void step.acknowledged.then(() => {
      for (const gone of cut) gone.cut = true;
    });
    return step;
  }

  async #regenerate(): Promise<Step> {
    const messages = await this.#conversation();
    const answers = messages.filter(({ role }) => role === "assistant");
    const target = this.#random.chance(0.5)
      ? undefined
      : answers[this.#random.int(0, answers.length - 1)];
    const asked = target ?? messages.at(-1);
    const until = asked ? messages.indexOf(asked) : messages.length;
    const question = messages.slice(0, until + 1).findLast(({ role }) => role === "user");
    const at = this.#live.findIndex(({ text }) => question && text === textOf(question));
    if (at < 0) {
      this.#wrong(`no question for the answer ${asked?.id}`);
      return this.#say();
    }
    const cut = this.#live.splice(at + 1);
    const body = {
      id: this.#id,
      trigger: "regenerate-message",
      ...(target && { messageId: target.id }),
    };
    const step = this.#converse({ body }, null);
    void step.acknowledged.then(() => {
      for (const gone of cut) gone.cut = true;
    });
    return step;
  }

  /** The conversation as the record has it, which must hold what was acknowledged, in order. */
  async #conversation(): Promise<readonly Message[]> {
    const conversation = await this.#read();
    if (!conversation) return [];
    const said = conversation.messages.filter(({ role }) => role === "user").map(textOf);
    const expected = this.#live.map(({ text }) => text);
    if (JSON.stringify(said) !== JSON.stringify(expected)) {
      const marks = (texts: string[]) => texts.map((text) => text.split(" ")[0]).join(" ");
      this.#wrong(`reads ${marks(said)} where ${marks(expected)} was acknowledged`);
    }
    return conversation.messages;
  }

  async #read(): Promise<Conversation | null> {
    const { status, body } = await this.#wire.json<Conversation>({
      method: "GET",
      path: `/api/conversations/${encodeURIComponent(this.#id)}`,
    });
    if (status === 200) return body;
    this.#wrong(`the conversation is gone: ${status}`);
    return null;
  }

  /** Sends, disturbs, reads to the end, and where it ended badly asks again or continues. */
  #converse(request: TurnRequest, sent: Sent | null): Step {
    const number = this.#step;
    const copies = this.#random.chance(0.15) ? this.#random.int(2, 3) : 1;
    const beside: Promise<void>[] = [];
    const first = Promise.withResolvers<void>();
    const asks = Array.from({ length: copies }, (_, index) =>
      this.#ask(request, sent, index === 0 ? 0 : this.#random.int(1, 30), first.resolve),
    );
    this.#journal.count("duplicates sent", copies - 1);
    if (copies > 1) this.#duplicated.add(request);
    if (this.#random.chance(0.06))
      beside.push(pause(this.#random.int(0, 30)).then(() => this.#client.stop(null)));
    void first.promise.then(() => {
      if (this.#random.chance(0.15)) beside.push(this.#client.look());
      if (this.#random.chance(0.1)) beside.push(this.#stopSoon(sent));
    });
    const finish = async (): Promise<void> => {
      const asked = await Promise.all(asks);
      await Promise.all(
        asked.map((one) => (one.is === "reading" ? this.#client.follow(one.reading) : undefined)),
      );
      await Promise.all(beside);
      await this.#mend(request, sent, asked[0], number, 1);
    };
    const acknowledged = Promise.all([...this.#asks]).then(() => {});
    return { acknowledged, done: finish() };
  }

  async #stopSoon(sent: Sent | null): Promise<void> {
    await pause(this.#random.int(0, 500));
    const latest = this.#journal.readings.findLast(
      (reading) => reading.talk === this.#id && reading.member === this.#member && reading.turnId,
    );
    const named = sent && this.#random.chance(0.6) ? (latest?.turnId ?? null) : null;
    await this.#client.stop(named);
  }

  /** Asks, and keeps the request among those that are not acknowledged until it is. */
  async #ask(
    request: TurnRequest,
    sent: Sent | null,
    afterMs = 0,
    onAck = () => {},
  ): Promise<Asked> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#asks.add(promise);
    const acknowledged = (): void => {
      if (sent) sent.ackedAt ??= now();
      this.#asks.delete(promise);
      resolve();
      onAck();
    };
    if (afterMs > 0) await pause(afterMs);
    const asked = await this.#client.ask(request, acknowledged);
    if (asked.is === "refused") await this.#refused(request, asked);
    acknowledged();
    return asked;
  }

  /** Whether a refusal can be right: an earlier try of the same request may have been served. */
  async #refused(request: TurnRequest, refusal: Extract<Asked, { is: "refused" }>): Promise<void> {
    const { status, code, tries } = refusal;
    const { body } = request;
    const { trigger, messageId, messages } = body as Record<string, unknown>;
    const regenerated = trigger === "regenerate-message" && messageId && code === "not_found";
    if (regenerated && (tries > 1 || this.#duplicated.has(request))) return;
    const continues = Array.isArray(messages) && messages.length === 0;
    // Only the last answer can be continued, and this one is not.
    if (continues && code === "conflict" && (await this.#read())?.messages.at(-1)?.id !== messageId)
      return;
    this.#wrong(
      `refused with ${status} ${code} at try ${tries}: ${JSON.stringify(body).slice(0, 200)}`,
    );
  }

  async #mend(
    request: TurnRequest,
    sent: Sent | null,
    asked: Asked | undefined,
    number: number,
    depth: number,
  ): Promise<void> {
    const newest = (): boolean => this.#step === number;
    if (depth > TRIES_AGAIN || !asked || !newest() || !this.#random.chance(0.75)) return;
    const failed =
      asked.is === "wordless" || (asked.is === "reading" && endedAs(asked.reading) === "failed");
    if (failed && sent?.id) {
      this.#journal.count("tried again after a failure");
      const again = await this.#ask(request, sent);
      if (again.is === "reading") await this.#client.follow(again.reading);
      return this.#mend(request, sent, again, number, depth + 1);
    }
    if (asked.is !== "reading" || endedAs(asked.reading) !== "interrupted") return;
    const { messageId } = asked.reading;
    if (messageId === null) return;
    this.#journal.count("continued after an interruption");
    const body = { id: this.#id, trigger: "submit-message", messageId, messages: [] };
    const again = await this.#ask({ body }, null);
    if (again.is !== "reading") return;
    if (again.reading.messageId !== null && again.reading.messageId !== messageId) {
      this.#wrong(`continuing ${messageId} writes ${again.reading.messageId}`);
    }
    await this.#client.follow(again.reading);
    return this.#mend({ body }, null, again, number, depth + 1);
  }

  #newMessage(id: string | null): Sent {
    const mark = `#${this.#member}.${this.#id}.${this.#messages}#`;
    this.#messages += 1;
    const sent: Sent = {
      member: this.#member,
      talk: this.#id,
      id,
      text: `${mark} ${this.#random.pick(SENTENCES)}`,
      firstAt: now(),
      ackedAt: null,
      cut: false,
    };
    this.#journal.sent.push(sent);
    return sent;
  }

  #wrong(what: string): void {
    this.#journal.violation(`${this.#member} ${this.#id}: ${what}`);
  }
}

function messageBody(talk: string, { id, text }: Sent): { body: object } {
  const message = { ...(id !== null && { id }), role: "user", parts: [{ type: "text", text }] };
  return { body: { id: talk, trigger: "submit-message", messages: [message] } };
}

function endedAs({ ending, text }: Reading): "failed" | "interrupted" | null {
  if (ending !== "error") return null;
  return text === "" ? "failed" : "interrupted";
}
