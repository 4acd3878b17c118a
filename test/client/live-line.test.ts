import { describe, expect, it, vi } from "vitest";
import { openLine, type Socket } from "../../client/live/socket.ts";

/** A server's end of one connection. */
class Connection extends EventTarget implements Socket {
  readonly sent: string[] = [];
  closed = false;
  readonly protocols: string[];
  #seq = 0;

  constructor(protocols: string[]) {
    super();
    this.protocols = protocols;
  }

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed = true;
  }

  say(frame: object, seq = this.#seq + 1): void {
    this.#seq = seq;
    this.raw(JSON.stringify({ seq, ...frame }));
  }

  raw(data: string): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  ready(expiresInMs = 3_600_000, quietMs: number | null = null): void {
    this.say({ type: "ready", expiresInMs, quietMs });
  }

  end(code: number): void {
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

function setUp() {
  const connections: Connection[] = [];
  const came: (() => void)[] = [];
  const timers = new Map<number, { at: number; run: () => void }>();
  const pauses: { ms: number; over: () => void }[] = [];
  const gates = { awake: [] as (() => void)[], returned: [] as (() => void)[] };
  let clock = 0;
  let ids = 0;
  let looked = 0;
  const state = { awake: true, visible: true, token: "token-1" as string | null, age: 500 };
  const changed = vi.fn();
  const missed = vi.fn();
  const probe = vi.fn(async () => ({}));
  const current = vi.fn(async () => state.token);
  const renew = vi.fn(async (_refused: string) => state.token);
  const gate = (waiting: (() => void)[], signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      signal.addEventListener("abort", () => resolve());
    });
  const line = openLine({
    ...{
      changed,
      missed,
      probe,
      tokens: { current, renew },
      ticket: async () => `of-${state.token}`,
      tab: "tab-1",
      random: () => 0.5,
    },
    connect(protocols) {
      const connection = new Connection(protocols);
      connections.push(connection);
      came.shift()?.();
      return connection;
    },
    awake: (signal) => (state.awake ? Promise.resolve() : gate(gates.awake, signal)),
    returned: (signal) => gate(gates.returned, signal),
    isVisible: () => state.visible,
    pause: (ms) => new Promise((over) => pauses.push({ ms, over })),
    later(ms, run) {
      ids += 1;
      const id = ids;
      timers.set(id, { at: clock + ms, run });
      return () => timers.delete(id);
    },
    age: () => state.age,
  });
  return {
    ...{ line, state, changed, missed, probe, current, renew, connections, timers, pauses, gates },
    /** The next connection that is made. */
    async connection(): Promise<Connection> {
      if (connections.length === looked) await new Promise<void>((resolve) => came.push(resolve));
      const connection = connections[looked];
      looked += 1;
      if (!connection) throw new Error("no connection");
      return connection;
    },
    /** Ends the pause before the next attempt. @returns its length */
    async again(): Promise<number> {
      await vi.waitFor(() => expect(pauses.length).toBeGreaterThan(0));
      const pause = pauses.shift();
      pause?.over();
      return pause?.ms ?? -1;
    },
    pass(ms: number) {
      clock += ms;
      for (const [id, { at, run }] of [...timers]) {
        if (at <= clock && timers.delete(id)) run();
      }
    },
  };
}

