import * as v from "valibot";
import { CATEGORY_KEYS } from "../../domain/categories.ts";
import type { Sections } from "../../domain/context.ts";
import type { Credits } from "../../domain/credits.ts";
import type { Assessment, ProfileState, Vision, VisionSummary } from "../../domain/journey.ts";
import type {
  ClientConfig,
  Conversation,
  ConversationSummary,
  Message,
  SyncState,
  Turn,
  TurnTimings,
  TurnUsage,
} from "../../domain/messages.ts";
import { PHASE_KEYS } from "../../domain/phases.ts";
import { PROBLEM_CODES, type Problem } from "../../domain/problems.ts";
import type { VoiceFinding } from "../../domain/voice.ts";
import type { DiscoveryAnswer, WrittenText } from "../../domain/writing.ts";
import type { Readiness } from "../deployment/ready.ts";

/**
 * Holds a schema to the type that the code answers with: what it promises must be there. Lists are
 * read-only there and plain here.
 */
const shapeOf =
  <Type>() =>
  <Schema extends v.GenericSchema<Type>>(schema: Schema): Schema =>
    schema;

const Category = v.picklist(CATEGORY_KEYS);
const Phase = v.picklist(PHASE_KEYS);
const Time = v.pipe(v.string(), v.isoTimestamp());
const Uuid = v.pipe(v.string(), v.uuid());
const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Percent = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100));
const Milliseconds = v.nullable(v.pipe(v.number(), v.minValue(0)));
const Code = v.picklist(PROBLEM_CODES);

const TURN_STATES = [
  "streaming",
  "complete",
  "stopped",
  "interrupted",
  "superseded",
  "failed",
] as const;

/** One field of a request that is not as it should be. */
const FieldErrors = v.array(v.object({ path: v.string(), message: v.string() }));

/** RFC 9457 with our members; particular problems carry more, such as `credits` or `current`. */
export const ProblemShape = shapeOf<Problem>()(
  v.looseObject({
    type: v.pipe(v.string(), v.regex(/^urn:viva:problem:[a-z_]+$/)),
    title: v.string(),
    status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
    detail: v.string(),
    instance: v.optional(v.string()),
    code: Code,
    requestId: v.optional(v.string()),
    retryable: v.boolean(),
    retryAfter: v.optional(Count),
    errors: v.optional(FieldErrors),
  }) as v.GenericSchema<Problem>,
);

export const CreditsShape = shapeOf<Credits>()(
  v.object({ left: Count, limit: Count, renewsAt: Time }),
);

export const UsageShape = shapeOf<TurnUsage>()(
  v.object({
    inputTokens: Count,
    cachedInputTokens: Count,
    outputTokens: Count,
    estimated: v.boolean(),
    credits: Count,
  }),
);

export const TimingsShape = shapeOf<TurnTimings>()(
  v.object({ firstWordMs: Milliseconds, oursMs: Milliseconds, upstreamMs: Milliseconds }),
);

export const MessageShape = shapeOf<Message>()(
  v.object({
    id: v.string(),
    role: v.picklist(["user", "assistant"]),
    parts: v.array(v.object({ type: v.literal("text"), text: v.string() })),
    metadata: v.object({
      turnId: v.nullable(v.string()),
      status: v.picklist([...TURN_STATES, "replaced"]),
      position: Count,
      createdAt: Time,
      usage: v.exactOptional(UsageShape),
      finishReason: v.exactOptional(v.picklist(["length", "content-filter"])),
      errorCode: v.exactOptional(Code),
    }),
  }),
);

const summary = {
  id: v.string(),
  title: v.string(),
  category: v.nullable(Category),
  phase: Phase,
  createdAt: Time,
  updatedAt: Time,
};
export const ConversationSummaryShape = shapeOf<ConversationSummary>()(v.object(summary));

/** A conversation in a list; with `match` where it was searched for. */
export const ConversationFoundShape = v.object({
  ...summary,
  match: v.optional(
    v.nullable(
      v.object({
        messageId: v.string(),
        role: v.picklist(["user", "assistant"]),
        text: v.string(),
      }),
    ),
  ),
});

export const ConversationShape = shapeOf<Conversation>()(
  v.object({
    ...summary,
    messages: v.array(MessageShape),
    olderBefore: v.nullable(Count),
    runningTurn: v.nullable(v.object({ id: v.string(), messageId: v.string(), base: Count })),
  }),
);

