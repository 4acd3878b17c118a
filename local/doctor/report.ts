import type { Finding, FindingState } from "./finding.ts";

const MARKS: Readonly<Record<FindingState, string>> = {
  ok: "ok     ",
  warning: "warning",
  problem: "PROBLEM",
  skipped: "skipped",
};

/** Words that are no secret, whatever setting has them for its value. */
const TOO_SHORT = 6;

/**
 * Takes out of a text whatever is secret. Findings hold none; this is for what others say, such as a
 * server that repeats what it was sent.
 * @param secrets values that must not be shown
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length >= TOO_SHORT) clean = clean.replaceAll(secret, "…");
  }
  return clean;
}

/** A line for each finding, and under it what to do. */
export function reportLines(findings: readonly Finding[], secrets: readonly string[]): string[] {
  const lines = findings.flatMap(({ state, about, text, todo }) => {
    const line = `${MARKS[state]}  ${about}: ${text}`;
    return todo === "" || state === "ok" ? [line] : [line, `         → ${todo}`];
  });
  return lines.map((line) => withoutSecrets(line.replace(/\s*\n\s*/g, " "), secrets));
}

/** The last line: how many of each. */
export function summaryLine(findings: readonly Finding[]): string {
  const count = (wanted: FindingState) => findings.filter(({ state }) => state === wanted).length;
  const [problems, warnings, skips] = [count("problem"), count("warning"), count("skipped")];
  const rest = `${warnings} to think about, ${skips} not looked at, ${count("ok")} well`;
  return problems === 0 ? `All can run: ${rest}.` : `${problems} in the way: ${rest}.`;
}
