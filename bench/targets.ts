import { AgentSocket, answerOf, type ClientMessage } from "./agent-socket.ts";
import type { Call, LoadClient, Seen } from "./client.ts";
import { MARK } from "./provider.ts";

/** Who answers, as reports and records name them. */
export type TargetKey =
  | "straight"
  | "proxy"
  | "bare"
  | "warm"
  | "warmed"
  | "cold"
  | "agent"
  | "hono";

/** Whether it is this product that answers. */
export function isOurs(key: TargetKey): boolean {
  return key === "warm" || key === "warmed" || key === "cold";
}

/** One who asks a target, turn after turn. */
export interface Visitor {
  /** What a member of the product is known by at the database; not there for others. */
  readonly authorization?: string;
  /** A turn whose newest message carries the mark. Rejects when the connection breaks. */
  send(mark: string): Promise<Seen>;
}

/** Something that answers turns. */
export interface Target {
  readonly key: TargetKey;
  readonly name: string;
  /** The workerd that serves it; null where none does. */
  readonly pid: number | null;
  /** Whether each visitor is somebody new, who has one turn only. */
  readonly fresh: boolean;
  /** The `index`-th visitor, ready to ask; always the same one, unless the target is `fresh`. */
  visitor(index: number): Promise<Visitor>;
}

/** Conversations are left after so many turns, so that requests are of about one size everywhere. */
const TURNS_OF_A_TALK = 16;
const said = (mark: string): string => `${mark} My weeks are full and my evenings are empty.`;

/** The same visitor each time, made when first asked for. */
function kept(make: (index: number) => Visitor | Promise<Visitor>): Target["visitor"] {
  const visitors = new Map<number, Promise<Visitor>>();
  return (index) => {
    let visitor = visitors.get(index);
    if (visitor === undefined) {
      visitor = Promise.resolve(make(index));
      visitors.set(index, visitor);
    }
    return visitor;
  };
}

/** Sends the provider what the product was seen to send it; `payload` holds a {@link MARK}. */
function recorded(client: LoadClient, url: string, payload: string): Visitor {
  const headers = { authorization: "Bearer rehearsal", "content-type": "application/json" };
  return { send: (mark) => client.send({ url, headers, body: payload.replace(MARK, mark) }) };
}

/** Straight to the provider; `provider` ends in `/v1`. */
export function straightTarget(client: LoadClient, provider: string, payload: string): Target {
  const url = `${provider}/chat/completions`;
  const visitor = kept(() => recorded(client, url, payload));
  return { key: "straight", name: "straight to the provider", pid: null, fresh: false, visitor };
}

/** A bare workerd that is running. */
interface Bare {
  readonly url: string;
  readonly pid: number;
}

/** Through a Worker that does nothing but pass on. */
export function proxyTarget(client: LoadClient, { url, pid }: Bare, payload: string): Target {
  const visitor = kept(() => recorded(client, `${url}/api/proxy`, payload));
  return { key: "proxy", name: "bare Worker", pid, fresh: false, visitor };
}

/** Through a Worker and an object for each visitor, which do nothing but pass on. */
export function bareTarget(client: LoadClient, { url, pid }: Bare, payload: string): Target {
  const visitor = kept((index) => recorded(client, `${url}/api/${index}`, payload));
  return { key: "bare", name: "bare Worker + object", pid, fresh: false, visitor };
}

/** A member of the product, with an access token, who begins a new talk after so many turns. */
function member(
  client: LoadClient,
  origin: string,
  token: string,
  turnsOfATalk = TURNS_OF_A_TALK,
): Visitor {
  let turns = 0;
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    accept: "text/event-stream",
  };
  return {
    authorization: headers.authorization,
    send: (mark) => {
      const id = `talk-${Math.floor(turns / turnsOfATalk)}`;
      turns += 1;
      const call: Call = {
        url: `${origin}/api/viva/chat`,
        headers,
        body: JSON.stringify({
          id,
          messages: [{ role: "user", content: said(mark) }],
          visionBuildPhase: "contrast",
          context: { category: "fun" },
        }),
      };
      return client.send(call);
    },
  };
}

