import * as v from "valibot";
import { type CategoryKey, normaliseCategory } from "./categories.ts";
import { MESSAGE_CHARACTERS } from "./messages.ts";
import { isPhase, type PhaseKey } from "./phases.ts";
import { type FieldError, ProblemError } from "./problems.ts";
import { cleanText, isBlank, tidyText } from "./text.ts";

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

const ID_RULE = "1-128 characters without control characters";

/** A client's id. Half a surrogate pair is no character. */
export const Id = v.pipe(v.string(), v.regex(/^[^\p{Cc}\p{Cs}]{1,128}$/u, ID_RULE));

/** Part types that carry words; Gemini's parts have no type. */
const TEXT_TYPES: readonly unknown[] = ["text", "input_text", undefined, null];

const isTextPart = (part: unknown): part is object =>
  isObject(part) && TEXT_TYPES.includes((part as { type?: unknown }).type);

/** A part of a message: words by themselves, a text part, or anything else, which is not read. */
const Part = v.pipe(
  v.lazy((part) =>
    isTextPart(part) ? v.looseObject({ text: v.nullish(v.string(), "") }) : v.unknown(),
  ),
  v.transform((part) => {
    if (typeof part === "string") return part;
    return isTextPart(part) ? (part as { readonly text: string }).text : "";
  }),
);

/** The newest user message. Its words are in `parts` or, if there are none, in `content`. */
const NewestMessage = v.pipe(
  v.looseObject({
    // Some clients send an empty id for none.
    id: v.nullish(v.union([v.literal(""), Id], ID_RULE)),
    content: v.nullish(v.lazy((given) => (Array.isArray(given) ? v.array(Part) : v.string()))),
    parts: v.nullish(v.array(Part)),
  }),
  v.transform(({ id, content, parts }) => ({
    id: id || null,
    text: parts?.join("") || (typeof content === "string" ? content : (content ?? []).join("")),
  })),
);

/** The body of `POST /api/viva/chat`. Fields of other clients are let through and not read. */
export const ChatBody = v.looseObject({
  messages: v.nullish(
    v.pipe(
      v.array(v.unknown()),
      v.description(
        "Only the newest entry with the role `user` is read: its `id`, and its words in `parts` " +
          "(AI SDK) or `content` (a text or a list of parts). All other entries may be anything.",
      ),
    ),
  ),
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

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** An entry of the list that the member wrote. */
function isUserMessage(entry: unknown): boolean {
  return isObject(entry) && (entry as { role?: unknown }).role === "user";
}

/** Whether an entry of the list looks like the AI SDK's. */
function hasParts(entry: unknown): boolean {
  return isObject(entry) && Array.isArray((entry as { parts?: unknown }).parts);
}

/** The issues of a failed parse, as a problem's `errors`. */
export function fieldErrors(issues: readonly v.BaseIssue<unknown>[]): FieldError[] {
  return issues.slice(0, 20).map((issue) => ({
    path: v.getDotPath(issue) ?? "",
    message: issue.message,
  }));
}

/** @throws ProblemError invalid_request, message_empty, message_too_long */
function checkedMessage(entry: unknown, index: number): { id: string | null; text: string } {
  const parsed = v.safeParse(NewestMessage, entry);
  if (!parsed.success) {
    const errors = fieldErrors(parsed.issues).map(({ path, message }) => ({
      path: `messages.${index}.${path}`,
      message,
    }));
    throw new ProblemError("invalid_request", { errors });
  }
  const { id, text: given } = parsed.output;
  if (isBlank(given)) throw new ProblemError("message_empty");
  const text = cleanText(given);
  if (text.length > MESSAGE_CHARACTERS) throw new ProblemError("message_too_long");
  return { id, text };
}

/** Whether the list is the single message of older clients that asks for the greeting. */
function asksForStart(messages: readonly unknown[]): boolean {
  if (messages.length !== 1 || !isUserMessage(messages[0])) return false;
  const only = v.safeParse(NewestMessage, messages[0]);
  return only.success && tidyText(only.output.text) === START_SESSION;
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
  const { visionBuildPhase, context, id, trigger, messageId } = parsed.output;
  const messages = parsed.output.messages ?? [];

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
    uiMessages: Boolean(trigger) || messages.some(hasParts),
  } as const;

  if (asksForStart(messages) || context?.isInitialGreeting) {
    return { ...request, trigger: "submit-message", targetId: null, message: null, greeting: true };
  }
  if (request.trigger === "regenerate-message") {
    return { ...request, message: null, greeting: false };
  }
  const index = messages.findLastIndex(isUserMessage);
  // A continue names the interrupted answer and needs no new message.
  if (index === -1 && request.targetId === null) throw new ProblemError("message_empty");
  const message = index === -1 ? null : checkedMessage(messages[index], index);
  return { ...request, message, greeting: false };
}
