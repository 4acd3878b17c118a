import * as v from "valibot";
import { type Call, readRow } from "../vision-data/database.ts";

/** The lists of an export, in the order in which they are read. */
export const EXPORT_PARTS = [
  "visions",
  "refinements",
  "discovery",
  "assessments",
  "conversations",
  "places",
  "usage",
] as const;
export type ExportPart = (typeof EXPORT_PARTS)[number];

const Row = v.record(v.string(), v.unknown());
const Page = v.object({ items: v.array(Row), next: v.nullable(v.string()) });
const Message = v.object({
  conversation: v.looseObject({ id: v.string() }),
  message: v.nullable(Row),
});

type Row = v.InferOutput<typeof Row>;

/** A conversation of an export, whose messages are read as one goes through them. */
export interface ExportedConversation {
  readonly about: Row;
  readonly messages: AsyncIterable<Row>;
}

/** Everything of a member, read from Postgres as it is asked for: of no list more than a page is held. */
export interface ExportSource {
  /** When it was exported, profile, account, and what only the object has. */
  readonly record: Row;
  /** @throws ProblemError */
  list(part: Exclude<ExportPart, "conversations">): AsyncIterable<Row>;
  /** Each one's messages must be read before the next one. @throws ProblemError */
  conversations(): AsyncIterable<ExportedConversation>;
}

/**
 * Begins to read everything of a member.
 * @param own what only the object has
 * @throws ProblemError
 */
export async function openExport(call: Call, own: Row): Promise<ExportSource> {
  const record = { ...own, ...readRow(Row, await call("viva_export_record")) };
  async function* list(part: ExportPart): AsyncGenerator<Row> {
    let next: string | null = null;
    do {
      const args: Row = { p_part: part, p_after: next };
      const page: v.InferOutput<typeof Page> = readRow(Page, await call("viva_export_page", args));
      yield* page.items;
      next = page.next;
    } while (next !== null);
  }
  return { record, list, conversations: () => grouped(list("conversations")) };
}

/** Messages, each with its conversation, as conversations. */
async function* grouped(rows: AsyncGenerator<Row>): AsyncGenerator<ExportedConversation> {
  let row = await rows.next();
  const message = () => readRow(Message, row.value);
  while (!row.done) {
    const about = message().conversation;
    async function* messages(): AsyncGenerator<Row> {
      while (!row.done && message().conversation.id === about.id) {
        const said = message().message;
        if (said !== null) yield said;
        row = await rows.next();
      }
    }
    yield { about, messages: messages() };
  }
}
