import { isBlank } from "../../domain/text.ts";
/**
 * One section of a draft while it is edited here: a text of the member's, the text that the server
 * holds, and what became of the difference. Pure: `editor.ts` drives it.
 */
export interface SectionState {
  /** What the member sees and types. */
  readonly text: string;
  /** What the server holds, as it said last. */
  readonly saved: string;
  /** The text of ours that `saved` stands for: the server may have stored it tidied. */
  readonly settled: string;
  /** What someone else wrote while we did; null where nobody did. */
  readonly theirs: string | null;
  /** The member's text that was put aside for another one, so that it can come back; null if none. */
  readonly aside: string | null;
}

/** A section as the server holds it. */
export function fresh(saved: string): SectionState {
  return { text: saved, saved, settled: saved, theirs: null, aside: null };
}

/** Whether the server does not have what the member sees. */
export function isUnsaved({ text, settled }: SectionState): boolean {
  return text !== settled;
}

/** Whether it can be sent: not where the member has to choose first. */
export function isToSave(state: SectionState): boolean {
  return isUnsaved(state) && state.theirs === null;
}

/** The member typed. */
export function typed(state: SectionState, text: string): SectionState {
  return text === state.text ? state : { ...state, text };
}

/**
 * The server stored what was sent.
 * @param sent what was sent; the member may have typed on since
 * @param saved what the server holds now
 */
export function stored(state: SectionState, sent: string, saved: string): SectionState {
  return { ...state, saved, settled: sent };
}

/**
 * The server's text arrived without our writing it. Where the member changed nothing it is taken
 * over; where both changed, the member chooses.
 */
export function met(state: SectionState, saved: string): SectionState {
  const mine = isUnsaved(state);
  if (state.theirs !== null) {
    return saved === state.text
      ? { ...fresh(saved), aside: state.aside }
      : { ...state, theirs: saved };
  }
  if (saved === state.saved) return state;
  if (!mine || saved === state.text) return { ...fresh(saved), aside: state.aside };
  return { ...state, theirs: saved };
}

/** The member's text stays, in place of the other one, which is put aside. */
export function keepMine(state: SectionState): SectionState {
  const { theirs } = state;
  if (theirs === null) return state;
  return { ...state, saved: theirs, settled: theirs, theirs: null, aside: theirs };
}

/** The other text is taken; the member's is put aside. */
export function takeTheirs(state: SectionState): SectionState {
  const { theirs, text } = state;
  return theirs === null ? state : { ...fresh(theirs), aside: text };
}

/** Another text, such as an accepted proposal, takes the place of the member's, which is put aside. */
export function replaced(state: SectionState, text: string): SectionState {
  if (text === state.text) return state;
  return { ...state, text, aside: isBlank(state.text) ? null : state.text };
}

/** What was put aside comes back; what stood there is put aside. */
export function broughtBack(state: SectionState): SectionState {
  const { aside, text } = state;
  return aside === null ? state : { ...state, text: aside, aside: text };
}

/** The member has no more use for what was put aside. */
export function letGo(state: SectionState): SectionState {
  return state.aside === null ? state : { ...state, aside: null };
}
