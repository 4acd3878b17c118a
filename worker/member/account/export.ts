import { HARMLESS } from "../../http/security-headers.ts";
import { exportPage } from "./export-page.ts";
import { EXPORT_PARTS, type ExportSource } from "./export-source.ts";

function headersOf(format: "json" | "html", now: number): Headers {
  const day = new Date(now).toISOString().slice(0, 10);
  const type = format === "json" ? "application/json" : "text/html";
  return new Headers({
    "content-type": `${type}; charset=utf-8`,
    "content-disposition": `attachment; filename="viva-${day}.${format}"`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    // Opened in a browser all the same, it loads nothing and runs nothing.
    "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; ${HARMLESS}`,
  });
}

/** The items of a list, between commas. */
async function* separated(items: AsyncIterable<object>): AsyncGenerator<string> {
  let comma = "";
  for await (const item of items) {
    yield comma + JSON.stringify(item);
    comma = ",";
  }
}

async function* conversationsOf(source: ExportSource): AsyncGenerator<string> {
  let comma = "";
  for await (const { about, messages } of source.conversations()) {
    yield `${comma}${JSON.stringify(about).slice(0, -1)},"messages":[`;
    yield* separated(messages);
    yield "]}";
    comma = ",";
  }
}

async function* exportDocument(source: ExportSource): AsyncGenerator<string> {
  yield JSON.stringify(source.record).slice(0, -1);
  for (const part of EXPORT_PARTS) {
    yield `,"${part}":[`;
    yield* part === "conversations" ? conversationsOf(source) : separated(source.list(part));
    yield "]";
  }
  yield "}\n";
}

/** About how many UTF-16 units of a text are handed on at once. */
const CHUNK_UNITS = 64 * 1024;

/** A text as bytes. The next piece is made when its reader asks for it. */
function bytesOf(text: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let chunk = "";
        let ended = false;
        while (chunk.length < CHUNK_UNITS && !ended) {
          const { done, value } = await text.next();
          if (done) ended = true;
          else chunk += value;
        }
        if (chunk !== "") controller.enqueue(encoder.encode(chunk));
        if (ended) controller.close();
      },
      async cancel() {
        await text.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * Everything of a member, read page by page as the client takes it, whatever its size. If Postgres breaks
 * off, so does the answer: it never looks whole.
 */
export function exportAs(format: "json" | "html", source: ExportSource, now: number): Response {
  const text = format === "json" ? exportDocument(source) : exportPage(source);
  return new Response(bytesOf(text), { headers: headersOf(format, now) });
}
