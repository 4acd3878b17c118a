import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { PROBLEM_TITLES, PROBLEMS, type ProblemCode } from "../../domain/problems.ts";
import type { Route } from "../routes/route.ts";
import { HEADERS, REQUEST_HEADERS } from "./headers.ts";
import { OPERATIONS, type Operation } from "./operations.ts";
import * as shapes from "./shapes.ts";
import { StreamPart } from "./stream.ts";

/** A piece of the document. */
type Json = Readonly<Record<string, unknown>>;

/** The shapes that have a name of their own in the document. */
const NAMED = {
  Assessment: shapes.AssessmentShape,
  Conversation: shapes.ConversationShape,
  ConversationSummary: shapes.ConversationSummaryShape,
  Credits: shapes.CreditsShape,
  DiscoveryStep: shapes.DiscoveryShape,
  Message: shapes.MessageShape,
  Problem: shapes.ProblemShape,
  ProfileState: shapes.ProfileShape,
  StreamPart,
  SyncState: shapes.SyncShape,
  Turn: shapes.TurnShape,
  TurnTimings: shapes.TimingsShape,
  TurnUsage: shapes.UsageShape,
  Vision: shapes.VisionShape,
  VisionSummary: shapes.VisionSummaryShape,
  WrittenText: shapes.WrittenTextShape,
} satisfies Record<string, v.GenericSchema>;

/** What all routes can answer. */
const ALWAYS: readonly ProblemCode[] = ["internal", "misconfigured"];
/** What all routes for members can answer: their token, or its keys, may be no good. */
const MEMBER: readonly ProblemCode[] = [
  "unauthorized",
  "token_expired",
  "session_revoked",
  "insufficient_aal",
  "forbidden",
  "database_unavailable",
];
/** What all routes with a body can answer. */
const BODY: readonly ProblemCode[] = [
  "invalid_json",
  "invalid_request",
  "body_too_large",
  "unsupported_encoding",
];

/**
 * The JSON Schema of what is sent, with references to the named shapes. Checks that it cannot tell,
 * such as a date that is in the calendar, are left out.
 */
function schemaOf(schema: v.GenericSchema): Json {
  const { $schema: _, $defs: __, ...own } = toJsonSchema(schema, CONVERSION);
  return referring(own) as Json;
}

const CONVERSION = {
  target: "draft-2020-12",
  typeMode: "input",
  errorMode: "ignore",
  definitions: NAMED,
} as const;

/** Points references at the document's components. */
function referring(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, of]) => [
      key,
      key === "$ref" && typeof of === "string"
        ? of.replace("#/$defs/", "#/components/schemas/")
        : referring(of),
    ]),
  );
}

function componentSchemas(): Json {
  return Object.fromEntries(
    Object.entries(NAMED).map(([name, shape]) => {
      const { [name]: _, ...others } = NAMED as Record<string, v.GenericSchema>;
      const {
        $schema: __,
        $defs: ___,
        ...own
      } = toJsonSchema(shape, {
        ...CONVERSION,
        definitions: others,
      });
      return [name, referring(own)];
    }),
  );
}

const json = (schema: Json) => ({ "application/json": { schema } });

/** An answer of one status. */
interface Answer {
  readonly description: string;
  readonly headers: Json;
  readonly content?: Json;
}

/** Problem answers by status: each with the codes that it can carry there. */
function problemAnswers(codes: readonly ProblemCode[]): Record<string, Answer> {
  const byStatus = Map.groupBy(new Set(codes), (code) => PROBLEMS[code].status);
  const answers = Array.from(byStatus, ([status, all]) => [
    status,
    {
      description: all.map((code) => `\`${code}\`: ${PROBLEM_TITLES[code]}`).join(". "),
      headers: {
        ...HEADERS.always,
        ...(all.some((code) => PROBLEMS[code].retryable) && HEADERS.retryAfter),
      },
      content: {
        "application/problem+json": {
          schema: {
            allOf: [
              { $ref: "#/components/schemas/Problem" },
              { properties: { code: { enum: all }, status: { const: status } } },
            ],
          },
        },
      },
    },
  ]);
  return Object.fromEntries(answers);
}

/** The stream of an answer: events, each with a part as its data, or the bare words. */
const STREAM = {
  "text/event-stream": {
    schema: { type: "string" },
    "x-event-data": { $ref: "#/components/schemas/StreamPart" },
  },
  "text/plain": { schema: { type: "string" } },
} as const;

