import { ProblemError } from "../../../domain/problems.ts";
import { searchWords } from "../../../domain/search.ts";
import type { Caller } from "../../auth/verify.ts";
import type { AccountCommand } from "../../commands.ts";
import { json } from "../../platform/json.ts";
import type { Fence } from "../access-fence.ts";
import type { SessionParts } from "../services.ts";
import { copyRevocation } from "../sync/outbox-rows.ts";
import type { MemberDatabase } from "../turns/plan.ts";
import type { Runner } from "../turns/runner.ts";
import type { Call } from "../vision-data/database.ts";
import { deleteConversation, renameConversation } from "./conversations.ts";
import type { Eraser } from "./erase.ts";
import { exportAs } from "./export.ts";
import { openExport } from "./export-source.ts";
import { forgetVision, sendSoon } from "./forget.ts";
import { searchConversations } from "./search.ts";
import { endSession, listSessions } from "./sessions.ts";
import { warmUp } from "./warm.ts";

/** What a request about the account works with. */
export interface AccountPorts {
  readonly parts: SessionParts;
  readonly runner: Runner;
  readonly fence: Fence;
  readonly eraser: Eraser;
  readonly caller: Caller;
  /** The database as the member. */
  readonly database: MemberDatabase;
  /** Calls a function of the database as the member. */
  readonly call: Call;
  /** Asks Postgres for the context as the server, for this member. */
  readonly serverContext: (timeoutMs: number) => Promise<unknown>;
  /** Closes the member's sockets. */
  readonly closeSockets: () => void;
  /** Tells the member's other tabs and devices. */
  readonly tell: (change: { readonly type: "conversation"; readonly id: string }) => void;
  /** Keeps the object alive for the erase, which waits for everything else. */
  readonly keepErasing: (work: Promise<unknown>) => void;
}

/**
 * Answers a request about the member's session, conversations and data.
 * @throws ProblemError
 */
export async function answerAccount(
  command: AccountCommand,
  ports: AccountPorts,
): Promise<Response> {
  const { parts, runner, fence, caller, database } = ports;
  const { archive, ledger, outbox, context, keepAlive, now } = parts;
  switch (command.kind) {
    case "warm":
      keepAlive(warmUp(parts, command, database.lasts ? database : null));
      return json({ state: "warming" }, 202);
    case "read-usage": {
      await archive.forRead(null, database);
      const time = now();
      return json({ credits: ledger.balance(time), days: ledger.days(time) });
    }
    case "search-conversations": {
      const { q, limit, cursor } = command;
      await archive.forRead(null, database);
      const words = searchWords(q);
      if (words.length === 0) return json(parts.conversations.list(limit, cursor));
      return json(await searchConversations(parts, database, words, limit, cursor));
    }
    case "rename-conversation": {
      await archive.forRead(null, database);
      const renamed = renameConversation(parts, command.id, command.title);
      ports.tell({ type: "conversation", id: command.id });
      sendSoon(parts, runner);
      return json(renamed);
    }
    case "delete-conversation":
      await archive.forRead(null, database);
      for (const id of await deleteConversation(parts, runner, command.id)) {
        ports.tell({ type: "conversation", id });
      }
      sendSoon(parts, runner);
      return new Response(null, { status: 204 });
    case "list-sessions":
      return json({ items: await listSessions(ports.call) });
    case "end-session":
      await endSession(ports.call, command.id);
      return new Response(null, { status: 204 });
    case "revoke-tokens": {
      await archive.admit();
      const second = revokeTokens(ports, () => fence.revoke(caller.issuedAt));
      // From then on Postgres refuses them too.
      await outbox.flush();
      runner.armWake();
      return json({ revokedBefore: new Date(second * 1000).toISOString() });
    }
    case "export": {
      await outbox.flush();
      runner.armWake();
      // What is not there yet would be missing without a word.
      if (outbox.pending) throw new ProblemError("database_unavailable", { retryAfter: 5 });
      const summaries = parts.conversations.summaries();
      return exportAs(command.format, await openExport(ports.call, { summaries }), now());
    }
    case "erase":
      // Here there would be nothing to erase, and elsewhere all of it would stay.
      await archive.admit();
      if (fence.admitErase(caller.issuedAt)) {
        // Whoever holds an unlocked phone, or a token, is not yet the member.
        if (now() - caller.signedInAt * 1_000 > parts.settings.ERASE_SIGN_IN_MS) {
          throw new ProblemError("reauthentication_needed");
        }
        revokeTokens(ports, () => fence.beginErase(caller.issuedAt));
      }
      return eraseState(ports);
    case "erase-member":
      await archive.admit();
      // What came after an erase that is done goes too.
      if (fence.erase !== "erasing") {
        revokeTokens(ports, () => fence.beginErase(Math.floor(now() / 1_000)));
      }
      return eraseState(ports);
    case "refresh-context":
      if (fence.erase === "erasing") return json({ state: "accepted" }, 202);
      if (command.visionDeleted) await forgetVision(parts, runner, command.visionDeleted);
      // What is not known cannot be stale.
      if (context.known) {
        context.markStale();
        keepAlive(context.refresh(ports.serverContext));
      }
      return json({ state: "accepted" }, 202);
  }
}

/**
 * Refuses tokens of before, here at once and in Postgres by the outbox.
 * @param fence keeps it; returns the second from which on tokens are good again
 */
function revokeTokens({ parts, closeSockets }: AccountPorts, fence: () => number): number {
  const second = parts.transaction(() => {
    const before = fence();
    copyRevocation(parts.outbox, before);
    return before;
  });
  closeSockets();
  return second;
}

/** Goes on with an erase, or says that it is done. */
function eraseState({ fence, eraser, parts, keepErasing }: AccountPorts): Response {
  if (fence.erase !== "erasing") return json({ state: fence.erase });
  // Whatever happens to the object meanwhile.
  parts.wakeBy(parts.now() + ERASE_WAKE_MS);
  keepErasing(eraser.run());
  return json({ state: "erasing" }, 202);
}

/** When an erase that was broken off is taken up again at the latest, in milliseconds. */
const ERASE_WAKE_MS = 30_000;
