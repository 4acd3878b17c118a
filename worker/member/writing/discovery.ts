import * as v from "valibot";
import type { MemberContext } from "../../../domain/context.ts";
import {
  type DiscoverySelections,
  fallbackTheme,
  firstStep,
  isRhythm,
  NO_SELECTIONS,
  pickedTiles,
  secondStep,
  type Theme,
} from "../../../domain/discovery.ts";
import { ProblemError } from "../../../domain/problems.ts";
import { profileCompletion } from "../../../domain/profile.ts";
import { invalidField } from "../../../domain/requests.ts";
import { editRefusal } from "../../../domain/vision.ts";
import { checkVoice } from "../../../domain/voice.ts";
import type { DiscoveryAnswer, DiscoveryRequest } from "../../../domain/writing.ts";
import {
  closerLookFormat,
  closerLookPrompt,
  THEME,
  themePrompt,
} from "../../prompt/discovery-prompt.ts";
import { memberData } from "../../prompt/member-data.ts";
import { namesIn, type WritingTask } from "../../prompt/writing-task.ts";
import type { AsideQuestion } from "../turns/background-completion.ts";
import { type Call, readRow } from "../vision-data/database.ts";
import { gateOf } from "../vision-data/profile.ts";
import { type DiscoveryState, discoveryAnswer, NOT_BEGUN } from "./discovery-state.ts";
import { closerLook, themeOf } from "./model-steps.ts";
import { discoveryTold, readSection, type Told } from "./told.ts";

