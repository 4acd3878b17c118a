import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** Beyond a round trip: what the far end may take to answer. */
const REST_MS = 60;
/** Timers are no finer than a millisecond: this much too early is on time. */
const EARLY_MS = 0.5;

/** A stretch of wire on this machine. */
export interface DelayedWire {
  /** Address to connect to, e.g. `http://127.0.0.1:4711`. */
  readonly url: string;
  /** Round trip from now on, in milliseconds. What is under way keeps its order. */
  setRoundTrip(ms: number): void;
  /** Resolves when nothing has passed for a round trip and a little more: no answer is on its way. */
  quiet(): Promise<void>;
  /** Breaks every connection: the next request has to open one. */
  hangUp(): void;
  close(): Promise<void>;
}

/** How a wire behaves beyond its length. */
export interface WireOptions {
  /** Round trips that a new connection takes before its first byte: 2 for TCP and TLS 1.3. */
  readonly handshakes: number;
}

/**
 * Passes bytes on to `origin` after half a round trip, and its answer after another half: a proxy
 * that knows nothing of HTTP, so that streams stay streams. Bandwidth and loss are left out.
 */
export async function startDelay(origin: string, options: WireOptions): Promise<DelayedWire> {
  const { hostname, port } = new URL(origin);
  const sockets = new Set<Socket>();
  let roundTrip = 0;
  let lastPassed = 0;

  /** Carries bytes one way, not before `notBefore`. */
  const carry = (from: Socket, to: Socket, notBefore: number): void => {
    // In one line: timers of their own would overtake each other.
    const line: { due: number; act: () => void }[] = [];
    let last = notBefore;
    const serve = (): void => {
      for (let next = line[0]; next; next = line[0]) {
        const left = next.due - performance.now();
        if (left > EARLY_MS) {
          setTimeout(serve, left);
          return;
        }
        line.shift();
        next.act();
      }
    };
    const later = (act: () => void): void => {
      last = Math.max(last, performance.now() + roundTrip / 2);
      line.push({ due: last, act });
      if (line.length === 1) serve();
    };
    from.on("data", (chunk: Buffer) => {
      lastPassed = performance.now();
      later(() => {
        lastPassed = performance.now();
        if (to.writable) to.write(chunk);
      });
    });
    from.on("end", () => later(() => to.end()));
    from.on("error", () => to.destroy());
    from.on("close", () => later(() => to.destroySoon()));
  };

  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ host: hostname, port: Number(port), noDelay: true, allowHalfOpen: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    }
    const handshaken = performance.now() + options.handshakes * roundTrip + roundTrip / 2;
    carry(near, far, handshaken);
    carry(far, near, 0);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setRoundTrip: (ms) => {
      roundTrip = ms;
    },
    quiet: async () => {
      const left = (): number => lastPassed + roundTrip + REST_MS - performance.now();
      for (let ms = left(); ms > 0; ms = left()) await pause(ms);
    },
    hangUp,
    close: async () => {
      server.close();
      hangUp();
      await once(server, "close");
    },
  };
}
