import { expect, it } from "vitest";
import { syncSentences } from "../../client/chat/state/sync.ts";

const IDLE = { pending: 0, oldestAgeMs: 0, failed: 0 };
const MINUTE = 60_000;

it.each([
  [IDLE, 0, ["Everything is saved."]],
  [IDLE, 1, ["1 message waits in this browser to be sent."]],
  [
    { ...IDLE, pending: 1, oldestAgeMs: 900 },
    0,
    ["What VIVA has from you is saved. 1 change is on its way to the database."],
  ],
  [
    { ...IDLE, pending: 1_204, oldestAgeMs: 61 * MINUTE },
    0,
    [
      "What VIVA has from you is saved. 1,204 changes are on their way to the database, the oldest for 1 hour.",
    ],
  ],
  [
    { pending: 2, oldestAgeMs: 5 * MINUTE, failed: 3 },
    2,
    [
      "2 messages wait in this browser to be sent.",
      "What VIVA has from you is saved. 2 changes are on their way to the database, the oldest for 5 minutes.",
      "3 changes were not taken by the database. Nothing is lost: it is kept and reported.",
    ],
  ],
])("says of %o with %i waiting here where a member's words are", (state, here, sentences) => {
  expect(syncSentences(state, here)).toEqual(sentences);
});
