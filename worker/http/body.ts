import { ProblemError } from "../../domain/problems.ts";

/** The largest body of a chat request in bytes: stock clients send their whole list of messages. */
export const CHAT_BODY_BYTES = 1024 * 1024;
/** The largest body of a database webhook in bytes: a whole vision, as it was and as it is. */
export const HOOK_BODY_BYTES = 2 * 1024 * 1024;
/** The largest body of any other request in bytes. */
export const JSON_BODY_BYTES = 64 * 1024;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/**
 * Reads a JSON body, counting: what a header says is not trusted to be within the limit.
 * @throws ProblemError body_too_large, invalid_json
 */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  return parse(await readText(request, limit));
}

/**
 * The same where the body may be missing: `undefined` then.
 * @throws ProblemError body_too_large, invalid_json
 */
export async function readOptionalJson(request: Request, limit: number): Promise<unknown> {
  const text = await readText(request, limit);
  return text.trim() === "" ? undefined : parse(text);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError("invalid_json");
  }
}

async function readText(request: Request, limit: number): Promise<string> {
  const bytes = await readBytes(request, limit);
  try {
    return utf8.decode(bytes);
  } catch {
    // Not UTF-8, and so not JSON.
    throw new ProblemError("invalid_json");
  }
}

/** Piece by piece, counting. What tells its length has ended with it: the last piece is not asked for in vain. */
async function readBytes({ body, headers }: Request, limit: number): Promise<Uint8Array> {
  if (!body) return new Uint8Array();
  const told = Number(headers.get("content-length") ?? Number.NaN);
  const reader = body.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (!done) {
      pieces.push(value);
      length += value.byteLength;
    }
    if (length > limit) {
      reader.cancel().catch(() => {});
      throw new ProblemError("body_too_large");
    }
    if (done || length === told) break;
  }
  const [first] = pieces;
  return first && pieces.length === 1 ? first : await new Blob(pieces).bytes();
}
