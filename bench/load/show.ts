import { table } from "../statistics.ts";
import { Histogram } from "./histogram.ts";
import { type Group, type LoadReport, type Measure, sum } from "./report.ts";
import { harmless, percentileCurves, stackedBars } from "./svg.ts";

/** The parts of the way to the first word, as charts and tables name them. */
const PARTS = ["late", "network", "ours", "provider"] as const;
const SHARES = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9995, 0.9999];

const quantile = (group: Group, measure: Measure, share: number): number =>
  Histogram.from(group.histograms[measure]).quantile(share);

const ms = (value: number): string => (Number.isNaN(value) ? "–" : value.toFixed(1));

const failures = (group: Group): number =>
  Object.values(group.errors).reduce((total, times) => total + times, 0);

const placeOf = ({ region, colo }: Group): string => (colo === "" ? region : `${region} · ${colo}`);

/** Each region and data centre, and all of them together where there are several. */
function rowsOf(report: LoadReport): { name: string; group: Group }[] {
  const rows = report.groups.map((group) => ({ name: placeOf(group), group }));
  return rows.length > 1 ? [...rows, { name: "all", group: sum(report.groups) }] : rows;
}

const HEAD = [
  "place",
  "turns",
  "failed",
  "first word p50",
  "p95",
  "p99",
  "p99.9",
  "network p50",
  "p99",
  "ours p50",
  "p99",
  "provider p50",
  "p99",
  "late p99",
  "whole p50",
];

function cells({ name, group }: { name: string; group: Group }): string[] {
  const failed = failures(group);
  return [
    name,
    String(group.ok + failed),
    String(failed),
    ...[0.5, 0.95, 0.99, 0.999].map((share) => ms(quantile(group, "firstWord", share))),
    ...(["network", "ours", "provider"] as const).flatMap((part) =>
      [0.5, 0.99].map((share) => ms(quantile(group, part, share))),
    ),
    ms(quantile(group, "late", 0.99)),
    ms(quantile(group, "whole", 0.5)),
  ];
}

function errorRows(report: LoadReport): string[][] {
  return report.groups.flatMap((group) =>
    Object.entries(group.errors).map(([code, times]) => [placeOf(group), code, String(times)]),
  );
}

function runSentences(report: LoadReport): string[] {
  return report.runs.map(
    (run) =>
      `${run.region}: ${run.turns} turns to ${run.url}, ${run.rate} a second (${run.spread}) by ` +
      `${run.members} members, ${run.startedAt}, ${run.seconds.toFixed(0)} s.`,
  );
}

const NOTE =
  "Milliseconds since a turn was meant to begin. First word = late (of the load generator) + network + " +
  "ours + provider; the two last as the server tells them.";

/** A report as Markdown. */
export function showText(report: LoadReport): string {
  const errors = errorRows(report);
  return [
    ...runSentences(report),
    "",
    table(HEAD, rowsOf(report).map(cells)),
    "",
    NOTE,
    ...(errors.length > 0 ? ["", table(["place", "error", "turns"], errors)] : []),
  ].join("\n");
}

function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (tag: string, texts: readonly string[]): string =>
    `<tr>${texts.map((text) => `<${tag}>${harmless(text)}</${tag}>`).join("")}</tr>`;
  return `<div class="wide"><table>${line("th", head)}${rows.map((row) => line("td", row)).join("")}</table></div>`;
}

const STYLE = `body{background:#000;color:#E5E7EB;font:16px/1.5 system-ui,sans-serif;max-width:1100px;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;font-size:14px}th,td{padding:4px 10px;border-bottom:1px solid #333;text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left}.wide{overflow-x:auto}p{color:#9CA3AF}svg{width:100%;height:auto;margin:1rem 0}`;

/** A report as a page that stands alone: no script, nothing loaded. */
export function showHtml(report: LoadReport): string {
  const rows = rowsOf(report);
  const bars = rows.map(({ name, group }) => ({
    name,
    values: PARTS.map((part) => Histogram.from(group.histograms[part]).mean()),
  }));
  const curves = rows.map(({ name, group }) => {
    const firstWords = Histogram.from(group.histograms.firstWord);
    // A share that stands for less than one turn says nothing.
    const shares = SHARES.filter((share) => (1 - share) * firstWords.count >= 1);
    return { name, points: shares.map((share) => [share, firstWords.quantile(share)] as const) };
  });
  const errors = errorRows(report);
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width"><title>Load test</title>',
    `<style>${STYLE}</style><h1>Load test</h1>`,
    ...runSentences(report).map((sentence) => `<p>${harmless(sentence)}</p>`),
    stackedBars("The way to the first word, means", PARTS, bars),
    percentileCurves("First word", curves),
    htmlTable(HEAD, rows.map(cells)),
    `<p>${harmless(NOTE)}</p>`,
    errors.length > 0
      ? `<h2>Errors</h2>${htmlTable(["place", "error", "turns"], errors)}`
      : "<p>No turn failed.</p>",
    "</html>",
  ].join("\n");
}
