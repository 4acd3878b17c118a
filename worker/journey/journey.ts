import type { Vision } from "../../domain/journey.ts";
import { ProblemError } from "../../domain/problems.ts";
import { etag } from "../../domain/vision.ts";
import { answerStatements, completeAssessment, readAssessment } from "./assessment.ts";
import type { JourneyCommand } from "./commands.ts";
import type { Call } from "./database.ts";
import { editProfile, readProfile } from "./profile.ts";
import {
  beginVision,
  commitVision,
  deleteVision,
  listVisions,
  readVision,
  writeVision,
} from "./visions.ts";

/** What profile, assessment and visions are read and written with. */
export interface JourneyPorts {
  /** The database as the member. */
  readonly call: Call;
  /** Takes over the context that a confirmed write answered, so that the very next turn knows. */
  readonly learn: (context: unknown) => void;
  /** It is not known whether something was written: the next turn asks. */
  readonly markStale: () => void;
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { "cache-control": "no-store", ...headers } });
}

function visionAnswer(vision: Vision, status = 200): Response {
  return json(vision, status, { etag: etag(vision.revision) });
}

/** Problems after which a write may have happened all the same. */
const UNSURE: ReadonlySet<string> = new Set(["database_unavailable", "internal"]);

/**
 * Answers a request about profile, assessment or visions with what Postgres confirmed.
 * @throws ProblemError
 */
export async function answerJourney(
  command: JourneyCommand,
  { call, learn, markStale }: JourneyPorts,
): Promise<Response> {
  switch (command.kind) {
    case "profile":
      return json(await readProfile(call));
    case "assessment":
      return json(await readAssessment(call, command.completed));
    case "visions":
      return json(await listVisions(call, command));
    case "vision":
      return visionAnswer(await readVision(call, command.id));
  }
  try {
    const { answer, context } = await write(command, call);
    if (context !== undefined && context !== null) learn(context);
    return answer;
  } catch (error) {
    if (!(error instanceof ProblemError) || UNSURE.has(error.code)) markStale();
    throw error;
  }
}

type WriteCommand = Exclude<
  JourneyCommand,
  { readonly kind: "profile" | "assessment" | "visions" | "vision" }
>;

async function write(
  command: WriteCommand,
  call: Call,
): Promise<{ readonly answer: Response; readonly context?: unknown }> {
  switch (command.kind) {
    case "edit-profile": {
      const { state, context } = await editProfile(call, command.changes);
      return { answer: json(state), context };
    }
    case "answer":
      return { answer: json(await answerStatements(call, command)) };
    case "complete": {
      const { assessment, context } = await completeAssessment(call, command.id);
      return { answer: json(assessment), context };
    }
    case "begin-vision": {
      const { vision, context, created } = await beginVision(call, command.from);
      return { answer: visionAnswer(vision, created ? 201 : 200), context };
    }
    case "write-vision": {
      const { vision, context } = await writeVision(call, command);
      return { answer: visionAnswer(vision), context };
    }
    case "delete-vision": {
      const context = await deleteVision(call, command);
      return { answer: new Response(null, { status: 204 }), context };
    }
    case "commit-vision": {
      const { vision, context } = await commitVision(call, command);
      return { answer: visionAnswer(vision), context };
    }
  }
}
