import type { Subject } from "./subject.ts";

/** An answer over HTTP, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown;
  /** When it came in, in milliseconds since the epoch. */
  readonly at: number;
}

/** No answer, and why: a few words without the address's secrets. */
export interface NoAnswer {
  readonly failure: string;
}

const TIMEOUT_MS = 15_000;

/** Asks over HTTP, following no redirect. Never rejects. */
export async function ask(
  { fetch, now }: Pick<Subject, "fetch" | "now">,
  url: string,
  init: RequestInit = {},
): Promise<Answer | NoAnswer> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { redirect: "manual", signal, ...init });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: parsed(text),
      at: now(),
    };
  } catch (error) {
    return { failure: whyNot(error) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The network's own word, in place of a stack of causes. */
export function whyNot(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  if (name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1000} s`;
  switch (cause?.code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "there is no such host";
    case "ECONNREFUSED":
      return "nothing listens there";
    case "CERT_HAS_EXPIRED":
      return "its certificate has expired";
    default:
      return cause?.code ?? "the connection failed";
  }
}
