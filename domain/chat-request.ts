import * as v from "valibot";
import { type CategoryKey, normaliseCategory } from "./categories.ts";
import { MESSAGE_CHARACTERS } from "./messages.ts";
import { isPhase, type PhaseKey } from "./phases.ts";
import { type FieldError, ProblemError } from "./problems.ts";
import { storable } from "./text.ts";

export { MESSAGE_CHARACTERS };

/** The single message with which older clients ask for the initial greeting. */
export const START_SESSION = "START_SESSION";

/** What a request for a turn asks, after the border: normalised, and free of what the client merely claims. */
export interface ChatRequest {
  /** The client's id of the conversation; null where the object chooses. */
  readonly conversationId: string | null;
  /** Null where the request names none. */
  readonly category: CategoryKey | null;
  /** Null where the request names none. */
  readonly phase: PhaseKey | null;
  readonly trigger: "submit-message" | "regenerate-message";
  /** The message that an edit, regenerate or continue is about. */
  readonly targetId: string | null;
  /** The newest user message; null for a greeting or a regenerate. */
  readonly message: { readonly id: string | null; readonly text: string } | null;
  readonly greeting: boolean;
  /** Whether the body looks like the AI SDK's: decides the form of the stream where `Accept` does not. */
  readonly uiMessages: boolean;
}

/** A client's id: 1-128 characters without control characters. Half a surrogate pair is no character. */
export const Id = v.pipe(
  v.string(),
  v.regex(/^[^\p{Cc}\p{Cs}]{1,128}$/u, "1-128 characters without control characters"),
);

const Part = v.looseObject({ type: v.string(), text: v.optional(v.string()) });

const IncomingMessage = v.looseObject({
  id: v.optional(v.string()),
  role: v.string(),
  content: v.optional(v.union([v.string(), v.array(Part)])),
  parts: v.optional(v.array(Part)),
});

/** The body of `POST /api/viva/chat`. Fields of other clients are let through and not read. */
export const ChatBody = v.looseObject({
  messages: v.optional(v.array(IncomingMessage), []),
  visionBuildPhase: v.nullish(v.string()),
  context: v.nullish(
    v.looseObject({
      category: v.nullish(v.string()),
      isInitialGreeting: v.nullish(v.boolean()),
    }),
  ),
  id: v.nullish(Id),
  trigger: v.nullish(v.picklist(["submit-message", "regenerate-message"])),
  messageId: v.nullish(Id),
});

type Incoming = v.InferOutput<typeof IncomingMessage>;

function textOf(message: Incoming): string {
  const parts = message.parts ?? message.content ?? "";
  if (typeof parts === "string") return parts;
  return parts.map((part) => (part.type === "text" ? (part.text ?? "") : "")).join("");
}

/** The issues of a failed parse, as a problem's `errors`. */
export function fieldErrors(issues: readonly v.BaseIssue<unknown>[]): FieldError[] {
  return issues.slice(0, 20).map((issue) => ({
    path: v.getDotPath(issue) ?? "",
    message: issue.message,
  }));
}

function invalid(path: string, message: string): ProblemError {
  return new ProblemError("invalid_request", { errors: [{ path, message }] });
}

function checkedMessage(message: Incoming, index: number): { id: string | null; text: string } {
  const path = `messages.${index}`;
  if (message.id !== undefined && message.id !== "" && !v.is(Id, message.id)) {
    throw invalid(`${path}.id`, "1-128 characters without control characters");
  }
  const text = storable(textOf(message));
  if (text.trim() === "") throw new ProblemError("message_empty");
  if (text.length > MESSAGE_CHARACTERS) throw new ProblemError("message_too_long");
  return { id: message.id || null, text };
}

/**
 * Parses the JSON body of a chat request, once, at the border.
 * @throws ProblemError invalid_request, unknown_category, unknown_phase, message_empty, message_too_long
 */
export function parseChatRequest(body: unknown): ChatRequest {
  const parsed = v.safeParse(ChatBody, body);
  if (!parsed.success) {
    throw new ProblemError("invalid_request", { errors: fieldErrors(parsed.issues) });
  }
  const { messages, visionBuildPhase, context, id, trigger, messageId } = parsed.output;

  const phase = visionBuildPhase ?? null;
  if (phase !== null && !isPhase(phase)) throw new ProblemError("unknown_phase");
  const categoryName = context?.category ?? null;
  const category = categoryName === null ? null : (normaliseCategory(categoryName) ?? null);
  if (categoryName !== null && category === null) throw new ProblemError("unknown_category");

  const request = {
    conversationId: id ?? null,
    category,
    phase,
    trigger: trigger ?? "submit-message",
    targetId: messageId ?? null,
    uiMessages: Boolean(trigger) || messages.some((message) => message.parts !== undefined),
  } as const;

  const only = messages.length === 1 ? messages[0] : undefined;
  const asksForStart = only?.role === "user" && textOf(only).trim() === START_SESSION;
  if (asksForStart || context?.isInitialGreeting) {
    return { ...request, trigger: "submit-message", targetId: null, message: null, greeting: true };
  }
  if (request.trigger === "regenerate-message") {
    return { ...request, message: null, greeting: false };
  }
  const index = messages.findLastIndex((message) => message.role === "user");
  const newest = messages[index];
  // A continue names the interrupted answer and needs no new message.
  if (!newest && request.targetId === null) throw new ProblemError("message_empty");
  const message = newest ? checkedMessage(newest, index) : null;
  return { ...request, message, greeting: false };
}
