import { StreamReader } from "./streams.ts";

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** What browsers may do with any answer, and how much a member may still ask: no matter of the stream. */
const ASIDE =
  /^(content-security-policy|cross-origin-|permissions-policy|ratelimit|referrer-policy|strict-transport-security|x-content-type-options|x-frame-options)/;

/**
 * A text with what differs from run to run made equal: ids by the order in which they appear, times,
 * how long the prompt was, and how much an event is padded.
 */
function normalised(text: string): string {
  const names = new Map<string, string>();
  return text
    .replaceAll(UUID, (id) => {
      const name = names.get(id) ?? `<id-${names.size + 1}>`;
      names.set(id, name);
      return name;
    })
    .replaceAll(/"(firstWordMs|oursMs|upstreamMs)":\d+/g, '"$1":<ms>')
    .replaceAll(/"(inputTokens|cachedInputTokens)":\d+/g, '"$1":<n>')
    .replaceAll(/"renewsAt":"[^"]+"/g, '"renewsAt":<time>')
    .replaceAll(/^: +$/gm, ":<padding>")
    .replaceAll(/;dur=\d+\.\d/g, ";dur=<ms>");
}

/** Status and the stream's own headers of an answer, and its body as far as it came, as one text to keep. */
export async function transcriptOf(
  response: Response,
  body: Promise<string> = bodyOf(response),
): Promise<string> {
  const headers = Array.from(response.headers, ([name, value]) => `${name}: ${value}`)
    .filter((header) => !ASIDE.test(header))
    .sort();
  return `${normalised([response.status, ...headers, "", await body].join("\n"))}\n`;
}

/** The body; where it breaks off, with a mark that says so. */
export async function bodyOf(response: Response, begun?: StreamReader): Promise<string> {
  if (!response.body) return "";
  const reader = begun ?? new StreamReader(response);
  try {
    return await reader.rest();
  } catch {
    return `${reader.text}<the body breaks off>`;
  }
}
