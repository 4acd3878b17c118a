import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { fileURLToPath } from "node:url";
import { createGunzip, gzipSync } from "node:zlib";
import type { Seen } from "./client.ts";
import { mintToken } from "./members.ts";
import { measure } from "./overhead.ts";
import { MARK, type Provider } from "./provider.ts";
import type { Stage } from "./stage.ts";
import { talkTarget } from "./targets.ts";

const ASSETS = fileURLToPath(new URL("../client/dist", import.meta.url));
/** Messages of the history that is read: two for each turn. */
const MESSAGES = 100;
const PACE = { tokens: 60, ttftMs: 20, gapMs: 10 };
const STREAMS = 8;

/** Something that is sent whole. */
export interface WholeBody {
  readonly what: string;
  /** As the Worker sends it, in bytes. */
  readonly bytes: number;
  /** As it is when it has been pressed, in bytes. */
  readonly gzipBytes: number;
  /** `Content-Encoding` of the answer to a client that takes gzip; null where it is sent plain. */
  readonly encoding: string | null;
}

/** Something that is sent word by word. */
export interface StreamBody {
  readonly what: string;
  readonly encoding: string | null;
  /** Pieces in which all words of an answer arrived, on the mean. */
  readonly pieces: number;
  readonly words: number;
  /** On the wire, of an answer, on the mean. */
  readonly bytes: number;
  /** For each word how much later than due it could be read, in milliseconds. */
  readonly delaysMs: readonly number[];
}

export interface CompressionResult {
  readonly whole: readonly WholeBody[];
  readonly streams: readonly StreamBody[];
}

/** Looks at what is pressed on bare workerd, and what that does to a stream. */
export async function runCompression(
  stage: Stage,
  say: (line: string) => void,
): Promise<CompressionResult> {
  const { provider, database, product, bare, client } = stage;
  database.setLatency(0);
  say("what is pressed, and what that does to a stream");
  await provider.control({ tokens: null, ttftMs: 1, gapMs: 0 });
  let token = "";
  const newMember = async (): Promise<string> => {
    token = await stage.newMember();
    return token;
  };
  const talker = await talkTarget(client, product, newMember).visitor(0);
  for (let turn = 0; turn < MESSAGES / 2; turn += 1) await talker.send(provider.nextMark());
  await database.atRest();
  const payload = await provider.newestRequest();
  await provider.takeTimes();

  const headers = { authorization: `Bearer ${token}` };
  const whole = [
    await wholeBody(
      `history of ${MESSAGES} messages`,
      `${product.url}/api/conversations/talk-0`,
      headers,
    ),
    await wholeBody("export of the demo member", `${product.url}/api/export`, {
      authorization: `Bearer ${await mintToken(database.demoId, database.jwtSecret)}`,
    }),
    ...assets(),
  ];

  await provider.control(PACE);
  const json = { "content-type": "application/json" };
  const recorded = (path: string) => (mark: string) =>
    readStream(
      `${bare.url}/api/${path}`,
      { ...json, authorization: "Bearer rehearsal" },
      payload.replace(MARK, mark),
    );
  const streams = [
    await streamBody(provider, "this product's turn", (mark) =>
      readStream(
        `${product.url}/api/viva/chat`,
        { ...json, ...headers, accept: "text/event-stream" },
        JSON.stringify({ id: "stream", messages: [{ role: "user", content: `${mark} Tell me.` }] }),
      ),
    ),
    await streamBody(provider, "a Worker that passes the stream on", recorded("proxy")),
    await streamBody(provider, "the same, pressed by workerd", recorded("pressed")),
    await streamBody(provider, "the same, pressed by a `CompressionStream`", recorded("squeezed")),
  ];
  return { whole, streams };
}

async function wholeBody(
  what: string,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<WholeBody> {
  const response = await fetch(url, { headers: { ...headers, "accept-encoding": "gzip" } });
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${what}: ${response.status} ${body.toString().slice(0, 300)}`);
  const encoding = response.headers.get("content-encoding");
  return { what, bytes: body.length, gzipBytes: gzipSync(body).length, encoding };
}

/** The client's scripts and styles as they were built last; none where they were not. */
function assets(): WholeBody[] {
  if (!existsSync(ASSETS)) return [];
  const files = readdirSync(ASSETS, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(?:js|css)$/.test(name),
  );
  if (files.length === 0) return [];
  const bodies = files.map((name) => readFileSync(`${ASSETS}/${name}`));
  const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);
  return [
    {
      what: `scripts and styles (${files.length} files)`,
      bytes: sum(bodies.map((body) => body.length)),
      gzipBytes: sum(bodies.map((body) => gzipSync(body).length)),
      encoding: null,
    },
  ];
}

interface StreamSeen extends Seen {
  readonly encoding: string | null;
  readonly bytes: number;
}

async function streamBody(
  provider: Provider,
  what: string,
  read: (mark: string) => Promise<StreamSeen>,
): Promise<StreamBody> {
  const delaysMs: number[] = [];
  let pieces = 0;
  let bytes = 0;
  let encoding: string | null = null;
  for (let stream = 0; stream < STREAMS; stream += 1) {
    const mark = provider.nextMark();
    const seen = await read(mark);
    const own = (await provider.takeTimes()).get(mark);
    delaysMs.push(...measure({ name: what }, seen, own, PACE).delaysMs);
    pieces += seen.arrivals.length / STREAMS;
    bytes += seen.bytes / STREAMS;
    encoding = seen.encoding;
  }
  return { what, encoding, pieces, bytes, words: PACE.tokens, delaysMs };
}

/** Reads a stream as a client that takes gzip: what is pressed is opened as it comes. */
function readStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<StreamSeen> {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false });
    const outgoing = request(url, {
      method: "POST",
      agent,
      headers: { ...headers, "accept-encoding": "gzip" },
    });
    const arrivals: [number, number][] = [];
    let text = "";
    let bytes = 0;
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      const encoding = incoming.headers["content-encoding"] ?? null;
      const plain = encoding === "gzip" ? incoming.pipe(createGunzip()) : incoming;
      incoming.on("data", (chunk: Buffer | string) => {
        bytes += Buffer.byteLength(chunk);
      });
      plain.setEncoding("utf8");
      plain.on("data", (chunk: string) => {
        text += chunk;
        arrivals.push([text.length, performance.now() - sentAt]);
      });
      plain.on("error", reject);
      plain.on("end", () => {
        const endMs = performance.now() - sentAt;
        const status = incoming.statusCode ?? 0;
        resolve({ status, sentAt, endMs, text, arrivals, encoding, bytes });
      });
    });
    const sentAt = performance.now();
    outgoing.end(body);
  });
}
