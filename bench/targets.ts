import type { Call } from "./client.ts";

/** Something that answers a turn. */
export interface Target {
  name: string;
  /** The request of the `index`-th client of a wave, which carries the mark in its newest message. */
  call(index: number, mark: string): Call;
}

/** What a provider's stream begins its first word with; the rehearsal's words are w1, w2 … */
const FIRST_DELTA = '"content":"w1"';
/** Stands in a recorded request where each turn's own mark goes. */
export const MARK = "#MARK#";

function providerCall(url: string, payload: string, mark: string): Call {
  return {
    url,
    headers: { authorization: "Bearer rehearsal", "content-type": "application/json" },
    body: payload.replace(MARK, mark),
    firstWord: FIRST_DELTA,
  };
}

/** Straight to the provider; `payload` is a request body with a {@link MARK}. */
export function directTarget(provider: string, payload: string): Target {
  const url = `${provider}/chat/completions`;
  return {
    name: "straight to the provider",
    call: (_index, mark) => providerCall(url, payload, mark),
  };
}

/** Through the bare Worker, an object for each client. */
export function bareTarget(origin: string, payload: string): Target {
  return {
    name: "bare Worker + object",
    call: (index, mark) => providerCall(`${origin}/api/${index}`, payload, mark),
  };
}

/** What our event stream, which the client and the AI SDK read, begins its first word with. */
const FIRST_TEXT = '"type":"text-delta"';
/** Conversations are left after a few turns, so that all requests are of about one size. */
const TURNS_AROUND = 32;

function conversationOf(mark: string): string {
  return `talk-${Math.floor(Number.parseInt(mark.slice(1), 10) / TURNS_AROUND)}`;
}

/** Through this product, as the member of the token. */
export function productTarget(
  name: string,
  origin: string,
  token: (index: number) => string,
): Target {
  return {
    name,
    call: (index, mark) => ({
      url: `${origin}/api/viva/chat`,
      headers: {
        authorization: `Bearer ${token(index)}`,
        "content-type": "application/json",
        accept: "text/event-stream",
      },
      body: JSON.stringify({
        id: conversationOf(mark),
        messages: [
          { role: "user", content: `${mark} My weeks are full and my evenings are empty.` },
        ],
        visionBuildPhase: "contrast",
        context: { category: "fun" },
      }),
      firstWord: FIRST_TEXT,
    }),
  };
}
