const CARE_TURN = "care-";

/** The id of a turn that meets a member in crisis. It tells so wherever its messages go, to Postgres and back. */
export function careTurnId(newId: () => string): string {
  return CARE_TURN + newId();
}

/** Whether a message belongs to such a turn: it is never part of a later prompt, and no vision text. */
export function isCareTurn(turnId: string | null): boolean {
  return turnId?.startsWith(CARE_TURN) === true;
}
