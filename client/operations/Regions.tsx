import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type {
  FirstWord,
  OperationsOverview,
  Percentiles,
  Region,
} from "../../domain/operations.ts";
import { Chart } from "./Chart.tsx";
import { count, milliseconds, type Part, percentileSeries } from "./figures.ts";

const PARTS: readonly { part: Part; title: string; note: string }[] = [
  {
    part: "whole",
    title: "First word, as members wait for it",
    note: "From the request coming in to the first word leaving.",
  },
  {
    part: "ours",
    title: "Our part of it",
    note: "From the request coming in to ours leaving for the provider.",
  },
  {
    part: "provider",
    title: "The provider's part of it",
    note: "From our request leaving to the provider's first word.",
  },
];

const COUNTRIES = new Intl.DisplayNames("en", { type: "region" });

/** A region with its country, in words. */
function regionName({ country, region }: Region): string {
  const place = region === "unknown" ? "Unknown region" : region;
  // Cloudflare has codes of its own, such as T1 for Tor.
  if (!/^[A-Z]{2}$/.test(country)) return place;
  return `${place}, ${COUNTRIES.of(country) ?? country}`;
}

interface RegionsProps {
  readonly overview: OperationsOverview;
  readonly days: readonly string[];
}

/** The first word: its three times by day, of all regions or of one, and the regions beside one another. */
export function Regions({ overview, days }: RegionsProps) {
  const id = useId();
  const chosen = useSignal("");
  const { byDay, byRegion, byRegionAndDay, regions } = overview.firstWord;
  const choices = [...new Set(byRegionAndDay.map(regionName))];
  // What was chosen may not be among those of other days.
  const region = choices.includes(chosen.value) ? chosen.value : "";
  const rows = region === "" ? byDay : byRegionAndDay.filter((row) => regionName(row) === region);
  return (
    <section class="ops-section" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>First word</h2>
      <div class="field ops-choice">
        <label for={id}>Region</label>
        <select
          id={id}
          class="input"
          value={region}
          onChange={(event) => {
            chosen.value = event.currentTarget.value;
          }}
        >
          <option value="">All regions</option>
          {choices.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div class="ops-grid-of-charts">
        {PARTS.map(({ part, title, note }) => (
          <Chart
            key={part}
            {...{ title, note, days }}
            series={percentileSeries(days, rows, part)}
            form="lines"
            show={milliseconds}
          />
        ))}
      </div>
      {byRegion.length > 0 ? <RegionTable rows={byRegion} regions={regions} /> : null}
    </section>
  );
}

interface RegionTableProps {
  readonly rows: readonly (FirstWord & Region)[];
  readonly regions: number;
}

function RegionTable({ rows, regions }: RegionTableProps) {
  const more = regions - rows.length;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="ops-scroll card" tabIndex={0} aria-label="First word by region">
      <table class="ops-table">
        <caption>
          By region, all days together: p50 / p95 / p99
          {more > 0 ? `; ${count(more)} smaller regions are left out` : ""}
        </caption>
        <thead>
          <tr>
            <th scope="col">Region</th>
            <th scope="col" class="number">
              First words
            </th>
            <th scope="col" class="number">
              Whole
            </th>
            <th scope="col" class="number">
              Ours
            </th>
            <th scope="col" class="number">
              Provider's
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={regionName(row)}>
              <th scope="row">{regionName(row)}</th>
              <td class="number">{count(row.requests)}</td>
              <td class="number">{threeOf(row.whole)}</td>
              <td class="number">{threeOf(row.ours)}</td>
              <td class="number">{threeOf(row.provider)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function threeOf({ p50, p95, p99 }: Percentiles): string {
  if (p50 === null || p95 === null || p99 === null) return "–";
  return [p50, p95, p99].map(milliseconds).join(" / ");
}
