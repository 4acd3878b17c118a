/** A statement and its five answers, from 5 (lived in alignment) to 1 (lived in contrast). */
export type StatementText = readonly [
  text: string,
  answers: readonly [five: string, four: string, three: string, two: string, one: string],
];

/** The seven statements of one category, in order. */
export type CategoryStatements = readonly [
  StatementText,
  StatementText,
  StatementText,
  StatementText,
  StatementText,
  StatementText,
  StatementText,
];
