import type { CategoryKey } from "../../../domain/categories.ts";
import { DEFAULT_PHASE } from "../../../domain/phases.ts";
import type { AccountCommand } from "../../commands.ts";
import { prepare } from "../../isolate-warmup.ts";
import { providerAccess } from "../../model/provider-config.ts";
import { causeOf, log } from "../../platform/log.ts";
import type { SessionParts } from "../services.ts";
import type { MemberDatabase } from "../turns/plan.ts";
import { openProvider } from "./connection.ts";

/** Reads what a turn looks at before its request leaves: from then on it is in memory. */
function look(
  { ledger, care, discoveries, parameters, shown, settings, now }: SessionParts,
  category: CategoryKey | null,
) {
  const refused = parameters.refused(settings.OPENAI_BASE_URL, settings.OPENAI_MODEL);
  return [ledger.balance(now()), care.gentle, discoveries.of(category), shown.of(""), refused];
}

/** Context, conversations and the messages of the place the member is about to talk in. Never rejects. */
async function recall(
  parts: SessionParts,
  { category, phase }: AccountCommand & { kind: "warm" },
  database: MemberDatabase | null,
): Promise<void> {
  const { context, archive, record } = parts;
  try {
    // An object that is new gets its context by this as well.
    await archive.forTurn(null, database);
    if (database && !context.fresh) await context.refresh(database.context);
    look(parts, category);
    const draft = context.known?.draft?.id ?? null;
    const place = record.newestConversation(category, phase ?? DEFAULT_PHASE, draft);
    if (!place) return;
    await archive.forTurn(place.id, database);
    record.lastMessage(place.id);
  } catch (error) {
    log("not_warmed", causeOf(error));
  }
}

/**
 * Brings into memory what the member's next turn needs, ahead of it. The model is never called, and
 * what fails here the turn makes good. Never rejects.
 */
export async function warmUp(
  parts: SessionParts,
  command: AccountCommand & { kind: "warm" },
  database: MemberDatabase | null,
): Promise<void> {
  const { settings, now } = parts;
  await Promise.all([
    recall(parts, command, database),
    parts.daily.know(),
    openProvider(providerAccess(settings), settings.WARM_PROVIDER, now()),
    // An object that knows its member may still be in an isolate that has done nothing yet.
    prepare().catch(() => {}),
  ]);
}
