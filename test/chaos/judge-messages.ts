import { type Evidence, memberOf, type ObjectRecord, type Verdict } from "./evidence.ts";
import type { Sent } from "./journal.ts";

/** Every acknowledged message is there once, in order, as it was sent; cut ones are marked so. */
export function judgeMessages({ journal, objects, api }: Evidence, verdict: Verdict): void {
  const wrong = (text: string): void => void verdict.violations.push(text);
  const byTalk = Map.groupBy(journal.sent, ({ talk }) => talk);
  let acknowledged = 0;
  for (const [talk, sent] of byTalk) {
    const member = memberOf(talk);
    const object = objects.get(member);
    acknowledged += sent.filter(({ ackedAt }) => ackedAt !== null).length;
    if (object) judgeTalk(talk, sent, object, wrong);
    else if (sent.some(({ ackedAt }) => ackedAt !== null)) wrong(`${member}: nothing is stored`);
  }
  for (const [member, conversations] of api) judgeApi(conversations, objects.get(member), wrong);
  verdict.figures.push(["messages acknowledged", acknowledged]);
}

function judgeTalk(
  talk: string,
  sent: readonly Sent[],
  object: ObjectRecord,
  wrong: (text: string) => void,
): void {
  const rows = object.messages.filter((row) => row.conversation_id === talk);
  const said = rows.filter(({ role }) => role === "user");
  const bySent = new Map(sent.map((one) => [one.text, one]));
  for (const row of said) {
    if (!bySent.has(row.text)) wrong(`${talk}: holds a message that nobody sent: ${row.text}`);
  }
  for (const one of sent) {
    const found = said.filter(({ text }) => text === one.text);
    const [row] = found;
    const mark = one.text.split(" ")[0];
    if (found.length > 1) wrong(`${talk}: ${mark} is stored ${found.length} times`);
    if (one.ackedAt === null) continue;
    if (!row) wrong(`${talk}: ${mark} was acknowledged and is lost`);
    else if (one.id !== null && row.id !== one.id) wrong(`${talk}: ${mark} has the id ${row.id}`);
    else if ((row.status === "replaced") !== one.cut) {
      wrong(`${talk}: ${mark} is ${row.status} though it was ${one.cut ? "" : "not "}cut away`);
    }
  }
  judgeOrder(
    talk,
    said.flatMap((row) => bySent.get(row.text) ?? []),
    wrong,
  );
  const kept = rows.filter(({ status }) => status !== "replaced");
  for (const [index, row] of kept.entries()) {
    const before = kept[index - 1];
    if (row.role === "assistant" && before?.role !== "user") {
      wrong(`${talk}: the answer at ${row.position} follows no message`);
    }
  }
}

/** What was acknowledged before something else was sent stands before it. */
function judgeOrder(talk: string, inOrder: readonly Sent[], wrong: (text: string) => void): void {
  const kept = inOrder.filter(({ cut }) => !cut);
  for (const [index, later] of kept.entries()) {
    for (const earlier of kept.slice(0, index)) {
      if (later.ackedAt !== null && later.ackedAt < earlier.firstAt) {
        wrong(`${talk}: ${earlier.text.split(" ")[0]} stands before ${later.text.split(" ")[0]}`);
      }
    }
  }
}

/** What the API shows is what is stored. */
function judgeApi(
  conversations: Evidence["api"] extends ReadonlyMap<string, infer List> ? List : never,
  object: ObjectRecord | undefined,
  wrong: (text: string) => void,
): void {
  for (const { id, messages, runningTurn } of conversations) {
    if (runningTurn) wrong(`${id}: a turn still runs: ${runningTurn.id}`);
    const stored = (object?.messages ?? [])
      .filter((row) => row.conversation_id === id && row.status !== "replaced")
      .map(({ id: of, role, text, status, position }) => ({
        id: of,
        role,
        text,
        status,
        position,
      }));
    const shown = messages.map(({ id: of, role, parts, metadata }) => ({
      id: of,
      role,
      text: parts.map(({ text }) => text).join(""),
      status: metadata.status,
      position: metadata.position,
    }));
    if (JSON.stringify(shown) !== JSON.stringify(stored)) {
      wrong(`${id}: the API shows other messages than are stored`);
    }
  }
}
