import { isRecord } from "../api/problem.ts";
import { type Proposal, toProposal } from "./proposal.ts";

const MADE = ["new", "better", "second", "back"] as const;

/** A text that VIVA wrote, and what for. `back` is an earlier text that the member brought back. */
export interface Version extends Proposal {
  readonly made: (typeof MADE)[number];
}

/** The texts that the member can choose from, and which one is chosen. */
export interface TextVersions {
  readonly versions: readonly Version[];
  /** Index of the chosen one; 0 if there is none. */
  readonly chosen: number;
}

export const NO_VERSIONS: TextVersions = { versions: [], chosen: 0 };

/** The chosen text. */
export function chosenOf({ versions, chosen }: TextVersions): Version | undefined {
  return versions[chosen];
}

/**
 * Adds a text that replaces the chosen one, and chooses it.
 * @param keeps whether the text chosen before stays beside it. A second version always joins all there are
 */
export function withVersion(
  now: TextVersions,
  text: Proposal,
  made: Version["made"],
  keeps: boolean,
): TextVersions {
  const before = chosenOf(now);
  if (made === "second") {
    const versions = [...now.versions, { ...text, made }];
    // A second version that is no closer to the voice is shown, but not chosen.
    const isCloser = !before || text.findings.length < before.findings.length;
    return { versions, chosen: isCloser ? versions.length - 1 : now.chosen };
  }
  const versions = [
    ...(before && keeps && before.text !== text.text ? [before] : []),
    { ...text, made },
  ];
  return { versions, chosen: versions.length - 1 };
}

/** Chooses a text that was seen before: it is put beside the chosen one. */
export function withEarlierText(now: TextVersions, text: string): TextVersions {
  const known = now.versions.findIndex((version) => version.text === text);
  return known === -1
    ? withVersion(now, toProposal(text), "back", true)
    : { ...now, chosen: known };
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

/** The text to compare a version with: the version before it, else the one saved in the vision. Null if neither. */
export function comparedWith({ versions, chosen }: TextVersions, saved: string): string | null {
  const before = versions[chosen - 1]?.text;
  return before ?? (saved.trim() === "" ? null : saved);
}

/** Reads a choice that was stored in this browser. What is odd is left out. */
export function toTextVersions(value: unknown): TextVersions {
  const { versions: stored, chosen } = isRecord(value) ? value : {};
  const versions = (Array.isArray(stored) ? stored : [])
    .filter((entry) => typeof entry?.text === "string")
    .map(
      (entry): Version => ({
        ...toProposal(entry.text, entry),
        made: MADE.find((made) => made === entry.made) ?? "new",
      }),
    );
  return { versions, chosen: versions[Number(chosen)] ? Number(chosen) : 0 };
}
