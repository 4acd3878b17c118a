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
  readonly made: "new" | "better" | "second";
}

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
 * A text has come: a new one stands alone, a better one beside the one it was made from, a second one
 * beside all there are. The newest is chosen, unless it is a second one that is no closer to the voice.
 */
export function joined(now: Choosing, ask: WritingAsk, text: Proposal): Choosing {
  const { versions, chosen } = now;
  if (isSecond(ask)) {
    const all = [...versions, { ...text, made: "second" as const }];
    const first = versions[chosen];
    const closer = !first || text.findings.length < first.findings.length;
    return { versions: all, chosen: closer ? all.length - 1 : chosen };
  }
  if (ask.kind === "better") {
    const before = versions[chosen];
    const better = { ...text, made: "better" as const };
    return before ? { versions: [before, better], chosen: 1 } : { versions: [better], chosen: 0 };
  }
  return { versions: [{ ...text, made: "new" }], chosen: 0 };
}

/** What a version is called beside the others. */
export function versionLabel(versions: readonly Version[], index: number): string {
  const version = versions[index];
  if (index === 0 && versions[1]?.made === "better") return "The one before";
  if (version?.made === "second") return "Second version";
  return version?.made === "better" ? "With your change" : "First version";
}

/** The text to compare a version with: what stands in the vision, else the version it was made from. */
export function comparedWith({ versions, chosen }: Choosing, saved: string): string | null {
  if (saved.trim() !== "") return saved;
  return chosen > 0 ? (versions[chosen - 1]?.text ?? null) : null;
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
      made: entry.made === "better" || entry.made === "second" ? entry.made : "new",
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
