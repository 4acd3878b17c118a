import * as v from "valibot";
import type { DiscoverySelections, DiscoveryStep, Theme } from "../../../domain/discovery.ts";
import { MAX_GROUPS } from "../../../domain/discovery.ts";
import { oneLine } from "../../../domain/text.ts";
import { TILES } from "../../prompt/discovery-prompt.ts";

const words = (characters: number) =>
  v.pipe(v.string(), v.transform(oneLine), v.minLength(1), v.maxLength(characters));

const CloserLook = v.object({
  reflection: words(600),
  groups: v.array(
    v.object({
      pick: v.string(),
      question: words(200),
      tiles: v.array(v.object({ emoji: words(16), label: words(60), sublabel: words(120) })),
    }),
  ),
});

const ThemeAnswer = v.object({
  name: v.pipe(
    words(60),
    v.check((name) => {
      const count = name.split(" ").length;
      return count >= 2 && count <= 4;
    }),
  ),
  evidence: words(400),
});

function parsed<Schema extends v.GenericSchema>(
  schema: Schema,
  answer: string,
): v.InferOutput<Schema> | null {
  try {
    // Servers without structured output put fences and sentences around it.
    const json = answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1);
    const result = v.safeParse(schema, JSON.parse(json));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

/** The first of each label: a tile offered twice is one. */
function differing<Tile extends { readonly label: string }>(tiles: readonly Tile[]): Tile[] {
  const labels = tiles.map(({ label }) => label.toLowerCase());
  return tiles.filter((_, index) => labels.indexOf(labels[index] ?? "") === index);
}

/**
 * The model's drill-down as a step.
 * @returns `none` where it has nothing to ask; null where it cannot be used
 */
export function closerLook(
  answer: string,
  selections: DiscoverySelections,
): DiscoveryStep | "none" | null {
  const look = parsed(CloserLook, answer);
  if (!look) return null;
  if (look.groups.length === 0) return "none";
  const seen = new Set<string>();
  const groups = look.groups
    .map((group) => ({ ...group, tiles: differing(group.tiles) }))
    .filter(({ pick, tiles }) => {
      const good = selections.picks.some(({ id }) => id === pick) && tiles.length >= TILES.min;
      return good && !seen.has(pick) && seen.add(pick);
    })
    .slice(0, MAX_GROUPS);
  if (groups.length === 0) return null;
  return {
    step: 2,
    text: look.reflection,
    tiles: groups.flatMap(({ pick, tiles }) =>
      tiles
        .slice(0, TILES.max)
        .map((tile, index) => ({ ...tile, id: `${pick}.${index + 1}`, of: pick })),
    ),
    groups: groups.map(({ pick, question }) => ({ of: pick, question })),
    options: [],
    theme: null,
  };
}

/** The model's theme; null where it cannot be used. */
export function themeOf(answer: string): Theme | null {
  return parsed(ThemeAnswer, answer);
}
