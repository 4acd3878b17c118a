import { type Schema, Validator } from "@cfworker/json-schema";
import { expect } from "vitest";
import type { ProblemCode } from "../../../domain/problems.ts";
import { call } from "./api.ts";
import { parseEvents } from "./streams.ts";

/** What of an OpenAPI document is read here. */
export interface ApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface ApiOperation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> };
  readonly responses: Readonly<Record<string, ApiAnswer>>;
}

interface ApiAnswer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { schema: Schema; "x-event-data"?: Schema }>>;
}

/** An answer that has been held to the document: its body is read. */
export interface CheckedAnswer {
  readonly status: number;
  readonly text: string;
  /** Null for a body that is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: read by what the route answers
  readonly json: any;
}

const FORM = /^[^;]+/;
/** Members that some problems have beside those of all. */
const OPEN = new Set(["Problem"]);

/** The same schema without room for what it does not name: an answer may tell no more than the document. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closed(value)]),
  );
  const names = "properties" in inner && "required" in inner && !("additionalProperties" in inner);
  return names ? { ...inner, additionalProperties: false } : inner;
}

/** Holds answers to the document that the Worker gives of itself, and remembers which were seen. */
export class Contract {
  readonly document: ApiDocument;
  /** What was answered: `GET /api/turns/{id} 200`. */
  readonly seen = new Set<string>();
  /** Codes of the problems that came, in answers and in streams. */
  readonly codes = new Set<ProblemCode>();
  readonly #schemas: Record<string, unknown>;

  private constructor(document: ApiDocument) {
    this.document = document;
    this.#schemas = Object.fromEntries(
      Object.entries(document.components.schemas).map(([name, schema]) => [
        name,
        OPEN.has(name) ? schema : closed(schema),
      ]),
    );
  }

  /** Reads the document from the Worker. */
  static async read(): Promise<Contract> {
    return new Contract(await (await call("/api/openapi.json")).json());
  }

  /** The operation that a request is, with its path as the document writes it. */
  operation(method: string, url: string): [path: string, operation: ApiOperation] | null {
    const { pathname } = new URL(url, "https://any");
    for (const [path, operations] of Object.entries(this.document.paths)) {
      const operation = operations[method.toLowerCase()];
      const pattern = path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+");
      if (operation && new RegExp(`^${pattern}$`).test(pathname)) return [path, operation];
    }
    return null;
  }

  /** Errors of a value against a schema of the document; none where it fits. */
  errors(schema: Schema, value: unknown): string[] {
    const whole = {
      ...(closed(schema) as Schema),
      components: { schemas: this.#schemas },
    } as Schema;
    const { errors } = new Validator(whole, "2020-12", false).validate(value);
    return errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
  }

  /** Calls the Worker and holds its answer to the document. */
  async call(method: string, url: string, init: RequestInit = {}): Promise<CheckedAnswer> {
    return this.check(method, url, await call(url, { ...init, method }));
  }

  /** Holds an answer to the document: status, headers, form and body. Reads the body. */
  async check(method: string, url: string, response: Response): Promise<CheckedAnswer> {
    const { status, headers } = response;
    const found = this.operation(method, url);
    if (!found) throw new Error(`${method} ${url} is not in the document`);
    const [path, { responses }] = found;
    const what = `${method} ${path} ${status}`;
    const answer = responses[status];
    if (!answer) throw new Error(`${what} is not in the document: ${await response.text()}`);
    this.seen.add(what);
    const text = await response.text();
    const [form] = FORM.exec(headers.get("content-type") ?? "") ?? [];
    if (!answer.content) {
      expect([what, form, text]).toEqual([what, undefined, ""]);
      return { status, text, json: null };
    }
    const content = answer.content[form ?? ""];
    if (!content) throw new Error(`${what}: ${form} is not in the document`);
    for (const name of Object.keys(answer.headers)) {
      // Those that come only sometimes: with a stream, or where there is something to say.
      if (form === "application/json" && /^(X-(Turn|Conv)|Server-T)/.test(name)) continue;
      if (form === "application/problem+json" && name !== "X-Request-Id") continue;
      if (name === "Retry-After" || name === "Server-Timing") continue;
      expect(headers.get(name), `${what}: ${name}`).not.toBeNull();
    }
    const json = form?.endsWith("json") ? JSON.parse(text) : null;
    expect(this.errors(content.schema, json ?? text), what).toEqual([]);
    if (form === "application/problem+json") this.codes.add(json.code);
    if (content["x-event-data"]) this.#checkEvents(content["x-event-data"], text);
    return { status, text, json };
  }

  #checkEvents(schema: Schema, text: string): void {
    const events = parseEvents(text);
    expect(events.at(-1)?.part).toBeNull();
    for (const { part } of events.slice(0, -1)) {
      expect(this.errors(schema, part), JSON.stringify(part)).toEqual([]);
      if (part?.type === "data-problem") this.codes.add((part.data as { code: ProblemCode }).code);
    }
  }
}
