/**
 * The load tester's tool: turns against any deployment whose operator has switched load tests on, at a
 * rate that does not give way, with the time to the first word split into network, ours and the
 * provider's. See bench/README.md. Ends with 1 when a turn failed or something is to be seen to.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { arrivals } from "./arrivals.ts";
import { passChallenge } from "./challenge.ts";
import { LoadError } from "./load-error.ts";
import { signUpMembers } from "./members.ts";
import { type LoadOptions, readOptions } from "./options.ts";
import { type LoadReport, makeReport, mergeReports, parseReport } from "./report.ts";
import { type Progress, runLoad } from "./run.ts";
import { showHtml, showText } from "./show.ts";
import { TurnClient } from "./turn-client.ts";

const PROGRESS_MS = 1_000;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** One load run against one deployment. */
async function measure(options: LoadOptions): Promise<LoadReport> {
  const { url, region, rate, spread, turns } = options;
  await passChallenge(url, options.challenge);
  const tokens =
    options.members === undefined
      ? options.token
      : await signUpMembers(url, options.members, options.jwtSecret ?? "");
  const client = new TurnClient(url, options.timeout);
  const startedAt = new Date().toISOString();
  const begun = performance.now();
  let shown = begun;
  const onProgress = ({ tally, underWay }: Progress): void => {
    const now = performance.now();
    if (now - shown < PROGRESS_MS && tally.done < turns) return;
    shown = now;
    const { done, failed, firstWords } = tally;
    const [p50, p99] = [0.5, 0.99].map((share) => firstWords.quantile(share).toFixed(0));
    const seconds = ((now - begun) / 1_000).toFixed(0);
    say(
      `${seconds} s · ${done}/${turns} done · ${underWay} under way · ${failed} failed · first word p50 ${p50} ms, p99 ${p99} ms`,
    );
  };
  try {
    const plan = arrivals(spread, rate, turns, Math.random);
    const tally = await runLoad({
      client,
      tokens,
      plan,
      mostAtOnce: options.mostAtOnce,
      onProgress,
    });
    const seconds = (performance.now() - begun) / 1_000;
    const run = { region, url, startedAt, seconds, turns, rate, spread, members: tokens.length };
    return makeReport(run, tally.groups(region));
  } finally {
    client.close();
  }
}

function merge(files: readonly string[]): LoadReport {
  return mergeReports(
    files.map((file) => {
      let text: string;
      try {
        text = readFileSync(file, "utf8");
      } catch (cause) {
        throw new LoadError(`${file} cannot be read.`, { cause });
      }
      return parseReport(text, file);
    }),
  );
}

function write(report: LoadReport, name: string): void {
  const base = name.replace(/\.(json|html)$/, "");
  try {
    writeFileSync(`${base}.json`, `${JSON.stringify(report)}\n`);
    writeFileSync(`${base}.html`, showHtml(report));
  } catch (cause) {
    throw new LoadError(`The report cannot be written to ${base}.json and ${base}.html.`, {
      cause,
    });
  }
  say(`written: ${base}.json, ${base}.html`);
}

try {
  const asked = readOptions(process.argv.slice(2), process.env);
  const report = asked.kind === "merge" ? merge(asked.files) : await measure(asked.options);
  process.stdout.write(`${showText(report)}\n`);
  const name = asked.kind === "merge" ? asked.report : asked.options.report;
  if (name) write(report, name);
  if (report.groups.some(({ errors }) => Object.keys(errors).length > 0)) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof LoadError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
