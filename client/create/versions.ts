import { type Proposal, toProposal } from "../vision/refine-request.ts";

/** What VIVA is asked to write. */
export type WritingAsk =
  /** A text from what was chosen in discovery; `rhythm` is its last step's, null for the one known. */
  | { readonly kind: "new"; readonly rhythm: string | null }
  /** The last text with what the member wants different. */
  | { readonly kind: "better"; readonly instructions: string }
  /** The last text in the voice that it missed. */
  | { readonly kind: "voice" }
  /** A text from a talk; `second` for another one beside the first. */
  | { readonly kind: "talk"; readonly conversationId: string; readonly second?: true };

/** A text that VIVA wrote, and what it was written for. */
export interface Version extends Proposal {
  readonly made: "new" | "better" | "second" | "back";
}

const MADE: readonly Version["made"][] = ["new", "better", "second", "back"];

/** Whether it asks for a second version beside the first. */
export function isSecond(ask: WritingAsk): boolean {
  return ask.kind === "voice" || (ask.kind === "talk" && ask.second === true);
}

/** The second version to ask for after a text that misses the voice; null after one that does not. */
export function secondAsk(ask: WritingAsk, { findings }: Proposal): WritingAsk | null {
  if (isSecond(ask) || findings.length === 0) return null;
  return ask.kind === "talk" ? { ...ask, second: true } : { kind: "voice" };
}

/** The request that asks for it: where to, and the body of a POST. */
export function requestFor(
  ask: WritingAsk,
  about: { readonly visionId: string; readonly category: string },
): { readonly path: string; readonly body: Readonly<Record<string, unknown>> } {
  if (ask.kind === "talk") {
    const path = `/api/conversations/${encodeURIComponent(ask.conversationId)}/draft`;
    return { path, body: ask.second ? { second: true } : {} };
  }
  return {
    path: "/api/vision/chat",
    body: {
      ...about,
      action: "submit_step_3",
      mode: ask.kind,
      selections: ask.kind === "new" && ask.rhythm !== null ? [ask.rhythm] : [],
      customInput: ask.kind === "better" ? ask.instructions.trim() : "",
    },
  };
}

/** The texts to choose from, and which of them is chosen. */
export interface Choosing {
  readonly versions: readonly Version[];
  /** Index of the chosen one; 0 where there is none. */
  readonly chosen: number;
}

/**
 * A text has come: beside the one that it replaces, or that it was made from; a second one beside all
 * there are. The newest is chosen, unless it is a second one that is no closer to the voice.
 * @param decided whether the member has taken the chosen one: then it stands in the vision, and a new
 *   text is compared with that
 */
export function joined(now: Choosing, ask: WritingAsk, text: Proposal, decided: boolean): Choosing {
  const { versions, chosen } = now;
  const before = versions[chosen];
  if (isSecond(ask)) {
    const all = [...versions, { ...text, made: "second" as const }];
    const closer = !before || text.findings.length < before.findings.length;
    return { versions: all, chosen: closer ? all.length - 1 : chosen };
  }
  const made = ask.kind === "better" ? "better" : "new";
  const stays = before && before.text !== text.text && (made === "better" || !decided);
  const all = [...(stays ? [before] : []), { ...text, made } as const];
  return { versions: all, chosen: all.length - 1 };
}

/** A text that was seen before, beside the chosen one. */
export function broughtBack(now: Choosing, text: string): Choosing {
  const { versions, chosen } = now;
  const known = versions.findIndex((version) => version.text === text);
  if (known !== -1) return { versions, chosen: known };
  const before = versions[chosen];
  const back = { ...toProposal(text, {}), made: "back" } as const;
  return { versions: before ? [before, back] : [back], chosen: before ? 1 : 0 };
}

/** What a version is called beside the others. */
export function versionLabel(versions: readonly Version[], index: number): string {
  const version = versions[index];
  const made = versions[1]?.made;
  if (index === 0 && made !== undefined && made !== "second") return "The one before";
  if (version?.made === "second") return "Second version";
  if (version?.made === "back") return "An earlier text";
  if (version?.made === "better") return "With your change";
  return index === 0 ? "First version" : "The new one";
}

/** The text to compare a version with: the one that it came after, else what stands in the vision. */
export function comparedWith({ versions, chosen }: Choosing, saved: string): string | null {
  const before = versions[chosen - 1]?.text;
  return before ?? (saved.trim() === "" ? null : saved);
}

/** Reads versions that were kept in this browser. */
export function toVersions(value: unknown): Version[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter(
      (entry): entry is Partial<Version> & { text: string } => typeof entry?.text === "string",
    )
    .map((entry) => ({
      ...toProposal(entry.text, { vision: entry }),
      made: MADE.find((made) => made === entry.made) ?? "new",
    }));
}

/** Reads a request that was kept in this browser; null for what is none. */
export function toAsk(value: unknown): WritingAsk | null {
  const ask = value as (Partial<Record<string, unknown>> & { kind?: unknown }) | null | undefined;
  if (ask?.kind === "new") {
    return { kind: "new", rhythm: typeof ask.rhythm === "string" ? ask.rhythm : null };
  }
  if (ask?.kind === "better" && typeof ask.instructions === "string") {
    return { kind: "better", instructions: ask.instructions };
  }
  if (ask?.kind === "voice") return { kind: "voice" };
  if (ask?.kind === "talk" && typeof ask.conversationId === "string") {
    const talk = { kind: "talk", conversationId: ask.conversationId } as const;
    return ask.second === true ? { ...talk, second: true } : talk;
  }
  return null;
}
