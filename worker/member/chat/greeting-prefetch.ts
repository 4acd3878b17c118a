import { CATEGORY_KEYS, type CategoryKey } from "../../../domain/categories.ts";
import { nextCategory } from "../../../domain/journey-step.ts";
import { DEFAULT_PHASE } from "../../../domain/phases.ts";
import type { RequestPlace } from "../../http/client-location.ts";
import { chatPrompt } from "../../prompt/chat-prompt.ts";
import { memberData } from "../../prompt/member-data.ts";
import type { SessionParts } from "../services.ts";
import { askAside } from "../turns/background-completion.ts";
import { newQuestion, type TurnOrigin } from "../turns/plan.ts";

/** The most greetings that wait to be shown for the first time. */
const MOST_AHEAD = 2;

/** The sessions in which one is being written. */
const writing = new WeakSet<SessionParts>();

/**
 * Writes the greeting of the section that the journey leads to next, when one has just been saved: so
 * that it streams at once. It counts against the member's limits and credits like a turn; at most two
 * wait to be shown, and one is written at a time (a section that is typed is saved again and again).
 * Never rejects.
 * @param changes the sections that were saved, empty ones with null
 */
export async function greetAhead(
  parts: SessionParts,
  changes: Partial<Readonly<Record<CategoryKey, string | null>>>,
  place: RequestPlace,
): Promise<void> {
  const after = CATEGORY_KEYS.find((key) => changes[key]);
  if (after === undefined || writing.has(parts)) return;
  const origin = { database: null, place, arrivedAt: parts.now(), idempotency: null };
  writing.add(parts);
  try {
    await write(parts, after, origin);
  } finally {
    writing.delete(parts);
  }
}

async function write(parts: SessionParts, after: CategoryKey, origin: TurnOrigin): Promise<void> {
  const { settings, context, greetings, care, discoveries, newId, now } = parts;
  const known = context.known;
  if (!settings.GREETINGS_AHEAD || !known) return;
  const category = nextCategory((known.draft ?? known.active)?.sections ?? {}, after);
  if (category === undefined || greetings.ahead() >= MOST_AHEAD) return;
  const phase = DEFAULT_PHASE;
  if (greetings.kept(category, phase, known, now())) return;
  await askAside(
    parts,
    newQuestion(
      "ahead",
      { id: `ahead:${category}`, stored: undefined, category, phase },
      newId(),
      origin,
    ),
    {
      prompt: chatPrompt({
        memberData: memberData(known, category, now(), discoveries.of(category)),
        phase,
        category,
        summary: "",
        history: [],
        message: null,
        continues: null,
        gentle: care.gentle,
      }),
      format: null,
      withinMs: null,
      use: (text) => {
        // Asked for in the meantime, it was written already.
        if (!greetings.kept(category, phase, known, now())) {
          greetings.keep(category, phase, text, known, now(), true);
        }
        return true;
      },
    },
  );
}
