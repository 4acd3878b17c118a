import type { Control } from "./types.ts";

/** An answer other than 200, in OpenAI's shape. */
export class ModelError extends Error {
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;

  constructor(
    status: number,
    message: string,
    options: { type?: string; param?: string; code?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.type = options.type ?? (status >= 500 ? "server_error" : "invalid_request_error");
    this.param = options.param ?? null;
    this.code = options.code ?? null;
  }

  /** The response body. */
  body(): string {
    const { message, type, param, code } = this;
    return JSON.stringify({ error: { message, type, param, code } });
  }
}

/** Parameters that are not taken, told in one of three ways. */
export function unsupported(names: readonly string[], as: Control["refuseAs"]): ModelError {
  const [param = ""] = names;
  if (as === "words")
    return new ModelError(400, `Unrecognized request argument supplied: ${param}`);
  if (as === "list") return new ListedError(names);
  const message = `Unsupported parameter: '${param}' is not supported with this model.`;
  return new ModelError(400, message, { param, code: "unsupported_parameter" });
}

/** A refusal as servers on FastAPI write it. */
class ListedError extends ModelError {
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    super(422, "Unprocessable Entity");
    this.#names = names;
  }

  override body(): string {
    const detail = this.#names.map((name) => ({
      type: "extra_forbidden",
      loc: ["body", name],
      msg: "Extra inputs are not permitted",
      input: null,
    }));
    return JSON.stringify({ detail });
  }
}

/** No key was sent. */
export function missingKey(): ModelError {
  return new ModelError(401, "You sent no API key. Send one as 'Authorization: Bearer <key>'.");
}

/** A key was sent, the wrong one. */
export function wrongKey(): ModelError {
  return new ModelError(401, "Incorrect API key provided.", { code: "invalid_api_key" });
}

/** The error answer a fault stands for. */
export function faultError(fault: "429" | "500" | "401" | "400"): ModelError {
  switch (fault) {
    case "429":
      return new ModelError(429, "Rate limit reached for requests. Please try again later.", {
        type: "requests",
        code: "rate_limit_exceeded",
      });
    case "500":
      return new ModelError(500, "The server had an error while processing your request.");
    case "401":
      return wrongKey();
    case "400":
      return new ModelError(400, "Invalid value for 'messages'.", {
        param: "messages",
        code: "invalid_value",
      });
  }
}
