/**
 * What keeping every word costs: reading an answer again against a plain read, many readers of one
 * answer, and a conversation of a thousand messages. On bare workerd. Ends with 1 when a bound is broken.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startModelThread } from "../local/model/thread.ts";
import type { LogEntry } from "../local/model/types.ts";
import { bundleWorker, startWorkerd } from "../local/workerd.ts";
import { startFarDatabase } from "./database.ts";
import { mintToken } from "./members.ts";
import { memoryMib } from "./memory.ts";
import { type Summary, summarise, table } from "./statistics.ts";

const { values } = parseArgs({
  options: {
    /** Messages of the long conversation: two for each turn. */
    messages: { type: "string", default: "1000" },
    reads: { type: "string", default: "100" },
  },
});
const TURNS = Math.ceil(Number(values.messages) / 2);
const READS = Number(values.reads);
const LONG_TOKENS = 4_000;
const READERS = 50;
const ANSWERS = 3;
/** The whole heap of the isolate, in MiB: what is alive must fit, what is not is collected. */
const HEAP_MIB = 32;
/** A replay's first byte may take this many times as long as that of a plain read … */
const REPLAY_BOUND = 2;
/** … the object's own state this much, in MiB … */
const STATE_MIB = 32;
/** … and a turn late in a conversation this many times as long as an early one. */
const FLAT_BOUND = 1.1;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const folder = mkdtempSync(join(tmpdir(), "viva-bench-"));
const undo: (() => unknown)[] = [];
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));
try {
  say("starting provider, database and workerd");
  const model = await startModelThread({ port: 0, ttftMs: 5, gapMs: 0 });
  undo.push(() => model.close());
  const origin = new URL(model.url).origin;
  const control = (change: object) =>
    fetch(`${origin}/control`, { method: "POST", body: JSON.stringify(change) });
  const database = await startFarDatabase(join(folder, "supabase"), 5);
  undo.push(() => database.close());
  const bundleDir = join(folder, "bundle");
  await bundleWorker(bundleDir);
  const product = await startWorkerd({
    port: 0,
    bundleDir,
    dataDir: join(folder, "product"),
    v8Flags: [`--max-heap-size=${HEAP_MIB}`],
    env: {
      SUPABASE_URL: database.url,
      SUPABASE_PUBLISHABLE_KEY: database.publishableKey,
      SUPABASE_SECRET_KEY: database.secretKey,
      SUPABASE_JWT_SECRET: database.jwtSecret,
      OPENAI_API_KEY: "rehearsal",
      OPENAI_BASE_URL: model.url,
      MONTHLY_CREDITS: "1000000000",
      TURNS_PER_MINUTE: "100000",
      TURNS_AT_ONCE: "100",
      MAX_OUTPUT_TOKENS: String(LONG_TOKENS * 2),
    },
  });
  undo.push(() => product.close());
  const newMember = async () => {
    const id = randomUUID();
    await database.addMembers([id]);
    return { authorization: `Bearer ${await mintToken(id, database.jwtSecret)}` };
  };
  type Headers = Awaited<ReturnType<typeof newMember>>;
  const ask = (headers: Headers, id: string, text: string) =>
    fetch(`${product.url}/api/viva/chat`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ id, messages: [{ role: "user", content: text }] }),
    });
  /** Reads a body. @returns milliseconds to its first byte and its first word since `begun`, and its text */
  const drain = async (response: Response, begun: number) => {
    if (!response.ok || !response.body) {
      throw new Error(`${response.status} ${await response.text()}`);
    }
    let firstMs = Number.NaN;
    let wordMs = Number.NaN;
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of response.body) {
      if (Number.isNaN(firstMs)) firstMs = performance.now() - begun;
      text += decoder.decode(chunk, { stream: true });
      if (Number.isNaN(wordMs) && text.includes('"text-delta"')) wordMs = performance.now() - begun;
    }
    return { firstMs, wordMs, text };
  };
  const broken: string[] = [];
  const lines: string[] = [];
  const judge = (holds: boolean, sentence: string) => {
    lines.push(`${holds ? "Holds" : "BROKEN"}: ${sentence}`);
    if (!holds) broken.push(sentence);
  };

  say(`a conversation of ${TURNS * 2} messages`);
  await control({ tokens: 20 });
  const talker = await newMember();
  const firstWords: number[] = [];
  const sizes: number[] = [];
  const grown: number[] = [];
  const mark = Math.max(1, Math.floor(TURNS / 4));
  for (let turn = 0; turn < TURNS; turn += 1) {
    const begun = performance.now();
    const { wordMs } = await drain(
      await ask(talker, "long", `Message ${turn}: I walk by the sea.`),
      begun,
    );
    await database.atRest();
    const log = (await (await fetch(`${origin}/log`)).json()) as LogEntry[];
    await fetch(`${origin}/log`, { method: "DELETE" });
    const [request] = log;
    firstWords.push(wordMs - ((request?.firstTokenSentAt ?? 0) - (request?.receivedAt ?? 0)));
    sizes.push(JSON.stringify(request?.body ?? "").length);
    if ((turn + 1) % mark === 0) grown.push(memoryMib(product.pid));
  }

  say(`${READS} reads of an answer of ${LONG_TOKENS} tokens, each way`);
  await control({ tokens: LONG_TOKENS });
  const reader = await newMember();
  await drain(await ask(reader, "answer", "Tell me everything."), performance.now());
  await database.atRest();
  const ways = { plain: "/api/conversations/answer", replay: "/api/viva/chat/answer/stream" };
  const firstBytes = { plain: [] as number[], replay: [] as number[] };
  let pieces = 0;
  for (let i = 0; i < READS; i += 1) {
    const order = i % 2 === 0 ? (["plain", "replay"] as const) : (["replay", "plain"] as const);
    for (const way of order) {
      const begun = performance.now();
      const response = await fetch(product.url + ways[way], { headers: reader });
      const { firstMs, text } = await drain(response, begun);
      firstBytes[way].push(firstMs);
      if (way === "replay") pieces = text.match(/"type":"text-delta"/g)?.length ?? 0;
    }
  }

  say(`${READERS} readers of one of ${ANSWERS} answers`);
  await control({ tokens: 5 });
  const crowd = await newMember();
  await drain(await ask(crowd, "crowd-0", "Hello."), performance.now());
  await control({ tokens: LONG_TOKENS, gapMs: 2 });
  const base = memoryMib(product.pid);
  const answers = await Promise.all(
    Array.from({ length: ANSWERS }, (_, index) => ask(crowd, `crowd-${index}`, "Tell me all.")),
  );
  const readings = [
    ...answers.map((response) => drain(response, performance.now())),
    ...Array.from({ length: READERS }, async () => {
      const begun = performance.now();
      const path = "/api/viva/chat/crowd-0/stream";
      return drain(await fetch(product.url + path, { headers: crowd }), begun);
    }),
  ];
  let most = base;
  const watch = setInterval(() => {
    most = Math.max(most, memoryMib(product.pid));
  }, 50);
  const said = (await Promise.all(readings)).map(({ text }) =>
    [...text.matchAll(/"delta":"([^"]*)"/g)].map(([, delta]) => delta).join(""),
  );
  clearInterval(watch);
  const differing = said.slice(ANSWERS).filter((text) => text !== said[0]).length;

  const plain = summarise(firstBytes.plain);
  const replay = summarise(firstBytes.replay);
  const early = summarise(firstWords.slice(5, 30));
  const late = summarise(firstWords.slice(-25));
  const bytes = (list: readonly number[]) => Math.round(summarise(list).p50).toLocaleString("en");
  const row = (name: string, { p50, low, high }: Summary): string[] => [
    name,
    p50.toFixed(2),
    `${low.toFixed(2)}–${high.toFixed(2)}`,
  ];
  lines.push(
    table(
      ["ms", "p50", "half within"],
      [
        row("first byte of a plain read", plain),
        row("first byte of a replay", replay),
        row("first word beyond the provider's own, messages 10 to 60", early),
        row(`the same, the last 50 of ${(TURNS * 2).toLocaleString("en")} messages`, late),
      ],
    ),
    "",
    `Requests around message 60: ${bytes(sizes.slice(25, 35))} bytes, at the end ${bytes(sizes.slice(-10))}.`,
    `Memory of workerd after each quarter of the conversation: ${grown
      .map((size) => size.toFixed(0))
      .join(", ")} MiB, with a heap of ${HEAP_MIB} MiB.`,
  );
  const ratio = replay.p50 / plain.p50;
  judge(
    ratio <= REPLAY_BOUND,
    `a replay's first byte takes ${ratio.toFixed(2)}× as long as a plain read's (≤ ${REPLAY_BOUND}×).`,
  );
  judge(pieces === 1, `${LONG_TOKENS} tokens are replayed in ${pieces} piece(s).`);
  const state = most - base;
  judge(
    state <= STATE_MIB,
    `${READERS} readers and ${ANSWERS} answers at once take ${state.toFixed(1)} MiB more (≤ ${STATE_MIB}).`,
  );
  judge(differing === 0, `${differing} of ${READERS} readers saw another text.`);
  const flat = late.p50 / early.p50;
  judge(
    flat <= FLAT_BOUND,
    `a late turn's first word takes ${flat.toFixed(2)}× as long as an early one's (≤ ${FLAT_BOUND}×).`,
  );
  process.stdout.write(`${lines.join("\n")}\n`);
  process.exitCode = broken.length > 0 ? 1 : 0;
} finally {
  for (let step = undo.pop(); step; step = undo.pop()) await step();
}
