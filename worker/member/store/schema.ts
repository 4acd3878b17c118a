/** What was used by UTC day ('YYYY-MM-DD') and action in turns that the record does not hold (any more). */
const USAGE_DAYS = `
  CREATE TABLE usage_days (
    day TEXT NOT NULL,
    action TEXT NOT NULL,
    turns INTEGER NOT NULL,
    credits INTEGER NOT NULL,
    PRIMARY KEY (day, action)
  ) WITHOUT ROWID;
`;

/**
 * The member's own record. Ids are the client's or ours, times milliseconds since the epoch, and
 * order is by integers (`position`, `touched`, `seq`): in production time stands still between I/O.
 * Few indexes, because Cloudflare bills each index entry as a row written.
 */
const TABLES = `
  CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    category TEXT,
    phase TEXT NOT NULL,
    -- the draft that the conversation belongs to, if there was one when it began
    vision_id TEXT,
    title TEXT NOT NULL,
    next_position INTEGER NOT NULL,
    -- 1 for a conversation of which Postgres has messages that have not been read from there yet
    unread INTEGER NOT NULL DEFAULT 0,
    -- sums up the messages before summary_until
    summary TEXT NOT NULL DEFAULT '',
    summary_until INTEGER NOT NULL DEFAULT 0,
    -- grows with each change in any conversation: the order of the list
    touched INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
  ) WITHOUT ROWID;

  CREATE TABLE messages (
    conversation_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    status TEXT NOT NULL,
    -- of a member's message: the turn that answers it; of an answer: the turn that wrote it
    turn_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- why that turn failed or was interrupted
    error_code TEXT,
    PRIMARY KEY (conversation_id, position)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX messages_id ON messages (conversation_id, id) WHERE status <> 'replaced';

  CREATE TABLE turns (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- position of the member's message that is answered; null for a greeting
    asked_position INTEGER,
    message_id TEXT NOT NULL,
    answer_position INTEGER NOT NULL,
    -- units of the answer that an earlier turn wrote and this one continues
    base INTEGER NOT NULL,
    state TEXT NOT NULL,
    -- what has been shown of a running answer; empty again once the answer is a message
    part TEXT NOT NULL,
    error_code TEXT,
    finish_reason TEXT,
    -- JSON: RequestPlace, TurnTimings, TurnUsage
    origin TEXT NOT NULL,
    timings TEXT,
    usage TEXT,
    ended_at INTEGER,
    -- of a turn that writes a vision text: what it is written from as JSON (once it has ended what
    -- finishedTask leaves of that), and what VIVA says of its changes
    task TEXT,
    notes TEXT
  ) WITHOUT ROWID;
  -- what an object looks for when it wakes
  CREATE INDEX turns_running ON turns (id) WHERE state = 'streaming';

  -- the ledger: one row for each request that left for the provider
  CREATE TABLE requests (
    turn_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    state TEXT NOT NULL,
    model TEXT NOT NULL,
    -- while reserved: what the prompt is estimated at
    input_tokens INTEGER NOT NULL,
    cached_input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_micro_usd INTEGER,
    PRIMARY KEY (turn_id, attempt)
  ) WITHOUT ROWID;

  -- requests for a turn that carried an Idempotency-Key
  CREATE TABLE idempotency (
    key TEXT PRIMARY KEY,
    -- hash of the request's body
    body TEXT NOT NULL,
    turn_id TEXT NOT NULL
  ) WITHOUT ROWID;

  -- Creation Credits used by month, 'YYYY-MM'
  CREATE TABLE spending (month TEXT PRIMARY KEY, credits INTEGER NOT NULL) WITHOUT ROWID;

  CREATE TABLE greetings (
    category TEXT NOT NULL,
    phase TEXT NOT NULL,
    text TEXT NOT NULL,
    -- fingerprint of the profile and assessment it was written from
    basis TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    -- 1 for one that was written ahead and has not been shown yet; earlier versions stored credits to charge
    unpaid INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (category, phase)
  ) WITHOUT ROWID;

  -- what Postgres still has to be told, in order: which row of the record, or the row itself
  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    -- JSON: the key of the record's row, or for usage the whole row
    payload TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- SQLSTATE of a row that Postgres refused for good: kept, reported and passed
    failed TEXT
  );
  ${USAGE_DAYS}
`;

/**
 * What an object of an earlier version lacks: the n-th brings one of version n to the next. A step only
 * adds, and what it adds may be left out of a row: after a rollback older code works on the newer
 * schema, which it does not know. `TABLES` has it too, so that a new object takes none of them.
 */
const STEPS = [
  `ALTER TABLE turns ADD COLUMN task TEXT;
   ALTER TABLE turns ADD COLUMN notes TEXT;`,
  "ALTER TABLE greetings ADD COLUMN unpaid INTEGER NOT NULL DEFAULT 0",
  USAGE_DAYS,
  "ALTER TABLE messages ADD COLUMN error_code TEXT",
  // Turns that ended before keep nothing of what their texts were written from. What an older version
  // reads of a task is still there, empty.
  `UPDATE turns SET task = json_set(json_remove(task, '$.chosen', '$.wishes', '$.unsaved'),
     '$.before', '', '$.said', json('[]'), '$.theme', '', '$.missed', json('[]'))
   WHERE task IS NOT NULL AND state <> 'streaming'`,
];

/** Brings an object's storage to the current schema, all at once and only where it is older. */
export function ensureSchema(storage: DurableObjectStorage): void {
  const version = storage.kv.get<number>("schema") ?? 0;
  const newest = STEPS.length + 1;
  if (version >= newest) return;
  storage.transactionSync(() => {
    const missing = version === 0 ? [TABLES] : STEPS.slice(version - 1);
    for (const statements of missing) storage.sql.exec(statements);
    storage.kv.put("schema", newest);
  });
}
