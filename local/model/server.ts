import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Answer } from "./answer.ts";
import { changeControl, initialControl } from "./control.ts";
import { discoveryAnswer } from "./discovery-answers.ts";
import { faultError, ModelError, missingKey, wrongKey } from "./errors.ts";
import { firstTokenTimes } from "./first-token.ts";
import { now } from "./pace.ts";
import { writeReply } from "./reply.ts";
import { readRequest } from "./request.ts";
import { sample } from "./schema.ts";
import { sendScript } from "./script.ts";
import { PromptCache, splitTokens } from "./tokens.ts";
import type { ChatRequest, Control, LogEntry, ModelOptions, RunningModel } from "./types.ts";
import { NOTES } from "./vision-text.ts";

const MODELS = ["gpt-6-luna", "gpt-5.6-luna", "gpt-4-turbo"];
const REMEMBERED_REQUESTS = 5_000;
/** How much faster structured answers come: nobody reads them on the way, everybody waits for their end. */
const STRUCTURED = 4;
/** Longer than clients keep an idle connection, so that they never reuse one that is closing. */
const KEEP_ALIVE_MS = 90_000;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

function newEntry(request: IncomingMessage, receivedAt: number): LogEntry {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
  if (headers.authorization) headers.authorization = headers.authorization.replace(/ .*/, " …");
  return {
    id: `chatcmpl-${randomUUID().replaceAll("-", "")}`,
    receivedAt,
    firstTokenSentAt: null,
    endedAt: null,
    headers,
    body: null,
    newestUser: "",
    status: 0,
    tokensSent: 0,
    textSent: "",
    outcome: "running",
    aborted: false,
    usage: null,
  };
}

/** The fault of this request, if any: counts down `times` and clears a fault that is used up. */
function takeFault(control: Control): Control {
  const taken = { ...control };
  if (control.fault !== null && control.times !== null) {
    control.times -= 1;
    if (control.times <= 0) Object.assign(control, { fault: null, times: null });
  }
  return taken;
}

/** Whether a text is asked for with notes beside it: it is read as it is written, unlike other JSON. */
function isRefinedText({ schema }: ChatRequest): boolean {
  const names = Object.keys(Object(schema?.properties)).sort().join();
  return names === "notes,text";
}

function pieces(request: ChatRequest, control: Control): string[] {
  if (control.tokens !== null) {
    return Array.from({ length: control.tokens }, (_, i) => `${i === 0 ? "" : " "}w${i + 1}`);
  }
  if (isRefinedText(request)) {
    const [text = "", notes = ""] = writeReply(request.messages).split(NOTES);
    return splitTokens(JSON.stringify({ text: text.trim(), notes: notes.trim() }));
  }
  if (request.schema !== null) {
    const answer = discoveryAnswer(request.schema, request.messages) ?? sample(request.schema);
    return splitTokens(JSON.stringify(answer));
  }
  return splitTokens(writeReply(request.messages).replace(NOTES, () => control.notesMark));
}

/** The answer's pieces with its own word before them, where that is asked for. */
function stamped(id: string, request: ChatRequest, control: Control): string[] {
  const plain = pieces(request, control);
  return control.stamp && request.schema === null ? [`${id.slice(-12)} `, ...plain] : plain;
}

/**
 * Starts the rehearsal model: Chat Completions under `/v1`, `POST` and `DELETE /control`, `GET` and
 * `DELETE /log` beside it. `GET /log?brief` leaves the bodies out; any other parameter, such as `?model=`, names a
 * field of the body and selects the requests that have this value there. Rejects when the port is taken.
 */
export async function startModel(options: ModelOptions): Promise<RunningModel> {
  const first = initialControl(options);
  let control = { ...first };
  let timeOf = firstTokenTimes(control.ttft);
  let log: LogEntry[] = [];
  const cache = new PromptCache();

  async function complete(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(request);
    const entry = newEntry(request, now());
    log.push(entry);
    if (log.length > REMEMBERED_REQUESTS) log.shift();
    response.setHeader("x-request-id", entry.id);
    response.setHeader("x-rehearsal-received", String(entry.receivedAt));
    try {
      const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
      if (key === undefined) throw missingKey();
      if (options.apiKey !== undefined && key !== options.apiKey) throw wrongKey();
      entry.body = text;
      try {
        entry.body = JSON.parse(text);
      } catch {
        throw new ModelError(400, "The request body is not valid JSON.");
      }
      const chat = readRequest(entry.body, control);
      entry.newestUser =
        chat.messages.findLast(({ role }) => role === "user")?.text.slice(0, 200) ?? "";
      const taken = takeFault(control);
      const { fault } = taken;
      if (fault === "429" || fault === "500" || fault === "401" || fault === "400") {
        if (fault === "429" && taken.retryAfter !== null) {
          response.setHeader("retry-after", String(taken.retryAfter));
        }
        throw faultError(fault);
      }
      if (taken.script !== null) return await sendScript(taken.script, entry, response);
      entry.status = 200;
      taken.ttftMs = timeOf(taken.ttftMs);
      const readLive = chat.schema === null || isRefinedText(chat);
      const paced = readLive ? taken : { ...taken, gapMs: taken.gapMs / STRUCTURED };
      await new Answer(chat, paced, stamped(entry.id, chat, taken), entry, response, cache).send();
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      Object.assign(entry, { status: error.status, outcome: "error", endedAt: now() });
      sendJson(response, error.status, error.body());
    }
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const call = `${request.method} ${url.pathname}`;
    if (call === "POST /v1/chat/completions") return complete(request, response);
    if (call === "GET /v1/models" || call === "HEAD /v1/models") {
      const data = MODELS.map((id) => ({ id, object: "model", created: 0, owned_by: "rehearsal" }));
      return sendJson(response, 200, { object: "list", data });
    }
    if (call === "GET /control") return sendJson(response, 200, control);
    if (call === "POST /control") {
      const before = control;
      control = changeControl(control, await readBody(request));
      if (control.ttft !== before.ttft) timeOf = firstTokenTimes(control.ttft);
      return sendJson(response, 200, control);
    }
    if (call === "DELETE /control") {
      control = { ...first };
      timeOf = firstTokenTimes(control.ttft);
      return sendJson(response, 200, control);
    }
    if (call === "GET /log") {
      const { brief, ...fields } = Object.fromEntries(url.searchParams);
      const asked = Object.entries(fields);
      const found = log.filter(({ body }) =>
        asked.every(([name, value]) => Object(body)[name] === value),
      );
      const shown =
        brief === undefined
          ? found
          : found.map((entry) => ({ ...entry, body: null, headers: {}, textSent: "" }));
      return sendJson(response, 200, shown);
    }
    if (call === "DELETE /log") {
      log = [];
      return sendJson(response, 200, log);
    }
    throw new ModelError(404, `Invalid URL (${call})`);
  }

  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true },
    (request, response) => {
      route(request, response).catch((error: unknown) => {
        const known =
          error instanceof ModelError
            ? error
            : new ModelError(500, `The rehearsal failed: ${error}`);
        if (response.headersSent) response.destroy();
        else sendJson(response, known.status, known.body());
      });
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

if (import.meta.main) {
  const model = await startModel({ port: Number(process.env.MODEL_PORT ?? 8788) });
  process.stdout.write(`rehearsal model ${model.url}\n`);
}
