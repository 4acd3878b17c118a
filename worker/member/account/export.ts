import * as v from "valibot";
import { ProblemError } from "../../../domain/problems.ts";
import type { MemberRequest } from "../../commands.ts";
import { supabaseHeaders } from "../../db/supabase.ts";
import { HARMLESS } from "../../http/security-headers.ts";
import type { Settings } from "../../settings.ts";
import { expiresSoon } from "../sync/member-database.ts";
import { Everything, exportPage } from "./export-page.ts";

/** Asks Postgres for everything of the member: the answer of `viva_export` as it comes in. */
export type AskExport = () => Promise<Response>;

/** The most bytes of a member's data that are made into a page, which has to be held as a whole. */
const PAGE_BYTES = 24 * 1024 * 1024;
/** How long Postgres may take to begin, in milliseconds: it reads everything there is. */
const TIMEOUT_MS = 30_000;

/** `viva_export` as the member, whose rows are theirs to read. @throws ProblemError */
export function exportOf(settings: Settings, member: MemberRequest, now: () => number): AskExport {
  return async () => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
    try {
      const response = await globalThis.fetch(`${settings.SUPABASE_URL}/rest/v1/rpc/viva_export`, {
        method: "POST",
        headers: {
          ...supabaseHeaders(settings.SUPABASE_PUBLISHABLE_KEY, member.token),
          "content-type": "application/json",
        },
        body: "{}",
        redirect: "manual",
        signal: controller.signal,
      });
      const isJson = response.headers.get("content-type")?.includes("json") ?? false;
      if (response.status === 200 && isJson && response.body) return response;
      await response.body?.cancel();
      if (response.status === 401 && expiresSoon(member, now())) {
        throw new ProblemError("token_expired");
      }
      console.error(JSON.stringify({ event: "export_refused", status: response.status }));
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      const { name, message } = error as Error;
      console.warn(JSON.stringify({ event: "export_unavailable", name, message }));
    } finally {
      clearTimeout(timer);
    }
    throw new ProblemError("database_unavailable", { retryAfter: 5 });
  };
}

/** The document of Postgres with what only the object has: its own fields come first. */
function withOwn(body: ReadableStream<Uint8Array>, own: object): ReadableStream<Uint8Array> {
  const head = new TextEncoder().encode(`${JSON.stringify(own).slice(0, -1)},`);
  let begun = false;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        if (begun || piece.byteLength === 0) return controller.enqueue(piece);
        begun = true;
        controller.enqueue(head);
        // Behind the brace that opens the document.
        controller.enqueue(piece.subarray(piece.indexOf(0x7b) + 1));
      },
    }),
  );
}

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

/** Reads a body of at most so many bytes. @throws ProblemError body_too_large, database_unavailable */
async function textOf(response: Response, bytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let [text, read] = ["", 0];
  try {
    for await (const piece of response.body ?? []) {
      read += piece.byteLength;
      if (read > bytes) throw new ProblemError("body_too_large", { detail: TOO_LARGE });
      text += decoder.decode(piece, { stream: true });
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError("database_unavailable", { retryAfter: 5 }, { cause: error });
  }
  return text + decoder.decode();
}

const TOO_LARGE = "There is too much for one page. Export it as JSON.";

/**
 * Everything of a member: as JSON it goes through as it comes from Postgres, whatever its size; as a
 * page it is read first, and bounded. Where Postgres breaks off so does the answer: it never looks whole.
 * @param own what only the object has
 * @throws ProblemError database_unavailable, body_too_large
 */
export async function exportAs(
  format: "json" | "html",
  ask: AskExport,
  now: number,
  own: { readonly summaries: readonly object[] },
): Promise<Response> {
  const given = await ask();
  const answer = new Response(given.body && withOwn(given.body, own));
  const headers = headersOf(format, now);
  if (format === "json") return new Response(answer.body, { headers });
  const everything = v.parse(Everything, JSON.parse(await textOf(answer, PAGE_BYTES)));
  return new Response(exportPage(everything), { headers });
}
