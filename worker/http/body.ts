import { ProblemError } from "../../domain/problems.ts";

/** The largest body of a chat request in bytes: stock clients send their whole list of messages. */
export const CHAT_BODY_BYTES = 1024 * 1024;
/** The largest body of a database webhook in bytes: a whole vision, as it was and as it is. */
export const HOOK_BODY_BYTES = 2 * 1024 * 1024;
/** The largest body of any other request in bytes. */
export const JSON_BODY_BYTES = 64 * 1024;

/**
 * Reads a JSON body as a stream, counting: what a header says about its length is not trusted.
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
  if (!request.body) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  const reader = request.body.getReader();
  let bytes = 0;
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > limit) throw new ProblemError("body_too_large");
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    // A TypeError of the decoder: the bytes are not UTF-8, and so not JSON.
    if (error instanceof TypeError) throw new ProblemError("invalid_json");
    throw error;
  }
}
