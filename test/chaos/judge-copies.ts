import type { CopiedMessage, CopiedUsage, Evidence, ObjectRecord, Verdict } from "./evidence.ts";

/** Postgres holds what the objects hold, each row once, and nothing waits any more. */
export function judgeCopies(evidence: Evidence, verdict: Verdict): void {
  const { objects, copiedMessages, copiedUsage } = evidence;
  const wrong = (text: string): void => void verdict.violations.push(text);
  let messages = 0;
  let usage = 0;
  for (const [member, object] of objects) {
    if (object.outbox > 0) wrong(`${member}: ${object.outbox} rows are left in the outbox`);
    const said = copiedMessages.get(member) ?? [];
    const used = copiedUsage.get(member) ?? [];
    messages += said.length;
    usage += used.length;
    compare(`${member}: messages in Postgres`, copiesOf(object), said.map(messageKey), wrong);
    compare(
      `${member}: usage in Postgres`,
      object.requests.map((row) =>
        JSON.stringify([
          row.turn_id,
          row.attempt,
          row.model,
          row.input_tokens,
          row.cached_input_tokens,
          row.output_tokens,
          row.state === "estimated",
          row.cost_micro_usd,
        ]),
      ),
      used.map(usageKey),
      wrong,
    );
  }
  verdict.figures.push(["messages in Postgres", messages], ["usage rows in Postgres", usage]);
}

const copiesOf = ({ messages }: ObjectRecord): string[] =>
  messages.map((row) =>
    JSON.stringify([row.conversation_id, row.id, row.role, row.text, row.status, row.position]),
  );

const messageKey = (row: CopiedMessage): string =>
  JSON.stringify([row.talk, row.client_id, row.role, row.message, row.status, row.position]);

const usageKey = (row: CopiedUsage): string =>
  JSON.stringify([
    row.turn_id,
    row.attempt,
    row.model_used,
    row.input_tokens,
    row.cached_input_tokens,
    row.output_tokens,
    row.estimated,
    row.cost_micro_usd,
  ]);

/** Tells what one side has and the other has not, each row counted. */
function compare(
  name: string,
  stored: readonly string[],
  copied: readonly string[],
  wrong: (text: string) => void,
): void {
  const left = [...copied];
  for (const row of stored) {
    const at = left.indexOf(row);
    if (at < 0) wrong(`${name}: missing ${row.slice(0, 300)}`);
    else left.splice(at, 1);
  }
  for (const row of left) wrong(`${name}: not as stored ${row.slice(0, 300)}`);
}