describe("the line", () => {
  it("offers its token and its tab, and tells what it hears", async () => {
    const { connection, changed, missed } = setUp();
    const first = await connection();
    expect(first.protocols).toEqual(["viva", "ticket.of-token-1", "tab.tab-1"]);
    first.ready();
    first.say({ type: "vision", id: "v1" });
    expect(changed.mock.calls).toEqual([[{ seq: 2, type: "vision", id: "v1" }]]);
    expect(missed).not.toHaveBeenCalled();
  });

  it("has everything read again after another connection, and where a frame is missing", async () => {
    const { connection, changed, missed, again } = setUp();
    const first = await connection();
    first.ready();
    first.say({ type: "profile" }, 4);
    expect(missed).toHaveBeenCalledTimes(1);
    first.end(1006);
    await again();
    (await connection()).ready();
    expect(missed).toHaveBeenCalledTimes(2);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it("has everything read again where something changed between the page and its line", async () => {
    for (const [quietMs, times] of [
      [200, 1],
      [60_000, 0],
    ] as const) {
      const { connection, missed } = setUp();
      (await connection()).ready(3_600_000, quietMs);
      expect(missed).toHaveBeenCalledTimes(times);
    }
  });

  it("makes good what it does not understand by the gap it leaves", async () => {
    const { connection, changed, missed } = setUp();
    const first = await connection();
    first.ready();
    first.raw("{");
    first.say({ type: "from the future" });
    first.raw(JSON.stringify({ seq: "3", type: "profile" }));
    expect(changed).not.toHaveBeenCalled();
    first.say({ type: "profile" });
    expect(missed).toHaveBeenCalledTimes(1);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it("waits longer after each failure, and asks the server in the ordinary way why", async () => {
    const { connection, again, probe } = setUp();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      (await connection()).end(1006);
      waits.push(await again());
      if (attempt === 1) expect(probe).not.toHaveBeenCalled();
    }
    expect(waits).toEqual([750, 1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000]);
    expect(probe).toHaveBeenCalledTimes(2);
    const stands = await connection();
    stands.ready();
    stands.end(1006);
    expect(await again()).toBe(750);
  });

  it("is not opened while nobody looks or nobody is connected", async () => {
    const { connection, connections, again, state, gates } = setUp();
    const first = await connection();
    first.ready();
    state.awake = false;
    first.end(4401);
    await again();
    await vi.waitFor(() => expect(gates.awake).toHaveLength(1));
    expect(connections).toHaveLength(1);
    gates.awake[0]?.();
    expect((await connection()).protocols).toContain("ticket.of-token-1");
  });

  it("gives way to newer tabs until the member comes back to it", async () => {
    const { connection, again, pauses, gates } = setUp();
    const first = await connection();
    first.ready();
    first.end(4429);
    await vi.waitFor(() => expect(gates.returned).toHaveLength(1));
    expect(pauses).toHaveLength(0);
    gates.returned[0]?.();
    await again();
    await connection();
  });

  it("asks at once where the session is said to be over", async () => {
    const { connection, probe } = setUp();
    const first = await connection();
    first.ready();
    first.end(4403);
    await vi.waitFor(() => expect(probe).toHaveBeenCalledTimes(1));
  });

  it("has no connection without a token", async () => {
    const { connections, again, state, connection } = setUp();
    const first = await connection();
    state.token = null;
    first.end(1006);
    await again();
    await again();
    expect(connections).toHaveLength(1);
  });
});

describe("a token that runs out", () => {
  it("is renewed before its end while the member looks", async () => {
    const { connection, renew, line, pass, state } = setUp();
    const first = await connection();
    first.ready(60_000);
    pass(39_000);
    expect(renew).not.toHaveBeenCalled();
    pass(1_500);
    // The server has said how long it lasts: whatever the session thinks of it.
    expect(renew).toHaveBeenCalledExactlyOnceWith("token-1");
    line.renew("token-1");
    line.renew("token-2");
    line.renew("token-2");
    expect(
      first.sent.filter((frame) => frame !== "ping").map((frame) => JSON.parse(frame)),
    ).toEqual([{ type: "renew", token: "token-2" }]);
    // What the server answers counts from then.
    first.ready(60_000);
    state.visible = false;
    pass(60_000);
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it("that nobody renewed in time is tried in the ordinary way before the line is opened again", async () => {
    const { connection, again, probe, state } = setUp();
    const first = await connection();
    first.ready();
    probe.mockImplementation(async () => {
      state.token = "token-2";
      return {};
    });
    first.end(4401);
    await again();
    expect((await connection()).protocols).toContain("ticket.of-token-2");
    expect(probe).toHaveBeenCalledTimes(1);
  });

  it("is not sent where no line stands", async () => {
    const { connection, line } = setUp();
    const first = await connection();
    line.renew("token-2");
    expect(first.sent).toEqual([]);
  });
});

describe("a dead line", () => {
  it("is noticed by its silence, and made anew", async () => {
    const { connection, pass, again } = setUp();
    const first = await connection();
    first.ready();
    pass(30_000);
    expect(first.sent).toEqual(["ping"]);
    first.raw("pong");
    pass(10_000);
    expect(first.closed).toBe(false);
    pass(30_000);
    pass(10_000);
    expect(first.closed).toBe(true);
    await again();
    await connection();
  });
});

it("hangs up for good", async () => {
  const { connection, connections, line, timers, pauses } = setUp();
  const first = await connection();
  first.ready();
  line.close();
  expect(first.closed).toBe(true);
  expect(timers.size).toBe(0);
  await Promise.resolve();
  expect(pauses).toHaveLength(0);
  expect(connections).toHaveLength(1);
});
