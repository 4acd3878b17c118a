import type { Vision } from "../../../domain/journey.ts";
import type { LiveChange } from "../../../domain/live.ts";
import { ProblemError } from "../../../domain/problems.ts";
import type { ProfileChanges } from "../../../domain/profile-request.ts";
import { etag } from "../../../domain/vision.ts";
import type { VisionDataCommand } from "../../commands.ts";
import { json } from "../../platform/json.ts";
import { answerStatements, completeAssessment, readAssessment } from "./assessment.ts";
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
  /** Tells the member's other tabs and devices what may have changed. */
  readonly tell: (change: LiveChange) => void;
  /** A version is gone: what VIVA wrote for it goes too. */
  readonly forgetVision: (id: string) => Promise<void>;
  /** The profile has changed: what was written from values that are gone goes too. */
  readonly forgetProfile: (changes: ProfileChanges) => void;
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
  command: VisionDataCommand,
  ports: JourneyPorts,
): Promise<Response> {
  const { call, learn, markStale, tell } = ports;
  switch (command.kind) {
    case "read-profile":
      return json(await readProfile(call));
    case "read-assessment":
      return json(await readAssessment(call, command.completed));
    case "list-visions":
      return json(await listVisions(call, command));
    case "read-vision":
      return visionAnswer(await readVision(call, command.id));
  }
  try {
    const { answer, context, changed } = await write(command, call);
    // Before the new context is learned: the known one tells what is gone.
    if (command.kind === "delete-vision") await ports.forgetVision(command.id);
    if (command.kind === "edit-profile") ports.forgetProfile(command.changes);
    if (context !== undefined && context !== null) learn(context);
    tell(changed);
    return answer;
  } catch (error) {
    // Deleted by an answer that was lost, or elsewhere.
    const gone = error instanceof ProblemError && error.code === "not_found";
    if (gone && command.kind === "delete-vision") await ports.forgetVision(command.id);
    if (!(error instanceof ProblemError) || UNSURE.has(error.code)) {
      markStale();
      const changed = changedBy(command);
      if (changed) tell(changed);
    }
    throw error;
  }
}

type WriteCommand = Exclude<
  VisionDataCommand,
  { readonly kind: "read-profile" | "read-assessment" | "list-visions" | "read-vision" }
>;

/** What a command changes; null for a vision that has no id yet. */
function changedBy(command: WriteCommand): LiveChange | null {
  switch (command.kind) {
    case "edit-profile":
      return { type: "profile" };
    case "answer-statements":
    case "complete-assessment":
      return { type: "assessment" };
    case "begin-vision":
      return null;
    default:
      return { type: "vision", id: command.id };
  }
}

interface Written {
  readonly answer: Response;
  readonly context?: unknown;
  readonly changed: LiveChange;
}

async function write(command: WriteCommand, call: Call): Promise<Written> {
  switch (command.kind) {
    case "edit-profile": {
      const { state, context } = await editProfile(call, command.changes);
      return { answer: json(state), context, changed: { type: "profile" } };
    }
    case "answer-statements":
      return {
        answer: json(await answerStatements(call, command)),
        changed: { type: "assessment" },
      };
    case "complete-assessment": {
      const { assessment, context } = await completeAssessment(call, command.id);
      return { answer: json(assessment), context, changed: { type: "assessment" } };
    }
    case "begin-vision": {
      const { vision, context, created } = await beginVision(call, command.from);
      return {
        answer: visionAnswer(vision, created ? 201 : 200),
        context,
        changed: { type: "vision", id: vision.id },
      };
    }
    case "write-vision": {
      const { vision, context } = await writeVision(call, command);
      return { answer: visionAnswer(vision), context, changed: { type: "vision", id: vision.id } };
    }
    case "delete-vision": {
      const context = await deleteVision(call, command);
      return {
        answer: new Response(null, { status: 204 }),
        context,
        changed: { type: "vision", id: command.id },
      };
    }
    case "commit-vision": {
      const { vision, context } = await commitVision(call, command);
      return { answer: visionAnswer(vision), context, changed: { type: "vision", id: vision.id } };
    }
  }
}