/** What discovery works with. */
export interface DiscoveryPorts {
  /** The database as the member. */
  readonly call: Call;
  /** Asks the model; null where it gives no answer. */
  readonly ask: (question: AsideQuestion) => Promise<string | null>;
  /** What else the member has told about the section, and VIVA's newest text. */
  readonly told: () => Promise<Pick<Told, "said" | "talks" | "wishes" | "newest">>;
  readonly context: MemberContext | null;
  /** What VIVA says to a text that speaks of a crisis; null for any other. */
  readonly care: (text: string) => string | null;
  /** Lets VIVA know what was chosen, for when the member talks it through. */
  readonly note: (state: DiscoveryState) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What a request of discovery comes to: a step to show, or a text to write. */
export type Discovered =
  | { readonly is: "step"; readonly answer: DiscoveryAnswer }
  | { readonly is: "text"; readonly task: WritingTask; readonly asked: string };

/** How long a member waits for the model between two steps before we go on without it, in milliseconds. */
const LOOK_MS = 6_000;

/**
 * Takes a step of discovery, and keeps it in Postgres before it answers.
 * @throws ProblemError not_found, conflict for a version that is no draft, profile_incomplete,
 *   invalid_request for what was not on offer, and what the database says
 */
export async function discover(
  request: DiscoveryRequest,
  ports: DiscoveryPorts,
): Promise<Discovered> {
  const { visionId, category, action } = request;
  const section = await readSection(ports.call, visionId, category);
  const { profile, vision: current, state: before } = section;
  if (!current) throw new ProblemError("not_found");
  const refusal = editRefusal(current.state);
  if (refusal !== null) throw new ProblemError("conflict", { detail: refusal, current });
  gateOf(profileCompletion(profile));

  ports.note(before);
  if (action === "start") {
    if (!request.restart) return step(request, before);
    await keep(request, ports, NOT_BEGUN);
    ports.note(NOT_BEGUN);
    return step(request, NOT_BEGUN);
  }
  // Words of a step that streams are met by the turn.
  const care = action === "submit_step_3" ? null : ports.care(request.customInput);
  if (care !== null) {
    return { is: "step", answer: { ...discoveryAnswer(visionId, category, before), care } };
  }
  const state = await submitted(request, before, ports);
  await keep(request, ports, state);
  ports.note(state);
  return action === "submit_step_3"
    ? writing(request, state, current.sections[category] ?? "", ports)
    : step(request, state);
}

function step({ visionId, category, at }: DiscoveryRequest, state: DiscoveryState): Discovered {
  return { is: "step", answer: discoveryAnswer(visionId, category, state, at) };
}

async function keep(
  { visionId, category }: DiscoveryRequest,
  { call }: DiscoveryPorts,
  state: DiscoveryState,
) {
  const args = { p_vision: visionId, p_category: category, p_state: state };
  const isKept = readRow(v.boolean(), await call("viva_keep_discovery", args));
  if (!isKept) throw new ProblemError("not_found");
}

function nothingChosen(): ProblemError {
  return invalidField("selections", "choose at least one, or say it in your own words");
}

async function submitted(
  request: DiscoveryRequest,
  before: DiscoveryState,
  ports: DiscoveryPorts,
): Promise<DiscoveryState> {
  const { category, action, selections: ids, customInput } = request;
  if (action === "submit_step_1") {
    const picks = pickedTiles(firstStep(category), ids);
    if (picks.length === 0 && customInput === "") throw nothingChosen();
    const selections = { ...NO_SELECTIONS, picks, own: customInput };
    const second = await lookCloser(request, selections, ports);
    if (second) return { step: 2, selections, second, theme: null };
    return { step: 3, selections, second, theme: await findTheme(request, selections, ports) };
  }
  if (before.step === 1) throw earlier("Begin with the first step.");
  if (action === "submit_step_2") {
    if (!before.second) throw earlier("This step was left out: there was nothing to ask.");
    const details = pickedTiles(before.second, ids);
    const selections = { ...before.selections, details, detailsOwn: customInput, rhythm: null };
    return { ...before, step: 3, selections, theme: await findTheme(request, selections, ports) };
  }
  if (!before.theme) throw earlier("Finish the second step first.");
  const [rhythm] = ids.length > 0 ? ids : [before.selections.rhythm ?? ""];
  if (ids.length > 1 || rhythm === undefined || !isRhythm(rhythm)) {
    throw invalidField("selections", "choose one of the rhythms");
  }
  return { ...before, step: 4, selections: { ...before.selections, rhythm } };
}

function earlier(detail: string): ProblemError {
  return new ProblemError("conflict", { detail });
}

async function lookCloser(
  { category }: DiscoveryRequest,
  selections: DiscoverySelections,
  { ask, context, now }: DiscoveryPorts,
) {
  const fallback = secondStep(category, selections);
  if (selections.picks.length === 0) return fallback;
  const answer = await ask({
    prompt: closerLookPrompt(category, selections, memberData(context, category, now())),
    format: closerLookFormat(selections),
    withinMs: LOOK_MS,
    use: (text) => closerLook(text, selections) !== null,
  });
  const look = answer === null ? null : closerLook(answer, selections);
  return look === "none" ? null : (look ?? fallback);
}

async function findTheme(
  { category }: DiscoveryRequest,
  selections: DiscoverySelections,
  { ask, context, now }: DiscoveryPorts,
): Promise<Theme> {
  const answer = await ask({
    prompt: themePrompt(category, selections, memberData(context, category, now())),
    format: THEME,
    withinMs: LOOK_MS,
    use: (text) => themeOf(text) !== null,
  });
  return (answer === null ? null : themeOf(answer)) ?? fallbackTheme(category, selections);
}

/**
 * What the text of a section is written from: all that the member has told. A new one knows the text
 * that is saved; a better one begins with VIVA's newest.
 */
async function writing(
  { visionId, category, mode, customInput }: DiscoveryRequest,
  state: DiscoveryState,
  saved: string,
  { told, context }: DiscoveryPorts,
): Promise<Discovered> {
  const { chosen, theme } = discoveryTold(state);
  const { said, talks, wishes, newest } = await told();
  const before = mode === "new" ? saved : newest || saved;
  const better = mode === "better" && before !== "";
  const findings = mode === "voice" ? checkVoice(before, { names: namesIn(context) }) : [];
  const task: WritingTask = {
    kind: "discovery",
    visionId,
    category,
    before,
    chosen,
    // If there is nothing to better yet, what they ask for is a part of what they said.
    said: better || mode !== "better" ? said : [...said, customInput],
    talks,
    wishes: wishes.filter((wish) => wish !== customInput),
    theme,
    refine: better
      ? { instructions: customInput, amount: 50, tone: "balanced", intensity: "moderate" }
      : null,
    missed: findings.map(({ message }) => message),
  };
  const asked = mode === "better" ? customInput : chosen.join("\n");
  return { is: "text", task, asked };
}
