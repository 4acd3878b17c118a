import { LocalError } from "../local-error.ts";
import { type Diagnosis, diagnose, visit } from "./diagnose.ts";
import { readOptions } from "./options.ts";
import { reportLines, summaryLine } from "./report.ts";

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const { environment, url } = options;
  // An address alone is looked at as a stranger would: this machine's settings are not its own.
  const outsideOnly = url !== null && environment === null;
  const before: Diagnosis = outsideOnly
    ? { findings: [], secrets: [], variables: {} }
    : await diagnose(options, process.env);
  const outside = url === null ? [] : await visit(environment, url, before.variables);
  const findings = [...before.findings, ...outside];
  for (const line of reportLines(findings, before.secrets)) console.log(line);
  console.log(`\n${summaryLine(findings)}`);
  if (findings.some(({ state }) => state === "problem")) process.exitCode = 1;
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
