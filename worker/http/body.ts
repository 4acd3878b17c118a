import { ProblemError } from "../../domain/problems.ts";

/** The largest body of a chat request in bytes: stock clients send their whole list of messages. */
export const CHAT_BODY_BYTES = 1024 * 1024;
/** The largest body of a database webhook in bytes: a whole vision, as it was and as it is. */
export const HOOK_BODY_BYTES = 2 * 1024 * 1024;
/** The largest body of a browser's reports on its content security policy in bytes. */
export const CSP_BODY_BYTES = 16 * 1024;
/** The largest body of any other request in bytes. */
export const JSON_BODY_BYTES = 64 * 1024;

/** workerd's zlib refuses an output that just fits: it wants a buffer of 16 KiB to spare. */
const ZLIB_ROOM = 32 * 1024;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/**
 * How a body is decompressed, by its `Content-Encoding`. Not DecompressionStream: workerd's has no
 * back-pressure, so that a body of 1 MiB would become 1 GiB in memory before anyone could count it.
 */
const CODINGS = new Map<string, "gunzipSync" | "inflateSync" | "brotliDecompressSync">([
  ["gzip", "gunzipSync"],
  ["x-gzip", "gunzipSync"],
  ["deflate", "inflateSync"],
  ["br", "brotliDecompressSync"],
]);

/**
 * Reads a JSON body, plain or compressed with gzip, deflate or br. The bytes are counted, compressed and
 * decompressed: what a header says is not trusted to be within the limit.
 * @throws ProblemError body_too_large, invalid_json, invalid_request, unsupported_encoding
 */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  return parse(await readText(request, limit));
}

/**
 * The same where the body may be missing: `undefined` then.
 * @throws ProblemError body_too_large, invalid_json, invalid_request, unsupported_encoding
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

/** @throws ProblemError body_too_large, invalid_request, unsupported_encoding */
async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const coding = request.headers.get("content-encoding")?.trim().toLowerCase() || "identity";
  const decompress = CODINGS.get(coding);
  if (!decompress && coding !== "identity") {
    await request.body?.cancel();
    throw new ProblemError("unsupported_encoding");
  }
  const bytes = await readRaw(request, limit);
  if (!decompress || bytes.length === 0) return bytes;
  // Loaded when it is asked for: hardly any client compresses what it sends.
  const zlib = await import("node:zlib");
  let whole: Uint8Array;
  try {
    whole = zlib[decompress](bytes, { maxOutputLength: limit + ZLIB_ROOM });
  } catch (error) {
    if (error instanceof RangeError) throw new ProblemError("body_too_large", {}, { cause: error });
    const errors = [{ path: "Content-Encoding", message: `the body is not valid ${coding}` }];
    throw new ProblemError("invalid_request", { errors }, { cause: error });
  }
  if (whole.length > limit) throw new ProblemError("body_too_large");
  return whole;
}

/** Piece by piece, counting. What tells its length has ended with it: the last piece is not asked for in vain. */
async function readRaw({ body, headers }: Request, limit: number): Promise<Uint8Array> {
  if (!body) return new Uint8Array();
  const told = Number(headers.get("content-length") ?? Number.NaN);
  const reader = body.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      // The client, or what stands before it, has broken off.
      throw new ProblemError("invalid_json", { detail: "The request broke off." }, { cause });
    });
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