function goodAnswers({ answers = {}, streams, tagged }: Operation): Record<string, Answer> {
  const statuses = new Set([...(streams ? [200] : []), ...Object.keys(answers).map(Number)]);
  return Object.fromEntries(
    Array.from(statuses, (status) => {
      const shape = answers[status];
      const stream = streams && status === 200;
      const content = { ...(shape && json(schemaOf(shape))), ...(stream && STREAM) };
      const answer = {
        description: DESCRIPTIONS[status] ?? "",
        headers: {
          ...HEADERS.always,
          ...(tagged && HEADERS.tag),
          ...(stream && HEADERS.stream),
        },
        ...(Object.keys(content).length > 0 && { content }),
      };
      return [status, answer];
    }),
  );
}

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  101: "The connection stays open.",
  200: "As asked.",
  201: "Made.",
  204: "Nothing to tell.",
  503: "Not ready.",
};

/** Both kinds of answers; where they share a status, its forms side by side. */
function answersOf(operation: Operation, codes: readonly ProblemCode[]): Json {
  const good: Record<string, Answer> = goodAnswers(operation);
  const merged = { ...good };
  for (const [status, problem] of Object.entries(problemAnswers(codes))) {
    const { content, headers } = good[status] ?? {};
    merged[status] = {
      ...problem,
      headers: { ...headers, ...problem.headers },
      content: { ...content, ...problem.content },
    };
  }
  return merged;
}

/** Parameters in path, query and headers. */
function parametersOf({ path, query }: Route, { headers = [] }: Operation): Json[] {
  const inPath = Array.from(path.matchAll(/:(\w+)/g), ([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const inQuery = Object.entries(query?.entries ?? {}).map(([name, entry]) => ({
    name,
    in: "query",
    required: false,
    schema: schemaOf(entry),
  }));
  return [...inPath, ...inQuery, ...headers.map((name) => REQUEST_HEADERS[name])];
}

function bodyOf({ body }: Route): Json {
  if (!body) return {};
  // What may be missing may be null as well.
  const required = body.type !== "nullish";
  return { requestBody: { required, content: json(schemaOf(body)) } };
}

const SECURITY = {
  member: [{ member: [] }],
  ticket: [{ protocol: [] }],
  operator: [{ operator: [] }],
  supabase: [],
  anyone: [],
} as const;

/** `GET /api/turns/:id` → `getTurnsById`. */
function operationId(method: string, path: string): string {
  const words = path
    .replace("/api/", "")
    .replaceAll(/:(\w+)/g, "by-$1")
    .split(/[^A-Za-z0-9]+/);
  const camel = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return method.toLowerCase() + camel.join("");
}

function operationOf(route: Route): Json {
  const { method, path, caller } = route;
  const found = OPERATIONS[`${method} ${path}`];
  const operation: Operation = found ?? { summary: "" };
  const codes = [
    ...ALWAYS,
    ...(caller === "member" || caller === "ticket" ? MEMBER : []),
    ...(route.body ? BODY : []),
    ...("limit" in route && route.limit ? (["rate_limited"] as const) : []),
    ...(operation.problems ?? []),
  ];
  const { summary, description } = operation;
  const parameters = parametersOf(route, operation);
  return {
    operationId: operationId(method, path),
    // A route that nobody has described yet shows as one without a summary.
    ...(summary !== "" && { summary }),
    ...(description && { description }),
    security: SECURITY[caller],
    ...(parameters.length > 0 && { parameters }),
    ...bodyOf(route),
    responses: answersOf(operation, codes),
  };
}

function document(routes: readonly Route[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const { method, path } = route;
    const written = path.replaceAll(/:(\w+)/g, "{$1}");
    paths[written] = { ...paths[written], [method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "VIVA Edge",
      version: "0.1.0",
      description:
        "VIVA, the coach of VibrationFit. Problems are `application/problem+json`; an unknown " +
        "path is 404 `not_found`, another method 405 `method_not_allowed`, whose `Allow` names the " +
        "right ones. Every GET route takes HEAD, and every route OPTIONS.",
    },
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        member: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        protocol: { type: "apiKey", in: "header", name: "Sec-WebSocket-Protocol" },
        operator: { type: "apiKey", in: "header", name: "X-Ops-Secret" },
      },
    },
  };
}

let made: Json | undefined;

/**
 * The API as an OpenAPI 3.1 document: the route table with what `OPERATIONS` tells of each route, and
 * JSON Schemas made from the schemas that parse the requests. Made when it is first asked for.
 */
export function openapiDocument(routes: readonly Route[]): Json {
  made ??= document(routes);
  return made;
}