/** Gives the access token of a member, somebody new each time. */
export type NewMember = () => Promise<string>;

/** This product, for members who have been here. */
export function warmTarget(client: LoadClient, served: Bare, newMember: NewMember): Target {
  const visitor = kept(async () => member(client, served.url, await newMember()));
  return { key: "warm", name: "this product, warm", pid: served.pid, fresh: false, visitor };
}

/** This product, for members who never begin another talk. */
export function talkTarget(client: LoadClient, served: Bare, newMember: NewMember): Target {
  const visitor = kept(async () =>
    member(client, served.url, await newMember(), Number.POSITIVE_INFINITY),
  );
  return { key: "warm", name: "this product, one talk", pid: served.pid, fresh: false, visitor };
}

/** This product, for members who have never been here, with `POST /api/viva/warm` before or without. */
export function firstTurnTarget(
  client: LoadClient,
  served: Bare,
  newMember: NewMember,
  warmedUp: boolean,
): Target {
  const visitor = async (): Promise<Visitor> => {
    const token = await newMember();
    if (warmedUp) await warmUp(served.url, token);
    return member(client, served.url, token);
  };
  const name = warmedUp ? "this product, first turn after warm" : "this product, cold (first turn)";
  return { key: warmedUp ? "warmed" : "cold", name, pid: served.pid, fresh: true, visitor };
}

/** @throws when the product does not answer 202. */
async function warmUp(origin: string, token: string): Promise<void> {
  const response = await fetch(`${origin}/api/viva/warm`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ category: "fun", phase: "contrast" }),
  });
  const text = await response.text();
  if (response.status !== 202) throw new Error(`warming failed: ${response.status} ${text}`);
}

/** Cloudflare's `AIChatAgent`, over a socket that stays open for a talk, as its own client talks to it. */
export function agentTarget(served: Bare, newMember: NewMember): Target {
  const visitor = kept(async (index) => {
    const token = await newMember();
    const origin = served.url.replace("http", "ws");
    // An agent for each talk: one keeps every message it was ever sent, and sends them all on.
    const talk = (number: number) =>
      AgentSocket.open(
        `${origin}/agents/chat/member-${index}-${number}?token=${encodeURIComponent(token)}`,
      );
    let socket: AgentSocket | null = null;
    let messages: ClientMessage[] = [];
    let turns = 0;
    return {
      send: async (mark) => {
        if (socket === null || turns % TURNS_OF_A_TALK === 0) {
          socket?.close();
          socket = await talk(turns / TURNS_OF_A_TALK);
          messages = [];
        }
        turns += 1;
        const own: ClientMessage = {
          id: `said-${turns}`,
          role: "user",
          parts: [{ type: "text", text: said(mark) }],
        };
        const seen = await socket.ask([...messages, own]);
        messages = [...messages, own, answerOf(seen.text)];
        return seen;
      },
    };
  });
  return { key: "agent", name: "AIChatAgent", pid: served.pid, fresh: false, visitor };
}

/** The same chat with Hono and the AI SDK. */
export function honoTarget(client: LoadClient, served: Bare, newMember: NewMember): Target {
  const visitor = kept(async () => {
    const token = await newMember();
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    let turns = 0;
    return {
      send: (mark) => {
        const talk = Math.floor(turns / TURNS_OF_A_TALK);
        turns += 1;
        const message: ClientMessage = {
          id: `said-${turns}`,
          role: "user",
          parts: [{ type: "text", text: said(mark) }],
        };
        const url = `${served.url}/api/chat/talk-${talk}`;
        return client.send({ url, headers, body: JSON.stringify({ message }) });
      },
    };
  });
  return { key: "hono", name: "Hono + AI SDK", pid: served.pid, fresh: false, visitor };
}