export const TurnShape = shapeOf<Turn>()(
  v.object({
    id: v.string(),
    conversationId: v.string(),
    messageId: v.string(),
    state: v.picklist(TURN_STATES),
    errorCode: v.nullable(Code),
    timings: TimingsShape,
    usage: v.nullable(UsageShape),
  }),
);

/** A page of a list. */
export const pageOf = <Item extends v.GenericSchema>(item: Item) =>
  v.object({ items: v.array(item), nextCursor: v.nullable(v.string()) });

const sync = { pending: Count, oldestAgeMs: v.pipe(v.number(), v.minValue(0)), failed: Count };
export const SyncShape = shapeOf<SyncState>()(v.object(sync));
/** What an operator's resend comes to. */
export const ResentShape = v.object({ resent: Count, ...sync });

export const ProfileShape = shapeOf<ProfileState>()(
  v.object({
    profile: v.record(v.string(), v.unknown()),
    completion: Percent,
    missing: v.array(v.string()),
  }),
);

export const AssessmentShape = shapeOf<Assessment>()(
  v.object({
    id: v.nullable(Uuid),
    status: v.picklist(["not_started", "in_progress", "completed"]),
    responses: v.record(v.string(), v.nullable(v.picklist([1, 2, 3, 4, 5]))),
    scores: v.record(
      Category,
      v.object({
        score: Count,
        max: Count,
        percent: Percent,
        greenLine: v.picklist(["above", "transition", "below"]),
      }),
    ) as v.GenericSchema<Assessment["scores"]>,
    total: Count,
    completedAt: v.nullable(Time),
  }),
);

const visionSummary = {
  id: Uuid,
  title: v.string(),
  versionNumber: v.nullable(Count),
  state: v.picklist(["draft", "active", "history"]),
  parentId: v.nullable(Uuid),
  refined: v.array(Category),
  completion: Percent,
  revision: Count,
  createdAt: Time,
  updatedAt: Time,
};
export const VisionSummaryShape = shapeOf<VisionSummary>()(v.object(visionSummary));
export const VisionShape = shapeOf<Vision>()(
  v.object({
    ...visionSummary,
    sections: v.record(Category, v.string()) as v.GenericSchema<Sections>,
  }),
);

const tile = { id: v.string(), emoji: v.string(), label: v.string(), sublabel: v.string() };
export const DiscoveryShape = shapeOf<DiscoveryAnswer>()(
  v.object({
    step: v.picklist([1, 2, 3, 4]),
    text: v.string(),
    tiles: v.array(v.object({ ...tile, of: v.exactOptional(v.string()) })),
    groups: v.array(v.object({ of: v.string(), question: v.string() })),
    options: v.array(v.object(tile)),
    theme: v.nullable(v.object({ name: v.string(), evidence: v.string() })),
    chosen: v.object({ selections: v.array(v.string()), customInput: v.string() }),
    conversationId: v.string(),
  }),
);

const RULES = [
  ...(["negation", "lack", "wishing", "turning", "comparison", "tense", "coaching"] as const),
  ...(["person", "markdown", "length"] as const),
] satisfies VoiceFinding["rule"][];

export const WrittenTextShape = shapeOf<WrittenText>()(
  v.object({
    visionId: Uuid,
    category: Category,
    refinementId: v.nullable(Uuid),
    notes: v.nullable(v.string()),
    findings: v.array(
      v.object({ rule: v.picklist(RULES), words: v.array(v.string()), message: v.string() }),
    ),
    ownWords: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  }),
);

export const HealthShape = v.object({
  ok: v.literal(true),
  challenge: v.exactOptional(v.string()),
});
export const ReadinessShape = shapeOf<Readiness>()(
  v.object({ ready: v.boolean(), problems: v.array(v.string()) }),
);
export const ConfigShape = shapeOf<ClientConfig>()(
  v.object({
    supabaseUrl: v.string(),
    supabaseKey: v.string(),
    model: v.string(),
    limits: v.object({ messageCharacters: Count }),
    captchaSiteKey: v.optional(v.string()),
    demo: v.nullable(v.object({ email: v.string(), password: v.string() })),
  }),
);

const anything = v.record(v.string(), v.unknown());

/** An OpenAPI document, as far as it describes itself. */
export const DocumentShape = v.object({
  openapi: v.pipe(v.string(), v.startsWith("3.1")),
  info: anything,
  paths: anything,
  components: anything,
});
